"""A folder that was copied or put back goes on as another incarnation: what it asks before, and is told."""

from __future__ import annotations

from marshmallow import validate
from marshmallow.fields import List

from hongxian.model.transaction_id import Run
from hongxian.wire.message import Message, told
from hongxian.wire.transactions import RUNS, run, taken

TakenTransaction = tuple[str, int, int, int]
"""A transaction's prefix and count, its seq, and its stamp at the hub."""


class LeaveRequest(Message):
    """What a laptop has not had acknowledged that leaves its incarnation."""

    transactions: list[Run] = told(
        List(run(), validate=validate.Length(max=RUNS)),
        "The ids of its transactions: prefix, first count, and how many.",
    )


class LeaveReply(Message):
    """Which of its transactions the hub has already, perhaps of a copy."""

    taken: list[TakenTransaction] = told(
        List(taken()), "Those that the hub has: prefix, count, seq, and stamp there."
    )

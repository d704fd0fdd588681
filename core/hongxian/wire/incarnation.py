"""A restored or copied laptop gets a number of its own: what it asks, and what the hub tells."""

from __future__ import annotations

from marshmallow import validate
from marshmallow.fields import List

from hongxian.transaction_id import Run
from hongxian.wire.enrol import KNOWN_NUMBER, known_number
from hongxian.wire.message import Message, integer, told
from hongxian.wire.transactions import RUNS, run, taken

TakenTransaction = tuple[str, int, int, int]
"""A transaction's prefix and count, its seq, and its stamp at the hub."""


class RenumberRequest(Message):
    """What a restored or copied laptop has not had acknowledged."""

    transactions: list[Run] = told(
        List(run(), validate=validate.Length(max=RUNS)),
        "The ids of its transactions: prefix, first count, and how many.",
    )
    known: int = told(known_number(), KNOWN_NUMBER, default=0)


class RenumberReply(Message):
    """A number of the laptop's own, and which of its transactions the hub has already."""

    number: int = told(integer(), "The new device number.")
    taken: list[TakenTransaction] = told(
        List(taken()), "Those that the hub has: prefix, count, seq, and stamp there."
    )

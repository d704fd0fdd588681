"""Each thing that a phone sends bears a name of its own: it is done once, and answered alike ever after."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any  # Any: an answer as JSON has it

import orjson

from hongxian_server.hub import Hub
from hongxian_server.intake.own import judge_by_books
from hongxian_server.tables.phone_sends import PhoneSend

ONCE = "once"
"""The name of what a form sends, so that it is done once."""
STAYS = "stays"
"""In a form that asks nothing further: the page on which it stands, to which it comes back."""
_NAME = re.compile(r"[0-9A-Za-z-]{16,80}")
Answer = dict[str, Any]


def is_name(name: str) -> bool:
    """Whether a phone may name what it sends so."""
    return bool(_NAME.fullmatch(name))


def done_once(hub: Hub, name: str, whose: str, do: Callable[[], Answer]) -> Answer:
    """Do what somebody sends (by a phone's id, "" for anybody), and keep what it was answered in the same commit.

    Where that was done already it is answered so again. What is refused is not kept: sent again, it is tried again.
    """
    with hub.transaction() as transaction:
        known = PhoneSend.get_or_none(id=_key(name, whose))
        if known is not None:
            before: Answer = orjson.loads(known.answer)
            return before
        answer = do()
        judge_by_books(hub, transaction)
        told = orjson.dumps(answer).decode()
        PhoneSend.create(id=_key(name, whose), at=hub.now(), answer=told)
        return answer


def _key(name: str, whose: str) -> str:
    """Nobody meets what another's phone named alike."""
    return f"{name} {whose}"

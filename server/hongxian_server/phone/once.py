"""Each thing that a phone sends bears a name of its own: it is done once, and answered alike ever after."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any  # Any: an answer as JSON has it

import orjson

from hongxian_server.hub import Hub
from hongxian_server.tables.phone_sends import PhoneSend

_NAME = re.compile(r"[0-9A-Za-z-]{16,80}")
Answer = dict[str, Any]


def is_name(name: str) -> bool:
    """Whether a phone may name what it sends so."""
    return bool(_NAME.fullmatch(name))


def done_once(hub: Hub, name: str, whose: str, do: Callable[[], Answer]) -> Answer:
    """Do it, and keep what it was answered in the same commit; or, where that was done already, answer so again.

    What is refused is not kept: sent again, it is tried again.
    """
    with hub.transaction():
        known = PhoneSend.get_or_none((PhoneSend.id == name) & (PhoneSend.whose == whose))
        if known is not None:
            told: Answer = orjson.loads(known.answer)
            return told
        answer = do()
        PhoneSend.create(id=name, whose=whose, at=hub.now(), answer=orjson.dumps(answer).decode())
        return answer

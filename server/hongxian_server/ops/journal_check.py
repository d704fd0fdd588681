"""The hub's look through its journal: a part each hour, all within a day, and at once when the keeper says so."""

from __future__ import annotations

from dataclasses import dataclass, field

from hongxian.engine.scrub import PASS_MILLISECONDS
from hongxian.storage.state import State
from hongxian_server.hub import Hub
from hongxian_server.tables import journal
from hongxian_server.tables.journal import Looked


@dataclass
class JournalCheck(State):
    """What the last look through the whole journal found, and how far the present one has come."""

    journal_checked: int | None = None
    """When it ended, in milliseconds since 1970; None for never."""
    journal_broken: int | None = None
    """The first broken block that it found, None if all were sound."""
    journal_bytes: int | None = None
    """Of the blocks' bodies, up to there."""
    journal_looked: int | None = None
    """When a part was last looked at."""
    journal_place: list[int | str] = field(default_factory=list)
    """Where that part ended: number, hash and bytes; nothing where a look begins."""


def check_journal(hub: Hub, *, whole: bool = False) -> int | None:
    """Look at as many blocks as time has passed since the last look, or at all; what the last look found.

    That is the first broken block, None if all were sound. What was found is kept.
    """
    state, now = JournalCheck.read(), hub.now()
    began = Looked(*state.journal_place) if state.journal_place and not whole else Looked()  # type: ignore[arg-type]
    looked = journal.look(began, None if whole else _due(state, now))
    with hub.upkeep(), JournalCheck.changing() as state:
        state.journal_looked = now
        state.journal_place = [] if looked.ended else [looked.number, looked.hash, looked.bytes]
        if looked.ended:
            state.journal_checked, state.journal_broken = now, looked.broken
            state.journal_bytes = looked.bytes
    return state.journal_broken


def _due(state: JournalCheck, now: int) -> int:
    """How many blocks are to be looked at for the time that has passed."""
    if state.journal_looked is None:
        return 1
    passed = min(abs(now - state.journal_looked), PASS_MILLISECONDS)
    return journal.blocks() * passed // PASS_MILLISECONDS + 1

"""Guesses are counted over all processes that serve a hub: who asks one after the other has no more of them."""

from __future__ import annotations

from hongxian.security.throttle import WINDOW_MILLISECONDS, WRONG_ATTEMPTS
from hongxian_server.hub import Hub
from hongxian_server.tables.wrong_tries import WrongTry


class SharedTries:
    """The wrong ones at one door of a hub, in its database; of the last minute, by either side of now."""

    def __init__(self, hub: Hub, door: str) -> None:
        self._hub, self._door = hub, door

    def has_too_many(self, whose: str) -> bool:
        """Whether there were too many lately."""
        with self._hub:
            since, until = self._window()
            lately = WrongTry.at.between(since, until) & (WrongTry.whose == self._of(whose))
            return int(WrongTry.select().where(lately).count()) >= WRONG_ATTEMPTS

    def note(self, whose: str) -> None:
        """Count one; those of long ago are let go of."""
        with self._hub, self._hub.upkeep():
            since, until = self._window()
            WrongTry.delete().where(~WrongTry.at.between(since, until)).execute()
            WrongTry.create(whose=self._of(whose), at=self._hub.now())

    def _window(self) -> tuple[int, int]:
        now = self._hub.now()
        return now - WINDOW_MILLISECONDS, now + WINDOW_MILLISECONDS

    def _of(self, whose: str) -> str:
        return f"{self._door} {whose}"

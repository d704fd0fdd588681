"""The time of a test: the real one until it is set, and then it stands still."""

from __future__ import annotations

from datetime import datetime, timedelta

from hongxian.collections.local_time import SHANGHAI
from hongxian.model.stamp import wall_clock


class Clock:
    """What laptops and hub of a test go by; all of one neighbourhood have the same."""

    def __init__(self) -> None:
        self._at: int | None = None

    def __call__(self) -> int:
        """Milliseconds since 1970."""
        return wall_clock() if self._at is None else self._at

    def set(self, moment: str | datetime) -> None:
        """Let it be this moment of the community's time, such as `"2026-03-01 09:00"`, until it is set again."""
        local = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
        self._at = int(local.replace(tzinfo=SHANGHAI).timestamp() * 1000)

    def wait(
        self, *, seconds: float = 0, minutes: float = 0, hours: float = 0, days: float = 0
    ) -> None:
        """Let time go by."""
        gone = timedelta(seconds=seconds, minutes=minutes, hours=hours, days=days)
        self._at = self() + gone // timedelta(milliseconds=1)

"""How fast somebody may send or try out: each person, and each network of those whom nobody knows."""

from __future__ import annotations

from flask import current_app
from flask.sansio.app import App
from limits import parse_many
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from hongxian.security.throttle import TooManyAttempts

PACE = parse_many("20 per minute; 200 per day")
_PACE = "hongxian_pace"


def keep_pace(app: App) -> None:
    """Count for an app, in the memory of its process."""
    app.extensions[_PACE] = MovingWindowRateLimiter(MemoryStorage())


def refuse_haste(whose: str) -> None:
    """Count one; raises `TooManyAttempts` for one too many."""
    limiter: MovingWindowRateLimiter = current_app.extensions[_PACE]
    if not all(limiter.hit(each, whose) for each in PACE):
        raise TooManyAttempts()

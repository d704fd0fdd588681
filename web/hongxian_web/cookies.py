"""What a browser remembers for its reader: choices, each in a cookie."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

YEAR = 365 * 24 * 3600
"""Seconds that a choice is kept."""


def remember(answer: Response, cookie: str, choice: str) -> None:
    """Keep a choice for a year; where it came encrypted, it goes no other way."""
    answer.set_cookie(
        cookie, choice, max_age=YEAR, httponly=True, samesite="Strict", secure=request.is_secure
    )

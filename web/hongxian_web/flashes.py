"""Telling a person on the next page what has been done, with a way to undo it where there is one."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any  # Any: Flask takes them for texts

from flask import Flask, flash, get_flashed_messages

GOOD, WRONG = "good", "wrong"


@dataclass(frozen=True)
class Telling:
    """One sentence; `undo` is the address that takes it back, asked by POST with `fields`.

    `sheet` is the address of what is printed now.
    """

    message: str
    kind: str = GOOD
    undo: str = ""
    fields: dict[str, str] | None = None
    sheet: str = ""


def tell(
    message: str,
    *,
    kind: str = GOOD,
    undo: str = "",
    fields: dict[str, str] | None = None,
    sheet: str = "",
) -> None:
    """Say it at the top of the next page."""
    flash(asdict(Telling(message, kind, undo, fields, sheet)))  # type: ignore[arg-type]  # a session holds more than texts


def _tellings() -> list[Telling]:
    told: list[Any] = list(get_flashed_messages())
    return [Telling(**each) for each in told]


def add_to(app: Flask) -> None:
    """Let the base template say them."""
    app.jinja_env.globals.update(tellings=_tellings)

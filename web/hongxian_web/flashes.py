"""Telling a person on the next page what has been done, with a way to undo it where there is one."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any  # Any: Flask takes them for texts

from flask import Flask, flash, g, get_flashed_messages, session

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
    note: str = ""
    """Said behind it more softly: for how long it can be taken back, or why not."""
    is_undoing: bool = False
    """Whether it tells of an undoing, so that what takes it back does something again."""


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


def told_with_undo(message: str, undo: str, note: str = "", *, is_undoing: bool = False) -> None:
    """Let what was told last of this be undone at an address, with a note; where nothing was told, say this."""
    told: list[Any] = [each for _, each in session.get("_flashes", [])]
    last = next((each for each in reversed(told) if each["kind"] == GOOD), None)
    if last is None:
        telling = Telling(message, undo=undo, note=note, is_undoing=is_undoing)
        flash(asdict(telling))  # type: ignore[arg-type]
    else:
        last |= {"undo": last["undo"] or undo, "note": note}
        session.modified = True


def is_told(undo: str) -> bool:
    """Whether the page under way tells of what is undone at this address."""
    waits: list[Any] = [each for _, each in session.get("_flashes", [])]  # another page may say it
    said: list[Telling] = g.get("tellings", [])
    return any(each["undo"] == undo for each in waits) or any(each.undo == undo for each in said)


def _tellings() -> list[Telling]:
    told: list[Any] = list(get_flashed_messages())
    g.tellings = [Telling(**each) for each in told]
    return list(g.tellings)


def add_to(app: Flask) -> None:
    """Let the base template say them."""
    app.jinja_env.globals.update(tellings=_tellings)

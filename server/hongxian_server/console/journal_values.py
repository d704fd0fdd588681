"""Values as the journal's page tells them: a text shortened, a counter by what was added to it."""

from __future__ import annotations

import orjson
from flask_babel import gettext as _

from hongxian.kinds.column import Column
from hongxian.merge import State
from hongxian.quota import step_of
from hongxian.values import Value
from hongxian_web import words

SHORT = 80
"""Characters of a value that are shown."""
_ADDED_TO = ("tally", "members", "quota")
"""Kinds whose change tells by itself what it did; what was there before adds nothing."""


def value_before(column: Column | None, value: Value) -> str:
    """What a change replaced; "" where that tells nothing."""
    return "" if column is not None and column.kind_name in _ADDED_TO else _told(column, value)


def value_after(column: Column | None, value: Value) -> str:
    """What a change wrote."""
    kind = column.kind_name if column is not None else ""
    if not isinstance(value, dict):
        return _told(column, value)
    if kind == "tally":
        return f"{sum(map(_counted, value.values())):+d}"
    if kind == "members":
        return _short(" ".join(_joined_and_left(value)))
    if kind == "quota" and column is not None:
        return _dealt(value, words.shown(column.unit))
    return _plain(value)


def _counted(share: list[int]) -> int:
    """`[added, taken away, added before, taken away before]`; what is zero before stays away."""
    added, taken, added_before, taken_before = (*share, 0, 0)[:4]
    return added - taken - added_before + taken_before


def _joined_and_left(state: State) -> list[str]:
    return [f"{'−' if removed else '+'}{member}" for member, (_added, removed) in state.items()]


def _dealt(state: State, unit: str) -> str:
    step = step_of(state)
    parts = (
        (_("granted"), step.granted),
        (_("given out"), step.spent),
        (_("given back"), step.given_back),
        (_("given out without a right"), step.uncovered),
        (_("passed on"), sum((step.passed or {}).values())),
    )
    told = [f"{name} {amount} {unit}".strip() for name, amount in parts if amount]
    return " · ".join(told) or _("dealt anew")


def _told(column: Column | None, value: Value) -> str:
    """A choice by what it is called, yes and no as words."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if column is not None and column.choices and value is not None:
        return str(dict(words.choices(column)).get(value, value))
    return _plain(value)


def _plain(value: Value) -> str:
    if value is None:
        return "—"
    return _short(value if isinstance(value, str) else orjson.dumps(value).decode())


def _short(text: str) -> str:
    return text if len(text) <= SHORT else f"{text[:SHORT]}…"

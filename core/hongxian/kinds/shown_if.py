"""A field of a form that shows by what stands in another: a guardian where the year of birth makes a minor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import peewee

Field = TypeVar("Field", bound=peewee.Field)


@dataclass(frozen=True)
class ShownIf:
    """What stands in another field of the same form where this one shows."""

    other: str
    """The other's name."""
    values: tuple[str, ...]
    """Any of these, as a form has them; with none and no `at_least` anything that is typed at all."""
    at_least: int | Callable[[], int] | None

    @property
    def least(self) -> int | None:
        """The lowest number of the other with which it shows, as of now."""
        return self.at_least() if callable(self.at_least) else self.at_least


def shown_if(
    field: Field, other: str, *values: object, at_least: int | Callable[[], int] | None = None
) -> Field:
    """The same field, which forms show where another field of theirs has one of these values, or is filled in.

    `shown_if(CharField(null=True), "kind", "other")`. It is for the eye alone: what is not shown is not sent,
    so its value stays what it was, and without a script it always shows. Rules say what must be.
    """
    shown = field.clone()
    shown.shown_if = ShownIf(other, tuple(map(_in_form, values)), at_least)
    return shown  # type: ignore[no-any-return]


def _in_form(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)

"""Computed fields: what follows from a record's values is shown like a field, and stored nowhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any  # Any: a record of whichever model, and what its function makes of it

import peewee


class Computed(property):
    """A property of a model that is shown like the field that tells how."""

    def __init__(self, field: peewee.Field, get: Callable[[Any], Any]) -> None:
        super().__init__(get)
        self.field = field


def computed(field: peewee.Field) -> Callable[[Callable[[Any], Any]], Computed]:
    """Let a method of a model be shown in lists, on pages and in exports as a field of this kind.

    `@computed(IntegerField(verbose_name=Text("合计", "Total")))`: it is read as a property, from the
    record's own values, and never asked for, sorted by, or imported.
    """
    return lambda get: Computed(field, get)


def computed_in(model: type[peewee.Model]) -> dict[str, peewee.Field]:
    """The fields of a model's computed ones, by name."""
    found = {}
    for each in reversed(model.__mro__):
        for name, value in vars(each).items():
            if isinstance(value, Computed):
                value.field.name = name
                found[name] = value.field
    return found

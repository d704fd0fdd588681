"""Names for what is typed at run time only: a field's values, cells of a sheet, JSON.

Here `Any` has its reasons, and elsewhere these names are used. An `Any` that stays beside them says
why in its module: it is what peewee, marshmallow, Flask, click or pluggy leaves open.
"""

from __future__ import annotations

from dataclasses import asdict, is_dataclass
from datetime import date, time, timedelta
from typing import Any

Value = Any
"""What a field holds: as it travels None, bool, int, str or the JSON state of a merge.

In Python also a date, a time, a frozenset, `Amounts`, or a change such as `plus(1)`. `Any`, not the
union: the type is the field's, which its author chose and mypy never sees, and each kind is given
only what is its own. The union would make every kind narrow what it knows.
"""
Values = dict[str, Value]
"""One record's values, or some of them, by field."""
Cell = bool | int | float | str | date | time | timedelta | None
"""What a cell of a sheet holds, as openpyxl reads and writes it; a datetime is a date."""
Json = Any
"""What JSON text says, or is to say. `Any`: it was not looked at yet, or is a program's to read."""
JsonObject = dict[str, Json]
"""A JSON object, by its members' names."""


def json_safe(value: Json) -> Json:
    """The value as `--json` and public documents show it: integers beyond 2^53 as strings."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int) and not -(1 << 53) <= value <= 1 << 53:
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        value = asdict(value)
    if isinstance(value, dict):
        return {key: json_safe(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [json_safe(each) for each in value]
    return value

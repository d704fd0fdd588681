"""A collection's fields as columns: how values travel, are stored, and pass as a whole.

A column passes when all its values do, told by one set of types, one minimum, one maximum, one
set of choices. It never refuses: what does not pass goes to marshmallow value by value, which
decides and writes the message. So the fast check may only ever say yes to what marshmallow
accepts unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

import orjson
import peewee

from hongxian.errors import BadCollection
from hongxian.fields import MembersField, QuotaField, Reference, TallyField
from hongxian.merge import LATEST, Merge
from hongxian.record import LONGEST_NAME
from hongxian.row import WRITTEN_BY

SMALLEST_INTEGER, LARGEST_INTEGER = -(2**63), 2**63 - 1
LONGEST_TEXT = 20_000
"""Characters in a text whose field names no max_length."""

IS_ID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_ID_SHAPE = "00000000-0000-0000-0000-000000000000"
MOMENTS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "date": ("0000-00-00", date.fromisoformat),
    "datetime": ("0000-00-00 00:00:00", datetime.fromisoformat),
    "time": ("00:00:00", time.fromisoformat),
}
"""The shape of each kind of moment as it travels, and what tells whether it is a real one."""
_KINDS: tuple[tuple[type[peewee.Field], str], ...] = (
    (TallyField, "tally"),
    (MembersField, "members"),
    (QuotaField, "quota"),
    (peewee.CharField, "text"),
    (peewee.TextField, "text"),
    (peewee.BooleanField, "bool"),
    (peewee.DateTimeField, "datetime"),
    (peewee.DateField, "date"),
    (peewee.TimeField, "time"),
    (peewee.IntegerField, "int"),
)
_JSON_KINDS = frozenset({"tally", "members", "quota", "json"})


@dataclass
class Column:
    """One field of a collection."""

    name: str
    kind: str
    null: bool = False
    max_length: int = LONGEST_TEXT
    choices: tuple[tuple[Any, str], ...] = ()
    merge: Merge = LATEST
    label: str = ""
    help: str = ""
    default: Any = None
    reference: str | None = None
    unit: str = ""
    deal: str = ""
    """Of a quota: "shared" or "kept"."""
    at_once: bool = True
    """Of a quota: whether an own grant may be spent before the hub has taken it in."""
    own_rules: bool = False
    """True when the author's schema says more of the field than its model does."""
    values_allowed: frozenset[Any] = field(default_factory=frozenset)

    @property
    def required(self) -> bool:
        """Whether a new record must be given this field."""
        return not self.null and self.default is None

    def passes(self, values: Sequence[Any]) -> bool:
        """Whether marshmallow would accept every one of the values as it is."""
        if self.own_rules or self.kind in _JSON_KINDS:
            return False
        types = set(map(type, values))
        if type(None) in types:
            if not self.null:
                return False
            types.discard(type(None))
            values = [value for value in values if value is not None]
        if not types:
            return True
        if not _PASSES[self.kind](self, types, values):
            return False
        return not self.values_allowed or self.values_allowed.issuperset(values)

    def to_wire(self, value: Any) -> Any:
        """A Python value as it travels and is stored: dates as ISO text, ints whole."""
        if isinstance(value, datetime):
            return value.replace(tzinfo=None).isoformat(" ", "seconds")
        if isinstance(value, time):
            return value.replace(tzinfo=None).isoformat("seconds")
        if isinstance(value, date):
            return value.isoformat()
        return value

    def to_database(self, postgres: bool) -> Callable[[Sequence[Any]], Sequence[Any]] | None:
        """How a column of travelling values becomes stored ones; None where it is the same."""
        if self.kind == "bool" and not postgres:
            return _to_int
        return _dump_json if self.kind in _JSON_KINDS else None

    def from_database(self, postgres: bool) -> Callable[[Sequence[Any]], Sequence[Any]] | None:
        """How a column of stored values becomes travelling ones; None where it is the same."""
        if self.kind in _JSON_KINDS:
            return _load_json
        if self.kind == "bool":
            return None if postgres else _to_bool
        if postgres and self.kind in MOMENTS:
            return lambda values: [self.to_wire(value) for value in values]
        return None


ENGINES = {WRITTEN_BY: Column(WRITTEN_BY, "text", null=True, max_length=LONGEST_NAME)}
"""The engine's own fields that travel beside a collection's; they are no part of its schema."""


def _texts(column: Column, types: set[type], values: Sequence[Any]) -> bool:
    if types != {str} or max(map(len, values)) > column.max_length:
        return False
    if column.reference is not None:
        return are_ids(values)
    return can_be_kept("".join(values))


def _integers(column: Column, types: set[type], values: Sequence[Any]) -> bool:
    return types == {int} and min(values) >= SMALLEST_INTEGER and max(values) <= LARGEST_INTEGER


def _booleans(column: Column, types: set[type], values: Sequence[Any]) -> bool:
    return types == {bool}


def _moments(column: Column, types: set[type], values: Sequence[Any]) -> bool:
    shape, parse = MOMENTS[column.kind]
    if types != {str} or not have_shape(values, shape):
        return False
    try:
        for value in set(values):
            parse(value)
    except ValueError:
        return False
    return True


_PASSES: dict[str, Callable[[Column, set[type], Sequence[Any]], bool]] = {
    "text": _texts,
    "int": _integers,
    "bool": _booleans,
    "date": _moments,
    "datetime": _moments,
    "time": _moments,
}


def can_be_kept(text: str) -> bool:
    """Whether both databases and JSON can hold a text: no NUL, no half of a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def are_ids(values: Sequence[Any]) -> bool:
    """Whether every value is the text of a UUID in lower case."""
    try:
        return not values or have_shape(values, _ID_SHAPE, b"0123456789abcdef")
    except TypeError:
        return False


def have_shape(values: Sequence[str], shape: str, letters: bytes = b"0123456789") -> bool:
    """Whether every value is as the shape: one of `letters` for each 0, and its other marks.

    Told of all values at once, a quarter of the cost of a pattern for each: in their joined text
    every len(shape)-th character from a mark's place on is that mark, and all others are letters.
    """
    text, marks = "".join(values), [place for place, mark in enumerate(shape) if mark != "0"]
    return (
        set(map(len, values)) == {len(shape)}
        and text.isascii()
        and all(text[at :: len(shape)].count(shape[at]) == len(values) for at in marks)
        and len(text.encode().translate(None, letters)) == len(marks) * len(values)
    )


def column_of(model: Any, field: peewee.Field, merge: Merge | None) -> Column:
    """Describe one field of a model, or say what to write instead of it."""
    if isinstance(field, peewee.ForeignKeyField):
        raise BadCollection(
            model=model.__name__,
            detail=f"{field.name} is a ForeignKeyField; records arrive in any order, so write "
            f'Reference("plugin.thing") instead',
        )
    if field.unique or field.primary_key:
        raise BadCollection(
            model=model.__name__,
            detail=f"{field.name} is unique; two laptops can write the same value offline, "
            "so a database constraint cannot hold it",
        )
    kind = next((name for kind, name in _KINDS if isinstance(field, kind)), None)
    if kind is None or type(field).__name__ in {"BlobField", "IPField"}:
        raise BadCollection(
            model=model.__name__,
            detail=f"{field.name} is a {type(field).__name__}; use CharField, TextField, IntegerField, "
            "BooleanField, DateField, DateTimeField, TimeField, Reference, TallyField, MembersField or QuotaField "
            "(amounts are integers of a named unit)",
        )
    choices = tuple((value, str(label)) for value, label in field.choices or ())
    return Column(
        name=field.name,
        kind=kind,
        null=bool(field.null),
        max_length=getattr(field, "max_length", None) or LONGEST_TEXT,
        choices=choices,
        merge=getattr(field, "merge", None) or merge or LATEST,
        label=str(field.verbose_name or field.name),
        help=str(field.help_text or ""),
        default=field.default,
        reference=field.to if isinstance(field, Reference) else None,
        unit=getattr(field, "unit", ""),
        deal=getattr(field, "deal", ""),
        at_once=getattr(field, "at_once", True),
        values_allowed=frozenset(value for value, _ in choices),
    )


def _to_bool(values: Sequence[Any]) -> list[Any]:
    return [None if value is None else bool(value) for value in values]


def _to_int(values: Sequence[Any]) -> list[Any]:
    return [None if value is None else int(value) for value in values]


def _dump_json(values: Sequence[Any]) -> list[Any]:
    return [None if value is None else orjson.dumps(value).decode() for value in values]


def _load_json(values: Sequence[Any]) -> list[Any]:
    return [None if value is None else orjson.loads(value) for value in values]

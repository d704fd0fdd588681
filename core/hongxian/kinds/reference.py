"""References: the ids of other records."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self  # Any: peewee's and marshmallow's options

import peewee
from marshmallow import validate

from hongxian.errors import Refused
from hongxian.kinds.column import Widget
from hongxian.kinds.on_delete import OnDelete
from hongxian.kinds.saying import Saying
from hongxian.kinds.text import TextColumn
from hongxian.kinds.text_shape import have_shape
from hongxian.kinds.typed_input import Unresolved, text_of
from hongxian.merges.merge import Merge
from hongxian.model.record import Record
from hongxian.text import Text
from hongxian.words.values import Cell, Value

IS_ID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_OF_ANOTHER = Text(
    "{field} 要的是 {to} 的记录，给的是 {given} 的",
    "{field} wants a record of {to}, not of {given}",
)
_ID_SHAPE = "00000000-0000-0000-0000-000000000000"


@dataclass
class ReferenceColumn(TextColumn):
    """The id of a record of the collection that `reference` names."""

    is_sortable: ClassVar[bool] = False

    @classmethod
    def of(cls, field: peewee.Field, merge: Merge | None = None, **own: Any) -> Self:
        return super().of(field, merge, reference=field.to, on_delete=field.on_delete, **own)

    @property
    def is_searched(self) -> bool:
        return False

    @property
    def widget(self) -> Widget:
        return "select" if self.choices else "reference"

    def all_sound(self, types: set[type], values: Sequence[Value]) -> bool:
        return types == {str} and are_ids(list(set(values)))  # many name one record

    def validators(self) -> Iterator[validate.Validator]:
        length, *others = super().validators()
        yield length
        no_id = Text(f"不是 {self.reference} 的编号。", f"Not the id of a {self.reference}.")
        yield Saying(validate.Regexp(IS_ID.pattern + r"\Z"), no_id)
        yield from others

    def part(self, held: Value, value: Value, owner: int) -> Value:
        return super().part(held, id_in(value, str(self.reference), self.name), owner)

    def parse(self, cell: Cell) -> Value:
        text = text_of(cell)
        return text.lower() if _looks_like_id(text) else Unresolved(text)

    def _typed(self, text: str) -> Value:
        return self.from_cell(text)


class _AsId(peewee.FieldAccessor):  # type: ignore[misc]
    """Reads as the id, whether that or the record itself was set."""

    def __set__(self, instance: Record, value: Value | Record) -> None:
        super().__set__(instance, id_in(value, self.field.to, self.name))


class Reference(peewee.CharField):  # type: ignore[misc]
    """The id of a record of another collection: `Reference("roster.person")`.

    The record itself may be written for its id: `Loan.create(umbrella=one)`. It reads as the id.

    Not a foreign key: the other record may not have arrived yet, or may never be seen here.
    `on_delete` says what becomes of this record when the other is to be deleted: "refuse" (it is not
    deleted), "clear" (this field is emptied), "with" (this record goes too) or "keep".
    """

    kind = ReferenceColumn
    accessor_class = _AsId

    def __init__(self, to: str, on_delete: str = "refuse", **options: Any) -> None:
        self.to, self.on_delete = to, OnDelete(on_delete)
        super().__init__(max_length=36, **options)

    def db_value(self, value: Value | Record) -> Value:
        return super().db_value(id_in(value, self.to, self.name))


def id_in(value: Value | Record, to: str, field: str) -> Value:
    """The id of a record that is given for it; raises `Refused` for one of another collection than `to`."""
    if not isinstance(value, Record):
        return value
    if value._meta.collection != to:
        raise Refused(_OF_ANOTHER.format(field=field, to=to, given=value._meta.collection))
    return value.id


def _looks_like_id(text: str) -> bool:
    return len(text) == 36 and text.count("-") == 4


def are_ids(values: Sequence[Value]) -> bool:
    """Whether every value is the text of a UUID in lower case."""
    try:
        return not values or have_shape(values, _ID_SHAPE, b"0123456789abcdef")
    except TypeError:
        return False

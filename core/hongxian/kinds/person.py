"""Persons: somebody of the roster, or somebody else by a name and a telephone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar  # Any: peewee's options

import peewee
from marshmallow import validate

from hongxian.kinds.column import Column
from hongxian.kinds.on_delete import OnDelete
from hongxian.kinds.phone import stored_phone
from hongxian.kinds.reference import ReferenceColumn, are_ids
from hongxian.kinds.text import TextColumn
from hongxian.model.record import present_taker
from hongxian.text import Text
from hongxian.words.values import Value

ROSTER = "roster.person"
LONGEST_PERSON = 100
"""Characters of a name with a telephone."""
_WITH_PHONE = re.compile(r"(.*?)[\s,、;]+([+(]?[0-9][0-9 ()+x转-]{2,})")


@dataclass
class PersonColumn(ReferenceColumn):
    """The id of a person of the roster, or a name with or without a telephone."""

    typed_as: ClassVar[Text] = Text(
        "名册里的人，或姓名加电话", "someone of the roster, or a name and a telephone"
    )
    is_sortable: ClassVar[bool] = True

    def all_sound(self, types: set[type], values: Sequence[Value]) -> bool:
        return TextColumn.all_sound(self, types, values)

    def validators(self) -> Iterator[validate.Validator]:
        yield from TextColumn.validators(self)

    def names_record(self, value: Value) -> bool:
        return are_ids([value])

    @property
    def is_searched(self) -> bool:
        return True

    def unresolved(self, typed: str) -> Value:
        return somebody(typed)

    def to_wire(self, value: Value) -> Value:
        if not isinstance(value, str):
            return value
        return str(value) if are_ids([value]) else somebody(value)


class Somebody(str):
    """A person as a `PersonField` reads: its text is the id, or the name with the telephone."""

    @property
    def person(self) -> str | None:
        """The id in the roster; None for somebody who is not in it."""
        return str(self) if are_ids([str(self)]) else None

    @property
    def name(self) -> str:
        """The name of somebody who is not in the roster, "" for who is."""
        return "" if self.person else _parts(self)[0]

    @property
    def called(self) -> str:
        """What people call who it is: as the roster does, or as was typed; "" for a person who is not here."""
        return present_taker().names_of(ROSTER, [self]).get(self, "") if self.person else self.name

    @property
    def phone(self) -> str:
        """The telephone of somebody who is not in the roster; "" where none was given."""
        return "" if self.person else _parts(self)[1]


class PersonField(peewee.CharField):  # type: ignore[misc]
    """Who it is: picked from the roster, or typed as `示例·王五 100 0000 1234` for who is not in it.

    One value; reads as `Somebody`, with `.person`, `.name` and `.phone`. `on_delete` as of a `Reference`.
    """

    kind = PersonColumn
    to = ROSTER

    def __init__(self, on_delete: str = "refuse", **options: Any) -> None:
        self.on_delete = OnDelete(on_delete)
        super().__init__(max_length=LONGEST_PERSON, **options)

    def python_value(self, value: str | None) -> Somebody | None:
        """A stored value as it reads."""
        return None if value is None else Somebody(value)


def called(column: Column, value: Value) -> str:
    """What a record is called whose name is this value of a field; "" where that is not known here."""
    if isinstance(column, PersonColumn) and isinstance(value, str):
        return Somebody(value).called
    return "" if value is None else str(value)


def somebody(typed: str) -> str:
    """The one form of a name and a telephone that people write."""
    name, phone = _parts(typed)
    return f"{name} {phone}".strip()


def _parts(text: str) -> tuple[str, str]:
    text = " ".join(unicodedata.normalize("NFKC", text).split())
    found = _WITH_PHONE.fullmatch(text)
    return (found[1], stored_phone(found[2])) if found else (text, "")

"""Messages: what the two sides say to each other, each a frozen dataclass.

What a field may hold is told by marshmallow beside the field's type and default. So a message is
written down once: what is accepted, what mypy sees and what the API's description says are one.
A message goes out as orjson writes a dataclass.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from copy import copy
from enum import StrEnum
from typing import Any, ClassVar, Self, dataclass_transform  # Any: of any field's type

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, validate

from hongxian.errors import PageRefused
from hongxian.text import Text
from hongxian.words.values import Json, JsonObject

LARGEST = 2**63 - 1
DETAIL = 1_000
"""Characters in which it is told what is wrong with a message."""


class Word(StrEnum):
    """One of the few words that a field may hold, with what it says."""

    says: str

    def __new__(cls, value: str, says: str = "") -> Self:
        """The word, as a text that knows its meaning."""
        made = str.__new__(cls, value)
        made._value_, made.says = value, says
        return made


def told(
    check: fields.Field[Any],
    says: str,
    *,
    default: Any = dataclasses.MISSING,
    default_factory: Callable[[], Any] | Any = dataclasses.MISSING,
) -> Any:
    """A message's field: what it may hold, and what it says, with its unit."""
    check.metadata = {"description": says}
    given = {"default": default, "default_factory": default_factory}
    return dataclasses.field(**given, metadata={"check": check})


class MessageSchema(Schema):
    """What all messages' schemas have in common."""

    class Meta:
        register = False
        unknown = EXCLUDE
        """A later release may say more."""

    makes: ClassVar[type[Message | Text]]

    @post_load
    def _make(self, data: JsonObject, **_: object) -> Message | Text:
        return self.makes(**data)


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(told,))
class Message:
    """The first frame of a stream, a JSON answer, or a part of either: a frozen dataclass."""

    _schema: ClassVar[MessageSchema]

    def __init_subclass__(cls) -> None:
        dataclasses.dataclass(frozen=True, kw_only=True)(cls)

    @classmethod
    def schema(cls) -> MessageSchema:
        """Its schema; to make one takes longer than a round's message takes to load."""
        if "_schema" not in vars(cls):
            cls._schema = _schema_of(cls)
        return cls._schema

    @classmethod
    def load(cls, data: Json) -> Self:
        """What came in, checked; raises `PageRefused` with what is wrong."""
        try:
            loaded: Self = cls.schema().load(data)
        except ValidationError as error:
            raise PageRefused(detail=f"{cls.__name__}: {error.messages}"[:DETAIL]) from None
        return loaded


def _schema_of(message: type[Any]) -> MessageSchema:
    checks = {each.name: _check_of(each) for each in dataclasses.fields(message)}
    parts = {**checks, "makes": message, "__doc__": message.__doc__}
    schema: MessageSchema = type(message.__name__, (MessageSchema,), parts)()
    return schema


def _check_of(field: dataclasses.Field[Any]) -> fields.Field[Any]:
    check: fields.Field[Any] = copy(field.metadata["check"])
    if field.default is not dataclasses.MISSING:
        check.load_default = field.default
    elif field.default_factory is not dataclasses.MISSING:
        check.load_default = field.default_factory
    else:
        check.required = True
    return check


def part(message: type[Message], *, allow_none: bool = False) -> fields.Nested:
    """A field that holds another message."""
    return fields.Nested(message.schema, allow_none=allow_none)


def word(kind: type[Word]) -> fields.Enum[Any]:
    """A field that holds one of some words."""
    return fields.Enum(kind, by_value=fields.String)


def integer(least: int = 0, most: int = LARGEST) -> fields.Integer:
    """A field that holds an integer, both ends included."""
    return fields.Integer(strict=True, validate=validate.Range(least, most))


def string(least: int = 0, most: int | None = None) -> fields.String:
    """A field that holds a text of so many characters."""
    bounded = least > 0 or most is not None
    return fields.String(validate=validate.Length(min=least, max=most) if bounded else None)


class _TextSchema(MessageSchema):
    """What people read, in both languages."""

    zh = fields.String(required=True, metadata={"description": "In Chinese."})
    en = fields.String(required=True, metadata={"description": "In English."})
    makes = Text


def text(*, allow_none: bool = False) -> fields.Nested:
    """A field that holds what people read, in both languages."""
    return fields.Nested(_TextSchema, allow_none=allow_none)


def short() -> fields.String:
    """A field that holds an id, or the name of a scope, a collection or the like."""
    return string(1, 80)

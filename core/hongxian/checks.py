"""The marshmallow schema of a collection, derived from its model: one source of truth.

`Checker` gives a whole column its verdict. It asks `Column.passes` first; only a column that
does not pass as a whole goes through marshmallow value by value. An author extends the schema
by `Meta.schema`, a `RecordSchema` whose declared fields and validators win over the derived.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any  # Any: marshmallow's options

import orjson
from marshmallow import INCLUDE, Schema, ValidationError, fields, validate

from hongxian.kinds.column import MESSAGES, Column
from hongxian.kinds.integer import NOT_WHOLE
from hongxian.kinds.registry import ENGINES
from hongxian.kinds.saying import Saying
from hongxian.kinds.text import TextColumn, can_be_kept
from hongxian.text import Text
from hongxian.words.values import Value, Values

__all__ = [
    "RecordSchema",
    "Saying",
    "plain_text",
    "whole_number",
]

Reasons = dict[str, list[Text]]
"""Why a record is refused: sentences by field."""

UNKNOWN_FIELD_BYTES = 65_536
"""Bytes of JSON that a field unknown to this release may take."""
DEPTH = 8
"""Levels of nesting in such a field."""


class RecordSchema(Schema):
    """The base of every collection's schema. Unknown fields are kept and passed on."""

    class Meta:
        unknown = INCLUDE


def whole_number(smallest: int, largest: int, **options: Any) -> fields.Integer:
    """A field for an author's `RecordSchema`: whole numbers between two, both included."""
    between = Text(
        f"应为 {smallest} 到 {largest} 的整数。", f"A whole number from {smallest} to {largest}."
    )
    messages: dict[str, Any] = {**MESSAGES, "invalid": NOT_WHOLE}
    rule = Saying(validate.Range(smallest, largest), between)
    return fields.Integer(strict=True, validate=rule, error_messages=messages, **options)


def plain_text(longest: int, *rules: tuple[str, Text], **options: Any) -> fields.Field[Any]:
    """A field for an author's `RecordSchema`: at most `longest` characters, and as the rules say.

    A rule is a regular expression, which must match from the beginning, and why a text is refused
    that does not: `plain_text(11, (r"[0-9]{11}\\Z", Text("应为 11 位数字。", "11 digits are wanted.")))`.
    """
    column = TextColumn(name="", max_length=longest)
    own = [Saying(validate.Regexp(pattern), why) for pattern, why in rules]
    messages = {key: MESSAGES[key] for key in ("required", "null")}
    return column.rule(validate=[*column.validators(), *own], error_messages=messages, **options)


class Checker:
    """Gives verdicts on columns of one collection's values."""

    def __init__(
        self, columns: Mapping[str, Column], own: type[RecordSchema] | None = None
    ) -> None:
        self.columns, self._own = columns, own or RecordSchema
        self.by_row = any(self._own._hooks.values())
        for name, column in columns.items():
            column.own_rules = name in self._own._declared_fields

    @cached_property
    def schema(self) -> Schema:
        """The author's with what it derives; made when it is first asked, for most only pass sound columns."""
        derived = {
            name: column.rules() for name, column in self.columns.items() if not column.own_rules
        }
        schema: Schema = type("Derived", (self._own,), dict(derived))()
        return schema

    @cached_property
    def _fields(self) -> dict[str, fields.Field[Any]]:
        engines = {name: column.rules() for name, column in ENGINES.items()}
        return engines | self.schema.fields

    def check(
        self, names: Sequence[str], values: Sequence[list[Value]], *, whole: bool
    ) -> tuple[list[list[Value]], dict[int, Reasons]]:
        """Return the columns as they are to be stored and, by row, why some may not be.

        `values` holds one column for each of `names`, all of one length. A whole record must
        also hold every field that has neither null nor default.
        """
        bad: dict[int, Reasons] = {}
        checked: list[list[Value]] = []
        for name, column in zip(names, values, strict=True):
            known = self.columns.get(name) or ENGINES.get(name)
            if known is None:
                checked.append(_check_unknown(name, column, bad))
            elif known.passes(column):
                checked.append(column)
            else:
                checked.append(self._check_each(known, column, bad))
        if whole:
            self._check_missing(names, len(values[0]) if values else 0, bad)
        if self.by_row:
            self._check_rows(names, checked, bad, partial=not whole)
        return checked, bad

    def check_one(self, values: Mapping[str, Value], *, whole: bool) -> tuple[Values, Reasons]:
        """The verdict on one record's values."""
        columns, bad = self.check(list(values), [[value] for value in values.values()], whole=whole)
        if whole and not values:
            self._check_missing((), 1, bad)  # no column tells that there is a row
        return {name: column[0] for name, column in zip(values, columns, strict=True)}, bad.get(
            0, {}
        )

    def _check_each(
        self, column: Column, values: Sequence[Value], bad: dict[int, Reasons]
    ) -> list[Value]:
        field = self._fields[column.name]
        checked = []
        for place, value in enumerate(values):
            try:
                checked.append(column.to_wire(field.deserialize(value, column.name, {})))
            except ValidationError as error:
                bad.setdefault(place, {})[column.name] = _sentences(error.messages)
                checked.append(value)
        return checked

    def _check_missing(self, names: Sequence[str], rows: int, bad: dict[int, Reasons]) -> None:
        for name, field in self.schema.fields.items():
            if field.required and name not in names:
                for place in range(rows):
                    bad.setdefault(place, {})[name] = [MESSAGES["required"]]

    def _check_rows(
        self,
        names: Sequence[str],
        values: Sequence[Sequence[Value]],
        bad: dict[int, Reasons],
        *,
        partial: bool,
    ) -> None:
        for place, row in enumerate(zip(*values, strict=True)):
            if place in bad:
                continue
            known = {
                name: value for name, value in zip(names, row, strict=True) if name in self.columns
            }
            messages = self.schema.validate(known, partial=partial)
            if messages:
                bad[place] = {str(name): _sentences(why) for name, why in messages.items()}


def _check_unknown(name: str, values: list[Value], bad: dict[int, Reasons]) -> list[Value]:
    for place, value in enumerate(values):
        try:
            fits = len(orjson.dumps(value)) <= UNKNOWN_FIELD_BYTES
        except (TypeError, ValueError):
            fits = False
        if not fits or not _is_plain(value):
            bad.setdefault(place, {})[name] = [MESSAGES["invalid"]]
    return values


def _is_plain(value: Value, depth: int = 0) -> bool:
    """Whether an unknown field's value holds no float and no NUL and nests at most DEPTH levels."""
    if isinstance(value, str):
        return can_be_kept(value)
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list):
        return depth < DEPTH and all(_is_plain(each, depth + 1) for each in value)
    return not isinstance(value, float)


def _sentences(messages: object) -> list[Text]:
    if isinstance(messages, dict):
        return [sentence for each in messages.values() for sentence in _sentences(each)]
    if isinstance(messages, list):
        return [sentence for each in messages for sentence in _sentences(each)]
    return [messages if isinstance(messages, Text) else Text.of(str(messages))]

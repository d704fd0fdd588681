"""The marshmallow schema of a collection, derived from its model: one source of truth.

`Checker` gives a whole column its verdict. It asks `Column.passes` first; only a column that
does not pass as a whole goes through marshmallow value by value. An author extends the schema
by `Meta.schema`, a `RecordSchema` whose declared fields and validators win over the derived.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from marshmallow import INCLUDE, Schema, ValidationError, fields, validate

from hongxian.kinds.columns import (
    ENGINES,
    IS_ID,
    LARGEST_INTEGER,
    MOMENTS,
    SMALLEST_INTEGER,
    Column,
    can_be_kept,
    have_shape,
)
from hongxian.quota import is_state

Reasons = dict[str, list[str]]
"""Why a record is refused: sentences by field, Chinese then English."""

_MESSAGES = {
    "required": "必须填写。Required.",
    "null": "不能为空。May not be empty.",
    "invalid": "格式不对。Not valid.",
}
_NOT_WHOLE = "应为整数。Not a whole number."
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
    between = validate.Range(
        smallest, largest, error="应为 {min} 到 {max} 的整数。A whole number from {min} to {max}."
    )
    messages: dict[str, Any] = {**_MESSAGES, "invalid": _NOT_WHOLE}
    return fields.Integer(strict=True, validate=between, error_messages=messages, **options)


class _Text(fields.String):
    default_error_messages = {
        "invalid": "应为文字。Not text.",
        "nul": "含有不能保存的字符。Contains a character that cannot be kept.",
    }

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        if not can_be_kept(text):
            raise self.make_error("nul")
        return text


class _Moment(fields.Field):  # type: ignore[type-arg]
    """Dates and times stay the text that travels, once they are known to be real."""

    default_error_messages = {
        "date": "不是有效日期（如 2023-03-01）。Not a date such as 2023-03-01.",
        "datetime": "不是有效时刻（如 2023-03-01 08:30:00）。Not a moment such as 2023-03-01 08:30:00.",
        "time": "不是有效时间（如 08:30:00）。Not a time such as 08:30:00.",
    }

    def __init__(self, kind: str, **options: Any) -> None:
        self.kind = kind
        super().__init__(**options)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        shape, parse = MOMENTS[self.kind]
        if not isinstance(value, str) or not have_shape([value], shape):
            raise self.make_error(self.kind)
        try:
            parse(value)
        except ValueError:
            raise self.make_error(self.kind) from None
        return value


class _Boolean(fields.Boolean):
    default_error_messages = {"invalid": "应为是或否。Not true or false."}
    truthy = {True}
    falsy = {False}


class _State(fields.Field):  # type: ignore[type-arg]
    """The JSON state of a Tally, Members or Quota."""

    default_error_messages = {"invalid": "计数或集合的格式不对。Not the state of a tally or set."}

    def __init__(self, kind: str, **options: Any) -> None:
        self.kind = kind
        super().__init__(**options)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, dict) or not all(map(_SHAPE_OF_STATE[self.kind], value.items())):
            raise self.make_error("invalid")
        return value


def _is_share(item: tuple[Any, Any]) -> bool:
    device, counts = item
    return (
        isinstance(device, str)
        and device.isascii()
        and device.isdigit()
        and len(device) <= 5
        and isinstance(counts, list)
        and len(counts) in (2, 4)
        and all(type(count) is int and 0 <= count <= LARGEST_INTEGER for count in counts)
        and all(before <= after for before, after in zip(counts[2:], counts, strict=False))
    )


def _is_member(item: tuple[Any, Any]) -> bool:
    member, stamps = item
    return (
        isinstance(member, str)
        and 0 < len(member) <= 80
        and can_be_kept(member)
        and isinstance(stamps, list)
        and len(stamps) == 2
        and all(
            isinstance(each, list)
            and all(type(s) is int and 0 < s <= LARGEST_INTEGER for s in each)
            for each in stamps
        )
    )


_SHAPE_OF_STATE = {"tally": _is_share, "members": _is_member, "quota": is_state}


def field_of(column: Column) -> fields.Field[Any]:
    """The marshmallow field that a column derives."""
    options: dict[str, Any] = {
        "required": column.required,
        "allow_none": column.null,
        "error_messages": {key: _MESSAGES[key] for key in ("required", "null")},
        "validate": list(_validators(column)),
    }
    if column.kind == "text":
        return _Text(**options)
    if column.kind == "int":
        options["error_messages"]["invalid"] = _NOT_WHOLE
        options["error_messages"]["too_large"] = "数太大。Too large."
        return fields.Integer(strict=True, **options)
    if column.kind == "bool":
        return _Boolean(**options)
    if column.kind in MOMENTS:
        return _Moment(column.kind, **options)
    return _State(column.kind, **options)


def _validators(column: Column) -> Any:
    if column.kind == "text":
        yield validate.Length(
            max=column.max_length,
            error=f"最多 {column.max_length} 个字。At most {column.max_length} characters.",
        )
    if column.kind == "int":
        yield validate.Range(
            SMALLEST_INTEGER, LARGEST_INTEGER, error="数超出 64 位范围。Beyond a 64-bit number."
        )
    if column.reference is not None:
        yield validate.Regexp(
            IS_ID.pattern + r"\Z",
            error=f"不是 {column.reference} 的编号。Not the id of a {column.reference}.",
        )
    if column.choices:
        known = "、".join(str(value) for value, _ in column.choices)
        known = known.replace("{", "{{").replace("}", "}}")  # marshmallow formats the message
        yield validate.OneOf(
            [value for value, _ in column.choices],
            error=f"只能是：{known}。Must be one of: {known}.",
        )


class Checker:
    """Gives verdicts on columns of one collection's values."""

    def __init__(
        self, columns: Mapping[str, Column], own: type[RecordSchema] | None = None
    ) -> None:
        self.columns = columns
        derived = {
            name: field_of(column)
            for name, column in columns.items()
            if own is None or name not in own._declared_fields
        }
        self.schema = type("Derived", (own or RecordSchema,), dict(derived))()
        engines = {name: field_of(column) for name, column in ENGINES.items()}
        self._fields = engines | self.schema.fields
        self.by_row = any(self.schema._hooks.values())
        for name, column in columns.items():
            column.own_rules = name not in derived

    def check(
        self, names: Sequence[str], values: Sequence[Sequence[Any]], *, whole: bool
    ) -> tuple[list[Sequence[Any]], dict[int, Reasons]]:
        """Return the columns as they are to be stored and, by row, why some may not be.

        `values` holds one column for each of `names`, all of one length. A whole record must
        also hold every field that has neither null nor default.
        """
        bad: dict[int, Reasons] = {}
        checked: list[Sequence[Any]] = []
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

    def check_one(
        self, values: Mapping[str, Any], *, whole: bool
    ) -> tuple[dict[str, Any], Reasons]:
        """The verdict on one record's values."""
        columns, bad = self.check(list(values), [[value] for value in values.values()], whole=whole)
        if whole and not values:
            self._check_missing((), 1, bad)  # no column tells that there is a row
        return {name: column[0] for name, column in zip(values, columns, strict=True)}, bad.get(
            0, {}
        )

    def _check_each(
        self, column: Column, values: Sequence[Any], bad: dict[int, Reasons]
    ) -> list[Any]:
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
                    bad.setdefault(place, {})[name] = [_MESSAGES["required"]]

    def _check_rows(
        self,
        names: Sequence[str],
        values: Sequence[Sequence[Any]],
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


def _check_unknown(name: str, values: Sequence[Any], bad: dict[int, Reasons]) -> Sequence[Any]:
    for place, value in enumerate(values):
        try:
            fits = len(orjson.dumps(value)) <= UNKNOWN_FIELD_BYTES
        except (TypeError, ValueError):
            fits = False
        if not fits or not _is_plain(value):
            bad.setdefault(place, {})[name] = [_MESSAGES["invalid"]]
    return values


def _is_plain(value: Any, depth: int = 0) -> bool:
    """Whether an unknown field's value holds no float and no NUL and nests at most DEPTH levels."""
    if isinstance(value, str):
        return can_be_kept(value)
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list):
        return depth < DEPTH and all(_is_plain(each, depth + 1) for each in value)
    return not isinstance(value, float)


def _sentences(messages: Any) -> list[str]:
    if isinstance(messages, dict):
        return [sentence for each in messages.values() for sentence in _sentences(each)]
    return [str(each) for each in messages] if isinstance(messages, list) else [str(messages)]

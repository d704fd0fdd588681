"""Messages and pages as JSON Schema: apispec reads marshmallow's fields; the rest is told here."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import Any  # Any: apispec's and marshmallow's

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import fields, validate

from hongxian.wire.message import Message, Word
from hongxian.wire.page import COLUMNS, PAGE_ROWS, PageKind
from hongxian.words.values import JsonObject


def describe_messages(spec: APISpec, plugin: MarshmallowPlugin) -> None:
    """Describe every message, and the pages behind it."""
    converter: Any = plugin.converter
    for further in (_tuple, _members, _pattern, _words):
        converter.add_attribute_function(further)
    for name, kind in _kinds(Message).items():
        if name not in spec.components.schemas:  # as a part of another
            spec.components.schema(name, schema=kind.schema())
    for (schema, *_), name in converter.refs.items():
        spec.components.schemas[name]["description"] = inspect.cleandoc(schema.__doc__)
    spec.components.schema("Page", _page())


def name_of(schema: Any) -> str:
    """A message's schema is called as its dataclass is."""
    return str(schema.makes.__name__)


def _tuple(converter: Any, field: fields.Field[Any], **_: object) -> JsonObject:
    """A tuple is a list of so many, each of its own kind."""
    if not isinstance(field, fields.Tuple):
        return {}
    parts = [converter.field2property(each) for each in field.tuple_fields]
    size = {"minItems": len(parts), "maxItems": len(parts)}
    kind: object = ["array", "null"] if field.allow_none else "array"
    return {"type": kind, "prefixItems": parts, **size}


def _members(converter: Any, field: fields.Field[Any], ret: JsonObject, **_: object) -> JsonObject:
    """An object has at most so many members, and their names are as they must be."""
    if not isinstance(field, fields.Dict):
        return {}
    names = converter.field2property(field.key_field) if field.key_field else {}
    told = {"maxProperties": ret.pop("maxLength", None), "propertyNames": names}
    return {name: each for name, each in told.items() if each}


def _pattern(converter: Any, field: fields.Field[Any], **_: object) -> JsonObject:
    """JSON Schema's patterns begin and end otherwise than Python's."""
    for check in field.validators:
        if isinstance(check, validate.Regexp):
            return {"pattern": "^" + str(check.regex.pattern).replace(r"\Z", "$")}
    return {}


def _words(converter: Any, field: fields.Field[Any], ret: JsonObject, **_: object) -> JsonObject:
    """Each word that a field may hold says what it means."""
    if not isinstance(field, fields.Enum):
        return {}
    words: list[Word] = list(field.enum.__members__.values())
    return {"description": _listed(ret["description"], words)}


def _listed(says: str, words: Iterable[Word]) -> str:
    return "\n".join([says, "", *(f"- `{word}`: {word.says}" for word in words)])


def _kinds(root: type[Message]) -> dict[str, type[Message]]:
    kinds: dict[str, type[Message]] = {}
    for kind in root.__subclasses__():
        kinds |= {kind.__name__: kind, **_kinds(kind)}
    return kinds


def _page() -> JsonObject:
    column: JsonObject = {"type": "array", "maxItems": PAGE_ROWS}
    return {
        "type": "object",
        "description": "Rows of one collection, by columns of equal length.",
        "required": ["collection", "kind", "rows", "columns", "values"],
        "properties": {
            "collection": {"type": "string", "description": "Whose rows."},
            "kind": {
                "type": "string",
                "enum": [str(kind) for kind in PageKind],
                "description": _listed("What the rows are.", PageKind),
            },
            "rows": {
                "type": "integer",
                "minimum": 0,
                "maximum": PAGE_ROWS,
                "description": "How many.",
            },
            "columns": {
                "type": "array",
                "items": {"type": "string"},
                "minItems": 1,
                "maxItems": COLUMNS,
                "uniqueItems": True,
                "description": "The columns' names.",
            },
            "values": {
                "type": "array",
                "items": column,
                "description": "A list of values for each column, in order.",
            },
            "scope": {"type": "string", "default": "", "description": "Whose records, of rows."},
            "replaced": {
                "type": "array",
                "items": column,
                "description": "Of edits: for each changed field, the stamps that it had before.",
            },
        },
    }

"""What is told by scope and collection: cursors, and what digests sum up.

Each round tells hundreds of them. So what is plainly right is taken at one look, some twenty times
as fast; on all else marshmallow has the word, and its fields say what is right.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from marshmallow import validate
from marshmallow.fields import Dict

from hongxian.model.circle import MOST_CIRCLES
from hongxian.wire.digest import Total
from hongxian.wire.message import LARGEST, integer, part, short
from hongxian.words.values import Json

Cursors = dict[str, dict[str, int]]
"""`{scope: {collection: seq}}`."""
KINDS = 500
"""Collections in a scope that one message tells of."""
SCOPES = KINDS + MOST_CIRCLES
"""Scopes that one message tells of."""


def moved(cursors: Cursors, told: Cursors) -> Cursors:
    """Cursors after what was told of some of them."""
    return {
        scope: {**cursors.get(scope, {}), **told.get(scope, {})}
        for scope in cursors.keys() | told.keys()
    }


class SeqsByScope(Dict):
    """A field that holds cursors."""

    def __init__(self) -> None:
        few, scopes = validate.Length(max=KINDS), validate.Length(max=SCOPES)
        super().__init__(short(), Dict(short(), integer(), validate=few), validate=scopes)

    def _deserialize(self, value: Json, *args: Any, **more: Any) -> Any:  # Any: marshmallow's
        if _is_by_scope(value, lambda seq: type(seq) is int and 0 <= seq <= LARGEST):
            return value
        return super()._deserialize(value, *args, **more)  # type: ignore[no-untyped-call]


class TotalsByScope(Dict):
    """A field that holds `digest.Totals`, or nothing."""

    def __init__(self) -> None:
        few, scopes = validate.Length(max=KINDS), validate.Length(max=SCOPES)
        super().__init__(
            short(), Dict(short(), part(Total), validate=few), validate=scopes, allow_none=True
        )

    def _deserialize(self, value: Json, *args: Any, **more: Any) -> Any:  # Any: marshmallow's
        if _is_by_scope(value, _is_total):
            return {
                scope: {name: Total(**each) for name, each in held.items()}
                for scope, held in value.items()
            }
        return super()._deserialize(value, *args, **more)  # type: ignore[no-untyped-call]


def _is_total(value: object) -> bool:
    return (
        type(value) is dict
        and value.keys() == {"count", "sum"}
        and type(value["count"]) is int
        and 0 <= value["count"] <= LARGEST
        and type(value["sum"]) is str
        and len(value["sum"]) == 16
    )


def _is_by_scope(value: object, is_sound: Callable[[object], bool]) -> bool:
    return (type(value) is dict and len(value) <= SCOPES) and all(
        type(scope) is str
        and 0 < len(scope) <= 80
        and type(held) is dict
        and len(held) <= KINDS
        and all(
            type(name) is str and 0 < len(name) <= 80 and is_sound(each)
            for name, each in held.items()
        )
        for scope, held in value.items()
    )

"""What is kept as the state of a merge: JSON of which changes carry parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar  # Any: peewee's and marshmallow's options

import orjson
import peewee
from marshmallow import fields

from hongxian.kinds.column import Column, Stored
from hongxian.merges.merge import Merge, State
from hongxian.text import Text
from hongxian.words.values import Value


@dataclass
class Moving:
    """One record's field whose unsent changes follow what is agreed, perhaps as another incarnation's."""

    old: int
    new: int
    held: Callable[[], Mapping[str, Value]]
    """The state without any unsent change."""
    uncovered: int = 0
    """What was spent under rights that stay with the old one."""
    _now: dict[str, Value] = field(default_factory=dict)

    def entry(self, key: str, usual: Value) -> Value:
        """What the state keeps under a key, once what was moved so far is in it."""
        if key not in self._now:
            self._now[key] = self.held().get(key, usual)
        return self._now[key]

    def put(self, key: str, entry: Value) -> None:
        """What it keeps from here on."""
        self._now[key] = entry


@dataclass
class MergeStateColumn(Column):
    """A column of states, each `{key: what the merge keeps of it}`; None is the empty one."""

    stored: ClassVar[Stored] = Stored.AS_JSON
    is_sortable: ClassVar[bool] = False
    merging: ClassVar[Merge]
    """The merge whose states these are."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.merge = self.merging

    @staticmethod
    def is_entry(item: tuple[object, object]) -> bool:
        """Whether a key and what is kept of it are sound, in a state or in a change's part."""
        raise NotImplementedError

    @classmethod
    def is_state(cls, value: object) -> bool:
        """Whether a value has the shape of such a state or of a change's part."""
        return isinstance(value, dict) and all(map(cls.is_entry, value.items()))

    def all_sound(self, types: set[type], values: Sequence[Value]) -> bool:
        return not self.values_allowed and all(map(self.is_state, values))

    def rule(self, **options: Any) -> fields.Field[Any]:
        return _State(self.is_state, **options)

    def part(self, held: Value, value: Value, owner: int) -> Value:
        return value if isinstance(value, dict) else self._part(held, value, owner)

    def _part(self, held: Value, value: Value, owner: int) -> State:
        """The part of the state `held` that changes, for its value to become this one."""
        raise NotImplementedError

    @staticmethod
    def standing(state: Value) -> Value:
        """What a state stands for: a number or a frozenset."""
        raise NotImplementedError

    def plain(self, value: Value) -> Value:
        return self.standing(value)

    def differs(self, held: Value, value: Value) -> bool:
        return bool(self.standing(held) != value)

    def part_again(self, held: Value, wanted: Value, parts: Sequence[Value], owner: int) -> Value:
        return self._part(held, self.standing(wanted), owner)

    def own_part(self, held: Value, owner: int) -> Value:
        return self._part({}, self.standing(held), owner)

    def taken_back(self, parts: Sequence[State]) -> Value:
        """What is to be written to undo changes that had these parts; None where nothing can."""
        return None

    @classmethod
    def moved(cls, part: State, moving: Moving) -> State:
        """An unsent change's part as it follows those before it."""
        raise NotImplementedError

    @classmethod
    def pass_over(cls, part: State, moving: Moving) -> None:
        """Take note of a part that the hub has of the old incarnation: later ones follow it."""

    def default_on_wire(self) -> Value:
        return {}

    def to_database(self, postgres: bool) -> Callable[[Sequence[Value]], Sequence[Value]] | None:
        return _dump_json

    def from_database(self, postgres: bool) -> Callable[[Sequence[Value]], Sequence[Value]] | None:
        return _load_json


class MergeStateField(peewee.TextField):  # type: ignore[misc]
    """Keeps a merge's state as JSON text; a kind's own field shows the value that it stands for."""

    def db_value(self, value: Value) -> Value:
        if value is None or isinstance(value, str):
            return value
        # A default, which a later release gives to the rows that are there, is the empty state.
        return orjson.dumps(value if isinstance(value, dict) else {}).decode()


class _State(fields.Field):  # type: ignore[type-arg]
    default_error_messages: dict[str, Any] = {
        "invalid": Text("计数或集合的格式不对。", "Not the state of a tally or set.")
    }

    def __init__(self, is_state: Callable[[object], bool], **options: Any) -> None:
        self.is_state = is_state
        super().__init__(**options)

    def _deserialize(self, value: object, attr: object, data: object, **kwargs: object) -> Value:
        if not self.is_state(value):
            raise self.make_error("invalid")
        return value


def _dump_json(values: Sequence[Value]) -> list[Value]:
    return [None if value is None else orjson.dumps(value).decode() for value in values]


def _load_json(values: Sequence[Value]) -> list[Value]:
    return [None if value is None else orjson.loads(value) for value in values]

"""Records as people and programs read them: totals and sets for states, names for numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hongxian.collections.builtin import THE_KEEPER, WHOLE_COMMUNITY
from hongxian.collections.collection import Collection
from hongxian.collections.directory import Directory
from hongxian.collections.local_time import zoned_moment
from hongxian.doubles import Doubles
from hongxian.kinds.boolean import NO, YES
from hongxian.kit.typed import ComputedValues
from hongxian.model.circle import CIRCLE_TITLE, team_of_circle
from hongxian.model.record import COMMUNITY, KEEPER
from hongxian.model.row import DELETED, SCOPE, WRITTEN_BY, Row
from hongxian.model.stamp import milliseconds_of
from hongxian.text import LISTED, NOTHING, Text, joined
from hongxian.words.values import JsonObject, Value
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica

EMPTY = Text("（空）", "(empty)")


def plain_value(collection: Collection | None, name: str, value: Value) -> Value:
    """A field's value for a program: a tally's total, a set's members in order."""
    column = collection.column(name) if collection else None
    return column.plain(value) if column is not None else value


def record_as_json(collection: Collection, row: Row) -> JsonObject:
    """A record for a program: the engine's parts and every field, side by side."""
    parts = {"id": row.id, "scope": row.scope, "deleted": row.deleted, "seq": row.seq}
    return {
        **parts,
        **{
            name: plain_value(collection, name, value)
            for name, value in row.values.items()
            if name not in (SCOPE, DELETED)
        },
    }


def shown_value(collection: Collection | None, name: str, value: Value) -> Text:
    """A field's value for a person, in one line."""
    return shown_plain(collection, name, plain_value(collection, name, value))


def shown_plain(collection: Collection | None, name: str, value: Value) -> Text:
    """The same for a value that `plain_value` has been over."""
    column = collection.column(name) if collection else None
    if column is not None:
        return column.shown(value)
    if value is None:
        return NOTHING
    if isinstance(value, Text):
        return value
    if isinstance(value, bool):
        return YES if value else NO
    return joined(value, LISTED) if isinstance(value, list) else Text.of(str(value))


def label_of(collection: Collection | None, name: str) -> Text:
    """A field's name for a person."""
    if name in _ENGINE_LABELS:
        return _ENGINE_LABELS[name]
    column = collection.column(name) if collection else None
    return column.label if column else Text.of(name)


_ENGINE_LABELS = {
    SCOPE: Text("团队", "team"),
    DELETED: Text("已删除", "deleted"),
    WRITTEN_BY: Text("填写人", "written by"),
    "id": Text("编号", "id"),
}


def names_of(replica: Replica, collection_name: str, ids: Iterable[str | None]) -> dict[str, str]:
    """What people call records of a collection, which may be one that no plugin here brings."""
    collection = replica.collections.get(collection_name)
    if collection is None:
        return {}
    doubles, wanted = Doubles(collection.name), {each for each in ids if each}
    names = collection.names_of(map(doubles.first, wanted))
    return {id: name for id in wanted if (name := names.get(doubles.first(id)))}


class Shower:
    """Shows many rows of one collection, with the records that they refer to by name."""

    def __init__(self, replica: Replica, collection: Collection, rows: Sequence[Row]) -> None:
        self._collection = collection
        self._computed = ComputedValues(replica, collection)
        self._teams = team_names(replica)
        self._names = {
            name: names_of(replica, column.reference, (row.values.get(name) for row in rows))
            for name, column in collection.columns.items()
            if column.reference is not None
        }

    def field(self, row: Row, name: str) -> Text | str:
        """One field of one row."""
        value = row.values.get(name)
        if name == SCOPE:
            usual = CIRCLE_TITLE if team_of_circle(row.scope) else row.scope
            return self._teams.get(row.scope, usual)
        if name in self._collection.computed:
            value = self._computed.of(row, name)
        if name in self._names:
            return self._names[name].get(value or "", value or "")
        return shown_value(self._collection, name, value)


def team_names(replica: Replica) -> dict[str, Text | str]:
    """The names of scopes: this laptop's teams and the community."""
    return {COMMUNITY: WHOLE_COMMUNITY, KEEPER: THE_KEEPER, **replica.teams()}


class Makers(Directory):
    """Who wrote under a stamp, and when, as this laptop calls them."""

    def __init__(self) -> None:
        super().__init__()
        state = LaptopState.read()
        if state.incarnation not in self.called:
            self.called[state.incarnation] = (state.number, _THIS)

    def of_stamp(self, stamp: int) -> JsonObject:
        """`{"device", "who", "at"}` of a stamp; `at` is ISO 8601."""
        number, who = self.who_wrote(stamp)
        return {"device": number, "who": who, "at": moment(milliseconds_of(stamp))}


_THIS = Text("本机", "this laptop")


def moment(milliseconds: int | None) -> str | None:
    """A time since 1970 in ISO 8601, as the community's time tells it, whatever this machine's zone is."""
    if milliseconds is None:
        return None
    try:
        return zoned_moment(milliseconds).isoformat("T", "seconds")
    except (OverflowError, ValueError, OSError):
        return None  # a clock may be wrong by more years than the calendar has


def shown_moment(iso: str | None) -> str:
    """2023-03-01 08:30, for people."""
    return iso[:16].replace("T", " ") if iso else "—"

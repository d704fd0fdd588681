"""Doubles: records that were entered twice are joined by an alias, and nothing is moved.

The smallest id of a group stands for it, on whatever laptop and in whatever order it was joined;
what refers to any of them stays as it is, and taking the alias back undoes all of it.
"""

from __future__ import annotations

from collections.abc import Iterable

from hongxian.collections.builtin import Alias
from hongxian.collections.collection import Collection
from hongxian.collections.groups import Doubles, canonical, group
from hongxian.collections.store_protocol import PresentStore, present_store
from hongxian.errors import RecordUnknown, Refused
from hongxian.kinds.column import Column
from hongxian.kit.groups import group_seen
from hongxian.kit.rules.own import OTHER_SCOPE, alias_id
from hongxian.model.row import DELETED, SCOPE
from hongxian.plugins.joining import Twice, joining
from hongxian.text import Text

__all__ = [
    "Doubles",
    "Twice",
    "canonical",
    "group",
    "group_seen",
    "join_doubles",
    "joining",
    "part_doubles",
    "takable",
]

_ITSELF = Text("这是同一条记录。", "That is the same record.")
_NOT_TAKEN = Text("没有这样一栏可以取过来：{name}。", "No field to take from the other: {name}.")


def takable(collection: Collection) -> dict[str, Column]:
    """The fields that one of two doubles may take from the other: not states, amounts and files."""
    states = {each.name for each in collection.states}
    return {
        name: column
        for name, column in collection.shown.items()
        if name not in states
        and not column.read_only
        and column.widget != "file"
        and (column.is_of_several or not column.merge.keeps_both)
    }


def join_doubles(name: str, one: str, other: str, take: Iterable[str] = ()) -> None:
    """Say that two records are of one person or thing; raises `Refused`, `RecordUnknown`.

    The one that stands for them takes from the `other` what these fields hold there; to a set that is added.
    """
    store = present_store()
    collection = store.collection(name)
    giver = other
    one, other = sorted((one, other))
    if one == other:
        raise Refused(_ITSELF)
    with store.transaction():
        rows = collection.rows_by_id([one, other])
        for id in (one, other):
            if id not in rows or rows[id].deleted:
                raise RecordUnknown(id=id, collection=collection.name)
        if rows[one].scope != rows[other].scope:
            raise Refused(OTHER_SCOPE)
        id = alias_id(collection.name, one, other)
        if Alias.with_deleted().where(Alias.id == id).exists():
            told = {DELETED: False, "collection": collection.name, "one": one, "other": other}
            store.edit(Alias, {id: told})
        else:
            told = {"collection": collection.name, "one": one, "other": other}
            store.create(Alias, [{"id": id, SCOPE: rows[one].scope, **told}])
        _take(store, collection, giver, set(take))


def _take(store: PresentStore, collection: Collection, giver: str, names: set[str]) -> None:
    """Write what these fields hold in one of a group into the record that stands for it."""
    columns, stands = takable(collection), canonical(collection.name, giver)
    for name in sorted(names - columns.keys()):
        raise Refused(_NOT_TAKEN.format(name=name))
    if not names or stands == giver:
        return
    held, given = (collection.model.get_by_id(each) for each in (stands, giver))
    values = {
        name: held_value | given_value if columns[name].is_of_several else given_value
        for name in names
        for held_value, given_value in [(getattr(held, name), getattr(given, name))]
        if held_value != given_value
    }
    if values:
        store.edit(collection.model, {stands: values})


def part_doubles(name: str, id: str) -> int:
    """Take back that a record is joined with others; returns with how many it was."""
    touches = (Alias.one == id) | (Alias.other == id)
    return int(Alias.delete().where((Alias.collection == name) & touches).execute())

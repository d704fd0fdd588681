"""Erasing single fields: the record stays, what stood in them goes from row, journal and conflicts."""

from __future__ import annotations

from collections.abc import Iterable

from hongxian.collections.builtin import Conflict, erased_part
from hongxian.collections.collection import Collection
from hongxian.errors import Refused, UnknownField
from hongxian.files import named_in
from hongxian.merges.merge import LATEST
from hongxian.model.row import Change, Key
from hongxian.text import Text
from hongxian.words.values import Value
from hongxian.writing.capture import Transaction, Written
from hongxian_server.history.forgetting import forget_parts_with, forget_records
from hongxian_server.hub import Hub

Fields = dict[Key, set[str]]
"""By record the fields of it."""


def empty_fields(hub: Hub, transaction: Transaction, keys: Iterable[Key]) -> None:
    """Empty the fields among what is to be erased, as a write of the hub's own that no plugin is asked about."""
    for (name, id), fields in _fields_of(keys).items():
        collection = hub.collections.get(name)
        row = collection.rows_by_id([id]).get(id) if collection else None
        if collection is None or row is None or row.deleted:
            continue
        values = {
            field: blank_of(collection, field) for field in fields & collection.columns.keys()
        }
        values = {field: blank for field, blank in values.items() if row.values.get(field) != blank}
        if values:
            seen = {field: row.stamp_of(field) for field in values}
            hub.take(collection, Written([Change(id, transaction.stamp(), values, seen)], {}))


def forget_fields(hub: Hub, keys: Iterable[Key]) -> None:
    """Let go of what journal, conflicts and files have of fields, inside the caller's commit."""
    fields = _fields_of(keys)
    if not fields:
        return
    about = Conflict.select().where(Conflict.record.in_([id for _, id in fields]))
    conflicts = [each.id for each in about if _tells_of(hub, each, fields)]
    if conflicts:
        hub.delete(Conflict, conflicts)
        forget_records({(Conflict._meta.collection, id) for id in conflicts})
    forget_parts_with(fields)
    for name, id in fields:
        collection = hub.collections.get(name)
        row = collection.rows_by_id([id]).get(id) if collection else None
        if collection and row:
            hub.files.keep_only((name, id), named_in(collection, row))


def _tells_of(hub: Hub, conflict: Conflict, fields: Fields) -> bool:
    """Whether a conflict is about any of these fields, or a group with one."""
    collection = hub.collections.get(conflict.collection)
    named = (collection.groups if collection else {}).get(conflict.field, (conflict.field,))
    return not fields.get((conflict.collection, conflict.record), set()).isdisjoint(named)


def refuse_unless_erasable(collection: Collection, field: str) -> None:
    """Raise `UnknownField`, or `Refused` for a field that cannot be emptied."""
    if field not in collection.columns:
        raise UnknownField(collection=collection.name, name=field, known=list(collection.columns))
    column = collection.columns[field]
    if column.merge != LATEST or not (column.null or column.default is not None):
        raise Refused(detail=_CANNOT_BE_EMPTY.format(field=column.label))


_CANNOT_BE_EMPTY = Text(
    "“{field}”不能单独清空；请删整条记录。", "“{field}” cannot be emptied alone; erase the record."
)


def title_of(hub: Hub, what: str) -> Text:
    """What people call what was erased, as far as its plugin is here."""
    name, field = erased_part(what)
    title, collection = Text.of(hub.title_of(name)), hub.collections.get(name)
    column = collection.columns.get(field) if collection else None
    if not field:
        return title
    return Text.of("{title}·{field}").format(title=title, field=column.label if column else field)


def blank_of(collection: Collection, field: str) -> Value:
    """What stands in a field of which nothing is to be known."""
    return None if collection.columns[field].null else collection.default_of(field)


def _fields_of(keys: Iterable[Key]) -> Fields:
    found: Fields = {}
    for what, id in keys:
        name, field = erased_part(what)
        if field:
            found.setdefault((name, id), set()).add(field)
    return found

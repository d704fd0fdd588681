"""Sending again what the hub refused: a correction joins the refused change and both go out as one.

A refused transaction goes again whole. Of each record it tells what is seen of the record now,
against what would be seen without the refused entries.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from hongxian.collections.collection import Collection
from hongxian.model.row import DELETED, SCOPE, Change, Key, Row
from hongxian.model.transaction_id import TransactionId
from hongxian.words.values import Value, Values
from hongxian_client.replica.unsent.outbox import Entry, EntryState, append, entries_of, remove
from hongxian_client.replica.unsent.rebase import base_rows, merged, rebase_records


def is_corrected(collection: Collection, change: Change, entries: Iterable[Entry]) -> bool:
    """Whether a change corrects what was refused of its record; spends are no corrections of spends."""
    refused = [entry.as_change() for entry in entries if entry.refused]
    return not change.values.keys() <= collection.quotas and any(
        each.whole or not each.values.keys() <= collection.quotas for each in refused
    )


def send_again(
    collections: Mapping[str, Collection],
    records: Iterable[Key],
    stamp: int,
    id: TransactionId,
    owner: int,
) -> None:
    """Put the refused transactions of these records into the outbox anew, as one under `stamp` and `id`.

    `owner` is the incarnation whose shares they are now.

    Inside the caller's transaction. Entries that bear the stamp already join in.
    """
    for name, record in _whole_transactions(records):
        collection = collections.get(name)
        own = entries_of(name, [record]).get(record, [])
        again = [each for each in own if each.refused or each.stamp == stamp]
        if collection is None or not again:
            continue
        others = [each for each in own if each not in again]
        joined = _joined(collection, again, others, stamp, owner)
        append(collection.database, name, [(change, id) for change in joined])
        remove(collection.database, [each.position for each in again])
        rebase_records(collection, [record])


def _whole_transactions(records: Iterable[Key]) -> list[Key]:
    """These records and all that refused transactions wrote together with them."""
    found: dict[Key, None] = {}
    waiting = list(records)
    while waiting:
        name, id = key = waiting.pop()
        if key in found:
            continue
        found[key] = None
        own = (Entry.collection == name) & (Entry.record == id)
        stamps = Entry.select(Entry.stamp).where(own & (Entry.state == EntryState.REFUSED))
        for each in Entry.select().where(Entry.stamp.in_(stamps)):
            waiting.append((each.collection, each.record))
    return list(found)


def _joined(
    collection: Collection,
    again: Sequence[Entry],
    others: Sequence[Entry],
    stamp: int,
    owner: int,
) -> list[Change]:
    """What stands for these entries of a record: one change, or its making and its deletion."""
    id = again[0].record
    held = base_rows(collection.name, [id]).get(id)
    # Only values are told of these two, not who made them.
    base = merged(collection, held, others, "")
    seen = merged(collection, held, sorted([*again, *others], key=lambda e: e.position), "")
    changes = [each.as_change() for each in again]
    values: Values = {}
    replaced: dict[str, int] = {}
    for change in changes:
        for name, value in change.values.items():
            values[name] = value
            replaced.setdefault(name, change.replaced.get(name, 0))
    whole = any(change.whole for change in changes)
    if seen is not None:
        values = {
            name: _last_said(collection, name, changes)
            if held and _is_covered(collection, name, held, seen)
            else _part(collection, name, base, seen, changes, owner)
            for name in values
        }
    if not whole:
        return [Change(id, stamp, values, replaced)]
    made = Change(id, stamp, values, whole=True)
    if not values.pop(DELETED, False):
        return [made]
    return [made, Change(id, stamp, {DELETED: True}, {DELETED: 0})]


def _is_covered(collection: Collection, name: str, held: Row, seen: Row) -> bool:
    """Whether what the hub has of a field is seen in the place of what was refused of it.

    Then the refused value goes out all the same, and the hub tells of the two: the other, sent
    again under a new stamp, would end it without a word. A scope is no such word: what has moved
    to another team meanwhile is not to be fetched back by the way.
    """
    column = collection.columns.get(name)
    is_word = column is not None and name != SCOPE and not column.merge.keeps_both
    return is_word and seen.stamp_of(name) == held.stamp_of(name)


def _last_said(collection: Collection, name: str, changes: Sequence[Change]) -> Value:
    """What these changes alone make of a field."""
    said = [(each.values[name], each.stamp) for each in changes if name in each.values]
    return max(said, key=lambda each: collection.rule_of(name).order(*each))[0]


def _part(
    collection: Collection,
    name: str,
    base: Row | None,
    seen: Row,
    changes: Sequence[Change],
    owner: int,
) -> Value:
    """A field's value; of a counter, a set or a quota, only what these changes did to it."""
    column, wanted = collection.columns.get(name), seen.values.get(name)
    if column is None:
        return wanted
    held = base.values.get(name) if base else None
    parts = [each.values[name] for each in changes if each.values.get(name)]
    return column.part_again(held, wanted, parts, owner)

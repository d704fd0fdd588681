"""Bases, and what is unsent rebased on top of them, as in git.

A record without unsent work is its own base, stamps and all. The first unsent change keeps a copy of it;
pulls then update the copy. The table holds what is seen, for people and plugins to read: the base with
what is pending merged on top, put there anew whenever either has changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import orjson
from peewee import CharField, CompositeKey, Model, TextField

from hongxian.collections.collection import Collection
from hongxian.merges.merge import Tally, TallyState
from hongxian.model.record import RecordMetadata
from hongxian.model.row import Change, RecordView, Row, merge_change, new_row
from hongxian.model.row_hash import rehash
from hongxian.storage.database import write_all
from hongxian_client.replica.laptop_state import LaptopId
from hongxian_client.replica.unsent.outbox import Entry, entries_of


class Base(Model):  # type: ignore[misc]
    """One record as the hub has it, as JSON, while unsent work lies over it."""

    collection = CharField(max_length=80)
    record = CharField(max_length=36)
    row = TextField()

    class Meta:
        model_metadata_class = RecordMetadata
        table_name = "hongxian_base"
        primary_key = CompositeKey("collection", "record")


def base_rows(collection: str, ids: Sequence[str]) -> dict[str, Row]:
    """The bases that are kept of these records."""
    if not ids:
        return {}
    condition, parameters = Base._meta.database.among("record", list(ids))
    sql = f"SELECT record, row FROM hongxian_base WHERE collection = ? AND {condition}"
    found = Base._meta.database.execute_sql(sql, (collection, *parameters)).fetchall()
    return {id: _load(text) for id, text in found}


def base_seqs(collection: str, ids: Sequence[str]) -> dict[str, int]:
    """The seqs of the bases that are kept of these records: of many, a row is long to read."""
    condition, parameters = Base._meta.database.among("record", list(ids))
    sql = f"SELECT record, row ->> 'seq' FROM hongxian_base WHERE collection = ? AND {condition}"
    return dict(Base._meta.database.execute_sql(sql, (collection, *parameters)).fetchall())


def keep_base(collection: str, rows: Iterable[Row]) -> None:
    """Keep these rows, in the place of what is kept of their records."""
    _put("REPLACE", collection, rows)


def begin_base(collection: str, rows: Iterable[Row]) -> None:
    """Keep the rows of those records of which nothing is kept yet: an edit is about to cover them."""
    _put("INSERT OR IGNORE", collection, rows)


def _put(how: str, collection: str, rows: Iterable[Row]) -> None:
    write_all(
        Base._meta.database,
        f"{how} INTO hongxian_base (collection, record, row) VALUES (?, ?, ?)",
        ((collection, row.id, _dump(row)) for row in rows),
    )


def forget_base(collection: str, ids: Sequence[str]) -> None:
    """Let copies go: the table's row is the base again."""
    if ids:
        condition, parameters = Base._meta.database.among("record", list(ids))
        sql = f"DELETE FROM hongxian_base WHERE collection = ? AND {condition}"
        Base._meta.database.execute_sql(sql, (collection, *parameters))


def _dump(row: Row) -> str:
    parts = {
        "id": row.id,
        "stamp": row.stamp,
        "values": row.values,
        "stamps": row.stamps,
        "seq": row.seq,
        "maker": row.maker,
        "hash": row.hash,
    }
    return orjson.dumps(parts).decode()


def _load(text: str) -> Row:
    return Row(**orjson.loads(text))


View = RecordView[Entry]


def rebase(
    collection: Collection, base: Row | None, entries: Sequence[Entry], laptop: str
) -> Row | None:
    """What is seen: the base with the entries merged on top; None when there is neither.

    Over a tombstone only that is seen: what it held, the hub alone can bring back.
    """
    return base.copy() if base and base.deleted else merged(collection, base, entries, laptop)


def merged(
    collection: Collection, base: Row | None, entries: Sequence[Entry], laptop: str
) -> Row | None:
    """What the entries make of a base, a tombstone too; `laptop` is this one's id."""
    local = base.copy() if base else None
    refused: list[tuple[str, TallyState]] = []
    for entry in entries:
        change = entry.as_change()
        if entry.refused:
            _leave_quotas_out(collection, change)
            refused += _counts_taken_out(collection, change)
        if local is not None:
            merge_change(local, change, collection.rule_of)
        elif change.whole:
            local = new_row(change, laptop)
    if local is not None:
        for name, part in refused:
            local.values[name] = Tally.and_also(local.values.get(name), part)
    return local


def _maker_in(entries: Mapping[str, Sequence[Entry]]) -> str:
    """Who made what is new among these entries; most edits are of what is not, and need not ask."""
    any_new = any(entry.whole for each in entries.values() for entry in each)
    return LaptopId.read().laptop if any_new else ""


def _leave_quotas_out(collection: Collection, change: Change) -> None:
    """What the hub refused to let this laptop spend or grant has not been spent or granted."""
    for name in collection.quotas & change.values.keys():
        if change.whole:
            change.values[name] = {}
        else:
            del change.values[name]


def _counts_taken_out(collection: Collection, change: Change) -> list[tuple[str, TallyState]]:
    """What a refused change counts. What is counted after it goes on from the same share, and is not it."""
    counts = [
        (name, part)
        for name, part in change.values.items()
        if part and isinstance(collection.rule_of(name), Tally)
    ]
    for name, _ in counts:
        change.values[name] = {}
    return counts


def views_of(collection: Collection, ids: Sequence[str]) -> dict[str, View]:
    """These records from all sides; those that are not here are left out."""
    rows = collection.rows_by_id(ids)
    entries = entries_of(collection.name, list(rows))
    bases = base_rows(collection.name, list(entries))
    laptop, found = _maker_in(entries), dict[str, View]()
    for id, row in rows.items():
        if id in entries:
            local = rebase(collection, bases.get(id), entries[id], laptop) or row
            found[id] = RecordView(bases.get(id), entries[id], local)
        else:
            found[id] = RecordView(row, (), row.copy())
    return found


def put_views(collection: Collection, views: Iterable[View]) -> None:
    """Put what is seen in the table, under the stamps of what is agreed.

    What nobody has agreed to yet stands there under its own: when the hub takes a new record
    in, its row need not be written again.
    """
    collection.put_rows([_as_seen(view.base, view.local) for view in views])


def _as_seen(base: Row | None, local: Row) -> Row:
    return replace(base, values=local.values) if base else local


def rebase_records(collection: Collection, ids: Sequence[str]) -> None:
    """Show records anew after their entries changed."""
    _rebase(collection, ids, entries_of(collection.name, ids), base_rows(collection.name, ids))


def put_bases(collection: Collection, rows: Iterable[Row]) -> None:
    """Take in what the hub has of records now, and show them anew; each row learns its hash."""
    bases = {row.id: row for row in rows}
    entries = entries_of(collection.name, list(bases))
    under_work = [bases[id] for id in entries]
    rehash(under_work)  # the others learn it where they are put in the table
    keep_base(collection.name, under_work)
    _rebase(collection, list(bases), entries, bases)


def _rebase(
    collection: Collection,
    ids: Sequence[str],
    entries: Mapping[str, Sequence[Entry]],
    bases: Mapping[str, Row],
) -> None:
    """A record without entries shows its base, of which no copy is kept; one that has neither goes."""
    laptop, rows, gone = _maker_in(entries), [], []
    for id in ids:
        base = bases.get(id)
        if id in entries:
            local = rebase(collection, base, entries[id], laptop)
            seen = local and _as_seen(base, local)
        else:
            seen = base
        if seen is None:
            gone.append(id)
        else:
            rows.append(seen)
    collection.put_rows(rows)
    if gone:
        collection.delete_rows(gone)
    forget_base(collection.name, [id for id in ids if id not in entries])

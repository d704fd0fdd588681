"""The outbox: what this laptop has written and the hub has not taken in yet.

It holds values, not references to rows: what a pull does to a row does not touch what goes out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from itertools import islice
from operator import itemgetter, lt

import orjson
from peewee import BigAutoField, BigIntegerField, BooleanField, CharField, Model, TextField

from hongxian.model.record import RecordMetadata
from hongxian.model.row import DELETED, Change, RuleOf, join_changes
from hongxian.model.transaction_id import Run, TransactionId, runs_of
from hongxian.storage.database import AnyDatabase, write_all
from hongxian.words.values import Values


class EntryState(StrEnum):
    """Where a transaction stands on its way to the hub."""

    UNSENT = "unsent"
    """To be sent, or sent without an answer yet."""
    SENT = "sent"
    """Taken in by the hub; shown over the base until its row arrives with `seq` or later."""
    REFUSED = "refused"
    """Refused by the hub, with the reason; waits for a person."""
    DEFERRED = "deferred"
    """The hub or this laptop lacks the plugin, or the hub is being refilled; goes out afterwards."""
    HELD = "held"
    """It deletes much: the hub's keeper is to say; goes out afterwards."""
    KEPT = "kept"
    """Its record left with a team that was withdrawn; goes out when the record is here again."""


PUT_OFF = (EntryState.DEFERRED, EntryState.HELD)
"""Goes out by itself, later."""
OPEN = (EntryState.UNSENT, *PUT_OFF)
"""Still to go out."""
_NOT_KEPT = "state != 'kept'"
NOTHING_LEFT = "{}"
"""The change of an entry that only tells that it was dropped, because its record was erased."""


class Entry(Model):  # type: ignore[misc]
    """One record's part in one transaction; the transaction is all entries of one stamp."""

    position = BigAutoField()
    stamp = BigIntegerField(index=True)
    prefix = CharField(max_length=20)
    count = BigIntegerField()
    """With `prefix`: the transaction's id."""
    collection = CharField(max_length=80)
    record = CharField(max_length=36, index=True)
    whole = BooleanField()
    change = TextField()
    replaced = TextField(null=True)
    state = CharField(max_length=10, default=EntryState.UNSENT)
    seq = BigIntegerField(null=True)
    reason = TextField(null=True)
    taken = TextField(null=True)
    """Of a bumped one, JSON: the key that another record holds, and which near it are free."""

    class Meta:
        model_metadata_class = RecordMetadata
        table_name = "hongxian_outbox"

    @property
    def refused(self) -> bool:
        """Whether the hub refused it and it waits for a person."""
        return bool(self.state == EntryState.REFUSED)

    def as_change(self) -> Change:
        """The change that it holds."""
        return Change(
            self.record,
            self.stamp,
            orjson.loads(self.change),
            orjson.loads(self.replaced) if self.replaced else {},
            self.whole,
        )


@dataclass
class Slice:
    """Consecutive unsent entries, whole transactions, by columns as read for one request."""

    positions: list[int] = field(default_factory=list)
    stamps: list[int] = field(default_factory=list)
    collections: list[str] = field(default_factory=list)
    records: list[str] = field(default_factory=list)
    wholes: list[int] = field(default_factory=list)
    replaced: list[str | None] = field(default_factory=list)
    prefixes: list[str] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    values: list[Values] = field(default_factory=list)
    more: bool = False

    @cached_property
    def transactions(self) -> list[int]:
        """The stamps of its transactions, in order, each once."""
        return list(dict.fromkeys(self.stamps))

    @cached_property
    def runs(self) -> list[Run]:
        """The ids of its transactions, in the order of their stamps."""
        if all(map(lt, self.stamps, islice(self.stamps, 1, None))):  # as an import leaves them
            return runs_of(zip(self.prefixes, self.counts, strict=True))
        by_stamp = sorted(set(zip(self.stamps, self.prefixes, self.counts, strict=True)))
        return runs_of(map(itemgetter(1, 2), by_stamp))

    def change(self, place: int) -> Change:
        """One of its entries, as a change."""
        replaced = self.replaced[place]
        return Change(
            self.records[place],
            self.stamps[place],
            self.values[place],
            orjson.loads(replaced) if replaced else {},
            bool(self.wholes[place]),
        )


def append(
    database: AnyDatabase, collection: str, changes: Iterable[tuple[Change, TransactionId]]
) -> None:
    """Put changes at the end, each with its transaction's id."""
    write_all(
        database,
        "INSERT INTO hongxian_outbox "
        "(stamp, prefix, count, collection, record, whole, change, replaced, state) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'unsent')",
        (
            (
                change.stamp,
                *id,
                collection,
                change.id,
                change.whole,
                orjson.dumps(change.values).decode(),
                orjson.dumps(change.replaced).decode() if change.replaced else None,
            )
            for change, id in changes
        ),
    )


def id_under(database: AnyDatabase, stamp: int) -> TransactionId | None:
    """The id of the transaction that is here under a stamp, if one is."""
    sql = "SELECT prefix, count FROM hongxian_outbox WHERE stamp = ? LIMIT 1"
    found: TransactionId | None = database.execute_sql(sql, (stamp,)).fetchone()
    return found


def join(entries: Iterable[Entry], change: Change, rule_of: RuleOf) -> bool:
    """Let the same transaction's entry for a record take in a further change to it; say if one did.

    A record's making and its deletion stay two: a page of new records tells no deletions.
    """
    for entry in entries:
        if entry.stamp == change.stamp and not (entry.whole and DELETED in change.values):
            both = join_changes(entry.as_change(), change, rule_of)
            replaced = orjson.dumps(both.replaced).decode() if both.replaced else None
            text = orjson.dumps(both.values).decode()
            own = Entry.position == entry.position
            Entry.update(change=text, replaced=replaced).where(own).execute()
            return True
    return False


def read_slice(database: AnyDatabase, after: int, rows: int, size_bytes: int) -> Slice:
    """Unsent entries after a position: about `rows` of them and `size_bytes`, never half a transaction."""
    (end,) = database.execute_sql(_END, (after, rows - 1)).fetchone()
    condition, parameters = ("position > ?", [after])
    if end is not None:
        condition, parameters = ("position > ? AND position <= ?", [after, end])
    columns = _read(database, condition, parameters)
    if len(columns[-1]) > size_bytes and rows > 1:
        return read_slice(database, after, rows // 2, size_bytes)
    (more,) = database.execute_sql(_MORE, (end,)).fetchone()
    part = Slice(*map(orjson.loads, columns))
    part.more = bool(more)
    return part


def slice_of(database: AnyDatabase, stamps: Sequence[int]) -> Slice:
    """What is still unsent of these transactions."""
    return Slice(*map(orjson.loads, _read(database, *database.among("stamp", stamps))))


_UNSENT = "FROM hongxian_outbox WHERE state = 'unsent'"
_END = f"""SELECT max(position) {_UNSENT} AND stamp = (
    SELECT stamp {_UNSENT} AND position > ? ORDER BY position LIMIT 1 OFFSET ?)"""
"""Where the transaction ends that so many entries after a position come to; NULL beyond the last."""
_MORE = f"SELECT EXISTS (SELECT 1 {_UNSENT} AND position > ?)"


def _read(database: AnyDatabase, condition: str, parameters: Sequence[object]) -> list[str]:
    """A slice's columns, each as JSON.

    SQLite puts them together: half the cost of its driver's rows, and of their values one by one.
    """
    names = ("position", "stamp", "collection", "record", "whole", "replaced", "prefix", "count")
    arrays = ", ".join(f"json_group_array({name})" for name in names)
    sql = (
        f"SELECT {arrays}, '[' || coalesce(group_concat(change), '') || ']' "
        f"FROM (SELECT * {_UNSENT} AND {condition} ORDER BY position)"
    )
    return list(database.execute_sql(sql, parameters).fetchone())


def remove(database: AnyDatabase, positions: Sequence[int]) -> None:
    """Take entries out; consecutive ones as a range, which spares the lookups."""
    if not positions:
        return
    condition, parameters = database.among("position", positions)
    if max(positions) - min(positions) == len(positions) - 1:
        condition, parameters = "position BETWEEN ? AND ?", (min(positions), max(positions))
    database.execute_sql(f"DELETE FROM hongxian_outbox WHERE {condition}", parameters)


def entries_of(
    collection: str, ids: Sequence[str], *, also_kept: bool = False
) -> dict[str, list[Entry]]:
    """The entries of these records, oldest first, whatever their state; what is kept lies over none."""
    found: dict[str, list[Entry]] = {}
    if ids:
        condition, parameters = Entry._meta.database.among("record", list(ids))
        kept = "" if also_kept else f"AND {_NOT_KEPT}"
        where = f"collection = ? AND {condition} {kept} ORDER BY position"
        for entry in _entries(where, (collection, *parameters)):
            found.setdefault(entry.record, []).append(entry)
    return found


def _entries(where: str, parameters: Sequence[object]) -> Iterator[Entry]:
    """By hand: a merge asks for as many as there are, and peewee makes each in four times as long."""
    names = Entry._meta.sorted_field_names
    sql = f"SELECT {', '.join(names)} FROM hongxian_outbox WHERE {where}"
    for row in Entry._meta.database.execute_sql(sql, parameters).fetchall():
        entry = Entry(__no_default__=True)
        entry.__data__.update(zip(names, row, strict=True))
        entry.__data__["whole"] = bool(entry.whole)
        yield entry


def records_deleted(collection: str, ids: Sequence[str]) -> list[str]:
    """Those of the records that a change here may delete, whatever its state."""
    database = Entry._meta.database
    condition, parameters = database.among("record", list(ids))
    sql = (
        f"SELECT DISTINCT record FROM hongxian_outbox WHERE collection = ? AND {condition} "
        "AND change LIKE '%\"deleted\":true%'"
    )
    return [id for (id,) in database.execute_sql(sql, (collection, *parameters)).fetchall()]


def records_in_work(database: AnyDatabase, collection: str, ids: Sequence[str]) -> set[str]:
    """Those of the records over which entries lie, whatever their state."""
    if not database.any_between("hongxian_outbox", "record", ids):
        return set()
    condition, parameters = database.among("record", ids)
    sql = (
        f"SELECT DISTINCT record FROM hongxian_outbox WHERE collection = ? AND {condition} "
        f"AND {_NOT_KEPT}"
    )
    return {id for (id,) in database.execute_sql(sql, (collection, *parameters)).fetchall()}


def entries_under(database: AnyDatabase, stamp: int, collection: str, record: str) -> list[Entry]:
    """What the transaction that is open has written to a record so far; mostly nothing."""
    sql = "SELECT * FROM hongxian_outbox WHERE stamp = ? AND collection = ? AND record = ?"
    keys = (stamp, collection, record)
    if database.execute_sql(sql, keys).fetchone() is None:
        return []
    return list(Entry.raw(sql, *keys))


def count(*states: EntryState) -> int:
    """How many changes are in one of these states."""
    marks = ", ".join("?" * len(states))
    sql = f"SELECT count(*) FROM hongxian_outbox WHERE state IN ({marks})"
    return int(Entry._meta.database.execute_sql(sql, states).fetchone()[0])


def count_transactions(state: EntryState) -> int:
    """How many transactions are in one state, each of as many changes as it likes."""
    sql = "SELECT count(DISTINCT stamp) FROM hongxian_outbox WHERE state = ?"
    return int(Entry._meta.database.execute_sql(sql, (state,)).fetchone()[0])


def open_and_refused() -> tuple[int, int]:
    """How many changes are still to go out, and how many wait for people, by one look."""
    sql = "SELECT state, count(*) FROM hongxian_outbox GROUP BY state"
    found = dict.fromkeys(EntryState, 0) | dict(Entry._meta.database.execute_sql(sql).fetchall())
    return sum(found[state] for state in OPEN), found[EntryState.REFUSED]


def refused() -> set[int]:
    """The positions of the changes that were refused and wait for people; by hand, for each sync asks."""
    sql = "SELECT position FROM hongxian_outbox WHERE state = ?"
    found = Entry._meta.database.execute_sql(sql, (EntryState.REFUSED,)).fetchall()
    return {position for (position,) in found}


def with_state(*states: EntryState) -> Iterator[Entry]:
    """The entries in one of these states, oldest first."""
    yield from Entry.select().where(Entry.state.in_(states)).order_by(Entry.position)


def set_state(stamps: Sequence[int], state: EntryState, **values: object) -> None:
    """Move whole transactions to a state."""
    for stamp in stamps:
        Entry.update(state=state, **values).where(Entry.stamp == stamp).execute()

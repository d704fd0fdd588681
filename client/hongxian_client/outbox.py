"""The outbox: what this laptop has written and the hub has not taken in yet.

It holds values, not references to rows: what a pull does to a row does not touch what goes out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import orjson
from peewee import BigAutoField, BigIntegerField, BooleanField, CharField, Model, TextField

from hongxian.database import AnyDatabase, write_all
from hongxian.record import RecordMetadata
from hongxian.row import DELETED, Change, RuleOf, join_changes

UNSENT = "unsent"
"""To be sent, or sent without an answer yet."""
SENT = "sent"
"""Taken in by the hub; shown over the agreed row until that arrives with `seq` or later."""
REFUSED = "refused"
"""Refused by the hub, with the reason; waits for a person."""
WAITING = "waiting"
"""The hub lacks the plugin; goes out when it has it."""


class Entry(Model):  # type: ignore[misc]
    """One record's part in one transaction; the transaction is all entries of one stamp."""

    position = BigAutoField()
    stamp = BigIntegerField(index=True)
    collection = CharField(max_length=80)
    record = CharField(max_length=36, index=True)
    whole = BooleanField()
    change = TextField()
    replaced = TextField(null=True)
    state = CharField(max_length=10, default=UNSENT)
    seq = BigIntegerField(null=True)
    reason = TextField(null=True)

    class Meta:
        model_metadata_class = RecordMetadata
        table_name = "hongxian_outbox"

    def as_change(self) -> Change:
        """The change that it holds."""
        return Change(
            self.record,
            self.stamp,
            orjson.loads(self.change),
            orjson.loads(self.replaced) if self.replaced else {},
            self.whole,
        )


@dataclass(slots=True)
class Slice:
    """Consecutive unsent entries, whole transactions, as read for one request."""

    positions: list[int]
    changes: list[tuple[str, Change]]
    """(collection, change), in the order in which they were written."""
    more: bool

    @property
    def stamps(self) -> list[int]:
        """The stamps of its transactions, in order, each once."""
        return list(dict.fromkeys(change.stamp for _, change in self.changes))


def append(database: AnyDatabase, collection: str, changes: Iterable[Change]) -> None:
    """Put changes at the end."""
    write_all(
        database,
        "INSERT INTO hongxian_outbox (stamp, collection, record, whole, change, replaced, state) "
        "VALUES (?, ?, ?, ?, ?, ?, 'unsent')",
        (
            (
                change.stamp,
                collection,
                change.id,
                change.whole,
                orjson.dumps(change.values).decode(),
                orjson.dumps(change.replaced).decode() if change.replaced else None,
            )
            for change in changes
        ),
    )


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


_COLUMNS = "position, stamp, collection, record, whole, change, replaced"


def read_slice(database: AnyDatabase, after: int, rows: int, size_bytes: int) -> Slice:
    """Unsent entries after a position: about `rows` of them and `size_bytes`, never half a transaction."""
    unsent = f"SELECT {_COLUMNS} FROM hongxian_outbox WHERE state = 'unsent' AND position > ?"
    found = database.execute_sql(
        f"{unsent} ORDER BY position LIMIT ?", (after, rows + 1)
    ).fetchall()
    sizes = accumulate(len(entry[5]) for entry in found)
    fit = max(1, sum(size <= size_bytes for size in sizes))
    cut = min(fit, rows)
    more = len(found) > cut
    found = found[:cut]
    if more:
        last = found[-1]
        found += database.execute_sql(
            f"{unsent} AND stamp = ? ORDER BY position", (last[0], last[1])
        ).fetchall()
    return _slice(found, more)


def slice_of(database: AnyDatabase, stamps: Sequence[int]) -> Slice:
    """What is still unsent of these transactions."""
    condition, parameters = database.among("stamp", stamps)
    sql = f"SELECT {_COLUMNS} FROM hongxian_outbox WHERE state = 'unsent' AND {condition} ORDER BY position"
    return _slice(database.execute_sql(sql, parameters).fetchall(), False)


def _slice(found: Sequence[Any], more: bool) -> Slice:
    values = _load_all(entry[5] for entry in found)
    changes = [
        (
            collection,
            Change(record, stamp, each, orjson.loads(replaced) if replaced else {}, bool(whole)),
        )
        for (_, stamp, collection, record, whole, _, replaced), each in zip(
            found, values, strict=True
        )
    ]
    return Slice([entry[0] for entry in found], changes, more)


def remove(database: AnyDatabase, positions: Sequence[int]) -> None:
    """Take entries out."""
    condition, parameters = database.among("position", positions)
    database.execute_sql(f"DELETE FROM hongxian_outbox WHERE {condition}", parameters)


def _load_all(texts: Iterable[str]) -> list[dict[str, Any]]:
    """Many small JSON texts at once; one call costs a third of many."""
    return list(orjson.loads(f"[{','.join(texts)}]"))


def entries_of(collection: str, ids: Sequence[str]) -> dict[str, list[Entry]]:
    """The entries of these records, oldest first, whatever their state."""
    found: dict[str, list[Entry]] = {}
    if ids:
        condition, parameters = Entry._meta.database.among("record", list(ids))
        sql = (
            f"SELECT * FROM hongxian_outbox WHERE collection = ? AND {condition} ORDER BY position"
        )
        for entry in Entry.raw(sql, collection, *parameters):
            found.setdefault(entry.record, []).append(entry)
    return found


def count(*states: str) -> int:
    """How many changes are in one of these states."""
    return int(Entry.select().where(Entry.state.in_(states)).count())


def with_state(*states: str) -> Iterator[Entry]:
    """The entries in one of these states, oldest first."""
    yield from Entry.select().where(Entry.state.in_(states)).order_by(Entry.position)


def set_state(stamps: Sequence[int], state: str, **values: Any) -> None:
    """Move whole transactions to a state."""
    for stamp in stamps:
        Entry.update(state=state, **values).where(Entry.stamp == stamp).execute()

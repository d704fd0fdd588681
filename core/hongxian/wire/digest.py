"""Digests: a 64-bit sum over the records of a scope and collection that both ends can compare.

The hashes of its live rows (`row_hash.py`) summed up modulo 2^64, kept up to date inside each merge,
so that comparing costs nothing. Tombstones are left out: one side may have let them go already. On a
difference, 256 buckets by the last two digits of the id (the first digits of a UUIDv7 are only the
time) narrow it down.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from peewee import BigIntegerField, CharField, CompositeKey, Model, fn

from hongxian.model.record import RecordMetadata
from hongxian.model.row import Head, Row
from hongxian.storage.database import write_all
from hongxian.wire.message import Message, integer, string, told

_MASK = (1 << 64) - 1
BUCKETS = 256


class Digest(Model):  # type: ignore[misc]
    """The sum of one scope and collection, and the largest seq that touched it."""

    scope = CharField(max_length=40)
    collection = CharField(max_length=80)
    count = BigIntegerField(default=0)
    sum = CharField(max_length=16, default="0" * 16)
    last_seq = BigIntegerField(default=0)

    class Meta:
        model_metadata_class = RecordMetadata
        table_name = "hongxian_digest"
        primary_key = CompositeKey("scope", "collection")


class Total(Message):
    """What one scope and collection holds: how many live records, and the sum of their hashes."""

    count: int = told(integer(), "Live records.")
    sum: str = told(string(16, 16), "The sum of their hashes modulo 2^64, as 16 hex digits.")


Totals = dict[str, dict[str, Total]]
"""`{scope: {collection: total}}`; what is empty is left out."""

_PARTS = "scope, collection, count, sum, last_seq"


def live_records() -> int:
    """How many records the present store holds."""
    return int(Digest.select(fn.SUM(Digest.count)).scalar() or 0)


def hex_of(sum: int) -> str:
    """A sum, or a single hash, as it travels: modulo 2^64, as 16 hex digits."""
    return f"{sum & _MASK:016x}"


def bucket_of(id: str) -> int:
    """Which of the 256 buckets a record falls into."""
    return int(id[-2:], 16)


class Sums:
    """Gathers what one merge adds to and takes from the digests, and writes it once."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], int] = defaultdict(int)
        self._sums: dict[tuple[str, str], int] = defaultdict(int)
        self._seqs: dict[tuple[str, str], int] = defaultdict(int)

    def add(self, collection: str, row: Row) -> None:
        """A row as it is after the merge."""
        self._turn(collection, row, 1)
        self.touch(row.scope, collection, row.seq)

    def take(self, collection: str, row: Row | Head) -> None:
        """A row as it was before the merge."""
        self._turn(collection, row, -1)

    def touch(self, scope: str, collection: str, seq: int) -> None:
        """Something of the scope and collection now has this seq."""
        key = (scope, collection)
        self._seqs[key] = max(self._seqs[key], seq)

    def add_hashes(
        self, collection: str, scopes: Sequence[str], hashes: Sequence[int], last_seq: int
    ) -> None:
        """Many live rows at once."""
        parts: dict[str, Sequence[int]] = {}
        if len(set(scopes)) == 1:
            parts = {scopes[0]: hashes}
        else:
            by_scope = defaultdict(list)
            for scope, each in zip(scopes, hashes, strict=True):
                by_scope[scope].append(each)
            parts.update(by_scope)
        for scope, part in parts.items():
            self.add_total(collection, scope, len(part), sum(part), last_seq)

    def add_total(self, collection: str, scope: str, count: int, total: int, last_seq: int) -> None:
        """Many live rows of one scope by the sum of their hashes."""
        self._counts[scope, collection] += count
        self._sums[scope, collection] += total
        self.touch(scope, collection, last_seq)

    def _turn(self, collection: str, row: Row | Head, sign: int) -> None:
        if not row.deleted:
            self._counts[row.scope, collection] += sign
            self._sums[row.scope, collection] += sign * row.hash

    def write(self) -> None:
        """Bring the stored digests up to date, inside the merge's own transaction."""
        keys = self._counts.keys() | self._seqs.keys()
        if not keys:
            return
        database = Digest._meta.database
        wanted = ", ".join([f"({database.param}, {database.param})"] * len(keys))
        sql = f"SELECT {_PARTS} FROM hongxian_digest WHERE (scope, collection) IN (VALUES {wanted})"
        found = database.execute_sql(sql, [part for key in keys for part in key]).fetchall()
        held = {(scope, collection): parts for scope, collection, *parts in found}
        written = []
        for key in sorted(keys):
            count, sum, last_seq = held.get(key, (0, "0", 0))
            total = hex_of(int(sum, 16) + self._sums[key])
            after = (count + self._counts[key], total, max(last_seq, self._seqs[key]))
            written.append((*key, *after))
        marks = ", ".join([database.param] * 5)
        write_all(
            database,
            f"INSERT INTO hongxian_digest ({_PARTS}) VALUES ({marks}) "
            "ON CONFLICT (scope, collection) DO UPDATE SET "
            "count = excluded.count, sum = excluded.sum, last_seq = excluded.last_seq",
            written,
        )


def sum_anew(scope: str, collection: str, rows: Iterable[Row]) -> None:
    """Put down what these rows sum up to, whatever was kept of them; inside the caller's transaction."""
    own = (Digest.scope == scope) & (Digest.collection == collection)
    Digest.delete().where(own).execute()
    sums = Sums()
    for row in rows:
        sums.add(collection, row)
    sums.write()


def newest_seqs(scopes: Iterable[str]) -> dict[tuple[str, str], int]:
    """The newest seq of each collection in these scopes, where the hub keeps count of it."""
    rows = _of_scopes("scope, collection, last_seq", scopes)
    return {(scope, collection): seq for scope, collection, seq in rows}


def states_of(scopes: Iterable[str]) -> list[tuple[Any, ...]]:  # Any: of each part
    """All that is kept of these scopes: what changes in any of them changes some of it."""
    return _of_scopes(_PARTS, scopes)


def digests(scopes: Iterable[str] | None = None) -> Totals:
    """What is held of these scopes, or of all."""
    found: Totals = {}
    for scope, collection, count, sum in _of_scopes("scope, collection, count, sum", scopes):
        if count > 0:
            found.setdefault(scope, {})[collection] = Total(count=count, sum=sum)
    return found


def moved_after(seq: int) -> dict[str, int]:
    """The scopes in which anything has a later seq, each with the newest."""
    database = Digest._meta.database
    sql = (
        "SELECT scope, max(last_seq) FROM hongxian_digest "
        f"WHERE last_seq > {database.param} GROUP BY scope"
    )
    return dict(database.execute_sql(sql, (seq,)).fetchall())


def _of_scopes(
    parts: str, scopes: Iterable[str] | None
) -> list[tuple[Any, ...]]:  # Any: of these parts
    """By hand: it is asked in every round, and peewee takes longer to make the SQL than it runs."""
    database = Digest._meta.database
    condition, parameters = ("1 = 1", ()) if scopes is None else database.among("scope", [*scopes])
    sql = f"SELECT {parts} FROM hongxian_digest WHERE {condition} ORDER BY scope, collection"
    return list(database.execute_sql(sql, parameters).fetchall())

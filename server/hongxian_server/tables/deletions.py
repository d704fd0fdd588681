"""Deletions: what laptops deleted of late, and what of it waits for the keeper.

How much is too much is for `intake/ceiling.py` to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

import orjson
from peewee import BigIntegerField, CharField, CompositeKey, IntegerField, Model, TextField, fn

from hongxian.model.record import LONGEST_LAPTOP, RecordMetadata
from hongxian.model.stamp import DAY_MILLISECONDS
from hongxian.model.transaction_id import TransactionId
from hongxian.storage.database import write_all

KEPT_MILLISECONDS = 30 * DAY_MILLISECONDS
"""For so long a laptop may ask what became of what it sent."""


class DeletionState(StrEnum):
    """What became of what a transaction deletes."""

    TAKEN = "taken"
    HELD = "held"
    """The keeper is to say."""
    ALLOWED = "allowed"
    """The keeper lets it pass: it is taken in when it comes again."""
    REFUSED = "refused"
    """The keeper does not: it is refused when it comes again."""


class Deletion(Model):  # type: ignore[misc]
    """The records of one collection that one transaction deletes."""

    prefix = CharField(max_length=20)
    count = BigIntegerField()
    collection = CharField(max_length=80)
    laptop = CharField(max_length=LONGEST_LAPTOP, index=True)
    at = BigIntegerField()
    state = CharField(max_length=10)
    records = IntegerField()
    ids = TextField()

    class Meta:
        model_metadata_class = RecordMetadata
        table_name = "hongxian_deletion"
        primary_key = CompositeKey("prefix", "count", "collection")

    def record_ids(self) -> list[str]:
        """Which records."""
        return list(orjson.loads(self.ids))


Told = tuple[TransactionId, str, Sequence[str], DeletionState]
"""A transaction, a collection, the records of it that it deletes, and what became of that."""


def note_deletions(told: Iterable[Told], laptop: str, at: int) -> None:
    """Keep what became of deletions, inside the caller's commit; `at` is in milliseconds since 1970."""
    database = Deletion._meta.database
    Deletion.delete().where(Deletion.at < at - KEPT_MILLISECONDS).execute()
    marks = ", ".join([database.param] * 8)
    write_all(
        database,
        "INSERT INTO hongxian_deletion "
        "(prefix, count, collection, laptop, at, state, records, ids) "
        f"VALUES ({marks}) ON CONFLICT (prefix, count, collection) DO UPDATE SET "
        "state = excluded.state, records = excluded.records, ids = excluded.ids",
        (
            (*id, name, laptop, at, state, len(ids), orjson.dumps(sorted(ids)).decode())
            for id, name, ids, state in told
        ),
    )


def deleted_since(laptop: str, collection: str, at: int) -> int:
    """Records that a laptop deleted since then without the keeper's word."""
    own = (Deletion.laptop == laptop) & (Deletion.collection == collection)
    taken = own & (Deletion.state == DeletionState.TAKEN) & (Deletion.at > at)
    return int(Deletion.select(fn.SUM(Deletion.records)).where(taken).scalar() or 0)


def decisions_on(laptop: str) -> dict[TransactionId, list[Deletion]]:
    """What the keeper said of a laptop's deletions, by transaction."""
    said = [DeletionState.ALLOWED, DeletionState.REFUSED]
    found: dict[TransactionId, list[Deletion]] = {}
    for each in Deletion.select().where((Deletion.laptop == laptop) & Deletion.state.in_(said)):
        found.setdefault((each.prefix, each.count), []).append(each)
    return found


def waits_for_keeper(laptop: str) -> bool:
    """Whether any deletion of a laptop does; by hand, for it is asked in every round."""
    database = Deletion._meta.database
    sql = (
        "SELECT 1 FROM hongxian_deletion "
        f"WHERE laptop = {database.param} AND state = '{DeletionState.HELD}' LIMIT 1"
    )
    return database.execute_sql(sql, (laptop,)).fetchone() is not None


def held_deletions(laptop: str | None = None) -> list[Deletion]:
    """What waits for the keeper, of one laptop or of all, the oldest first."""
    found = Deletion.select().where(Deletion.state == DeletionState.HELD)
    found = found.order_by(Deletion.at, Deletion.collection, Deletion.prefix, Deletion.count)
    return list(found.where(Deletion.laptop == laptop) if laptop else found)


def decide(held: Iterable[Deletion], state: DeletionState) -> None:
    """The keeper's word on these, inside the caller's commit; a transaction stands or falls whole."""
    for each in held:
        same = (Deletion.prefix == each.prefix) & (Deletion.count == each.count)
        Deletion.update(state=state).where(same).execute()


def forget_deletions(laptop: str) -> None:
    """Nothing of a laptop waits any more, for its access has ended."""
    Deletion.delete().where(Deletion.laptop == laptop).execute()

"""Former stamps: under which ones work was held before it got those under which it goes out.

A copy of this laptop may hold the same work under the stamps of then. The hub is told of both with
the work, and so knows the copy's for what it has already: a count or a grant would come twice else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from peewee import SQL, BigIntegerField, CharField, CompositeKey, Model

from hongxian.record import RecordMetadata
from hongxian.row import print_of
from hongxian.stamp import NOT_ENROLLED, device_of
from hongxian.storage.database import write_all
from hongxian.wire.round import FormerStamp
from hongxian_client.replica.outbox import Entry


class Former(Model):  # type: ignore[misc]
    """One former stamp of an unsent transaction, the print that it had then (16 hex digits), and its
    stamp now.
    """

    stamp = BigIntegerField()
    print = CharField(max_length=16)
    now = BigIntegerField(index=True)

    class Meta:
        model_metadata_class = RecordMetadata
        table_name = "hongxian_former"
        primary_key = CompositeKey("stamp", "print")


def prints_of(entries: Iterable[Entry]) -> dict[int, str]:
    """The prints of transactions by their stamps, as `row.print_of` sums them."""
    prints: dict[int, int] = {}
    for entry in entries:
        change = entry.as_change()
        part = print_of(entry.collection, change.id, change.values)
        prints[change.stamp] = (prints.get(change.stamp, 0) + part) % 2**64
    return {stamp: f"{print:016x}" for stamp, print in prints.items()}


def note_new_stamps(new_stamps: Mapping[int, int], prints: Mapping[int, str]) -> None:
    """Transactions got new stamps, inside the caller's transaction; `prints` are those of before.

    What was written before this laptop had a number is left out: no hub can tell it from a copy's.
    """
    database = Former._meta.database
    write_all(
        database,
        "UPDATE hongxian_former SET now = ? WHERE now = ?",
        ((now, stamp) for stamp, now in new_stamps.items()),
    )
    write_all(
        database,
        "INSERT OR REPLACE INTO hongxian_former (stamp, print, now) VALUES (?, ?, ?)",
        (
            (stamp, prints[stamp], now)
            for stamp, now in new_stamps.items()
            if stamp != now and device_of(stamp) != NOT_ENROLLED
        ),
    )


def former_of(stamps: Sequence[int]) -> list[FormerStamp]:
    """What the hub is told of these transactions."""
    if not stamps:
        return []
    database = Former._meta.database
    # The plus keeps SQLite from looking each stamp up: there are hardly ever any rows to go through.
    condition, parameters = database.among("+now", stamps)
    sql = f"SELECT stamp, print, now FROM hongxian_former WHERE {condition}"
    return list(database.execute_sql(sql, parameters).fetchall())


def forget_former(stamps: Sequence[int]) -> None:
    """These transactions are at the hub, and what was told of them too."""
    Former.delete().where(SQL(*Former._meta.database.among("now", stamps))).execute()

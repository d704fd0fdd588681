"""What is to be done later, on disk: neither an interruption nor a missing plugin skips it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

from peewee import BigAutoField, CharField, Model

from hongxian.model.record import RecordMetadata
from hongxian.storage.database import write_all


class TodoKind(StrEnum):
    """What is to be done."""

    MEND = "mend"
    """Bring a scope and collection to agree with the hub; `surplus` is what becomes of records that
    only this laptop has."""
    RECALL = "recall"
    """Pass on what the hub calls back of a record's quotas."""
    REBASE = "rebase"
    """Show a record anew, once its plugin is back."""
    FETCH = "fetch"
    """Fetch a record again, which this disk has changed."""
    GIVE = "give"
    """Put a record on the next stick for a hub whose disk has changed its own."""
    SWEEP = "sweep"
    """Write the database anew: records left it, and their text may still be in its files."""


class Surplus(StrEnum):
    """What becomes of records that only this laptop has."""

    OFFER = "offer"
    """Offered to a hub that is recovering."""
    RESEND = "resend"
    """Sent again, as this laptop's own."""


class Todo(Model):  # type: ignore[misc]
    """One thing to be done; it stands here once, however often it is noted."""

    position = BigAutoField()
    kind = CharField(max_length=8)
    scope = CharField(max_length=40, default="")
    collection = CharField(max_length=80, default="")
    record = CharField(max_length=36, default="")
    surplus = CharField(max_length=8, default="")

    class Meta:
        model_metadata_class = RecordMetadata
        table_name = "hongxian_todo"
        indexes = ((("kind", "scope", "collection", "record"), True),)


def put_down(todos: Iterable[Todo]) -> None:
    """Note them behind the others, inside the caller's transaction; what is there keeps its place."""
    write_all(
        Todo._meta.database,
        "INSERT INTO hongxian_todo (kind, scope, collection, record, surplus) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (kind, scope, collection, record) DO UPDATE SET surplus = excluded.surplus",
        ((each.kind, each.scope, each.collection, each.record, each.surplus) for each in todos),
    )


def to_be_done(kind: TodoKind) -> list[Todo]:
    """All of one kind, in order; by hand, for each round asks twice and mostly there are none."""
    database, names = Todo._meta.database, Todo._meta.sorted_field_names
    sql = f"SELECT {', '.join(names)} FROM hongxian_todo WHERE kind = ? ORDER BY position"
    rows = database.execute_sql(sql, (kind,)).fetchall()
    return [Todo(**dict(zip(names, row, strict=True))) for row in rows]


def is_any_to_be_done(kinds: Sequence[TodoKind]) -> bool:
    """Whether anything of these kinds is."""
    marks = ", ".join("?" * len(kinds))
    sql = f"SELECT 1 FROM hongxian_todo WHERE kind IN ({marks}) LIMIT 1"
    return Todo._meta.database.execute_sql(sql, tuple(kinds)).fetchone() is not None


def done(todos: Sequence[Todo]) -> None:
    """Strike them out, inside the caller's transaction, but what was noted otherwise meanwhile."""
    write_all(
        Todo._meta.database,
        "DELETE FROM hongxian_todo WHERE position = ? AND surplus = ?",
        ((each.position, each.surplus) for each in todos),
    )

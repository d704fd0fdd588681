"""When access ends, the data leaves; unsent work in it is kept as a file, and said so."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from hongxian.digest import Digest
from hongxian_client.agreed import Agreed, agreed_copies
from hongxian_client.cursors import Cursor
from hongxian_client.kept import keep_file, of_entries
from hongxian_client.outbox import SENT, Entry, entries_of
from hongxian_client.replica import Replica


def purge_scopes(replica: Replica, held: Iterable[str]) -> list[Path]:
    """Remove every record outside the scopes held, inside the caller's transaction.

    Returns the files that keep unsent work.
    """
    held = set(held)
    kept: list[Path] = []
    gone: list[Entry] = []
    for collection in replica.collections.values():
        sql = f'SELECT DISTINCT scope FROM "{collection.table}"'
        scopes = {row[0] for row in replica.database.execute_sql(sql).fetchall()} - held
        for scope in scopes:
            ids = [row.id for row in collection.rows("scope = ?", (scope,))]
            ids = [id for id in ids if _is_outside(collection.name, id, held)]
            for start in range(0, len(ids), 5_000):
                part = ids[start : start + 5_000]
                gone += [
                    entry for each in entries_of(collection.name, part).values() for entry in each
                ]
                collection.delete_rows(part)
                own = (Agreed.collection == collection.name) & Agreed.record.in_(part)
                Agreed.delete().where(own).execute()
    unsent = [entry for entry in gone if entry.state != SENT]
    if unsent:
        kept.append(keep_file(replica, "unsent", of_entries(unsent)))
    for entry in gone:
        Entry.delete().where(Entry.position == entry.position).execute()
    for model in (Cursor, Digest):
        model.delete().where(model.scope.not_in(list(held))).execute()
    return kept


def _is_outside(collection: str, id: str, held: set[str]) -> bool:
    """Whether the agreed record is outside too; one that an unsent edit moved away is not."""
    agreed = agreed_copies(collection, [id]).get(id)
    return agreed is None or agreed.scope not in held

"""When access ends, the data leaves; unsent work in it is kept as a file, and said so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from peewee import DatabaseError

from hongxian.logs import logger
from hongxian.record import COMMUNITY
from hongxian.wire.digest import Digest
from hongxian_client.replica.cursors import Cursor
from hongxian_client.replica.kept_files import keep_file, of_entries
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.outbox import Entry, EntryState, entries_of
from hongxian_client.replica.rebase import Base, base_rows
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.todo import Todo, TodoKind, done, put_down, to_be_done

log = logger(__name__)


def purge_scopes(replica: Replica, held: Iterable[str], seal_for: str = "") -> list[Path]:
    """Remove every record outside the scopes held, inside the caller's transaction.

    Returns the files that keep unsent work, sealed for the holder of a key where one is given.
    """
    held = set(held)
    kept: list[Path] = []
    gone: list[Entry] = []
    records = 0
    for name, table in replica.held_tables().items():
        scopes = dict(replica.database.execute_sql(f'SELECT id, scope FROM "{table}"').fetchall())
        scopes |= _base_scopes(name)
        ids = [id for id, scope in scopes.items() if scope not in held]
        records += len(ids)
        for start in range(0, len(ids), 5_000):
            part = ids[start : start + 5_000]
            gone += [entry for each in entries_of(name, part).values() for entry in each]
            condition, parameters = replica.database.among("id", part)
            replica.database.execute_sql(f'DELETE FROM "{table}" WHERE {condition}', parameters)
            own = (Base.collection == name) & Base.record.in_(part)
            Base.delete().where(own).execute()
    unsent = [entry for entry in gone if entry.state != EntryState.SENT]
    if unsent:
        kept.append(keep_file(replica, "unsent", of_entries(unsent), seal_for))
    for entry in gone:
        Entry.delete().where(Entry.position == entry.position).execute()
    for model in (Cursor, Digest):
        model.delete().where(model.scope.not_in(list(held))).execute()
    if records or gone:
        put_down([Todo(kind=TodoKind.SWEEP)])
    log.info("scopes=%d purged=%d unsent_kept=%d", len(held), records, len(unsent))
    return kept


def enter_scopes(replica: Replica, told: Mapping[str, str]) -> list[Path]:
    """Take on the teams that the hub tells, by scope, and let the others' data go, likewise."""
    if LaptopState.read().teams == told:
        return []
    with LaptopState.changing() as state:
        state.teams = dict(told)
    return purge_scopes(replica, [*told, COMMUNITY])


@contextmanager
def swept(replica: Replica) -> Iterator[None]:
    """Whatever a sync comes to, nothing of what was purged is left in the database's files after it.

    While the disk is full or another command reads, it waits for the next sync.
    """
    try:
        yield
    finally:
        todos = to_be_done(TodoKind.SWEEP)
        try:
            if todos and replica.database.forget_remains():
                with replica.upkeep():
                    done(todos)
        except DatabaseError as error:
            log.info("sweep failed=%s", error)


def leave(replica: Replica) -> None:
    """The hub ended this device's access: all data goes, unsent work into a file sealed for the hub."""
    sealing = LaptopState.read().hub_sealing
    with replica.upkeep():
        kept = [str(path) for path in purge_scopes(replica, [], sealing)]
        with LaptopState.changing() as state:
            state.kept, state.hub_key, state.epoch, state.teams = kept, "", "", {}


def _base_scopes(collection: str) -> dict[str, str]:
    """The scopes of records with unsent work, which may show them in another one."""
    in_work = Base.select(Base.record).where(Base.collection == collection)
    copies = base_rows(collection, [each.record for each in in_work])
    return {id: row.scope for id, row in copies.items()}

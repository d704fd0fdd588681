"""When access ends, the data leaves; unsent work in it is kept until access is back, and said so."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager

from peewee import DatabaseError

from hongxian.model.record import KEEPER
from hongxian.text import Text
from hongxian.wire.digest import Digest
from hongxian.words.logs import logger
from hongxian_client.replica import deeds
from hongxian_client.replica.cursors import Cursor
from hongxian_client.replica.files import let_unnamed_go
from hongxian_client.replica.kept_files import keep_file, of_entries
from hongxian_client.replica.kept_work import keep_back, kept_entries
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.todo import Todo, TodoKind, done, put_down, to_be_done
from hongxian_client.replica.unsent.outbox import Entry, EntryState, entries_of
from hongxian_client.replica.unsent.rebase import Base, base_rows

log = logger(__name__)


def purge_scopes(replica: Replica, holds: Callable[[str], bool]) -> list[Entry]:
    """Remove every record outside the scopes held, inside the caller's transaction.

    Returns what of their changes the hub has not taken in, which is still in the outbox.
    """
    gone: list[Entry] = []
    records = 0
    for name, table in replica.held_tables().items():
        scopes = dict(replica.database.execute_sql(f'SELECT id, scope FROM "{table}"').fetchall())
        scopes |= _base_scopes(name)
        ids = [id for id, scope in scopes.items() if not holds(scope)]
        records += len(ids)
        for start in range(0, len(ids), 5_000):
            part = ids[start : start + 5_000]
            gone += [entry for each in entries_of(name, part).values() for entry in each]
            condition, parameters = replica.database.among("id", part)
            replica.database.execute_sql(f'DELETE FROM "{table}" WHERE {condition}', parameters)
            own = (Base.collection == name) & Base.record.in_(part)
            Base.delete().where(own).execute()
    unsent = [entry for entry in gone if entry.state != EntryState.SENT]
    for entry in gone:
        if entry.state == EntryState.SENT:
            entry.delete_instance()
    for model in (Cursor, Digest):
        for (scope,) in model.select(model.scope).distinct().tuples():
            if not holds(scope):
                model.delete().where(model.scope == scope).execute()
    if records or gone:
        put_down([Todo(kind=TodoKind.SWEEP)])
    log.info("purged=%d unsent_kept=%d", records, len(unsent))
    return unsent


def enter_scopes(
    replica: Replica,
    teams: Mapping[str, str],
    circles: Mapping[str, bool],
    just_refused: Collection[int],
) -> list[Text]:
    """Take on the teams and circles that the hub tells, by scope, and let the others' data go, likewise.

    `just_refused` are stamps, as `keep_back` has them. Returns what to tell.
    """
    state = LaptopState.read()
    if (state.teams, state.circles) == (teams, circles):
        return []
    with LaptopState.changing() as state:
        state.teams, state.circles = dict(teams), dict(circles)
    holds = replica.writer().holds
    unsent = purge_scopes(replica, lambda scope: holds(scope) or scope == KEEPER)
    keep_back(replica, unsent, just_refused)
    return [_KEPT.format(count=len(unsent))] if unsent else []


_KEPT = Text(
    "本机不再属于某个团队，它的 {count} 项改动没有送出，留在本机，回到团队后自动送出（hongxian attention）",
    "this laptop is no longer of a team; changes that had not gone out stay here ({count}), and go out "
    "when it is of the team again (hongxian attention)",
)


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
            if todos:
                let_unnamed_go(replica)
            if todos or deeds.is_to_be_tidied(replica.now()):
                with replica.upkeep():
                    deeds.tidy(replica.database, replica.now())
                    deeds.let_gone_go(replica.database, replica.held_tables())
            if todos and replica.database.forget_remains():
                with replica.upkeep():
                    done(todos)
        except DatabaseError as error:
            log.info("sweep failed=%s", error)


def let_handed_in_go(replica: Replica) -> None:
    """Keep nothing of what went to the hub's keeper and is there, inside the caller's transaction."""
    for name, collection in replica.collections.items():
        if collection.scope_kind != KEEPER:
            continue
        there = "SELECT record FROM hongxian_outbox WHERE collection = ?"
        sql = f'DELETE FROM "{collection.table}" WHERE scope = ? AND id NOT IN ({there})'
        if replica.database.execute_sql(sql, (KEEPER, name)).rowcount:
            put_down([Todo(kind=TodoKind.SWEEP)])
    replica.database.execute_sql("DELETE FROM hongxian_digest WHERE scope = ?", (KEEPER,))


def leave(replica: Replica) -> None:
    """The hub ended this device's access: all data goes, unsent work into a file sealed for the hub."""
    sealing = LaptopState.read().hub_sealing
    with replica.upkeep():
        unsent = purge_scopes(replica, lambda scope: False) + kept_entries()
        kept = [str(keep_file(replica, "unsent", of_entries(unsent), sealing))] if unsent else []
        Entry.delete().where(Entry.position.in_([each.position for each in unsent])).execute()
        with LaptopState.changing() as state:
            state.kept, state.hub_key, state.epoch = kept, "", ""
            state.teams, state.circles, state.kept_changes = {}, {}, 0


def _base_scopes(collection: str) -> dict[str, str]:
    """The scopes of records with unsent work, which may show them in another one."""
    in_work = Base.select(Base.record).where(Base.collection == collection)
    copies = base_rows(collection, [each.record for each in in_work])
    return {id: row.scope for id, row in copies.items()}

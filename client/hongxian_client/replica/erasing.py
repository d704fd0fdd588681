"""What the hub erased leaves this laptop too: row, base, unsent work, and what was kept in files.

Of unsent work it is told that it was dropped, for nothing is lost silently; not what it said, for that is
of somebody who is to be forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain

import orjson

from hongxian.collections.builtin import erased_part
from hongxian.collections.local_time import local_moment
from hongxian.model.row import DELETED, Key, ids_by_collection
from hongxian.model.stamp import milliseconds_of
from hongxian.security.keys import write_privately
from hongxian.text import Text
from hongxian.wire.digest import Sums
from hongxian.words.values import JsonObject
from hongxian_client.replica import deeds
from hongxian_client.replica.kept_files import FOLDER
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.todo import Todo, TodoKind, put_down
from hongxian_client.replica.unsent.outbox import (
    NOTHING_LEFT,
    Entry,
    EntryState,
    entries_of,
    records_in_work,
)
from hongxian_client.replica.unsent.rebase import Base, base_rows

_DROPPED = Text(
    "社区已将这条记录彻底删除。本机 {written:%Y-%m-%d %H:%M} 填写的改动没有送出，已一并删除，内容没有保留。",
    "The community erased this record for good. What was written here at {written:%Y-%m-%d %H:%M} "
    "had not gone out and went with it; its text is not kept.",
)


def let_erased_go(replica: Replica, told: Iterable[tuple[str, str, int]], sums: Sums) -> None:
    """Remove these records, or single fields of them, inside the caller's transaction; files are swept after the sync.

    `told` are erasures: of what, of which record, and under which stamp.
    """
    keys: list[Key] = []
    for what, id, stamp in told:
        name, field = erased_part(what)
        if field:
            _let_field_go(replica, name, id, field, stamp)
        else:
            keys.append((name, id))
    for name, ids in ids_by_collection(keys).items():
        for base in base_rows(name, ids).values():
            sums.take(name, base)
        table = replica.held_tables().get(name)  # its plugin may be missing
        if table is not None:
            _take_alone(replica, name, table, ids, sums)
            condition, parameters = replica.database.among("id", ids)
            replica.database.execute_sql(f'DELETE FROM "{table}" WHERE {condition}', parameters)
        Base.delete().where((Base.collection == name) & Base.record.in_(ids)).execute()
        for entry in chain.from_iterable(entries_of(name, ids, also_kept=True).values()):
            _drop(entry)
        _rewrite_files(replica, set(ids), lambda each: [])
        put_down([Todo(kind=TodoKind.SWEEP)])


def _let_field_go(replica: Replica, name: str, id: str, field: str, stamp: int) -> None:
    """Take what was written to a field before it was erased out of unsent work and files; the row came before."""
    was_in_work = bool(records_in_work(replica.database, name, [id]))
    for entry in entries_of(name, [id], also_kept=True).get(id, ()):
        change = entry.as_change()
        if field in change.values and 0 < entry.stamp < stamp:
            del change.values[field]
            change.replaced.pop(field, None)
            if not change.values:
                _drop(entry)
                continue
            entry.change = orjson.dumps(change.values).decode()
            entry.replaced = orjson.dumps(change.replaced).decode() if entry.replaced else None
            entry.save()
    if was_in_work:
        replica.rebase_by_name({name: [id]})
    deeds.let_field_go(name, id, field)
    _rewrite_files(replica, {id}, lambda each: [_without(each, field)])
    put_down([Todo(kind=TodoKind.SWEEP)])


def _without(kept: JsonObject, field: str) -> JsonObject:
    return {**kept, "values": {n: v for n, v in kept["values"].items() if n != field}}


def _take_alone(replica: Replica, name: str, table: str, ids: Sequence[str], sums: Sums) -> None:
    """Take from the digests those of the records over which no unsent work lies: they are their own base."""
    alone = sorted(set(ids) - records_in_work(replica.database, name, ids))
    condition, parameters = replica.database.among("id", alone)
    sql = f'SELECT scope, hash FROM "{table}" WHERE {condition} AND NOT deleted'
    for scope, hash in replica.database.execute_sql(sql, parameters).fetchall():
        sums.add_total(name, scope, -1, -hash, 0)


def _drop(entry: Entry) -> None:
    """Let an entry's work go; say so where it had not gone out, and was not to delete the record."""
    if entry.change == NOTHING_LEFT:  # it says so already
        return
    if entry.state == EntryState.SENT or entry.as_change().values.get(DELETED):
        entry.delete_instance()
        return
    written = local_moment(milliseconds_of(entry.stamp))
    entry.reason = orjson.dumps({"": [_DROPPED.format(written=written)]}).decode()
    entry.state, entry.whole, entry.change = EntryState.REFUSED, False, NOTHING_LEFT
    entry.replaced = entry.taken = None
    entry.stamp = -entry.position  # which no clock gives: what was written with it goes its own way
    entry.save()


def _rewrite_files(
    replica: Replica, ids: set[str], left_of: Callable[[JsonObject], list[JsonObject]]
) -> None:
    """Write the files of what was kept anew, with what is to be left of the records with these ids."""
    for path in sorted((replica.folder / FOLDER).glob("*.json")):
        try:
            content = replica.safe.opened(path.read_bytes())
            if not any(id.encode() in content for id in ids):
                continue
            held = orjson.loads(content)
            parts = (left_of(each) if each.get("id") in ids else [each] for each in held)
            left = list(chain.from_iterable(parts))
        except (ValueError, TypeError, AttributeError, KeyError):
            path.unlink()  # damaged: nobody can tell what else of it is theirs
            continue
        write_privately(path, replica.safe.closed(orjson.dumps(left, option=orjson.OPT_INDENT_2)))

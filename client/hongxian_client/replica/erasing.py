"""What the hub erased leaves this laptop too: row, base, unsent work, and what was kept in files.

Of unsent work it is told that it was dropped, for nothing is lost silently; not what it said, for that is
of somebody who is to be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain

import orjson

from hongxian.row import DELETED, Key, ids_by_collection
from hongxian.security.keys import write_privately
from hongxian.stamp import milliseconds_of
from hongxian.text import Text
from hongxian.wire.digest import Sums
from hongxian_client.replica.kept_files import FOLDER
from hongxian_client.replica.outbox import (
    NOTHING_LEFT,
    Entry,
    EntryState,
    entries_of,
    records_in_work,
)
from hongxian_client.replica.rebase import Base, base_rows
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.todo import Todo, TodoKind, put_down

_DROPPED = Text(
    "社区已将这条记录彻底删除。本机 {written:%Y-%m-%d %H:%M} 填写的改动没有送出，已一并删除，内容没有保留。",
    "The community erased this record for good. What was written here at {written:%Y-%m-%d %H:%M} "
    "had not gone out and went with it; its text is not kept.",
)


def let_erased_go(replica: Replica, keys: Iterable[Key], sums: Sums) -> None:
    """Remove these records, inside the caller's transaction; the files are swept after the sync."""
    keys = list(keys)
    replica.files.let_records_go(keys)
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
        _take_out_of_files(replica, set(ids))
        put_down([Todo(kind=TodoKind.SWEEP)])


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
    written = datetime.fromtimestamp(milliseconds_of(entry.stamp) / 1000)
    entry.reason = orjson.dumps({"": [_DROPPED.format(written=written)]}).decode()
    entry.state, entry.whole, entry.change = EntryState.REFUSED, False, NOTHING_LEFT
    entry.replaced = entry.taken = None
    entry.stamp = -entry.position  # which no clock gives: what was written with it goes its own way
    entry.save()


def _take_out_of_files(replica: Replica, ids: set[str]) -> None:
    for path in sorted((replica.folder / FOLDER).glob("*.json")):
        content = path.read_bytes()
        if not any(id.encode() in content for id in ids):
            continue
        try:
            left = [each for each in orjson.loads(content) if each.get("id") not in ids]
        except (orjson.JSONDecodeError, TypeError, AttributeError):
            path.unlink()  # damaged: nobody can tell what else of it is theirs
            continue
        write_privately(path, orjson.dumps(left, option=orjson.OPT_INDENT_2))

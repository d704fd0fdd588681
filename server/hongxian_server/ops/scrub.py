"""The hub's slow look for rows that its disk has changed, and what the keeper can do of those nobody has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hongxian.collections.builtin import Task
from hongxian.collections.collection import Collection
from hongxian.engine.scrub import next_part
from hongxian.model.record import COMMUNITY
from hongxian.model.row import SCOPE, Row
from hongxian.model.row_hash import hash_of, is_sound, unsound
from hongxian.model.stamp import DAY_MILLISECONDS
from hongxian.text import Text
from hongxian.wire.digest import Digest, hex_of
from hongxian_server.hub import Hub
from hongxian_server.intake.damage import note_if_damaged
from hongxian_server.membership.devices import teams
from hongxian_server.sync.recovery import Offers
from hongxian_server.tables.damaged import Damaged, all_damaged, let_go
from hongxian_server.tables.keeper_log import Act, note
from hongxian_server.tables.membership import known_circles

TASK_MILLISECONDS = DAY_MILLISECONDS
"""For so long laptops are asked before a task tells of it."""
_NOBODY_HAS_IT = Text(
    "主机的硬盘改动了这条记录，还没有电脑送来原样。请核对；无误或改不回时，请管理员运行 hongxian hub scrub --accept。",
    "The hub's disk has changed this record, and no laptop has given it back as it was. See what it says; "
    "where it is right, or nobody has it, the keeper runs: hongxian hub scrub --accept",
)


def scrub(hub: Hub, *, whole: bool = False) -> int:
    """Look at the part that is due, or at all; returns how many rows were found changed."""
    found = 0
    for collection, rows in next_part(hub, whole=whole):
        odd = unsound(rows)
        if odd:
            with hub.upkeep():
                found += _note(hub, collection, [row.id for row in odd])
    with hub.separately():
        for collection in hub.collections.values():
            _put_scopes_right(collection)
            _put_sums_right(hub, collection)
        let_go(each for each in all_damaged() if _is_right(hub, each))
        _tell(hub)
    return found


def _note(hub: Hub, collection: Collection, ids: Sequence[str]) -> int:
    """Note what is odd still, now that nobody else writes."""
    rows = list(collection.rows_by_id(ids).values())
    return len(note_if_damaged(hub, collection, rows))


def _is_right(hub: Hub, damaged: Damaged) -> bool:
    """Whether a row is as it was again, or gone."""
    collection = hub.collections.get(damaged.collection)
    if collection is None:
        return False  # its plugin may come back
    return all(map(is_sound, collection.rows_by_id([damaged.record]).values()))


def _noted(collection: Collection) -> dict[str, Row]:
    noted = Damaged.select(Damaged.record).where(Damaged.collection == collection.name)
    return collection.rows_by_id(id for (id,) in noted.tuples())


def _put_scopes_right(collection: Collection) -> None:
    """Mend what the disk did to a scope, by which laptops are told apart: there are not many."""
    for row in _noted(collection).values():
        for scope in (*teams(), *known_circles(), COMMUNITY):
            moved = replace(row, values={**row.values, SCOPE: scope})
            if is_sound(moved):
                collection.put_rows([moved])


def _put_sums_right(hub: Hub, collection: Collection) -> None:
    """Mend what the disk did to a sum, or to a hash: each tells of the other.

    Where a sum is not that of the hashes, one of either was changed: a hash, if its row makes up for
    what is missing; the sum, if all rows fit theirs.
    """
    there = collection.hash_sums()
    for digest in Digest.select().where(Digest.collection == collection.name):
        count, sum = there.get(digest.scope, (0, 0))
        if (digest.count, digest.sum) == (count, hex_of(sum)):
            continue
        rows = collection.rows(f"scope = {hub.database.param}", (digest.scope,))
        odd = unsound(rows)
        right = [row for row in odd if hex_of(sum - row.hash + hash_of(row)) == digest.sum]
        collection.put_rows(right[:1])
        note_if_damaged(hub, collection, odd)
        if not odd:
            own = (Digest.scope == digest.scope) & (Digest.collection == collection.name)
            Digest.update(count=count, sum=hex_of(sum)).where(own).execute()


def _tell(hub: Hub) -> None:
    """Open a task for each row that laptops were asked for in vain."""
    known = {*teams(), *known_circles()}
    for each in all_damaged():
        if not each.told and hub.now() - each.found >= TASK_MILLISECONDS:
            scope = each.scope if each.scope in known else COMMUNITY
            told = {"collection": each.collection, "record": each.record, "text": _NOBODY_HAS_IT}
            hub.create(Task, [{"scope": scope, **told}])
            each.told = True
            each.save()


def accept(hub: Hub) -> int:
    """Take what stands there of all that waits, by the keeper's word; returns how many records."""
    damaged = all_damaged()
    with hub.separately() as transaction:
        for each in damaged:
            collection = hub.collections.get(each.collection)
            row = collection and collection.rows_by_id([each.record]).get(each.record)
            if collection and row and not is_sound(row):
                keeper = Offers(hub, hub.writer(), collection, transaction.clock)
                keeper.store([(row, row.copy(), [])])
        let_go(damaged)
        if damaged:
            note(hub, Act.AS_IT_STANDS, len(damaged))
    return len(damaged)

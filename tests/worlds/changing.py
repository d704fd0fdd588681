"""Disks of a simulated world that change what lies on them."""

from collections.abc import Iterator
from typing import Any

from hongxian.engine.store import Store
from hongxian.model.row import Row
from hongxian.model.row_hash import is_sound
from simulation import World

Key = tuple[str, str]
"""A record: its collection and id."""


def change_on_disk(world: World, store: Store, which: int, name: str) -> dict[Any, Any]:
    """Make one value of a live record another, if nothing is so yet; returns what it was, by what it is.

    One that the other side has as it is: what both have lost nobody can tell. What it was is not to be
    read in what it is, or the ledger would find it there.
    """
    hashes = [{key: row.hash for key, row in bases(each).items()} for each in others(world, store)]
    rows = [
        (key, row)
        for key, row in sorted(bases(store).items(), key=lambda each: each[0])
        if any(each.get(key) == row.hash for each in hashes) and row.values.get(name)
    ]
    if not rows or not all(map(is_all_sound, stores(world))):
        return {}
    (collection, id), row = rows[which % len(rows)]
    false = f"changed {name} {row.hash:x}"
    with store, store.upkeep():
        mark = store.database.param
        table = store.collections[collection].table
        sql = f'UPDATE "{table}" SET "{name}" = {mark} WHERE id = {mark}'
        store.database.execute_sql(sql, (false, id))
    return {false: row.values[name]}


def stores(world: World) -> Iterator[Store]:
    """The hub and its laptops."""
    yield world.hub
    yield from (each.replica for each in world.laptops if not each.revoked)


def others(world: World, store: Store) -> list[Store]:
    """Who could put a store right."""
    return [each for each in stores(world) if (each is world.hub) != (store is world.hub)]


def bases(store: Store) -> dict[Key, Row]:
    """What a store has agreed to."""
    found = {}
    with store:
        for name, collection in store.collections.items():
            views = store.view(collection, [row.id for row in collection.rows("NOT deleted")])
            found |= {(name, id): view.base for id, view in views.items() if view.base is not None}
    return found


def is_all_sound(store: Store) -> bool:
    """Whether a disk has changed nothing that was not mended."""
    with store:
        rows = [row for each in store.collections.values() for row in each.rows("1 = 1")]
    return all(map(is_sound, [*rows, *bases(store).values()]))

"""The names of tables and indexes in one database: no two collections may share one.

A collection's name alone tells its table, so that it is found without the plugin too; `tab.a_b`
and `tab_a.b` would have the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hongxian.collection import Collection
from hongxian.errors import BadCollection
from hongxian.record import table_of

Owner = tuple[str, str]
"""The collection that has a name, and the plugin that brings it."""
ENGINE = "hongxian"
_AWAY = "no plugin that is here"
_RESERVED = (f"{ENGINE}_", "sqlite_")
"""How the engine's own tables are called, and SQLite's."""


def stored_names(collections: Iterable[str]) -> dict[str, Owner]:
    """The tables of what a database holds already, whoever brought it."""
    return {table_of(name): (name, _AWAY) for name in collections}


def names_with(
    held: Mapping[str, Owner], made: Iterable[Collection], plugin: str
) -> dict[str, Owner]:
    """`held` and the names of a plugin's collections; raises `BadCollection` for one that is taken."""
    names = dict(held)
    for collection in made:
        if plugin != ENGINE and collection.table.startswith(_RESERVED):
            raise _bad(collection, f"its table may not be called {collection.table}")
        for name in collection.relations:
            if name in names and names[name] != (collection.name, _AWAY):
                detail = "{} of {} would share {} in the database with {} of {}".format(
                    collection.name, plugin, name, *names[name]
                )
                raise _bad(collection, detail)
            names[name] = (collection.name, plugin)
    return names


def _bad(collection: Collection, detail: str) -> BadCollection:
    detail += "; give the collection another name"
    return BadCollection(model=collection.model.__name__, detail=detail)

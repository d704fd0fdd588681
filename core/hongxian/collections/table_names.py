"""The names of tables and indexes in one database: no two collections may share one.

A collection's name alone tells its table, so that it is found without the plugin too; `tab.a_b`
and `tab_a.b` would have the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hongxian.collections.collection import Collection
from hongxian.errors import BadCollection
from hongxian.model.record import table_of
from hongxian.text import Text

Owner = tuple[str, str | Text]
"""The collection that has a name, and the plugin that brings it."""
ENGINE = "hongxian"
_AWAY = Text("本机没有的插件", "no plugin that is here")
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
            raise _bad(collection, _RESERVED_NAME.format(table=collection.table))
        for name in collection.relations:
            if name in names and names[name] != (collection.name, _AWAY):
                other, holder = names[name]
                shares = _SHARES.format(
                    mine=collection.name, plugin=plugin, name=name, other=other, holder=holder
                )
                raise _bad(collection, shares)
            names[name] = (collection.name, plugin)
    return names


def _bad(collection: Collection, detail: Text) -> BadCollection:
    detail = _ANOTHER_NAME.format(detail=detail)
    return BadCollection(model=collection.model.__name__, detail=detail)


_RESERVED_NAME = Text("数据库的表不能叫 {table}", "its table may not be called {table}")
_SHARES = Text(
    "{plugin} 的 {mine} 在数据库里会与 {holder} 的 {other} 同用 {name}",
    "{mine} of {plugin} would share {name} in the database with {other} of {holder}",
)
_ANOTHER_NAME = Text("{detail}；请给数据表换个名字", "{detail}; give the collection another name")

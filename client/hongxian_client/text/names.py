"""Names by which people refer to records, where only one record bears the name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from hongxian.collections.collection import Collection
from hongxian.doubles import Doubles


def ids_by_name(collection: Collection, names: Sequence[str]) -> dict[str, list[str]]:
    """The ids of the live records that each of these names; of doubles that of the one that stands for them.

    A record is named by its name, by what alone tells it from others of its name, or by both, as pages show it.
    """
    named, doubles = defaultdict[str, list[str]](list), Doubles(collection.name)
    for sql in _spellings(collection):
        condition, parameters = collection.database.among(sql, names)
        found = f'SELECT {sql}, id FROM "{collection.table}" WHERE NOT deleted AND {condition}'
        for name, id in collection.database.execute_sql(found, parameters).fetchall():
            if (first := doubles.first(id)) not in named[name]:
                named[name].append(first)
    return named


def _spellings(collection: Collection) -> Iterator[str]:
    """What a record may be named by, as SQL of texts."""
    naming = collection.quoted(collection.naming) if collection.naming else ""
    telling = f"CAST({collection.quoted(collection.telling)} AS TEXT)" if collection.telling else ""
    yield from filter(None, (naming, telling))
    if naming and telling:
        yield f"{naming} || ' ' || {telling}"

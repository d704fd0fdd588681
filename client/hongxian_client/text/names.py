"""Names by which people refer to records, where only one record bears the name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from hongxian.collections.collection import Collection
from hongxian.doubles import Doubles


def ids_by_name(collection: Collection, naming: str, names: Sequence[str]) -> dict[str, list[str]]:
    """The ids of the live records that bear each of these names; of doubles that of the one that stands for them."""
    condition, parameters = collection.database.among(f'"{naming}"', names)
    sql = f'SELECT "{naming}", id FROM "{collection.table}" WHERE NOT deleted AND {condition}'
    found: dict[str, list[str]] = defaultdict(list)
    doubles = Doubles(collection.name)
    for name, id in collection.database.execute_sql(sql, parameters).fetchall():
        if (first := doubles.first(id)) not in found[name]:
            found[name].append(first)
    return found

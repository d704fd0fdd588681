"""Which records are of one person or thing: those that aliases join."""

from __future__ import annotations

from collections import defaultdict

from hongxian.collections.builtin import Alias
from hongxian.collections.store_protocol import present_store


class Doubles:
    """The groups of joined records of one collection, as they are known here now, for many questions."""

    def __init__(self, collection: str) -> None:
        database = present_store().database
        self._group, self._gone = database.kept((Doubles, collection), lambda: _joined(collection))

    def group(self, id: str) -> list[str]:
        """The ids of a record and all that are joined with it; what stands for them is first."""
        return sorted(self._group.get(id, {id}), key=lambda each: (each in self._gone, each))

    def first(self, id: str) -> str:
        """The id of the record that stands for this one."""
        return self.group(id)[0] if id in self._group else id


def _joined(collection: str) -> tuple[dict[str, set[str]], set[str]]:
    """Of each joined record the ids of its group, and those of them that are gone."""
    groups: dict[str, set[str]] = {}
    for one, other in _edges().get(collection, ()):
        mine, theirs = (groups.setdefault(each, {each}) for each in (one, other))
        if mine is not theirs:
            small, large = sorted((mine, theirs), key=len)  # a long chain costs no square of it
            large |= small
            groups.update(dict.fromkeys(small, large))
    known = present_store().collections.get(collection)
    rows = known.rows_by_id(groups) if known and groups else {}
    return groups, {id for id in groups if id not in rows or rows[id].deleted}


def _edges() -> dict[str, list[tuple[str, str]]]:
    """All aliases by their collections: they are few, and a page asks of many collections."""

    def read() -> dict[str, list[tuple[str, str]]]:
        found = defaultdict[str, list[tuple[str, str]]](list)
        for collection, *edge in Alias.select(Alias.collection, Alias.one, Alias.other).tuples():
            found[collection].append((edge[0], edge[1]))
        return found

    return present_store().database.kept(_edges, read)


def group(collection: str, id: str) -> list[str]:
    """The ids of a record and all that are joined with it, to sum over; what stands for them is first."""
    return Doubles(collection).group(id)


def canonical(collection: str, id: str) -> str:
    """The id of the record that stands for this one and its doubles: its own, mostly."""
    return Doubles(collection).first(id)

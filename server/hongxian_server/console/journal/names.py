"""What people call the records on a page of the journal, asked once for each collection."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from hongxian.kinds.column import Column
from hongxian.words.values import Value
from hongxian_server.history.search import Line, is_confidential
from hongxian_server.hub import Hub


class Names:
    """Of the changed records and of those that their fields point to; none of what is confidential."""

    def __init__(self, hub: Hub, lines: Sequence[Line]) -> None:
        asked: dict[str, set[str]] = defaultdict(set)
        for line in lines:
            asked[line.collection].add(line.id)
            for name, reference in _references(hub, line.collection):
                told = (line.before.get(name), line.after.get(name))
                asked[reference] |= {each for each in told if isinstance(each, str)}
        self._names = {
            name: hub.collections[name].names_of(ids)
            for name, ids in asked.items()
            if not is_confidential(hub, name)
        }

    def of(self, collection: str, id: str) -> str:
        """Its name; "" for one that has none, is gone or confidential."""
        return self._names.get(collection, {}).get(id, "")

    def instead(self, column: Column, value: Value) -> Value:
        """A field's value, and for a record's id its name where there is one."""
        if column.reference is None or not isinstance(value, str):
            return value  # an earlier release of the plugin may have kept something else there
        return self.of(column.reference, value) or value


def _references(hub: Hub, collection: str) -> list[tuple[str, str]]:
    """The fields that point to other records: name, and whose."""
    known = hub.collections.get(collection)
    columns = known.columns.values() if known else ()
    return [(each.name, each.reference) for each in columns if each.reference is not None]

"""What refers to a record that is gone: the hub empties the reference, or tells a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection as Some
from collections.abc import Iterable, Sequence

from hongxian.collections.references import Link, Referrer, referrers_of, used
from hongxian.errors import HongxianError
from hongxian.kinds.on_delete import OnDelete
from hongxian.model.record import SHORT
from hongxian.model.row import DELETED, Key, Row, ids_by_collection
from hongxian.text import Text
from hongxian.words.values import Value, Values
from hongxian_server.intake.apply import Intake
from hongxian_server.intake.doubles import open_tasks
from hongxian_server.intake.validate import Fresh
from hongxian_server.store import HubStore

_GONE = Text(
    "{title}“…{id}”已删除，但还被引用：{used}。请恢复它，或改掉这些引用。",
    "…{id} ({title}) is deleted and still used: {used}. Bring it back, or change what refers to it.",
)


class Touched:
    """What was written, and by it what is gone: what it deletes, and of what it refers to all that was deleted."""

    def __init__(self, hub: HubStore) -> None:
        self.hub = hub
        self.links: dict[str, list[tuple[str, Link]]] = defaultdict(list)
        """By the collection that refers to another: that other, and by which field."""
        for name, links in hub.links.items():
            for link in links:
                if link.on_delete is not OnDelete.KEEP:
                    self.links[link.collection.name].append((name, link))
        self._deleted: list[Key] = []
        self._named: dict[str, set[Value]] = defaultdict(set)

    def note_columns(self, fresh: Fresh) -> None:
        """Note new records by columns."""
        for name, link in self.links[fresh.collection.name]:
            if link.field in fresh.names:
                self._named[name].update(fresh.columns[fresh.names.index(link.field)])

    def note_row(self, collection: str, row: Row, written: Some[str]) -> None:
        """Note a record as it is, of which these fields were written."""
        if row.deleted:
            self._deleted.append((collection, row.id))
            return
        for name, link in self.links[collection]:
            if link.field in written or DELETED in written:
                self._named[name].add(row.values.get(link.field))

    def gone(self) -> list[Key]:
        """Tombstones that live records may refer to."""
        dead = ((n, id) for n, ids in self._named.items() for id in _tombstones(self.hub, n, ids))
        return [*self._deleted, *dead]


def touched_by(hub: HubStore, intake: Intake) -> Touched:
    """What a request wrote."""
    touched = Touched(hub)
    for fresh in intake.reading.fresh:
        touched.note_columns(fresh)
    for collection, change in intake.reading.changes:
        if change.stamp in intake.seq_of:
            row = intake.rows[collection.name, change.id]
            touched.note_row(collection.name, row, change.values.keys())
    return touched


def _tombstones(hub: HubStore, name: str, ids: set[Value]) -> list[str]:
    wanted = sorted(filter(None, ids))
    if name not in hub.collections or not wanted:
        return []
    condition, parameters = hub.database.among("id", wanted)
    sql = f'SELECT id FROM "{hub.collections[name].table}" WHERE deleted AND {condition}'
    return [id for (id,) in hub.database.execute_sql(sql, parameters).fetchall()]


def see_to_dangling(hub: HubStore, gone: Sequence[Key]) -> None:
    """Empty what is to be emptied of all that refers to these, and open a task for the rest.

    Inside the caller's commit. One task tells the records of one scope that refer to one that is gone.
    """
    for name, ids in ids_by_collection(gone).items():
        left: list[Referrer] = []
        clearing: dict[Link, list[Referrer]] = defaultdict(list)
        for each in referrers_of(hub.links.get(name, ()), set(ids)):
            if each.link.on_delete is OnDelete.CLEAR:
                clearing[each.link].append(each)
            else:
                left.append(each)
        for link, referrers in clearing.items():
            left += _not_cleared(hub, link, referrers)
        if left:
            open_tasks(hub, list(_tasks(hub, name, left)))


def see_to_offered(hub: HubStore, collection: str, rows: Iterable[Row]) -> None:
    """The same of whole rows that a laptop gave back."""
    touched = Touched(hub)
    for row in rows:
        touched.note_row(collection, row, row.values.keys())
    see_to_dangling(hub, touched.gone())


def _not_cleared(hub: HubStore, link: Link, referrers: Sequence[Referrer]) -> Sequence[Referrer]:
    """Empty a reference of these; returns them where a rule of their plugin forbids it."""
    try:
        with hub.database.atomic():
            hub.edit(link.collection.model, {each.id: {link.field: None} for each in referrers})
    except HongxianError:
        return referrers
    return ()


def _tasks(hub: HubStore, name: str, left: Iterable[Referrer]) -> Iterable[Values]:
    by: dict[tuple[str, str], list[Referrer]] = defaultdict(list)
    for each in left:
        by[each.to, each.scope].append(each)
    for (id, scope), referrers in by.items():
        text = _GONE.format(title=hub.title_of(name), id=id[-SHORT:], used=used(referrers))
        yield {"scope": scope, "collection": name, "record": id, "text": text}

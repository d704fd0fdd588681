"""References at the hub: what may not be deleted, and what a deletion leaves to be done.

Whoever deletes a record may not have seen all that refers to it, and whoever refers to it may not know
that it is gone: the hub refuses the first where a field says so, and keeps the second (`dangling.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from hongxian.collections.references import Link, Referrer, referrers_of, still_used
from hongxian.model.row import DELETED, Key, Row
from hongxian.wire.verdicts import Verdict, refused
from hongxian_server.intake.claims import part
from hongxian_server.intake.draft import Draft
from hongxian_server.intake.validate import Reading
from hongxian_server.store import HubStore

Targets = dict[str, set[str]]
"""Ids by collection."""


class References:
    """What refers to the records that one request deletes, while it is taken in."""

    def __init__(self, hub: HubStore, reading: Reading, rows: Mapping[Key, Row]) -> None:
        self.hub = hub
        self.reading = reading
        self.rows = rows
        """Records as the request has brought them so far."""
        self._asked: Targets = {}
        self._found: dict[Key, dict[tuple[Key, str], Referrer]] = defaultdict(dict)
        """Who may refer to a record that is asked about, by its key and field."""

    def learn(self) -> None:
        """Look up what refers to all that is deleted; new records that do so are decided in their order."""
        for collection, change in self.reading.changes:
            if change.values.get(DELETED) is True and collection.name in self.hub.links:
                self._asked.setdefault(collection.name, set()).add(change.id)
        stamps: set[int] = set()
        for name, ids in self._asked.items():
            for referrer in referrers_of(self.hub.links[name], ids):
                self._note(name, referrer)
            for link in self.hub.links[name]:
                stamps.update(self._fresh_stamps(link, ids))
        part(self.reading, stamps)

    def _fresh_stamps(self, link: Link, ids: set[str]) -> Iterator[int]:
        for fresh in self.reading.fresh:
            if fresh.collection is link.collection and link.field in fresh.names:
                to = fresh.columns[fresh.names.index(link.field)]
                yield from (s for s, id in zip(fresh.columns[1], to, strict=True) if id in ids)

    def _note(self, name: str, referrer: Referrer) -> None:
        key = (referrer.link.collection.name, referrer.id)
        self._found[name, referrer.to][key, referrer.link.field] = referrer

    def judge(self, draft: Draft) -> Verdict | None:
        """What stands against a transaction's deletions; None if nothing does."""
        if not self._asked:
            return None
        gone = [key for key, row in draft.rows.items() if self._is_deleted(draft, key, row)]
        for key in gone:
            row = draft.before[key] or draft.rows[key]
            referrers = [*self._found[key].values(), *self._in_draft(draft, key)]
            living = (now for each in referrers if (now := self._now(draft, each)))
            forbidding = [each for each in dict.fromkeys(living) if each.forbids(row)]
            if forbidding:
                writer = self.reading.writer
                seen = {each.scope for each in forbidding if writer.holds(each.scope)}
                error = still_used(self.hub.collections[key[0]], row, forbidding, seen)
                return refused(draft.stamp, {"": [error.text]})
        return None

    def _is_deleted(self, draft: Draft, key: Key, row: Row) -> bool:
        before = draft.before[key]
        is_asked = key[1] in self._asked.get(key[0], ())
        return is_asked and row.deleted and not (before and before.deleted)

    def _in_draft(self, draft: Draft, key: Key) -> Iterator[Referrer]:
        for (name, id), row in draft.rows.items():
            for link in self.hub.links[key[0]]:
                if link.collection.name == name and row.values.get(link.field) == key[1]:
                    yield Referrer(link, id, key[1], row.scope)

    def _now(self, draft: Draft, referrer: Referrer) -> Referrer | None:
        """A referrer as this transaction finds it; None where it refers to that no more."""
        key = (referrer.link.collection.name, referrer.id)
        row = draft.rows.get(key) or self.rows.get(key)
        if row is None:
            return referrer
        if row.deleted or row.values.get(referrer.link.field) != referrer.to:
            return None
        return Referrer(referrer.link, referrer.id, referrer.to, row.scope)

    def accept(self, draft: Draft) -> None:
        """Take note of what an accepted transaction's records refer to."""
        for name in self._asked:
            for link in self.hub.links[name]:
                for (own, id), row in draft.rows.items():
                    to = row.values.get(link.field) if own == link.collection.name else None
                    if to in self._asked[name]:
                        self._note(name, Referrer(link, id, to, row.scope))

"""What laptops send of records that follow from others: none without a source, and none that says another thing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hongxian.kit.exchanges.exchange import exchange
from hongxian.kit.exchanges.following import MADE_UP, Following
from hongxian.model.row import Key
from hongxian.wire.verdicts import Verdict, VerdictKind, refused
from hongxian_server.intake.draft import Draft
from hongxian_server.intake.validate import Reading
from hongxian_server.store import HubStore


class WorkedOut:
    """What one request writes of records that are worked out. Use once."""

    def __init__(self, hub: HubStore, reading: Reading) -> None:
        self.hub = hub
        self.reading = reading
        self._following = Following(hub.exchanges)
        self._stamps: dict[Key, list[int]] = {}
        """Under which stamps this request writes each record."""
        self._brought: dict[str, dict[str, Key]] = {}

    def judge(self, draft: Draft, *, recovering: bool) -> Verdict | None:
        """What stands against a transaction's records; None if nothing. Who deletes one is put right later."""
        for (name, id), row in draft.rows.items():
            if name in self._following.names and not row.deleted and not self._has(draft, name, id):
                if recovering:  # its source may still come
                    return Verdict(stamp=draft.stamp, verdict=VerdictKind.LATER)
                return refused(draft.stamp, {"": [MADE_UP]})
        return None

    def _has(self, draft: Draft, name: str, id: str) -> bool:
        source = self._sources(name).get(id)
        bad = self.reading.bad
        if source and any(s <= draft.stamp and s not in bad for s in self._stamps[source]):
            return True
        return id in self._following.in_tables(name)

    def _sources(self, name: str) -> Mapping[str, Key]:
        """What would follow in a collection from what this request brings."""
        if not self._stamps:
            for fresh in self.reading.fresh:
                for id, stamp in zip(fresh.columns[0], fresh.columns[1], strict=True):
                    self._stamps.setdefault((fresh.collection.name, id), []).append(stamp)
            for collection, change in self.reading.changes:
                self._stamps.setdefault((collection.name, change.id), []).append(change.stamp)
        if name not in self._brought:
            ids: dict[str, list[str]] = {}
            for each, key in self._stamps:
                ids.setdefault(each, []).append(key)
            self._brought[name] = self._following.among(name, ids)
        return self._brought[name]

    def put_right(self, touched: Iterable[Key]) -> None:
        """Work out anew what was taken in, where its source does not come along, inside the caller's commit.

        What follows from a source that comes along is worked out with that.
        """
        again: dict[str, set[str]] = {}
        for name, id in touched:
            if name in self._following.names and id not in self._sources(name):
                source = self._following.in_tables(name).get(id)
                if source is not None:
                    again.setdefault(source[0], set()).add(source[1])
        if again:
            exchange(self.hub.exchanges, again)

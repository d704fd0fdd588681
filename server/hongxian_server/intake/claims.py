"""Claims at the hub, where they are decided: who came first holds the key, finally."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from hongxian.collections.collection import Collection
from hongxian.collections.rights import Writer
from hongxian.errors import SPELT
from hongxian.model.claim import Claim, Holder, Key
from hongxian.model.row import Change, Row
from hongxian.text import NOTHING, Text, joined
from hongxian.wire.page import Page, PageKind
from hongxian.wire.verdicts import TakenKey, Verdict, VerdictKind
from hongxian.words.values import Values
from hongxian.writing.claim_holders import free_near, holders, shown_key
from hongxian_server.intake.draft import Draft
from hongxian_server.intake.validate import Fresh, Reading
from hongxian_server.store import HubStore


class Wanted(NamedTuple):
    """One key that a record would take."""

    collection: Collection
    place: int
    """Which of the collection's claims."""
    key: Key
    values: Values
    """Of the record, which spell it."""

    @property
    def claim(self) -> Claim:
        """The claim that the key is of."""
        return self.collection.claims[self.place]


TakenFrom = tuple[Wanted, Holder, Values]
"""A key that a draft wants, who holds it, and what that one's record says."""


class Claims:
    """The keys that one request asks for, and who holds them while it is taken in."""

    def __init__(self, hub: HubStore, rows: Mapping[tuple[str, str], Row]) -> None:
        self.hub = hub
        self.rows = rows
        """Records as the request has brought them so far."""
        self._held: dict[tuple[str, int, Key], Holder | None] = {}

    def judge(self, draft: Draft) -> TakenFrom | None:
        """The first key that a draft would take from another record, from whom, and what that holds; None if none."""
        own: dict[tuple[str, int, Key], str] = {}
        for wanted, id in newly_wanted(draft, self.hub):
            known = (wanted.collection.name, wanted.place, wanted.key)
            other = own.setdefault(known, id)
            if other != id:
                held = draft.rows[wanted.collection.name, other]
                return wanted, Holder(other, held.scope), held.values
            holder = self._holder(wanted)
            if holder is not None and (wanted.collection.name, holder.id) not in draft.rows:
                return wanted, holder, self._values_of(wanted.collection, holder.id)
        return None

    def _values_of(self, collection: Collection, id: str) -> Values:
        row = self.rows.get((collection.name, id)) or collection.rows_by_id([id])[id]
        return row.values

    def _holder(self, wanted: Wanted) -> Holder | None:
        known = (wanted.collection.name, wanted.place, wanted.key)
        if known not in self._held:
            self._learn(wanted.collection, wanted.place, [wanted.key])
        return self._held[known]

    def learn(self, changes: Iterable[tuple[Collection, Change]]) -> None:
        """Look up the keys of all new records among single changes, by one query for each claim."""
        keys: dict[tuple[str, int], set[Key]] = {}
        for collection, change in changes:
            if change.whole:
                for place, claim in enumerate(collection.claims):
                    if (key := claim.key_of(change.values)) is not None:
                        keys.setdefault((collection.name, place), set()).add(key)
        for (name, place), wanted in keys.items():
            self._learn(self.hub.collections[name], place, wanted)

    def _learn(self, collection: Collection, place: int, keys: Iterable[Key]) -> None:
        claim, name = collection.claims[place], collection.name
        found = holders(collection, claim, keys)
        for key in keys:
            self._held[name, place, key] = None
            for holder in found.get(key, ()):
                row = self.rows.get((name, holder.id))
                if row is None or claim.key_of(row.values) == key:
                    self._held[name, place, key] = holder

    def accept(self, draft: Draft) -> None:
        """Take note of the keys that an accepted transaction frees and takes."""
        taken = {}
        for (name, id), row in draft.rows.items():
            before = draft.before[name, id]
            for place, claim in enumerate(self.hub.collections[name].claims):
                old = claim.key_of(before.values) if before is not None else None
                new = claim.key_of(row.values)
                if old is not None and old != new:
                    held = self._held.get((name, place, old))
                    if held is not None and held.id == id:
                        self._held[name, place, old] = None
                if new is not None:
                    taken[name, place, new] = Holder(id, row.scope)
        self._held.update(taken)


def newly_wanted(draft: Draft, hub: HubStore) -> Iterator[tuple[Wanted, str]]:
    """The keys that a draft's records hold and did not hold before, with the records' ids."""
    for (name, id), row in draft.rows.items():
        collection, before = hub.collections[name], draft.before[name, id]
        for place, claim in enumerate(collection.claims):
            key = claim.key_of(row.values)
            if key is not None and (before is None or claim.key_of(before.values) != key):
                yield Wanted(collection, place, key, row.values), id


_TAKEN = Text("{key} 已被占用{there}。", "{key} is taken already{there}.")
_ELSE_FREE = Text(
    "{key} 已被占用{there}；空着的：{free}。", "{key} is taken already{there}; free: {free}."
)
_BETWEEN_KEYS = Text("；", "; ")


def bumped(
    hub: HubStore, stamp: int, wanted: Wanted, holder: Holder, held: Values, writer: Writer
) -> Verdict:
    """The verdict on a transaction that came too late, once all that came with it is stored.

    Who holds the key, and how that spells it, is told only to a device that may see that record.
    """
    collection, claim = wanted.collection, wanted.claim
    spelling, theirs = claim.spelling_of(wanted.values), claim.spelling_of(held)
    sees = writer.holds(holder.scope)
    free = free_near(hub, collection, claim, spelling)
    shown, *others = (
        shown_key(hub, collection, claim, each, writer.holds) for each in (spelling, *free)
    )
    there = NOTHING
    if sees and theirs != spelling:
        there = SPELT.format(spelt=shown_key(hub, collection, claim, theirs, writer.holds))
    reason = (_ELSE_FREE if others else _TAKEN).format(
        key=shown,
        there=there,
        free=joined(others, _BETWEEN_KEYS),
    )
    return Verdict(
        stamp=stamp,
        verdict=VerdictKind.BUMPED,
        reasons={claim.fields[-1]: [reason]},
        taken=TakenKey(
            collection=collection.name,
            fields=list(claim.fields),
            key=list(spelling),
            holder=holder.id if sees else None,
            free=[list(each) for each in free],
        ),
    )


# -- which new records may stay columns ------------------------------------------------------


def part_contended(reading: Reading, *, one_by_one: bool) -> None:
    """Turn new records whose key may be held, or that use quotas, into single changes.

    These are decided in their order. The others stay columns: nobody holds their keys, and nothing
    else in the request asks for them. `one_by_one` leaves none of those that have a key.
    """
    stamps: set[int] = set()
    for collection in {each.collection.name: each.collection for each in reading.fresh}.values():
        for claim in collection.claims:
            stamps |= _contended(reading, collection, claim, one_by_one=one_by_one)
        stamps |= _with_quotas(reading, collection)
    part(reading, stamps)


def part(reading: Reading, stamps: set[int]) -> None:
    """Turn the new records of these transactions into single changes."""
    if stamps:
        reading.fresh = [
            left for each in reading.fresh if (left := _part(reading, each, stamps)).columns[0]
        ]


def _contended(
    reading: Reading, collection: Collection, claim: Claim, *, one_by_one: bool
) -> set[int]:
    """The stamps of the new records whose key is held, asked for twice, or may be freed meanwhile."""
    # Any edit may free a key or take one: one that had not seen a deletion undoes it.
    one_by_one = one_by_one or any(other is collection for other, _ in reading.changes)
    first: dict[Key, int] = {}
    stamps: set[int] = set()
    for fresh in reading.fresh:
        if fresh.collection is collection:
            keys = claim.keys_of_columns(fresh.names, fresh.columns)
            if one_by_one:
                pairs = zip(keys, fresh.columns[1], strict=True)
                stamps.update(stamp for key, stamp in pairs if key is not None)
                continue
            for key, stamp in zip(keys, fresh.columns[1], strict=True):
                if key is not None and first.setdefault(key, stamp) != stamp:
                    stamps |= {stamp, first[key]}
    stamps.update(first[key] for key in holders(collection, claim, first))
    return stamps


def _with_quotas(reading: Reading, collection: Collection) -> set[int]:
    """The stamps of the new records that grant or spend."""
    return {
        stamp
        for fresh in reading.fresh
        if fresh.collection is collection
        for name in collection.quotas & set(fresh.names)
        for stamp, state in zip(
            fresh.columns[1], fresh.columns[fresh.names.index(name)], strict=True
        )
        if state
    }


def _part(reading: Reading, fresh: Fresh, stamps: set[int]) -> Fresh:
    """Move the rows of these transactions to the single changes; what is left stays columns."""
    page = Page(fresh.collection.name, PageKind.NEW, fresh.names, fresh.columns)
    moved = [stamp in stamps for stamp in fresh.columns[1]]
    for id, stamp, *values in zip(*page.keep(moved).columns, strict=True):
        change = Change(id, stamp, dict(zip(fresh.names[2:], values, strict=True)), whole=True)
        reading.changes.append((fresh.collection, change))
    left = page.keep([not each for each in moved])
    return Fresh(fresh.collection, fresh.names, left.columns)

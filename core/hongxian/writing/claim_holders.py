"""Reservations: who holds the keys that records claim, and which keys near one are free.

A laptop asks among the records that it knows; the hub asks again at arrival, and its word is final.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice

import orjson

from hongxian.collections.collection import Collection
from hongxian.collections.store_protocol import PresentStore
from hongxian.errors import Taken
from hongxian.model.claim import Claim, Holder, Key, Spelling, key_of
from hongxian.model.record import SHORT
from hongxian.model.row import Change, Row
from hongxian.text import Text, joined
from hongxian.words.values import Values

FREE_SHOWN = 3
"""Free keys that an error names."""
CANDIDATES = 60
"""Keys near the wanted one that are looked at for free ones."""


def holders(collection: Collection, claim: Claim, keys: Iterable[Key]) -> dict[Key, list[Holder]]:
    """Who holds these keys in the table, by one query; keys that nobody holds are left out."""
    wanted = list(keys)
    if not wanted:
        return {}
    column = collection.key_column(claim)
    condition, parameters = collection.database.among(column, wanted)
    sql = f'SELECT {column}, id, scope FROM "{collection.table}" WHERE {condition}'
    found: dict[Key, list[Holder]] = {}
    for key, id, scope in collection.database.execute_sql(sql, parameters).fetchall():
        found.setdefault(key, []).append(Holder(id, scope))
    return found


def refuse_taken(
    store: PresentStore, collection: Collection, changes: Sequence[Change], rows: Mapping[str, Row]
) -> None:
    """Raise `Taken` when a change would take a key that another record holds, as far as is known here.

    `rows` are the records as they are now; what the same statement frees is free.
    """
    for claim in collection.claims:
        wanted: dict[Key, tuple[str, Values]] = {}
        own = set()
        for change in changes:
            if change.whole or not claim.names.isdisjoint(change.values):
                own.add(change.id)
                row = rows.get(change.id)
                values = {**row.values, **change.values} if row else change.values
                key = claim.key_of(values)
                if key is None:
                    continue
                if key in wanted:
                    raise _taken(store, collection, claim, values, *wanted[key])
                wanted[key] = change.id, values
        for key, held in holders(collection, claim, wanted).items():
            others = [each for each in held if each.id not in own]
            for holder in store.still_holding(collection, claim, key, others):
                theirs = collection.rows_by_id([holder.id])[holder.id].values
                raise _taken(store, collection, claim, wanted[key][1], holder.id, theirs)


def shown_key(
    store: PresentStore,
    collection: Collection,
    claim: Claim,
    key: Spelling,
    sees: Callable[[str], bool] = lambda scope: True,
) -> Text:
    """A key for people: labels and values, other records by their names.

    Those without a name, and those whose scope the reader does not see, stay away: ids say
    nothing to people.
    """
    parts = []
    for name, value in zip(claim.fields, key, strict=True):
        column = collection.columns[name]
        shown = dict(column.choices).get(value, value)
        if column.reference is not None:
            shown = _name_of(store.collections.get(column.reference), value, sees)
        if shown is not None:
            parts += [column.label, shown]
    return joined(parts or map(_short, key), Text.of(" "))


def _name_of(collection: Collection | None, id: str, sees: Callable[[str], bool]) -> str | None:
    row = collection.rows_by_id([id]).get(id) if collection else None
    return collection.called(row.values) or None if collection and row and sees(row.scope) else None


def _short(id: object) -> str:
    return f"…{str(id)[-SHORT:]}"


def _taken(
    store: PresentStore,
    collection: Collection,
    claim: Claim,
    wanted: Values,
    holder: str,
    held: Values,
) -> Taken:
    spelling, theirs = claim.spelling_of(wanted), claim.spelling_of(held)
    free = free_near(store, collection, claim, spelling)
    return Taken(
        collection=collection.name,
        fields=list(claim.fields),
        key=list(spelling),
        holder=holder,
        by=collection.called(held) or _short(holder),
        spelt=shown_key(store, collection, claim, theirs) if theirs != spelling else None,
        free=[list(each) for each in free],
        shown=shown_key(store, collection, claim, spelling),
        listed=[shown_key(store, collection, claim, each) for each in free],
    )


def free_near(
    store: PresentStore, collection: Collection, claim: Claim, wanted: Spelling
) -> list[Spelling]:
    """Keys near this one that nobody holds, as far as is known here; the best first.

    None where the plugin's `near` breaks, which is noted: who came first is decided without it.
    """
    key = key_of(wanted)
    if key is None:
        return []
    try:
        with store.database.atomic():  # a query of the plugin's that fails must end nothing else
            nearest = _nearest(
                collection, claim, dict(zip(claim.fields, orjson.loads(key), strict=True))
            )
    except Exception as error:
        if claim.near is None or not store.plugin_failed(collection, "near", error):
            raise
        return []
    candidates = {other: each for each in nearest if (other := key_of(each)) not in (None, key)}
    held = holders(collection, claim, filter(None, candidates))
    return [each for other, each in candidates.items() if other not in held][:FREE_SHOWN]


def _nearest(collection: Collection, claim: Claim, given: Values) -> list[Spelling]:
    near = claim.near(given) if claim.near else _vary_last(collection, claim, given)
    return [
        [collection.columns[name].to_wire(each.get(name)) for name in claim.fields]
        for each in islice(near, CANDIDATES)
    ]


def _vary_last(collection: Collection, claim: Claim, given: Values) -> Iterator[Values]:
    name = claim.fields[-1]
    for value in collection.columns[name].around(given[name]):
        yield {**given, name: value}

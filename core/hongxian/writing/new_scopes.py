"""Whose a new record is: as was said, or as usual; in a circle as what it belongs to is, or in one that it begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hongxian.collections.collection import Collection
from hongxian.collections.store_protocol import PresentStore
from hongxian.model.circle import CIRCLE, team_of_circle
from hongxian.model.row import SCOPE
from hongxian.words.values import Value

Rows = Sequence[Mapping[str, Value]]


def scopes_of_new(store: PresentStore, collection: Collection, rows: Rows) -> list[Value]:
    """The scope of each record that is to be made; raises `UnknownTeam` where none can be told."""
    said: list[Value] = [row.get(SCOPE) for row in rows]
    if collection.scope_kind == CIRCLE:
        there = _of_what_they_belong_to(store, collection, rows)
        said = [
            there.get(row.get(collection.within)) or each
            for row, each in zip(rows, said, strict=True)
        ]
    if not all(said):
        usual = store.default_scope(collection)
        said = [each or usual for each in said]
    if collection.scope_kind != CIRCLE or collection.within or store.writer().is_hub:
        return said
    return [
        each if team_of_circle(str(each)) else store.writer().begin_circle(str(each))
        for each in said
    ]


def _of_what_they_belong_to(
    store: PresentStore, collection: Collection, rows: Rows
) -> dict[Value, str]:
    if not collection.within:
        return {}
    other = store.collection(collection.columns[collection.within].reference or "")
    ids = list({str(row[collection.within]) for row in rows if row.get(collection.within)})
    return {id: view.local.scope for id, view in store.view(other, ids).items()}

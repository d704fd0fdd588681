"""Conflicts as their page shows them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from hongxian.collections.builtin import Conflict
from hongxian.collections.collection import Collection
from hongxian.words.values import Values
from hongxian_client.desk.formatting import (
    collection_title,
    label_of,
    shown_here,
    titles_of,
    who_wrote,
)
from hongxian_client.replica.replica import Replica
from hongxian_client.review import conflicts
from hongxian_client.text.format import Makers, shown_moment
from hongxian_web import words


@dataclass(frozen=True)
class Side:
    """One of the two values, and who wrote it when; `keep` is "kept" or "lost"."""

    keep: str
    value: str
    who: str
    at: str


@dataclass(frozen=True)
class ShownConflict:
    """One conflict; `url` is that of the record, "" while its plugin is away."""

    id: str
    title: str
    name: str
    url: str
    field: str
    sides: list[Side]
    resolved: bool


def shown_conflict(replica: Replica, conflict: Conflict, makers: Makers) -> ShownConflict:
    """One conflict for the page: its two sides, the kept one first."""
    collection = replica.collections.get(conflict.collection)
    told = conflicts.as_json(conflict, collection, makers)
    field = told["field"]
    fields = conflicts.fields_in(collection, field, told["kept"])
    sides = [
        Side(
            keep=side,
            value=_shown(replica, collection, conflicts.fields_in(collection, field, told[side])),
            who=who_wrote(told[f"{side}_by"]["device"], told[f"{side}_by"]["who"]),
            at=shown_moment(told[f"{side}_by"]["at"]),
        )
        for side in ("kept", "lost")
    ]
    record = told["record"]
    return ShownConflict(
        id=told["id"],
        title=collection_title(collection, told["collection"]),
        name=titles_of(replica, told["collection"], [record]).get(record, ""),
        url=url_for("records.show", name=told["collection"], id=record) if collection else "",
        field=" · ".join(label_of(collection, each) for each in fields),
        sides=sides,
        resolved=told["resolved"],
    )


def _shown(replica: Replica, collection: Collection | None, values: Values) -> Markup:
    """One side, of a group each of its fields."""
    shown = (words.marked(shown_here(replica, collection, *each)) for each in values.items())
    return Markup(" · ").join(each or _("(empty)") for each in shown)

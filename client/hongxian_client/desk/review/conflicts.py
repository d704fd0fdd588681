"""Conflicts as their page shows them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from hongxian.collections.builtin import Conflict
from hongxian.collections.collection import Collection
from hongxian.model.row import local_rows
from hongxian.words.values import JsonObject, Values
from hongxian_client.desk.formatting import (
    collection_title,
    differing,
    label_of,
    said_moment,
    shown_here,
    team_title,
    titles_of,
    who_wrote,
)
from hongxian_client.replica.replica import Replica
from hongxian_client.review import conflicts
from hongxian_client.review.history import history_of
from hongxian_client.text.format import Makers, plain_value
from hongxian_client.transport.link import Link

SIDES = ("kept", "lost")


@dataclass(frozen=True)
class Side:
    """One of the two values, and who wrote it when; `keep` is "kept" or "lost"."""

    keep: str
    value: Markup
    differing: Markup
    """The value with what differs from the other's marked."""
    person: str
    who: str
    at: str
    stands: bool


@dataclass(frozen=True)
class ShownConflict:
    """One conflict; `url` is that of the record and `correction` of its form, "" while its plugin is away."""

    id: str
    title: str
    name: str
    team: str
    url: str
    correction: str
    field: str
    was: Markup | None
    """What it was before both, as far as that is known."""
    was_since: str
    sides: list[Side]
    resolved: bool


def shown_conflict(
    replica: Replica, conflict: Conflict, makers: Makers, link: Callable[[], Link] | None = None
) -> ShownConflict:
    """One conflict for the page, the side first that the merge kept.

    What was before and who wrote the side that lost is in the hub's journal, which a `link` asks.
    """
    collection = replica.collections.get(conflict.collection)
    told = conflicts.as_json(conflict, collection, makers)
    field, record = told["field"], told["record"]
    values = {side: conflicts.fields_in(collection, field, told[side]) for side in SIDES}
    view = replica.view(collection, [record]).get(record) if collection else None
    row = local_rows({record: view}).get(record) if view else None
    present = {
        name: plain_value(collection, name, row.values.get(name)) if row else None
        for name in values["kept"]
    }
    lines = history_of(replica, collection, record, link)[0] if collection and view else []
    written = {line["stamp"]: line for line in lines}
    stamps = {"kept": conflict.kept_stamp, "lost": conflict.lost_stamp}
    shown = {
        side: {n: _shown(replica, collection, n, each) for n, each in values[side].items()}
        for side in SIDES
    }
    was, since = _before(lines, values["kept"], {str(each) for each in stamps.values()})
    sides = [
        Side(
            keep=side,
            value=_side(shown[side]),
            differing=_side(shown[side], shown[other]),
            person=written.get(str(stamps[side]), {}).get("person") or "",
            who=who_wrote(told[f"{side}_by"]["device"], told[f"{side}_by"]["who"]),
            at=said_moment(told[f"{side}_by"]["at"]),
            stands=present == values[side],
        )
        for side, other in (SIDES, SIDES[::-1])
    ]
    return ShownConflict(
        id=told["id"],
        title=collection_title(collection, told["collection"]),
        name=titles_of(replica, told["collection"], [record]).get(record, ""),
        team=team_title(conflict.scope, replica.teams()),
        url=url_for("records.show", name=told["collection"], id=record) if row else "",
        correction=url_for("records.edit", name=told["collection"], id=record)
        if row and not row.deleted
        else "",
        field=" · ".join(label_of(collection, each) for each in values["kept"]),
        was=_side({n: _shown(replica, collection, n, each) for n, each in was.items()})
        if was
        else None,
        was_since=since,
        sides=sides,
        resolved=told["resolved"],
    )


def _before(lines: list[JsonObject], fields: Values, stamps: set[str]) -> tuple[Values, str]:
    """What the fields held before the first of the two writes, and when that was written."""
    first = next((n for n, line in enumerate(lines) if line["stamp"] in stamps), len(lines))
    for place, line in reversed(list(enumerate(lines))):
        if line["stamp"] in stamps and fields.keys() <= line["before"].keys():
            older = lines[max(place, first) + 1 :]
            since = next((each["at"] for each in older if fields.keys() & each["after"].keys()), "")
            return {name: line["before"][name] for name in fields}, said_moment(since)
    return {}, ""


def _shown(replica: Replica, collection: Collection | None, name: str, value: object) -> str:
    return shown_here(replica, collection, name, value) or _("(empty)")


def _side(own: dict[str, str], other: dict[str, str] | None = None) -> Markup:
    """The fields of one side, of a group several; beside the `other` what differs is marked."""
    pairs = ((each, other[name] if other else each) for name, each in own.items())
    return Markup(" · ").join(differing(each, beside) for each, beside in pairs)

"""Records as a page in one language shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from hongxian.collection import Collection
from hongxian.record import COMMUNITY
from hongxian.row import DELETED, SCOPE, Row
from hongxian.shared import Conflict
from hongxian_client.naming import naming_field
from hongxian_client.outbox import REFUSED, SENT, entries_of
from hongxian_client.replica import Replica
from hongxian_client.shown import SHORT, Shower, shown_plain
from hongxian_web import words

UNSENT_MARK, REFUSED_MARK, CONFLICT_MARK = "unsent", "refused", "conflict"


def called(collection: Collection, row: Row) -> str:
    """What people call a record; the end of its id where it has no name."""
    naming = naming_field(collection)
    name = row.values.get(naming) if naming else None
    return str(name) if name else f"…{row.id[-SHORT:]}"


def label_of(collection: Collection | None, name: str) -> str:
    """What a field is called, those of every record too."""
    column = collection.columns.get(name) if collection else None
    if column is not None:
        return words.label(column)
    return {SCOPE: _("Team"), DELETED: _("Deleted")}.get(name, name)


def shown(collection: Collection | None, name: str, value: Any) -> str:
    """A plain value for a person, in one line."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    column = collection.columns.get(name) if collection else None
    if column is not None and column.choices:
        return dict(words.choices(column)).get(value, shown_plain(collection, name, value))
    return shown_plain(collection, name, value)


def team_title(scope: str, teams: dict[str, str]) -> str:
    """What a scope is called."""
    return _("Whole community") if scope == COMMUNITY else teams.get(scope, scope)


class PageShower:
    """Shows many rows of one collection in the language of the page."""

    def __init__(self, replica: Replica, collection: Collection, rows: Sequence[Row]) -> None:
        self._collection = collection
        self._plain = Shower(replica, collection, rows)
        self._teams = replica.teams()

    def field(self, row: Row, name: str) -> str:
        """One field of one row."""
        value, column = row.values.get(name), self._collection.columns.get(name)
        if name == SCOPE:
            return team_title(row.scope, self._teams)
        if isinstance(value, bool) or (column is not None and column.choices):
            return shown(self._collection, name, value)
        return self._plain.field(row, name)


def marks_of(collection: Collection, rows: Sequence[Row]) -> dict[str, list[str]]:
    """What each record bears beside its name: not sent yet, refused, in conflict."""
    ids = [row.id for row in rows]
    found: dict[str, list[str]] = {}
    for id, entries in entries_of(collection.name, ids).items():
        states = {entry.state for entry in entries} - {SENT}
        if states:
            found[id] = [REFUSED_MARK if REFUSED in states else UNSENT_MARK]
    in_conflict = Conflict.select(Conflict.record).where(
        (Conflict.resolved == False)  # noqa: E712
        & (Conflict.collection == collection.name)
        & Conflict.record.in_(ids)
    )
    for (id,) in in_conflict.distinct().tuples():
        found.setdefault(id, []).append(CONFLICT_MARK)
    return found

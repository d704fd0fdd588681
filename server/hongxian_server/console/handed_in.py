"""What was handed in to the keeper: records that no laptop keeps, read here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _

from hongxian.collections.collection import Collection
from hongxian.model.record import KEEPER
from hongxian.model.row import Row
from hongxian.model.stamp import milliseconds_of
from hongxian_server.current import current_hub
from hongxian_server.hub import Hub
from hongxian_web import words
from hongxian_web.navigation import Entry, in_menu

bp = Blueprint("handed_in", __name__, url_prefix="/console/handed-in")
SHOWN = 200
"""Records of one collection that the page lists, the newest first; all of them count."""


@dataclass(frozen=True)
class HandedIn:
    """One collection as the page shows it."""

    title: str
    headers: list[str]
    rows: list[tuple[int, str, list[str]]]
    """When each was written, in milliseconds since 1970; its id; and its values."""
    further: int


@in_menu(bp)
def _menu() -> Iterator[Entry]:
    if _collections(current_hub()):
        yield Entry(_("Handed in"), url_for("handed_in.index"), icon="box-seam")


@bp.get("")
def index() -> str:
    """Every collection that laptops hand in, with what came."""
    hub = current_hub()
    return render_template("console/handed_in.html", all=[_shown(e) for e in _collections(hub)])


def _collections(hub: Hub) -> list[Collection]:
    return [each for each in hub.collections.values() if each.scope_kind == KEEPER]


def _shown(collection: Collection) -> HandedIn:
    rows = collection.rows(f"NOT deleted ORDER BY seq DESC LIMIT {SHOWN}")
    count = collection.model.select().count()
    return HandedIn(
        title=words.shown(collection.title),
        headers=[words.shown(each.label) for each in collection.columns.values()],
        rows=[(milliseconds_of(row.stamp), row.id, _values(collection, row)) for row in rows],
        further=count - len(rows),
    )


def _values(collection: Collection, row: Row) -> list[str]:
    return [
        words.shown(column.told(value)) if (value := row.values.get(name)) is not None else "—"
        for name, column in collection.columns.items()
    ]

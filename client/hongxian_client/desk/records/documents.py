"""Records out of the desk: the list on A4, and a masked text to paste into a chat."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask_babel import format_date

from hongxian.collections.collection import Collection
from hongxian.collections.local_time import local_today
from hongxian.collections.needs import is_void
from hongxian.kinds.column import Column
from hongxian.model.row import Row
from hongxian_client.desk.desk import current_desk
from hongxian_client.desk.formatting import PageShower
from hongxian_client.desk.records.asked import Asked, filters_of
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.text.redact import masked
from hongxian_web import words

COLUMNS = 6
"""Unless others are picked; so many are read on A4."""
MOST_ROWS = 2_000
"""On paper and in a text; a sheet holds them all."""

bp = Blueprint("documents", __name__, url_prefix="/c/<name>")


@bp.route("/paper", methods=["GET", "POST"])
def paper(name: str) -> str:
    """What a list shows, or what is ticked in it, on A4."""
    return _page("desk/document.html", current_desk().replica, name, "print")


@bp.route("/text", methods=["GET", "POST"])
def text(name: str) -> str:
    """The same as a masked text to paste into a chat."""
    return _page("desk/text.html", current_desk().replica, name, "export")


@dataclass(frozen=True)
class Document:
    """What leaves the desk: the picked columns of some records, as they are shown."""

    collection: Collection
    columns: list[Column]
    rows: list[tuple[str, ...]]
    ticked: list[str]
    cut: bool
    names: bool
    """Whether the text tells them whole: what a team passes to its own people is of no use without."""
    community: str
    today: str

    def lines(self) -> Iterator[str]:
        """One masked line for each record, after one that says what they are."""
        yield f"【{words.shown(self.collection.title)}】{self.today}"
        for row in self.rows:
            cells = zip(self.columns, row, strict=True)
            yield " ".join(_said(column, cell, names=self.names) for column, cell in cells if cell)


def _page(template: str, replica: Replica, name: str, how: str) -> str:
    kind = replica.collection(name)
    rows = _rows(replica, kind)
    page = render_template(template, document=_document(replica, kind, rows))
    replica.was_read(kind, [row.id for row in rows], how)
    return page


def _rows(replica: Replica, kind: Collection) -> list[Row]:
    """The ticked records, or all that the list shows, in its order."""
    ticked = request.form.getlist("id")[:MOST_ROWS]
    if ticked:
        found = kind.rows_by_id(ticked)
        return [found[id] for id in ticked if id in found and not found[id].deleted]
    asked = Asked.of(request.args, filters_of(replica, kind, request.args), kind)
    return asked.rows(replica, kind, MOST_ROWS)


def _document(replica: Replica, kind: Collection, rows: list[Row]) -> Document:
    """Titles and cells of the fields that are picked, or of the first that hold anything."""
    shower = PageShower(replica, kind, rows)
    asked = [name for name in request.values.getlist("field") if name in kind.shown]
    cells = {name: [shower.field(row, name) for row in rows] for name in asked or kind.shown}
    voided = kind.lasting.voided if kind.lasting else ""
    void = [voided] if any(is_void(kind, row.values.get) for row in rows) else []
    told = [name for name, column in cells.items() if any(column) and name not in void]
    picked = asked or [*told[: COLUMNS - len(void)], *void]
    return Document(
        collection=kind,
        columns=[kind.columns[name] for name in picked],
        rows=list(zip(*(cells[name] for name in picked), strict=True)),
        ticked=request.form.getlist("id"),
        cut=len(rows) == MOST_ROWS,
        names="names" in request.form and not kind.confidential,
        community=LaptopState.read().community,
        today=format_date(local_today(replica), "long"),
    )


def _said(column: Column, cell: str, *, names: bool) -> str:
    """A masked value; what would say nothing alone, as a number does, after its label."""
    text = masked(column, cell, names=names)
    return text if column.says_itself else f"{words.shown(column.label)} {text}"

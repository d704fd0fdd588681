"""What plugins show, drawn: tables with their buttons and codes, and charts."""

from __future__ import annotations

from flask import g, render_template, request, url_for
from markupsafe import Markup

from hongxian.plugins.shapes import Button, Chart, Link, Qr, Shown, Table, name_of
from hongxian_client.desk.formatting import shown_cell
from hongxian_web import words
from hongxian_web.charts import parts_of
from hongxian_web.navigation import with_query
from hongxian_web.qr import qr

BACK = "back"
"""In an address or form of an action: the page to come back to once it is done."""


def drawn(shown: Shown, *, rows: int | None = None) -> Markup:
    """A table or a chart as safe HTML, of a table so many rows."""
    if isinstance(shown, Chart):
        g.has_chart = True  # the page then brings what draws it
        return Markup(render_template("desk/chart.html", **parts_of(shown)))
    return Markup(
        render_template(
            "desk/table.html",
            headers=[words.marked(each) for each in shown.headers],
            rows=[[_cell(cell) for cell in row] for row in shown.rows[:rows]],
            urls=[record_url(shown, id) if id else "" for id in shown.ids[:rows]],
            note=words.marked(shown.note),
            about=_cell(shown.about) if shown.about else "",
        )
    )


def record_url(shown: Table | Link, id: str) -> str:
    """The page of a record behind a row, or that a link leads to; "" where nothing is said of it."""
    return url_for("records.show", name=name_of(shown.of), id=id) if shown.of else ""


def _cell(cell: object) -> str:
    if isinstance(cell, Button):
        return Markup(render_template("desk/button.html", button=cell, address=_address(cell)))
    if isinstance(cell, Link):
        return Markup(
            render_template("desk/link.html", link=cell, address=record_url(cell, cell.id))
        )
    if isinstance(cell, list | tuple):
        return Markup(" ").join(map(_cell, cell))
    if isinstance(cell, Qr):
        return qr(cell.text, label=cell.text)
    return shown_cell(cell)


def _address(button: Button) -> str:
    """Of the action; its form is filled in by what the address says, which names the way back."""
    path = url_for("offers.do", name=button.action, id=button.id or None)
    here = request.full_path.rstrip("?")
    given = {} if button.at_once else {**button.values, BACK: here}
    return with_query(path, given)

"""What stands in a cell of a plugin's table, drawn: values, buttons, codes, links."""

from __future__ import annotations

from flask import render_template, request, url_for
from markupsafe import Markup

from hongxian.shapes.cells import Button, Link, Print, Qr, name_of
from hongxian.shapes.table import Table
from hongxian_client.desk.formatting import shown_cell
from hongxian_web.navigation import with_query
from hongxian_web.qr import qr

BACK = "back"
"""In an address or form of an action: the page to come back to once it is done."""


def record_url(shown: Table | Link, id: str) -> str:
    """The page of a record behind a row, or that a link leads to; "" where nothing is said of it."""
    return url_for("records.show", name=name_of(shown.of), id=id) if shown.of else ""


def cell_of(cell: object) -> str:
    if isinstance(cell, Button):
        return Markup(render_template("desk/button.html", button=cell, address=address_of(cell)))
    if isinstance(cell, Link):
        return Markup(
            render_template(
                "desk/link.html", link=cell, address=record_url(cell, cell.id), big=cell.big
            )
        )
    if isinstance(cell, Print):
        sheet = url_for("offers.print_sheet", name=cell.document, id=cell.id or None)
        return Markup(render_template("desk/link.html", link=cell, address=sheet, big=False))
    if isinstance(cell, list | tuple):
        return Markup('<div class="cells">{}</div>').format(Markup(" ").join(map(cell_of, cell)))
    if isinstance(cell, Qr):
        return qr(cell.text, label=cell.text)
    return shown_cell(cell)


def address_of(button: Button) -> str:
    """Of the action; its form is filled in by what the address says, which names the way back."""
    path = url_for("offers.do", name=button.action, id=button.id or None)
    here = request.full_path.rstrip("?")
    given = {} if button.at_once else {**button.values, BACK: here}
    return with_query(path, given)

"""What stands in a cell of a plugin's table, drawn: values, buttons, codes, links."""

from __future__ import annotations

from flask import render_template, request, url_for
from markupsafe import Markup

from hongxian.plugins.offering import offers
from hongxian.plugins.offers import View
from hongxian.plugins.viewer import DISPLAY
from hongxian.shapes.cells import Button, Go, Link, Masked, Print, Qr, Tag, name_of
from hongxian.shapes.table import Table
from hongxian.text import Text
from hongxian_client.desk.desk import current_desk
from hongxian_client.desk.formatting import shown_cell
from hongxian_client.text.redact import mask_address, mask_numbers
from hongxian_web.navigation import ours, with_query
from hongxian_web.qr import qr

BACK = "back"
"""In an address or form of an action: the page to come back to once it is done."""
SHOWN = "shown"
"""In an address: the record of which nothing is masked."""
GO = "go"
"""In a form that only asks: that it was filled in."""


def record_url(shown: Table | Link, id: str) -> str:
    """The page of a record behind a row, or that a link leads to; "" where nothing is said of it."""
    return url_for("records.show", name=name_of(shown.of), id=id) if shown.of else ""


def cell_of(cell: object) -> str:
    if isinstance(cell, Button):
        return Markup(render_template("desk/button.html", button=cell, address=address_of(cell)))
    if isinstance(cell, Link):
        return _link(cell.title, record_url(cell, cell.id), classes="big" if cell.big else "")
    if isinstance(cell, Print):
        return _link(cell.title, sheet_url(cell))
    if isinstance(cell, Go):
        return _link(cell.title, way_to(cell), **_looks(cell), here=cell.here)
    if isinstance(cell, list | tuple):
        return Markup('<div class="cells">{}</div>').format(Markup(" ").join(map(cell_of, cell)))
    if isinstance(cell, Tag):
        return Markup(render_template("desk/tag.html", tag=cell))
    if isinstance(cell, Masked):
        return _masked(cell)
    if isinstance(cell, Qr):
        return qr(cell.text, label=cell.text)
    return shown_cell(cell)


def _looks(go: Go) -> dict[str, str]:
    """With a drawing it is pressed all day, and large enough for a finger."""
    return {"classes": "btn btn-s", "icon": go.icon} if go.icon else {}


def _masked(cell: Masked) -> str:
    """What is masked, with a way to see it; seen, that is told like any look at its record."""
    if not cell.text:
        return ""
    if request.args.get(SHOWN) == cell.id:
        replica = current_desk().replica
        replica.was_read(replica.collection(name_of(cell.of)), [cell.id], "show")
        return cell.text
    address = with_query(request.path, {**request.args, SHOWN: cell.id})
    hidden = mask_numbers(cell.text)
    hidden = mask_address(cell.text) if hidden == cell.text else hidden
    return Markup(render_template("desk/masked.html", hidden=hidden, address=address))


def pressed_cell(cell: object) -> str:
    """A cell that stands beside a page's title: what leads on looks like a button."""
    if isinstance(cell, Print):
        return _link(cell.title, sheet_url(cell), classes="btn btn-s", icon=cell.icon)
    if isinstance(cell, Go):
        return _link(cell.title, way_to(cell), classes="btn btn-s", icon=cell.icon, here=cell.here)
    if isinstance(cell, Link):
        return _link(cell.title, record_url(cell, cell.id), classes="btn btn-s")
    return cell_of(cell)


def stands_at() -> str:
    """The page that is open: of a part that a script has drawn anew, the one that it stands on."""
    return ours(request.form.get(BACK, "")) or request.full_path.rstrip("?")


def _link(
    title: Text | str, address: str, *, classes: str = "", icon: str = "", here: bool = False
) -> Markup:
    drawn = {"title": title, "address": address, "classes": classes, "icon": icon, "here": here}
    return Markup(render_template("desk/link.html", **drawn))


def sheet_url(cell: Print) -> str:
    """The sheet that a cell leads to."""
    return url_for("offers.print_sheet", name=cell.document, id=cell.id or None)


def way_to(go: Go) -> str:
    """A view by its name, one for displays too, or the page that is shown now, with other values."""
    given = {name: value for name, value in go.values.items() if value is not None}
    if go.view:
        place = "display.show" if _is_for_displays(go.view) else "offers.view"
        return with_query(url_for(place, name=go.view, id=go.id or None), {**given, GO: "1"})
    stays = {name: value for name, value in request.args.items() if name not in go.values}
    return with_query(request.path, {**stays, **given, GO: "1"})


def _is_for_displays(view: str) -> bool:
    found = offers(current_desk().replica, View, DISPLAY).get(view)
    return found is not None and "display" in found.offer.audiences


def address_of(button: Button) -> str:
    """Of the action; its form is filled in by what the address says, which names the way back."""
    path = url_for("offers.do", name=button.action, id=button.id or None)
    here = stands_at()
    given = {} if button.at_once else {**button.values, BACK: here}
    return with_query(path, given)

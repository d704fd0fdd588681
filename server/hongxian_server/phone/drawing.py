"""What plugins show, drawn for a phone: a table is a list of lines, a button as high as a finger."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from secrets import token_hex

from flask import render_template, request, url_for
from markupsafe import Markup

from hongxian.plugins.offering import offers
from hongxian.plugins.offers import Action, View
from hongxian.shapes.board import Board, Head
from hongxian.shapes.cards import Cards
from hongxian.shapes.cells import Button, Go, Link, Masked, Of, Print, Qr, Tag, name_of
from hongxian.shapes.chart import Chart
from hongxian.shapes.chat import Chat
from hongxian.shapes.facts import Facts
from hongxian.shapes.map import Map
from hongxian.shapes.queue import Queue
from hongxian.shapes.shown import Beside, Shown, table_of
from hongxian.shapes.stat import Stats
from hongxian.words.values import Value
from hongxian_server.current import current_hub
from hongxian_server.phone.door import who
from hongxian_server.phone.mine import may_have, record_of
from hongxian_server.phone.once import ONCE, STAYS
from hongxian_server.phone.picture import picture_address, picture_size
from hongxian_web import words
from hongxian_web.navigation import with_query
from hongxian_web.qr import svg

MARKS = 26
"""So many points could stand beside each other across a picture."""
_TEMPLATES: dict[type, str] = {
    Stats: "stats",
    Facts: "facts",
    Cards: "cards",
    Queue: "queue",
    Board: "board",
    Map: "map",
    Chart: "chart",
    Chat: "chat",
}


def drawn(shown: Shown) -> Markup:
    """As safe HTML."""
    if isinstance(shown, Beside):
        parts = [drawn(each) for each in (*shown.above, *shown.shapes)]
        return Markup(
            render_template(
                "phone/beside.html", shown=shown, parts=parts, cell=cell_of, allowed=allowed
            )
        )
    name = _TEMPLATES.get(type(shown), "table")
    if name == "table":
        shown = table_of(current_hub(), shown)
        shown = replace(shown, rows=[_day_once(row) for row in shown.rows])
    given = {
        **(_picture_of(shown) if isinstance(shown, Map) else {}),
        "shown": shown,
        "cell": cell_of,
        "may": may,
        "allowed": allowed,
        "address": address_of,
        "books": books,
        "record": partial(_record_of, getattr(shown, "of", None)),
    }
    return Markup(render_template(f"phone/shapes/{name}.html", **given))


def _day_once(row: Sequence[object]) -> list[object]:
    """A line whose day no name in it says once more."""
    said = {f" {each}" for each in row if isinstance(each, date)}
    return [
        next((each.removesuffix(day) for day in said if each.endswith(day)), each)
        if isinstance(each, str)
        else each
        for each in row
    ]


def _picture_of(shown: Map) -> dict[str, object]:
    wide, high = picture_size(shown.picture, shown.field)
    if shown.picture is None or not wide:
        return {"high": 0}
    return {
        "picture": picture_address(shown.picture, shown.field),
        "high": max(1, round(shown.metres * high / wide)),
        "unit": shown.metres / MARKS,
    }


def _record_of(of: Of | None, id: str) -> str:
    return record_address(name_of(of), id) if of and id else ""


def books(board: Board, row: Head, column: Head) -> str:
    """Where a free place of a board is booked; "" where whoever asks may not."""
    if board.book not in offers(current_hub(), Action, who()):
        return ""
    return with_query(url_for("phone.do", name=board.book), board.values_of(row, column))


def may(cell: object) -> bool:
    """Whether a cell leads or does anything that is for whoever asks: else it is not shown."""
    if isinstance(cell, Button):
        return cell.action in offers(current_hub(), Action, who())
    if isinstance(cell, Go):
        return not cell.view or cell.view in offers(current_hub(), View, who())
    return not isinstance(cell, Print)


def allowed(cells: Iterable[object]) -> list[object]:
    """Those of some cells that are for whoever asks."""
    return [each for each in cells if may(each)]


def cell_of(cell: object) -> Markup | str:
    """A cell as HTML; what is not for whoever asks is its text, or nothing."""
    if isinstance(cell, list | tuple):
        return Markup(" ").join(map(cell_of, cell))
    if isinstance(cell, Button | Go):
        if not may(cell):
            return "" if isinstance(cell, Button) else words.marked(cell.title)
        return pressed(cell)
    if isinstance(cell, Link):
        url = record_address(name_of(cell.of), cell.id)
        title = words.marked(cell.title)
        return Markup('<a href="{}">{}</a>').format(url, title) if url else title
    if isinstance(cell, Tag):
        return Markup(render_template("phone/tag.html", tag=cell))
    if isinstance(cell, Qr):
        return Markup(render_template("phone/qr.html", drawn=qr_of(cell), text=cell.text))
    if isinstance(cell, Masked):
        return cell.text and "***"
    if isinstance(cell, Print):
        return ""
    if isinstance(cell, bool):
        return "✓" if cell else ""
    return "" if cell in (None, "") else words.marked(cell)


def pressed(cell: Button | Go) -> Markup:
    """What leads on; or, of a button that asks nothing further, does it and comes back to this page."""
    given = {"press": cell, "address": address_of(cell)}
    here = with_query(request.root_path + request.path, request.args)
    sent = {"once_name": ONCE, "once": token_hex(16), "stays": STAYS, "here": here}
    return Markup(render_template("phone/press.html", **given, **sent))


def qr_of(cell: Qr) -> Markup:
    """Its code so that any camera opens it here."""
    code = cell.text if "#" in cell.text else f"{request.url_root}#{cell.text}"
    return svg(code, scale=4, border=2, light="#fff", svgclass="qr")


def address_of(cell: Button | Go) -> str:
    """Where what is pressed leads, with what it fills in."""
    given: dict[str, Value] = {n: each for n, each in cell.values.items() if each is not None}
    if isinstance(cell, Button):
        return with_query(url_for("phone.do", name=cell.action, id=cell.id or None), given)
    if cell.view:
        return with_query(url_for("phone.view", name=cell.view, id=cell.id or None), given)
    stays = {name: value for name, value in request.args.items() if name not in given}
    return with_query(request.root_path + request.path, {**stays, **given})


def record_address(collection: str, id: str) -> str:
    """The page of a record, where there is anything of it for whoever asks; else ""."""
    viewer, hub = who(), current_hub()
    about = [each for each in offers(hub, View, viewer).values() if each.collection == collection]
    if not about:
        return ""
    is_open = any("public" in each.offer.audiences for each in about)
    if not is_open:
        record = record_of(collection, id)
        if record is None or not any(may_have(each, record, viewer) for each in about):
            return ""
    return url_for("phone.of", collection=collection, id=id)

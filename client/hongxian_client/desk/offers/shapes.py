"""What plugins show, drawn: tables, charts, figures, boards and grids."""

from __future__ import annotations

from collections.abc import Sequence

from flask import g, render_template, url_for
from markupsafe import Markup

from hongxian.shapes.board import Board
from hongxian.shapes.cards import Cards
from hongxian.shapes.cells import Button, Go, Link, name_of
from hongxian.shapes.chart import Chart
from hongxian.shapes.chat import Chat
from hongxian.shapes.facts import Facts
from hongxian.shapes.grid import Grid
from hongxian.shapes.map import Map
from hongxian.shapes.queue import Queue
from hongxian.shapes.shown import Beside, Shown, table_of
from hongxian.shapes.stat import Stat, Stats
from hongxian.shapes.table import Table
from hongxian_client.desk.desk import current_desk
from hongxian_client.desk.offers.board import drawn_board
from hongxian_client.desk.offers.cells import address_of, cell_of, record_url, way_to
from hongxian_client.desk.offers.grid import GridForm
from hongxian_client.desk.offers.map import drawn_map
from hongxian_web import words
from hongxian_web.charts import is_small, parts_of


def drawn(shown: Shown, *, rows: int | None = None, save: str = "") -> Markup:
    """What a view shows as safe HTML; of a table so many rows.

    A grid is typed into where it is told the address to `save` it at, and only shown elsewhere.
    """
    if isinstance(shown, Chart):
        g.has_chart = g.get("has_chart") or not is_small(
            shown
        )  # the page then brings what draws it
        return Markup(render_template("desk/chart.html", **parts_of(shown)))
    if isinstance(shown, Beside):
        return _beside(shown, save)
    if isinstance(shown, Board):
        return drawn_board(shown, rows)
    if isinstance(shown, Chat):
        text = words.shown(shown.text)
        return Markup(render_template("desk/chat.html", text=text, rows=6))
    if isinstance(shown, Stats):
        return Markup(render_template("desk/stats.html", shown=shown, address=_address, line=_line))
    if isinstance(shown, Facts):
        return Markup(render_template("desk/facts.html", shown=shown, cell=cell_of))
    if isinstance(shown, Queue):
        given = {"queue": shown, "address": address_of, "way_to": way_to}
        return Markup(render_template("desk/queue.html", **given))
    if isinstance(shown, Cards) and not rows:
        return _cards(shown)
    if isinstance(shown, Map) and not rows:
        return drawn_map(shown)
    if isinstance(shown, Grid) and save:
        return GridForm(current_desk().replica, shown).drawn(save)
    return _table(table_of(current_desk().replica, shown), rows)


def drawn_small(shown: Shown, rows: int) -> Markup:
    """Its beginning on a card of the first page: of a table so many rows, and the columns that tell most."""
    if isinstance(shown, Chart | Board | Chat | Stats | Facts | Grid):
        return drawn(shown, rows=rows)
    table = table_of(current_desk().replica, shown)
    last = len(table.headers) - 1
    kept = [n for n in range(last + 1) if n in (0, 1, last)]
    return Markup(
        render_template(
            "desk/small_table.html",
            headers=[words.marked(table.headers[n]) for n in kept],
            rows=[[cell_of(_likeliest(row[n])) for n in kept] for row in table.rows[:rows]],
            urls=[record_url(table, id) if id else "" for id in table.ids[:rows]],
            note=words.marked(table.note),
        )
    )


def _likeliest(cell: object) -> object:
    """Of several presses in a cell the first: a card has room for one."""
    return cell[0] if isinstance(cell, list) and cell and isinstance(cell[0], Button | Go) else cell


def figures_of(stats: Sequence[Stat]) -> Markup:
    """Figures of several views in one row of panels."""
    shown = Stats(stats)
    page = render_template(
        "desk/stats.html", shown=shown, address=_address, line=_line, panels=True
    )
    return Markup(page)


def _beside(shown: Beside, save: str) -> Markup:
    above, parts = (
        [drawn(each, save=save) for each in some] for some in (shown.above, shown.shapes)
    )
    return Markup(render_template("desk/beside.html", above=above, parts=parts, foot=shown.foot))


def _cards(shown: Cards) -> Markup:
    def record(id: str) -> str:
        return url_for("records.show", name=name_of(shown.of), id=id) if shown.of else ""

    given = {"shown": shown, "address": address_of, "way_to": way_to, "record": record}
    return Markup(render_template("desk/cards.html", **given))


def _table(shown: Table, rows: int | None) -> Markup:
    return Markup(
        render_template(
            "desk/table.html",
            headers=[words.marked(each) for each in shown.headers],
            rows=[[cell_of(cell) for cell in row] for row in shown.rows[:rows]],
            urls=[record_url(shown, id) if id else "" for id in shown.ids[:rows]],
            note=words.marked(shown.note),
            about=cell_of(shown.about) if shown.about else "",
        )
    )


def _address(stat: Stat) -> str:
    """Where a number leads: to a record, or to a view; "" for nowhere."""
    if isinstance(stat.to, Link):
        return record_url(stat.to, stat.to.id)
    return url_for("offers.view", name=stat.to) if stat.to else ""


def _line(stat: Stat) -> str:
    """How the number went, as the points of a line 96 wide and 24 high."""
    numbers = [*stat.past, int(stat.value)]
    least, most = min(numbers), max(numbers)
    step, height = 96 / max(len(numbers) - 1, 1), max(most - least, 1)
    places = enumerate(numbers)
    return " ".join(f"{n * step:.1f},{23 - 22 * (each - least) / height:.1f}" for n, each in places)

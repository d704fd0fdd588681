"""What hangs on a wall, drawn to be read from across a room and to fit one screen: alike at a desk and at the hub."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from flask import render_template
from markupsafe import Markup

from hongxian.collections.local_time import local_now
from hongxian.collections.store_protocol import PresentStore
from hongxian.errors import HongxianError
from hongxian.shapes.cells import Masked, Qr, Tag, plain_cell
from hongxian.shapes.chart import Chart
from hongxian.shapes.facts import Facts
from hongxian.shapes.queue import Queue
from hongxian.shapes.shown import Beside, Shown, Single, table_of
from hongxian.shapes.stat import Stats
from hongxian.text import Text
from hongxian_web import words
from hongxian_web.charts import parts_of
from hongxian_web.qr import svg

SECONDS = 5
"""After which it is drawn anew."""
ROWS = 8
"""Of a table that are read from afar; of the others it says how many there are."""
_TEMPLATES: dict[type, str] = {Queue: "queue", Stats: "stats", Facts: "facts"}


def wall(
    store: PresentStore,
    title: Text | str,
    shown: Shown | None,
    error: HongxianError | None = None,
    before: str = "",
) -> str:
    """The whole page; codes on it begin with `before`, where a camera is to open them there."""
    beside = shown if isinstance(shown, Beside) else None
    parts = [] if shown is None else [shown]
    above: Sequence[Single] = ()
    if beside is not None:
        parts, above = list(beside.shapes), beside.above
    drawn = partial(_drawn, store, before)
    return render_template(
        "hongxian/wall/page.html",
        title=words.shown((beside and beside.title) or title),
        beside=words.marked(beside.note) if beside else "",
        foot=beside.foot if beside else (),
        now=f"{local_now(store):%H:%M}",
        seconds=SECONDS,
        above=list(map(drawn, above)),
        parts=list(map(drawn, parts)),
        error=words.refused(error) if error else "",
    )


def _drawn(store: PresentStore, before: str, shown: Shown) -> Markup:
    cell = partial(_cell, before)
    if isinstance(shown, Chart):
        most = max((max(numbers, default=0) for _, numbers in shown.series), default=0)
        return _page("chart", **parts_of(shown), most=max(most, 1))
    if name := _TEMPLATES.get(type(shown)):
        return _page(name, shown=shown, cell=cell)
    table = table_of(store, shown)
    return _page("table", shown=table, rows=table.rows[:ROWS], cell=cell)


def _page(name: str, **given: object) -> Markup:
    return Markup(render_template(f"hongxian/wall/{name}.html", **given))


def _cell(before: str, cell: object) -> Markup | str:
    """What a cell says: nobody presses anything on a wall, and nobody's number stands there."""
    if isinstance(cell, list | tuple):
        return Markup(" ").join(_cell(before, each) for each in cell)
    if isinstance(cell, Qr):
        text = cell.text if "#" in cell.text or not before else f"{before}#{cell.text}"
        return svg(text, scale=4, border=2, light="#fff", svgclass="qr")
    if isinstance(cell, Tag):
        return Markup('<span class="{}">{}</span>').format(cell.tone, words.marked(cell.word))
    if isinstance(cell, Masked):
        return ""
    if isinstance(cell, bool):
        return "✓" if cell else ""
    told = plain_cell(cell)
    return "" if told is None else words.marked(told)

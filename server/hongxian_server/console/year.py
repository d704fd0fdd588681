"""The year in numbers on the console: what plugins count of a year, as a page, on paper and as a workbook."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from secrets import token_urlsafe
from typing import Any  # Any: openpyxl's types know no sheet that is only written

from flask import Blueprint, Response, abort, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hongxian.collections.local_time import local_today
from hongxian.kit.yearly import Chapter, Figure, chapters
from hongxian.shapes.cells import plain_cell
from hongxian.shapes.sheet import Section, Sheet
from hongxian.shapes.table import Table
from hongxian.text import Text
from hongxian_server.current import current_hub
from hongxian_server.hub_state import HubState
from hongxian_web import words
from hongxian_web.languages import language
from hongxian_web.navigation import Entry, in_menu
from hongxian_web.paper.page import Bar, sheet

bp = Blueprint("year", __name__, url_prefix="/console/year")
EARLIEST = 2000
MOST_ROWS = 10_000
"""Rows of what one figure counts that a workbook has."""
_TITLE = Text("{year}年数据", "The year {year} in numbers")
_HEADS = (Text("项目", "What"), Text("数量", "How many"), Text("单位", "Unit"))


@in_menu(bp)
def _menu() -> Iterator[Entry]:
    yield Entry(_("The year in numbers"), url_for("year.show"), icon="journal-text")


@bp.get("")
def show() -> str:
    """All figures of a year; each leads to what it counts."""
    year = _year()
    told = [
        (each, [(figure, _leads_to(each, n, year)) for n, figure in enumerate(each.figures)])
        for each in chapters(current_hub(), year)
    ]
    return render_template(
        "console/year.html",
        title=words.shown(_TITLE.format(year=year)),
        year=year,
        earlier=year - 1 if year > EARLIEST else None,
        later=year + 1 if year < local_today().year else None,
        chapters=told,
    )


@bp.get("/<name>/<int:number>")
def counted(name: str, number: int) -> str:
    """What one figure counts: rows, and nobody's name."""
    year = _year()
    figure = _figure(name, number, year)
    table = figure.counts() if figure.counts else Table((), ())
    return render_template(
        "console/year_counted.html",
        title=words.shown(figure.label),
        year=year,
        value=figure.value,
        unit=words.shown(figure.unit),
        headers=[words.shown(each) for each in table.headers],
        rows=[[words.shown(plain_cell(cell)) for cell in row] for row in table.rows],
        note=words.marked(table.note),
    )


@bp.get("/sheet")
def paper() -> ResponseReturnValue:
    """The same on A4."""
    year, hub = _year(), current_hub()
    body = Sheet(
        _TITLE.format(year=year),
        [
            part
            for each in chapters(hub, year)
            for part in (
                Section(each.title),
                Table(_HEADS, [[one.label, f"{one.value:,}", one.unit] for one in each.figures]),
            )
        ],
        note=Text("人次不是人数。", "Visits are not people."),
    )
    back = url_for("year.show", year=year)
    bar = Bar(back, url_for("web.static", filename="print.js"), token_urlsafe(16))
    text = sheet(
        body,
        title=body.title,
        community=HubState.read().community,
        printed=local_today(),
        language=language(),
        bar=bar,
    )
    return Response(text, headers={"Content-Security-Policy": bar.policy})


@bp.get("/<int:asked>.xlsx")
def workbook(asked: int) -> ResponseReturnValue:
    """All figures on the first sheet, and a sheet for what each counts."""
    from openpyxl import Workbook  # a tenth of a second, which no other page should wait for

    year, book = _within_reason(asked), Workbook(write_only=True)
    first, number = book.create_sheet(words.shown(_TITLE.format(year=year))[:31]), 0
    first.append(["", *(words.shown(each) for each in _HEADS)])
    for each in chapters(current_hub(), year):
        for figure in each.figures:
            number += 1
            line = [words.shown(each.title), words.shown(figure.label), figure.value]
            first.append([*line, words.shown(figure.unit)])
            if figure.counts:
                _write(book.create_sheet(f"{number}"), figure.counts())
    held = BytesIO()
    book.save(held)
    held.seek(0)
    name = f"{HubState.read().community}-{year}.xlsx"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return send_file(held, mimetype=kind, as_attachment=True, download_name=name)


def _write(page: Any, table: Table) -> None:
    page.append([words.shown(each) for each in table.headers])
    for row in table.rows[:MOST_ROWS]:
        page.append([_cell(page, each) for each in row])


def _cell(page: Any, cell: object) -> object:
    """A number or a day as such; what is text stays text, whatever it begins with."""
    from openpyxl.cell import WriteOnlyCell

    plain = plain_cell(cell)
    if isinstance(plain, int | float | date):
        return plain
    held = WriteOnlyCell(page, value=words.shown(plain))
    held.data_type = "s"
    return held


def _year() -> int:
    """Which is asked for; else the present one."""
    return _within_reason(request.args.get("year", 0, type=int))


def _within_reason(year: int) -> int:
    now = local_today().year
    return year if EARLIEST <= year <= now else now


def _leads_to(chapter: Chapter, number: int, year: int) -> str:
    if chapter.figures[number].counts is None:
        return ""
    return url_for("year.counted", name=chapter.name, number=number, year=year)


def _figure(name: str, number: int, year: int) -> Figure:
    for each in chapters(current_hub(), year, name):
        if number < len(each.figures):
            return each.figures[number]
    abort(404)

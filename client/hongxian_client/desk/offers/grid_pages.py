"""What is done to a plugin's grid: a row saved, a column ticked, somebody added."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from hongxian.errors import Refused
from hongxian.plugins.offers import View
from hongxian.shapes.grid import Grid
from hongxian_client.desk.deeds import tell_deed
from hongxian_client.desk.offers.grid import ALL, GridForm
from hongxian_client.desk.offers.offer_page import OfferPage, page_of
from hongxian_client.plugins.grid_adding import add_to_grid, find_to_add, look_up, names_in
from hongxian_client.plugins.grid_codes import ByCodes, tick_by_codes
from hongxian_client.plugins.grids import (
    Reasons,
    refused_rows,
    save_grid,
    save_what_may,
)
from hongxian_web import words
from hongxian_web.flashes import WRONG, tell
from hongxian_web.navigation import with_query

bp = Blueprint("grids", __name__)
LONGEST_PILE = 2_000
"""Characters of codes that are typed at once."""


@bp.post("/grid/<name>")
@bp.post("/grid/<name>/<id>")
def save(name: str, id: str = "") -> ResponseReturnValue:
    """One row (`row`), a column that is ticked (`all`), or all that was typed, which is saved or not as one."""
    page, shown = _grid_of(name, id)
    form = GridForm(page.replica, shown, request.form)
    called = request.form.get("row", "")
    if called and called in {each.called for each in shown.rows}:
        return _save_row(page, shown, called)
    if asked := form.asked(page.address_to_save):
        return _answer(page, {}, found=asked)
    if ALL in request.form:
        reasons = _tick_all(page, shown, form)
        return _answer(page, reasons) if reasons else _done(page)
    try:
        count = len(save_grid(page.replica, shown, form.typed))
    except Refused as error:  # of single rows, or by a rule of what they come to together
        page.refuse(error)
        drawn = form.drawn(page.address_to_save, refused_rows(error), head=page.head)
        return drawn if _is_part() else page.render(drawn, has_head=True)
    tell(_("Rows that were saved: %(count)s", count=count))
    return _done(page)


@bp.route("/grid-add/<name>", methods=["GET", "POST"])
@bp.route("/grid-add/<name>/<id>", methods=["GET", "POST"])
def add(name: str, id: str = "") -> ResponseReturnValue:
    """Who may be meant by `q`, names of a `list`; who was picked (`pick`) or is `new` is added."""
    page, shown = _grid_of(name, id)
    if shown.add is None:
        abort(404)
    query = request.values.get("q", "").strip()[:100]
    found = find_to_add(page.replica, shown.add, query) if query else []
    if request.method == "GET":
        return _candidates(shown, query, found)
    picked = [each for each in request.form.getlist("pick") if each]
    new = [each for text in request.form.getlist("new") for each in names_in(text)[:1]]
    if request.form.get("list", "").strip():
        listed = look_up(page.replica, shown.add, request.form["list"])
        part = Markup(
            render_template(
                "desk/grid_list.html",
                listed=listed,
                may_make=shown.add.new is not None,
                action=_address(),
            )
        )
        return _answer(page, {}, found=part)
    if len(found) == 1 and not new:
        picked = picked or [found[0][0]]
    if query and not picked and not new:
        return _answer(page, {}, found=_candidates(shown, query, found))
    try:
        count = add_to_grid(page.replica, shown, picked, new)
        tell(_("Added: %(count)s", count=count) if count else _("Was on the list already."))
    except Refused as error:
        tell(words.refused(error), kind=WRONG)
    return _done(page)


@bp.post("/grid-codes/<name>")
@bp.post("/grid-codes/<name>/<id>")
def tick_codes(name: str, id: str = "") -> ResponseReturnValue:
    """The rows of these `codes` are ticked in one column, of a sheet of paper that is typed back."""
    page, shown = _grid_of(name, id)
    columns = shown.ticked_by_codes if any(each.code for each in shown.rows) else ()
    cells = next((each for each in columns if each.field == request.form.get("column")), None)
    if cells is None:
        abort(404)
    typed = request.form.get("codes", "")[:LONGEST_PILE]
    became = tick_by_codes(page.replica, shown, cells, typed)
    return _answer(page, became.refused, coded=became)


def draw_grid(page: OfferPage, shown: Grid) -> ResponseReturnValue:
    """The page of a grid."""
    drawn = GridForm(page.replica, shown).drawn(page.address_to_save, head=page.head)
    return page.render(drawn, shown, has_head=True)


# -- answering -----------------------------------------------------------------------------------


def _grid_of(name: str, id: str) -> tuple[OfferPage, Grid]:
    page = page_of(View, name, id)
    shown = page.carried_out()
    if not isinstance(shown, Grid):
        abort(404)
    return page, shown


def _is_part() -> bool:
    """Whether a script asks, which puts the answer into the page."""
    return bool(request.headers.get("HX-Request"))


def _save_row(page: OfferPage, shown: Grid, called: str) -> ResponseReturnValue:
    """Write one row, and draw it as it is now."""
    form = GridForm(page.replica, shown, request.form)
    [row] = [each for each in shown.rows if each.called == called]
    try:
        told = save_grid(page.replica, shown, {called: form.typed[called]}).get(called)
    except Refused as error:
        reasons = refused_rows(error, row).get(called)
        return (
            form.drawn_row(called, reasons)
            if _is_part()
            else _answer(page, {called: reasons or {}})
        )
    if not _is_part():
        return _done(page)
    tell_deed(quietly=True)
    return GridForm(page.replica, _again(page)).drawn_row(called, None, told)


def _again(page: OfferPage) -> Grid:
    """The grid as it is after something was written."""
    shown = page.carried_out()
    assert isinstance(shown, Grid)
    return shown


def _tick_all(page: OfferPage, shown: Grid, form: GridForm) -> Mapping[str, Reasons]:
    """Tick a column and tell it; why some rows were left out."""
    saved, refused = save_what_may(page.replica, shown, form.typed)
    tell(_("Rows that were saved: %(count)s", count=len(saved)))
    return refused


def _answer(
    page: OfferPage, reasons: Mapping[str, Reasons], found: str = "", coded: ByCodes | None = None
) -> ResponseReturnValue:
    if _is_part():
        tell_deed(quietly=coded is not None)  # by names, where the next are typed
    drawn = GridForm(page.replica, _again(page)).drawn(
        page.address_to_save, reasons, head=page.head, found=found, coded=coded
    )
    return drawn if _is_part() else page.render(drawn, has_head=True)


def _done(page: OfferPage) -> ResponseReturnValue:
    """Back to the page; for a script the grid as it is now."""
    return _answer(page, {}) if _is_part() else redirect(page.after)


def _address() -> str:
    """Where somebody is added, with what was asked for the view."""
    asked = {name: value for name, value in request.args.items() if name != "q"}
    return with_query(request.path, asked)


def _candidates(shown: Grid, query: str, found: list[tuple[str, str]]) -> Markup:
    """Who may be meant, each a button."""
    there = {each.called for each in shown.rows if each.id}
    part = render_template(
        "desk/grid_found.html",
        found=[(id, title, id in there) for id, title in found],
        query=query,
        action=_address(),
        may_make=shown.add is not None and shown.add.new is not None and not query.isdigit(),
    )
    return Markup(part)

"""What plugins offer: tables to look at, things to do, sheets to print."""

from __future__ import annotations

from collections.abc import Iterator
from secrets import token_urlsafe

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hongxian.collections.collection import Collection
from hongxian.model.row import Row
from hongxian.plugins.entries import EntryForm
from hongxian.plugins.joining import JoinForm
from hongxian.plugins.offering import offers
from hongxian.plugins.offers import Action, Document, Offer, View
from hongxian.shapes.cells import Go, Leads, Link, Print, name_of
from hongxian.shapes.grid import Grid
from hongxian.shapes.sheet import Sheet
from hongxian.shapes.shown import table_of
from hongxian.text import Text
from hongxian_client.desk.desk import current_desk
from hongxian_client.desk.menu import hidden_plugins, of_plugin
from hongxian_client.desk.offers.cells import record_url, sheet_url, way_to
from hongxian_client.desk.offers.entry_page import EntryPage
from hongxian_client.desk.offers.grid_pages import draw_grid
from hongxian_client.desk.offers.join_page import JoinPage
from hongxian_client.desk.offers.of_record import OfRecord
from hongxian_client.desk.offers.of_record import of_record as of_record_of
from hongxian_client.desk.offers.offer_page import OfferPage, page_of
from hongxian_client.desk.offers.shapes import drawn
from hongxian_client.desk.records.form import new_of
from hongxian_client.plugins.offers import leader, tell_read
from hongxian_client.plugins.printing import sheet_of
from hongxian_web import words
from hongxian_web.app import way_back
from hongxian_web.flashes import tell
from hongxian_web.languages import language
from hongxian_web.navigation import Entry, in_menu
from hongxian_web.paper.page import Bar

bp = Blueprint("offers", __name__)


@in_menu(bp)
def _menu() -> Iterator[Entry]:
    """Of each plugin what needs no record."""
    replica, hidden = current_desk().replica, hidden_plugins()
    kinds: tuple[tuple[type[Offer], str], ...] = (
        (View, "offers.view"),
        (Action, "offers.do"),
        (Document, "offers.print_sheet"),
    )
    for kind, endpoint in kinds:
        found = offers(
            replica,
            kind,
            leader(replica),
            lambda each: not each.collection and each.plugin.name not in hidden,
        )
        usual_first = sorted(
            found.values(), key=lambda each: not (each.offer.usual and each.offer.menu)
        )
        for offered in usual_first:
            address = url_for(endpoint, name=offered.name)
            title, rare = words.shown(offered.offer.title), not offered.offer.menu
            yield of_plugin(offered.plugin, title, address, rare=rare)


@bp.app_template_global()
def of_record(collection: Collection, row: Row) -> OfRecord:
    """What a record's page shows of plugins."""
    return of_record_of(current_desk().replica, collection, row)


@bp.get("/view/<name>")
@bp.get("/view/<name>/<id>")
def view(name: str, id: str = "") -> ResponseReturnValue:
    """A table or a chart, once what it asks for is filled in."""
    replica, page = current_desk().replica, page_of(View, name, id)
    shown = page.carried_out() if page.is_filled_in else None
    if shown is None:
        return page.render()
    if isinstance(shown, Grid):
        answer = draw_grid(page, shown)
    else:
        answer = page.render(shown=drawn(shown, save=page.address_to_save), of=shown)
    tell_read(replica, table_of(replica, shown))
    return answer


@bp.route("/do/<name>", methods=["GET", "POST"])
@bp.route("/do/<name>/<id>", methods=["GET", "POST"])
def do(name: str, id: str = "") -> ResponseReturnValue:
    """The form of an action, and what it does."""
    page = page_of(Action, name, id)
    if isinstance(page.offered.offer, EntryForm):
        return _entry(page, page.offered.offer)
    if isinstance(page.offered.offer, JoinForm):
        return _join(page, page.offered.offer)
    if request.method == "POST" and (onward := _done(page)):
        return redirect(onward)
    return page.render()


def _done(page: OfferPage) -> str:
    """Do what was asked for, and tell it; where a person goes on, "" where it was refused."""
    doing = page.replica.doing
    doing.said, doing.final = Text.of(page.offered.offer.title), page.final
    told = page.carried_out()
    if page.error is not None or page.reasons:
        return ""
    done = _("Done. It is saved on this laptop.")
    sheet = sheet_url(told) if isinstance(told, Print) else ""
    onward = _onward(told) or page.after
    told = told.title if isinstance(told, Leads) else told
    tell(words.marked(told) if isinstance(told, Text | str) else done, sheet=sheet)
    return onward


def _onward(told: object) -> str:
    """Where what an action gave leads on; "" where one stays."""
    if isinstance(told, Go):
        return way_to(told)
    return record_url(told, told.id) if isinstance(told, Link) else ""


def _entry(page: OfferPage, entry: EntryForm) -> ResponseReturnValue:
    """The form of an entry; saved, its list follows, the record that it leads to, or the same form once more."""
    shown = EntryPage(page, entry)
    if request.method == "POST":
        if not shown.is_settled():
            return shown.render(422)
        if onward := _done(page):
            if "again" in request.form:
                return redirect(request.path)
            makes = url_for("records.index", name=name_of(entry.makes))
            return redirect(makes if onward == page.after else onward)
    return shown.render()


def _join(page: OfferPage, form: JoinForm) -> ResponseReturnValue:
    """Two records side by side, until somebody says that they are one."""
    shown = JoinPage(page, form)
    if request.method == "POST" and shown.is_said:
        shown.fill_in()
        if onward := _done(page):
            return redirect(onward)
    elif request.method == "POST" and shown.address:
        return redirect(shown.address)
    return shown.render()


@bp.post("/alike/<name>")
def alike(name: str) -> str:
    """For an entry's form while somebody types: who may be there already."""
    page = page_of(Action, name, "")
    entry = page.offered.offer
    return EntryPage(page, entry).alike() if isinstance(entry, EntryForm) else ""


bp.add_app_template_global(new_of)


@bp.get("/print/<name>")
@bp.get("/print/<name>/<id>")
def print_sheet(name: str, id: str = "") -> ResponseReturnValue:
    """A sheet of A4, once what it asks for is filled in."""
    replica, page = current_desk().replica, page_of(Document, name, id)
    offered, body = page.offered, page.carried_out() if page.is_filled_in else None
    if not isinstance(body, Sheet | str):
        return page.render()
    if page.record is not None:
        replica.was_read(replica.collection(offered.collection), [page.record.id], "print")
    own = url_for("records.show", name=offered.collection, id=id) if page.record else "/"
    bar = Bar(way_back() or own, url_for("web.static", filename="print.js"), token_urlsafe(16))
    text = sheet_of(offered, body, language(), bar)
    return Response(text, headers={"Content-Security-Policy": bar.policy})

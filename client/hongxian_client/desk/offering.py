"""What plugins offer: tables to look at, things to do, sheets to print."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from hongxian.collection import Collection
from hongxian.errors import HongxianError, Invalid
from hongxian.offers import Table
from hongxian.row import Row
from hongxian.setting import get_setting
from hongxian_client.desk.desk import Desk
from hongxian_client.desk.showing import shown_cell
from hongxian_client.offers import (
    ACTIONS,
    DOCUMENTS,
    VIEWS,
    Offered,
    carry_out,
    find_offer,
    find_record,
    offers,
    values_for,
)
from hongxian_client.printing import NOTHING_OUTSIDE, sheet
from hongxian_client.replica import Replica
from hongxian_client.typed import Assignment
from hongxian_web import words
from hongxian_web.inputs import Input, input_of
from hongxian_web.navigation import Entry, Group, add_source
from hongxian_web.telling import tell

_GO = "go"
"""In a form that only asks: that it was filled in."""


def room(desk: Desk) -> Blueprint:
    """A page for each offer, and their places in the menu."""
    offering = Blueprint("offering", __name__)
    replica = desk.replica

    @offering.record_once
    def hang(setup: Any) -> None:
        add_source(setup.app, lambda: _groups(replica))
        desk.record_parts.append(lambda collection, row: _buttons(replica, collection, row))

    @offering.get("/view/<name>")
    def view(name: str) -> Any:
        page = _Page(replica, find_offer(replica, VIEWS, name), None)
        shown = page.carried_out() if page.is_filled_in else None
        if isinstance(shown, Table) and shown.collection:
            replica.was_read(replica.collection(shown.collection), shown.ids, "view")
        return page.render(table=_as_cells(shown) if shown else None)

    @offering.route("/do/<name>", methods=["GET", "POST"])
    @offering.route("/do/<name>/<id>", methods=["GET", "POST"])
    def do(name: str, id: str = "") -> Any:
        offered = find_offer(replica, ACTIONS, name)
        page = _Page(replica, offered, _record(replica, offered, id))
        if request.method == "POST":
            told = page.carried_out()
            if page.error is None and not page.reasons:
                tell(told if isinstance(told, str) else _("Done. It is saved on this laptop."))
                return redirect(page.after)
        return page.render()

    @offering.get("/print/<name>")
    @offering.get("/print/<name>/<id>")
    def print_sheet(name: str, id: str = "") -> Any:
        offered = find_offer(replica, DOCUMENTS, name)
        page = _Page(replica, offered, _record(replica, offered, id))
        body = page.carried_out() if page.is_filled_in else None
        if not isinstance(body, str):
            return page.render()
        if page.row is not None:
            replica.was_read(replica.collection(offered.collection), [page.row.id], "print")
        community = get_setting("community") or ""
        text = sheet(body, title=offered.offer.title, community=community, printed=date.today())
        return Response(text, headers={"Content-Security-Policy": NOTHING_OUTSIDE})

    return offering


def _buttons(replica: Replica, collection: Collection, row: Row) -> str:
    """On a record's page: what plugins offer for it as it is now."""
    found = [
        (words.part(offered.offer.title), f"/{room}/{offered.name}/{row.id}")
        for hook, room in ((ACTIONS, "do"), (DOCUMENTS, "print"))
        for offered in offers(replica, hook).values()
        if offered.collection == collection.name and _fits(replica, offered, row)
    ]
    return render_template("desk/offers.html", found=found) if found else ""


def _fits(replica: Replica, offered: Offered, row: Row) -> bool:
    """Whether it is for this record; one that breaks is kept as its plugin's trouble and left out."""
    try:
        return offered.fits(replica, row)
    except HongxianError:
        return False


def _record(replica: Replica, offered: Offered, id: str) -> Row | None:
    return find_record(replica, offered, id) if offered.collection else None


class _Page:
    """One offer's page: what it asks for, what was typed, what went wrong."""

    def __init__(self, replica: Replica, offered: Offered, row: Row | None) -> None:
        self.replica, self.offered, self.row = replica, offered, row
        self.reasons: dict[str, list[str]] = {}
        self.error: HongxianError | None = None
        self._status = 200

    @property
    def is_filled_in(self) -> bool:
        """Whether there is nothing to ask, or the form came back."""
        asks_first = request.method == "GET" and _GO not in request.args
        return not (asks_first and any(each.required for each in self.offered.columns.values()))

    @property
    def after(self) -> str:
        """Where a person goes on once it is done."""
        return f"/c/{self.offered.collection}/{self.row.id}" if self.row else url_for("home.today")

    def carried_out(self) -> Any:
        """What the offer answers; None when it refuses, which the page then tells."""
        typed = [
            Assignment(name, "", text) for name in self.offered.columns if (text := _typed(name))
        ]
        try:
            values = values_for(self.replica, self.offered, typed)
            return carry_out(self.replica, self.offered, self.row, values)
        except Invalid as error:
            self.reasons, self._status = error.facts["reasons"], error.status
            own = self.offered.columns.keys()
            if not own & self.reasons.keys():
                self.error = error
        except HongxianError as error:
            self.error, self._status = error, error.status
        return None

    def render(self, **parts: Any) -> tuple[str, int]:
        """The page, with everything that was typed."""
        kind = type(self.offered.offer).__name__
        page = render_template(
            "desk/offer.html",
            title=words.part(self.offered.offer.title),
            button={"View": _("Show"), "Action": _("Do it"), "Document": _("Make the sheet")}[kind],
            method="post" if kind == "Action" else "get",
            record=self.after if self.row else "",
            inputs=[self._input(column) for column in self.offered.columns.values()],
            error=words.message(self.error) if self.error else "",
            **parts,
        )
        return page, self._status

    def _input(self, column: Any) -> Input:
        typed = _typed(column.name)
        value = _text(column.default) if typed is None else typed
        made = input_of(column, value, self.reasons.get(column.name, ()))
        if made.kind == "reference":
            made.kind, made.help = "text", made.help or _("Its name, or its number.")
        return made


def _typed(name: str) -> str | None:
    """What stands in an input, None when it was not sent; a ticked box follows its unticked shadow."""
    return next(reversed(request.values.getlist(name)), None)


def _text(default: Any) -> str:
    value = default() if callable(default) else default
    if value is None or value == frozenset():
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _as_cells(table: Table) -> dict[str, Any]:
    """A table for the page, its rows leading to the records behind them."""
    return {
        "headers": [words.part(header) for header in table.headers],
        "rows": [[shown_cell(cell) for cell in row] for row in table.rows],
        "urls": [f"/c/{table.collection}/{id}" if id else "" for id in table.ids],
        "note": words.part(table.note),
    }


def _groups(replica: Replica) -> list[Group]:
    """The menu: of each plugin what needs no record."""
    found: dict[str, list[Entry]] = {}
    for hook, room in ((VIEWS, "view"), (ACTIONS, "do"), (DOCUMENTS, "print")):
        for offered in offers(replica, hook).values():
            if not offered.collection:
                entries = found.setdefault(offered.plugin.title or offered.plugin.name, [])
                entries.append(Entry(words.part(offered.offer.title), f"/{room}/{offered.name}"))
    return [Group(words.part(title), entries) for title, entries in found.items()]

"""What plugins offer: tables to look at, things to do, sheets to print."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from hongxian.collection import Collection
from hongxian.errors import HongxianError, Invalid
from hongxian.offers import Table
from hongxian.row import Row
from hongxian.storage.setting import get_setting
from hongxian_client.desk.desk import Desk
from hongxian_client.desk.offers.shapes import BACK, drawn
from hongxian_client.desk.records.form import as_reference
from hongxian_client.desk.showing import called, plugin_title
from hongxian_client.desk.today.menu import hidden_plugins
from hongxian_client.plugins.offers import (
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
from hongxian_client.plugins.printing import NOTHING_OUTSIDE, sheet
from hongxian_client.replica.replica import Replica
from hongxian_client.text.assignments import Assignment
from hongxian_web import words
from hongxian_web.inputs import Input, input_of
from hongxian_web.navigation import Entry, in_menu, ours
from hongxian_web.telling import tell

_GO = "go"
"""In a form that only asks: that it was filled in."""


def room(desk: Desk) -> Blueprint:
    """A page for each offer, and their places in the menu."""
    offering = Blueprint("offering", __name__)
    replica = desk.replica

    in_menu(offering)(lambda: _menu(replica))

    @offering.record_once
    def hang(setup: Any) -> None:
        desk.record_parts.append(lambda collection, row: _of_record(replica, collection, row))

    @offering.get("/view/<name>")
    @offering.get("/view/<name>/<id>")
    def view(name: str, id: str = "") -> Any:
        offered = find_offer(replica, VIEWS, name)
        page = _Page(replica, offered, _record(replica, offered, id))
        shown = page.carried_out() if page.is_filled_in else None
        answer = page.render(shown=drawn(shown) if shown is not None else "")
        if isinstance(shown, Table) and shown.collection and shown.ids:
            replica.was_read(replica.collection(shown.collection), shown.ids, "view")
        return answer

    @offering.route("/do/<name>", methods=["GET", "POST"])
    @offering.route("/do/<name>/<id>", methods=["GET", "POST"])
    def do(name: str, id: str = "") -> Any:
        offered = find_offer(replica, ACTIONS, name)
        page = _Page(replica, offered, _record(replica, offered, id))
        if request.method == "POST":
            told = page.carried_out()
            if page.error is None and not page.reasons:
                done = _("Done. It is saved on this laptop.")
                tell(words.part(told) if isinstance(told, str) else done)
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


def _of_record(replica: Replica, collection: Collection, row: Row) -> str:
    """On a record's page: what plugins show of it, and offer for it as it is now."""
    if row.deleted:
        return ""
    views = [
        (words.part(offered.offer.title), _shown(replica, offered, row))
        for offered in _fitting(replica, VIEWS, collection, row)
    ]
    buttons = [
        *_asking_for(replica, collection, row),
        *(
            (words.part(offered.offer.title), f"/{room}/{offered.name}/{row.id}")
            for hook, room in ((ACTIONS, "do"), (DOCUMENTS, "print"))
            for offered in _fitting(replica, hook, collection, row)
        ),
    ]
    return render_template(
        "desk/offers.html", views=[each for each in views if each[1]], buttons=buttons
    )


def _asking_for(replica: Replica, collection: Collection, row: Row) -> Iterator[tuple[str, str]]:
    """The views that ask for a record of this kind, with this one filled in: a day's board."""
    for offered in offers(replica, VIEWS).values():
        asked = [each for each in offered.columns.values() if each.reference == collection.name]
        if asked and not offered.collection:
            others = [each for each in offered.columns.values() if each is not asked[0]]
            given = {asked[0].name: row.id}
            if not any(each.required for each in others):
                given[_GO] = "1"
            yield words.part(offered.offer.title), f"/view/{offered.name}?{urlencode(given)}"


def _fitting(replica: Replica, hook: str, collection: Collection, row: Row) -> Iterator[Offered]:
    """What is for this record; one that breaks is kept as its plugin's trouble and left out."""
    for offered in offers(replica, hook).values():
        with suppress(HongxianError):
            if offered.collection == collection.name and offered.fits(replica, row):
                yield offered


def _shown(replica: Replica, offered: Offered, row: Row) -> str:
    """A view of a record; one that fails says so in a box of its own."""
    try:
        shown = carry_out(replica, offered, row, values_for(replica, offered, []))
    except HongxianError as error:
        title = _("That did not work")
        return render_template("hongxian/error_box.html", title=title, message=words.message(error))
    is_nothing = isinstance(shown, Table) and not shown.rows and not shown.note
    return "" if is_nothing else drawn(shown)


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
        """Where a person goes on once it is done: where the button was, or the record's page."""
        record = f"/c/{self.offered.collection}/{self.row.id}" if self.row else "/"
        return ours(request.values.get(BACK, "")) or record

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
            about=self._about(),
            button={"View": _("Show"), "Action": _("Do it"), "Document": _("Make the sheet")}[kind],
            method="post" if kind == "Action" else "get",
            after=self.after,
            inputs=[self._input(column) for column in self.offered.columns.values()],
            error=words.message(self.error) if self.error else "",
            **parts,
        )
        return page, self._status

    def _about(self) -> tuple[str, str] | None:
        """What people call the record that it is about, and its page; None where it is about none."""
        if self.row is None or self.offered.collection is None:
            return None
        kind = self.replica.collection(self.offered.collection)
        return called(kind, self.row), url_for("records.show", name=kind.name, id=self.row.id)

    def _input(self, column: Any) -> Input:
        typed = _typed(column.name)
        value = _text(column.default) if typed is None else typed
        made = input_of(column, value, self.reasons.get(column.name, ()))
        return as_reference(self.replica, column, made, _last(f"{column.name}.id") or value)


def _typed(name: str) -> str | None:
    """What stands in an input, None when it was not sent; of a reference the id that was picked."""
    return _last(f"{name}.id") or _last(name)


def _last(name: str) -> str | None:
    """Of two inputs by one name the last: a ticked box follows its unticked shadow."""
    return next(reversed(request.values.getlist(name)), None)


def _text(default: Any) -> str:
    value = default() if callable(default) else default
    if value is None or value == frozenset():
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _menu(replica: Replica) -> Iterator[Entry]:
    """Of each plugin what needs no record."""
    hidden = hidden_plugins()
    rooms = (
        (VIEWS, "view", _("To look at")),
        (ACTIONS, "do", _("To do")),
        (DOCUMENTS, "print", _("To do")),
    )
    for hook, room, part in rooms:
        for offered in offers(replica, hook).values():
            if not offered.collection and offered.plugin.name not in hidden:
                title, group = words.part(offered.offer.title), plugin_title(offered.plugin)
                yield Entry(title, f"/{room}/{offered.name}", part=part, group=group)

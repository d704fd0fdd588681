"""The page of one offer: what it asks for, what was typed, what went wrong."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from hongxian.errors import HongxianError, Invalid, QuotaShort
from hongxian.kinds.column import Column
from hongxian.model.record import Record
from hongxian.plugins.offering import Offered, UnknownOffer, carry_out, find_offer
from hongxian.plugins.offers import Action, Document, Offer, View
from hongxian.plugins.steps import Step
from hongxian.plugins.viewer import Viewer
from hongxian.shapes.shown import Beside, Shown, chosen_by
from hongxian.text import NOTHING, Text
from hongxian.words.values import JsonObject
from hongxian_client.desk.desk import current_desk
from hongxian_client.desk.formatting import called, titles_of
from hongxian_client.desk.offers.cells import BACK, GO, pressed_cell
from hongxian_client.desk.records.form import as_reference
from hongxian_client.plugins.offers import find_record, leader, values_for
from hongxian_client.replica.replica import Replica
from hongxian_client.text.assignments import Assignment
from hongxian_web import words
from hongxian_web.inputs import Input, default_text, input_of, read
from hongxian_web.navigation import first_page, ours, with_query
from hongxian_web.sent_files import kept_files, sent_files


def page_of(kind: type[Offer], name: str, id: str) -> OfferPage:
    """The page of an offer, of the record where it is for one."""
    replica = current_desk().replica
    viewer = leader(replica)
    try:
        offered = find_offer(replica, kind, name, viewer)
    except UnknownOffer:  # which there are by name is for a terminal
        raise NotFound from None
    record = find_record(replica, offered, id) if offered.collection else None
    return OfferPage(replica, offered, record, viewer)


class OfferPage:
    """One offer's page: what it asks for, what was typed, what went wrong."""

    def __init__(
        self, replica: Replica, offered: Offered[Offer], record: Record | None, viewer: Viewer
    ) -> None:
        self.offered = offered.asked_of(record)
        self.replica, self.record, self.viewer = replica, record, viewer
        self._read = read(request.values, self.offered.columns)
        self._files = kept_files(self.offered.columns, request.values)
        self.reasons: dict[str, list[Text]] = {}
        self.error: HongxianError | None = None
        self._status = 200

    @property
    def is_filled_in(self) -> bool:
        """Whether there is nothing to ask, or the form came back."""
        asks_first = request.method == "GET" and GO not in request.args
        return not (asks_first and any(each.required for each in self.offered.columns.values()))

    @property
    def after(self) -> str:
        """Where a person goes on once it is done: where the button was, or the record's page."""
        return ours(request.values.get(BACK, "")) or self._record_url() or first_page()

    @property
    def address_to_save(self) -> str:
        """Where a grid is sent that this view shows, with what was asked for it."""
        id = self.record.id if self.record else None
        asked = {name: request.args[name] for name in request.args if name != BACK}
        return with_query(url_for("grids.save", name=self.offered.name, id=id), asked)

    def carried_out(self) -> Any:  # Any: what `carry_out` gives
        """What the offer answers; None when it refuses, which the page then tells."""
        columns = self.offered.columns
        try:
            self._files |= sent_files(self.offered.name, columns, request.files)
            typed = [Assignment(name, "", text) for name, text in self.typed.items()]
            values = values_for(self.replica, self.offered, typed)
            return carry_out(self.replica, self.offered, self.record, values, self.viewer)
        except Invalid as error:
            self.reasons, self._status = error.facts["reasons"], error.status
            own = self.offered.columns.keys()
            if not own & self.reasons.keys():
                self.error = error
        except HongxianError as error:
            self.error, self._status = error, error.status
        return None

    def fill_in(self, name: str, text: str) -> None:
        """Take this as what was typed, where a page of its own asks for it in another way."""
        self._read[name] = text

    @property
    def typed(self) -> dict[str, str]:
        """What is filled in so far."""
        names = self.offered.columns
        return {name: text for name in names if (text := self._typed(name))}

    @property
    def status(self) -> int:
        """What the page is answered with."""
        return self._status

    def refuse(self, error: HongxianError) -> None:
        """Say what a grid of this page was refused for."""
        self.error, self._status = error, error.status

    @property
    def head(self) -> tuple[str, str]:
        """What stands above a grid: the record that it is about, or the offer, and the way back."""
        return self._about() or (words.shown(self.offered.offer.title), first_page())

    def render(
        self, shown: str = "", of: Shown | None = None, *, has_head: bool = False
    ) -> tuple[str, int]:
        """The page, with everything that was typed, and what the offer shows: the shape that it is drawn `of`.

        Some have a head of their own.
        """
        kind = type(self.offered.offer)
        beside = of if isinstance(of, Beside) else None
        chosen = chosen_by(of) if of else set()
        page = render_template(
            "desk/offer.html",
            title=words.shown((beside and beside.title) or self.offered.offer.title),
            beside=words.marked(beside.note) if beside else "",
            presses=[pressed_cell(each) for each in beside.presses] if beside else [],
            is_folded=bool(of) and not any(each.required for each in self.offered.columns.values()),
            stays={name: request.args[name] for name in chosen if name in request.args},
            about=self._about(),
            button=self._button(),
            method="post" if issubclass(kind, Action) else "get",
            after=self.after,
            law=words.marked(self._law()),
            said=words.marked(said) if (said := self._said) else "",
            final=self.final,
            inputs=[each for each in self.inputs() if each.name not in chosen],
            error=words.refused(self.error) if self.error else "",
            short=self._askable(),
            shown=shown,
            has_head=has_head,
        )
        return page, self._status

    def inputs(self) -> list[Input]:
        """What it asks for and does not know yet."""
        return [self._input(column) for column in self._asked()]

    def _askable(self) -> JsonObject | None:
        """What may be asked of other laptops, where that is what was lacking; None for nothing."""
        if not isinstance(self.error, QuotaShort):
            return None
        facts = self.error.facts
        kept = self.replica.collection(facts["collection"]).quota(facts["field"]).deal == "kept"
        return facts if kept and facts["record"] and facts["left"] >= facts["wanted"] else None

    def _button(self) -> str:
        """The own word of a step, and of what nothing takes back, as it stood on the record's page."""
        if isinstance(self.offered.offer, Step) or self.final:
            return words.shown(self.offered.offer.title)
        said = {View: _("Show"), Action: _("Do it"), Document: _("Make the sheet")}
        return next(text for kind, text in said.items() if isinstance(self.offered.offer, kind))

    @property
    def _said(self) -> Text | None:
        """What whoever fills it in is to know first."""
        return self.offered.said_of(self.record, self.typed)

    @property
    def final(self) -> Text | None:
        """Why what it does cannot be undone; None where it can be."""
        offer = self.offered.offer
        return offer.final if isinstance(offer, Action) else None

    def _law(self) -> Text:
        offer = self.offered.offer
        return offer.step.law if isinstance(offer, Step) else NOTHING

    def _asked(self) -> list[Column]:
        """What has an input: not what stands there already, unless that is what is wrong."""
        return [
            column
            for name, column in self.offered.columns.items()
            if name not in self.offered.settled or name in self.reasons
        ]

    def _about(self) -> tuple[str, str] | None:
        """What people call the record that it is about, and its page; None where it is about none."""
        if self.record is None:
            return None
        kind = self.replica.collection(self.offered.collection)
        [row] = kind.rows("id = ?", (self.record.id,))
        return called(kind, row), self._record_url()

    def _record_url(self) -> str:
        if self.record is None:
            return ""
        return url_for("records.show", name=self.offered.collection, id=self.record.id)

    def _typed(self, name: str) -> str | None:
        return self._files.get(name) or self._picked(name) or self._read.get(name)

    def _picked(self, name: str) -> str | None:
        """The id of what was picked, unless something else was typed over its name."""
        picked, text = self._read.get(f"{name}.id"), self._read.get(name)
        of = self.offered.columns[name].reference
        if not picked or not of or text is None:
            return picked
        return picked if titles_of(self.replica, of, [picked]).get(picked) == text else None

    def _input(self, column: Column) -> Input:
        typed = self._typed(column.name)
        value = default_text(column) if typed is None else typed
        made = input_of(column, value, self.reasons.get(column.name, ()))
        made.required = made.required or self._must_be_said(column)
        return as_reference(self.replica, column, made, value)

    def _must_be_said(self, column: Column) -> bool:
        """Whether nothing stands by itself in a field that may not be empty: its default says nothing either."""
        offer = self.offered.offer
        if isinstance(offer, Step) and column.name in offer.needed(self.record):
            return True
        says_nothing = column.nothing is None and not default_text(column)
        return says_nothing and not column.null and column.widget != "checkbox"

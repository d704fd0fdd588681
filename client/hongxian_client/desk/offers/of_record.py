"""On a record's page: what plugins show of it, and offer for it as it is now."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from flask import render_template, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from hongxian.collections.collection import Collection
from hongxian.errors import HongxianError
from hongxian.model.record import Record
from hongxian.model.row import Row
from hongxian.plugins.offering import Offered, carry_out, offers
from hongxian.plugins.offers import Action, Document, Offer, View
from hongxian.plugins.steps import Step
from hongxian.plugins.viewer import Viewer
from hongxian.shapes.table import Table
from hongxian_client.desk.offers.offer_page import GO, OfferPage
from hongxian_client.desk.offers.shapes import drawn
from hongxian_client.plugins.offers import leader, values_for
from hongxian_client.replica.replica import Replica
from hongxian_web import words
from hongxian_web.inputs import Input
from hongxian_web.navigation import with_query


def offers_of(replica: Replica, collection: Collection, row: Row) -> Markup:
    """Its views, and buttons for what can be done with it; nothing for a deleted one."""
    if row.deleted:
        return Markup()
    page = _OfRecord(replica, collection, collection.model.get_by_id(row.id), leader(replica))
    return Markup(
        render_template("desk/offers.html", views=list(page.views()), buttons=list(page.buttons()))
    )


def steps_of(replica: Replica, collection: Collection, row: Row) -> Markup:
    """The buttons of the steps that a record may take now."""
    if row.deleted or not collection.states:
        return Markup()
    page = _OfRecord(replica, collection, collection.model.get_by_id(row.id), leader(replica))
    return Markup(render_template("desk/steps.html", steps=list(page.steps())))


@dataclass(frozen=True)
class Next:
    """A step that may be taken now; pressed at once where it asks for nothing."""

    title: str
    url: str
    law: str
    at_once: bool
    leads_on: bool
    inputs: list[Input]
    """What it asks for, of the likeliest step: typed where one stands."""


@dataclass(frozen=True)
class _OfRecord:
    """What one viewer is offered for one record."""

    replica: Replica
    collection: Collection
    record: Record
    viewer: Viewer

    def views(self) -> Iterator[tuple[str, str]]:
        """Title and drawing of each view that shows anything."""
        for offered in self._fitting(View):
            if shown := self._shown(offered):
                yield words.shown(offered.offer.title), shown

    def steps(self) -> Iterator[Next]:
        """What may come next in its workflows, the usual way first."""
        fitting = ((each, each.offer) for each in self._fitting(Action))
        found = [(each, step) for each, step in fitting if isinstance(step, Step)]
        found.sort(key=lambda each: not each[1].leads_on(self.record))
        for offered, step in found:
            asked = offered.asked_of(self.record)
            form = OfferPage(self.replica, offered, self.record, self.viewer)
            yield Next(
                words.shown(step.title),
                url_for("offers.do", name=offered.name, id=self.record.id),
                words.shown(step.step.law),
                at_once=set(asked.columns) <= set(asked.settled),
                leads_on=step.leads_on(self.record),
                inputs=form.inputs() if step is found[0][1] else [],
            )

    def buttons(self) -> Iterator[tuple[str, str]]:
        """Title and address of whatever else is offered."""
        yield from self._asking_for()
        for kind, endpoint in ((Action, "offers.do"), (Document, "offers.print_sheet")):
            others = (e for e in self._fitting(kind) if not isinstance(e.offer, Step))
            for offered in others:
                address = url_for(endpoint, name=offered.name, id=self.record.id)
                yield words.shown(offered.offer.title), address

    def _asking_for(self) -> Iterator[tuple[str, str]]:
        """The views that ask for a record of this kind, with this one filled in: a day's board."""
        for offered in offers(self.replica, View, self.viewer).values():
            columns = offered.columns.values()
            asked = [each for each in columns if each.reference == self.collection.name]
            if asked and not offered.collection:
                others = [each for each in columns if each is not asked[0]]
                given = {asked[0].name: self.record.id}
                if not any(each.required for each in others):
                    given[GO] = "1"
                address = with_query(url_for("offers.view", name=offered.name), given)
                yield words.shown(offered.offer.title), address

    def _fitting(self, kind: type[Offer]) -> Iterator[Offered[Offer]]:
        """What is for this record; one that breaks is kept as its plugin's error and left out."""
        for offered in offers(self.replica, kind, self.viewer).values():
            with suppress(HongxianError):
                if offered.collection == self.collection.name and offered.fits(self.record):
                    yield offered

    def _shown(self, offered: Offered[Offer]) -> str:
        """A view of the record; one that fails says so in a box of its own."""
        try:
            values = values_for(self.replica, offered, [])
            shown = carry_out(self.replica, offered, self.record, values, self.viewer)
        except HongxianError as error:
            title = _("That did not work")
            return render_template(
                "hongxian/error_box.html", title=title, message=words.marked(error.text)
            )
        is_nothing = isinstance(shown, Table) and not shown.rows and not shown.note
        save = url_for("offers.save", name=offered.name, id=self.record.id)
        return "" if is_nothing else drawn(shown, save=save)

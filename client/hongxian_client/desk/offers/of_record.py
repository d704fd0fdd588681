"""On a record's page: what plugins show of it, and offer for it as it is now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from flask import render_template, url_for
from flask_babel import gettext as _

from hongxian.collections.collection import Collection
from hongxian.errors import HongxianError
from hongxian.model.record import Record
from hongxian.model.row import Row
from hongxian.plugins.offering import Kind, Offered, carry_out, offers
from hongxian.plugins.offers import Action, Document, Offer, View
from hongxian.plugins.steps import Step
from hongxian.plugins.viewer import Viewer
from hongxian.shapes.cells import Tag, name_of
from hongxian.shapes.facts import Facts
from hongxian.shapes.shown import Shown
from hongxian.shapes.stat import Stats
from hongxian.shapes.table import Table
from hongxian.text import Text
from hongxian_client.desk.offers.cells import GO, cell_of
from hongxian_client.desk.offers.offer_page import OfferPage
from hongxian_client.desk.offers.shapes import drawn, figures_of
from hongxian_client.plugins.offers import leader, values_for
from hongxian_client.replica.replica import Replica
from hongxian_web import words
from hongxian_web.inputs import Input
from hongxian_web.navigation import with_query


@dataclass(frozen=True)
class Act:
    """One thing to do with a record, or to look at or print of it."""

    title: str
    url: str
    at_once: bool = False
    law: str = ""
    icon: str = ""
    usual: bool = False


@dataclass(frozen=True)
class OfRecord:
    """All that plugins show of one record and offer for it, in the parts of its page."""

    facts: Sequence[tuple[str, str]] = ()
    tags: Sequence[Tag] = ()
    figures: str = ""
    views: Sequence[tuple[str, str, str]] = ()
    """Of each its title, what it shows, and the list that has all of it, "" for none."""
    told: Sequence[tuple[str, str]] = ()
    """The facts and the figures, each under what it is called."""
    told_of: frozenset[str] = frozenset()
    """The collections of whose records the views tell."""
    told_in_facts: frozenset[str] = frozenset()
    """Those of whose records the facts alone tell."""
    steps: str = ""
    is_asking: bool = False
    """Whether the next step asks for something: its form is tall, so the record's name stands above it."""
    acts: Sequence[Act] = ()
    more: Sequence[Act] = ()
    """What is rarely done, in a menu."""
    sheets: Sequence[Act] = ()
    """What is printed of it."""


ON_TOP = 4
"""Acts beside a record's name; the others are in its menu."""


def of_record(replica: Replica, collection: Collection, row: Row) -> OfRecord:
    """What its page shows; nothing for a deleted one."""
    if row.deleted:
        return OfRecord()
    page = _OfRecord(replica, collection, collection.model.get_by_id(row.id), leader(replica))
    steps = list(page.steps()) if collection.states else []
    aside = [(e.on_top, Act(e.title, e.url, e.at_once, e.told)) for e in steps if not e.usual]
    acts = list(page.acts())
    usual = [*(act for act in acts if act.usual), *(act for on_top, act in aside if on_top)]
    on_top = (usual or acts)[:ON_TOP]
    shown = list(page.shown())
    facts = [each for _, each in shown if isinstance(each, Facts)]
    figures = [stat for _, each in shown if isinstance(each, Stats) for stat in each.stats]
    listed = [each.of for _, each in shown if isinstance(each, Table) and each.ids]
    told = [of for each in facts for of in each.tells_of]
    pairs = [(words.shown(label), cell_of(cell)) for each in facts for label, cell in each.facts]
    return OfRecord(
        facts=pairs,
        tags=[tag for each in facts for tag in each.tags],
        figures=figures_of(figures) if figures else "",
        views=list(page.drawn(shown)),
        told=[*pairs, *((words.shown(e.label), cell_of([str(e.value), e.unit])) for e in figures)],
        told_of=frozenset(name_of(of) for of in (*listed, *told) if of),
        told_in_facts=frozenset(map(name_of, told)),
        is_asking=any(each.inputs for each in steps[:1]),
        steps=render_template("desk/steps.html", steps=[each for each in steps if each.usual]),
        acts=on_top,
        more=[each for each in (*acts, *(act for _, act in aside)) if each not in on_top],
        sheets=list(page.sheets()),
    )


@dataclass(frozen=True)
class Next:
    """A step that may be taken now; pressed at once where it asks for nothing."""

    title: str
    url: str
    law: str
    final: Text | None
    """Why it cannot be undone."""
    at_once: bool
    leads_on: bool
    usual: bool
    on_top: bool
    """Whether it stands there though it is not usual: people come to the page for it."""
    inputs: list[Input]
    """What it asks for, of the likeliest step: typed where one stands."""
    said: Text | None
    """What is to be known of the record before it is pressed."""
    beside: str = ""
    """Such as whom to call."""

    @property
    def told(self) -> str:
        """What there is to know before it is pressed."""
        final = (
            _("It cannot be undone: %(why)s.", why=words.shown(self.final)) if self.final else ""
        )
        return " ".join(filter(None, (self.law, final)))


def _act(offer: Offer, address: str) -> Act:
    return Act(words.shown(offer.title), address, icon=offer.icon, usual=offer.usual)


@dataclass(frozen=True)
class _OfRecord:
    """What one viewer is offered for one record."""

    replica: Replica
    collection: Collection
    record: Record
    viewer: Viewer

    def shown(self) -> Iterator[tuple[Offered[Offer], Shown | HongxianError]]:
        """What each view of the record shows; of one that fails, the error."""
        for offered in self._fitting(View):
            if offered.offer.page:
                continue
            try:
                values = values_for(self.replica, offered, [])
                shown = carry_out(self.replica, offered, self.record, values, self.viewer)
            except HongxianError as error:
                yield offered, error
            else:
                if not (isinstance(shown, Table) and not shown.rows and not shown.note):
                    yield offered, shown

    def drawn(
        self, shown: Sequence[tuple[Offered[Offer], Shown | HongxianError]]
    ) -> Iterator[tuple[str, str, str]]:
        """Each but the facts and the figures; what failed says so in a box of its own."""
        for offered, each in shown:
            title = words.shown(offered.offer.title)
            if isinstance(each, HongxianError):
                why = {"title": _("That did not work"), "message": words.marked(each.text)}
                yield title, render_template("hongxian/error_box.html", **why), ""
            elif not isinstance(each, Facts | Stats):
                save = url_for("grids.save", name=offered.name, id=self.record.id)
                yield title, drawn(each, save=save), self._all_of(each)

    def _all_of(self, shown: Shown) -> str:
        """The list of all of which a table shows some, narrowed to this record; "" where they do not refer to it."""
        if not isinstance(shown, Table) or not shown.of or not shown.ids:
            return ""
        listed = self.replica.collection(name_of(shown.of))
        by = (e.name for e in listed.shown.values() if e.reference == self.collection.name)
        field = next(by, "")
        every = url_for("records.index", name=listed.name)
        return with_query(every, {field: self.record.id}) if field else ""

    def steps(self) -> Iterator[Next]:
        """What may come next: an action that says so, then in its workflows, the usual way first."""
        owed = list(self._owed())
        fitting = [(each, each.offer) for each in self._fitting(Action)]
        found = [(each, step) for each, step in fitting if isinstance(step, Step)]
        found.sort(key=lambda each: not each[1].leads_on(self.record))
        for offered, beside in owed:
            yield self._next(offered, "", True, True, offered is owed[0][0], cell_of(beside))
        for offered, step in found:
            leads_on = step.leads_on(self.record)
            is_first = not owed and step is found[0][1]
            law = words.shown(step.step.law)
            yield self._next(offered, law, leads_on, step.step.usual, is_first)

    def _owed(self) -> Iterator[tuple[Offered[Action], object]]:
        """The actions that are the record's next step, each with what stands beside it."""
        for offered in self._fitting(Action):
            with suppress(HongxianError):
                beside = offered.beside(self.record)
                if beside is not None:
                    yield offered, beside

    def _next(
        self,
        offered: Offered[Action],
        law: str,
        leads_on: bool,
        usual: bool,
        is_first: bool,
        beside: str = "",
    ) -> Next:
        asked = offered.asked_of(self.record)
        form = OfferPage(self.replica, offered, self.record, self.viewer)
        return Next(
            words.shown(offered.offer.title),
            url_for("offers.do", name=offered.name, id=self.record.id),
            law,
            offered.offer.final,
            at_once=set(asked.columns) <= set(asked.settled),
            leads_on=leads_on,
            usual=usual,
            on_top=offered.offer.usual,
            inputs=form.inputs() if is_first else [],
            said=offered.said_of(self.record, {}) if is_first else None,
            beside=beside,
        )

    def acts(self) -> Iterator[Act]:
        """Whatever else is offered: first what people mostly come for."""
        yield from sorted(self._acts(), key=lambda each: not each.usual)

    def _acts(self) -> Iterator[Act]:
        owed = {each.name for each, _ in self._owed()}
        for each in self._fitting(Action):
            if not isinstance(each.offer, Step) and each.name not in owed:
                yield self._act(each, "offers.do")
        yield from (each for each in self._documents() if each.usual)
        for page in self._fitting(View):
            if page.offer.page:
                yield self._act(page, "offers.view")
        yield from self._asking_for()

    def sheets(self) -> Iterator[Act]:
        """What is printed of it, but for what people mostly come for, which stands on top."""
        return (each for each in self._documents() if not each.usual)

    def _documents(self) -> Iterator[Act]:
        return (self._act(each, "offers.print_sheet") for each in self._fitting(Document))

    def _act(self, offered: Offered[Kind], endpoint: str) -> Act:
        address = url_for(endpoint, name=offered.name, id=self.record.id)
        return _act(offered.offer, address)

    def _asking_for(self) -> Iterator[Act]:
        """What asks for a record of this kind, with this one filled in: a day's board, an action on a person."""
        kinds: tuple[tuple[type[Offer], str], ...] = ((View, "offers.view"), (Action, "offers.do"))
        for kind, endpoint in kinds:
            found = offers(
                self.replica,
                kind,
                self.viewer,
                lambda each: (
                    not each.collection and (each.offer.usual or isinstance(each.offer, View))
                ),
            )
            for offered in found.values():
                columns = offered.columns.values()
                asked = [each for each in columns if each.reference == self.collection.name]
                if asked:
                    others = [each for each in columns if each is not asked[0]]
                    given = {asked[0].name: self.record.id}
                    if kind is View and not any(each.required for each in others):
                        given[GO] = "1"
                    address = with_query(url_for(endpoint, name=offered.name), given)
                    yield _act(offered.offer, address)

    def _fitting(self, kind: type[Kind]) -> Iterator[Offered[Kind]]:
        """What is for this record; one that breaks is kept as its plugin's error and left out."""
        own = self.collection.name
        found = offers(self.replica, kind, self.viewer, lambda each: each.collection == own)
        for offered in found.values():
            with suppress(HongxianError):
                if offered.fits(self.record):
                    yield offered

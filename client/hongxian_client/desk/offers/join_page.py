"""The page on which two records lie side by side: what each has, which values are to stand, and what they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from flask import render_template, request, url_for
from markupsafe import Markup

from hongxian.doubles import Doubles, takable
from hongxian.errors import HongxianError
from hongxian.kinds.column import Column
from hongxian.model.row import Row
from hongxian.plugins.joining import JoinForm, Twice
from hongxian.plugins.offering import offers
from hongxian.plugins.offers import Action
from hongxian.shapes.cells import Button, Link, name_of
from hongxian.shapes.table import Table
from hongxian.text import Text
from hongxian_client.desk.formatting import PageShower, called, differing, shown
from hongxian_client.desk.offers.cells import BACK
from hongxian_client.desk.offers.of_record import OfRecord, of_record
from hongxian_client.desk.offers.offer_page import OfferPage
from hongxian_client.desk.offers.shapes import drawn
from hongxian_client.desk.records.detail import face_of, states_of, written
from hongxian_client.desk.records.referring import Referring, referring
from hongxian_client.plugins.offers import leader
from hongxian_client.replica.replica import Replica
from hongxian_client.text.assignments import Assignment, column_values
from hongxian_client.text.format import plain_value
from hongxian_web import words
from hongxian_web.navigation import with_query

SAME, OTHER, TAKE = "same", "other", "take"
_SIDE = "side."
"""Before a field's name: which side's value is to stand."""
_SHOWN = 3
"""Records of one kind that each side tells of."""
_WHY = Text("为什么", "Why")
_WHO = Text("是哪一条", "Which")
_TOLD = Text("怎样认出", "Told apart by")
_COMPARE = Text("比一比", "Compare")


@dataclass(frozen=True)
class Side:
    """One of the two, with what its own page shows first."""

    url: str
    title: str
    face: str
    made: str
    states: list[tuple[str, str]]
    offered: OfRecord


@dataclass(frozen=True)
class Choice:
    """A field in which the two differ; of a set the other's side is what they come to together."""

    name: str
    title: str
    one: Markup
    other: Markup
    is_set: bool
    is_theirs: bool
    """Whether the other's side is chosen as the page is drawn: this one has nothing, or it is a set."""


@dataclass(frozen=True)
class Pair:
    """What both have of one thing, to look at: "" where one has none of it."""

    title: str
    one: str
    other: str


class JoinPage:
    """Two records of one model; the one that stands for both is first, whichever was asked for."""

    def __init__(self, page: OfferPage, form: JoinForm) -> None:
        assert page.record is not None
        self._page, self._form, self._replica = page, form, page.replica
        self._kind = page.replica.collection(name_of(form.of or ""))
        self._asked = str(page.record.id)
        self._ids = self._sorted()

    def _sorted(self) -> list[str]:
        """Those that stand for what was asked for, the first first; one alone while there is no other."""
        name, offered = self._page.offered.name, self._page.offered
        doubles = Doubles(self._kind.name)
        ids = {doubles.first(self._asked)}
        try:
            if text := self._page.typed.get(OTHER):
                typed = [Assignment(OTHER, "", text)]
                found = column_values(self._replica, name, offered.columns, typed)
                ids.add(doubles.first(str(found[OTHER])))
        except HongxianError as error:
            self._page.refuse(error)
        there = self._kind.rows_by_id(ids)
        return sorted(id for id in ids if id in there and not there[id].deleted)

    @property
    def is_said(self) -> bool:
        """Whether somebody said that the two are one, of this very pair in this order."""
        return SAME in request.form and len(self._ids) == 2 and self._ids[0] == self._asked

    @property
    def address(self) -> str:
        """Of the page that lays the two side by side; "" while there is one alone."""
        return _address(self._page.offered.name, *self._ids) if len(self._ids) == 2 else ""

    def fill_in(self) -> None:
        """Read which fields the first is to take from the other."""
        chosen = (
            name.removeprefix(_SIDE)
            for name, side in request.form.items()
            if name.startswith(_SIDE) and side == OTHER
        )
        self._page.fill_in(TAKE, "、".join(chosen))

    def render(self) -> tuple[str, int]:
        """Both beside each other; while there is one alone, who may be the other."""
        if not self.address:
            return self._page.render(shown=self._candidates())
        rows = [self._kind.rows_by_id([id])[id] for id in self._ids]
        sides = [self._side(row) for row in rows]
        error = self._page.error
        page = render_template(
            "desk/twice.html",
            title=words.shown(self._form.title),
            back=self._page.after,
            same=words.shown(self._form.same),
            apart=(
                url_for("offers.do", name=self._form.apart, id=self._ids[0]),
                words.shown(self._apart_title()),
            ),
            action=url_for("offers.do", name=self._page.offered.name, id=self._ids[0]),
            other=self._ids[1],
            sides=sides,
            choices=list(self._choices(*rows)),
            alike=list(self._alike(*rows)),
            told=list(self._told(*sides)),
            lists=list(self._lists(sides)),
            error=words.refused(error) if error else "",
        )
        return page, self._page.status

    def _apart_title(self) -> Text | str:
        found = offers(self._replica, Action, leader(self._replica)).get(self._form.apart)
        return found.offer.title if found else self._form.apart

    def _candidates(self) -> Markup | str:
        record, name = self._page.record, self._page.offered.name
        rows = [
            [
                each.why,
                Link(each.title, each.of, each.id),
                each.told,
                Button(_COMPARE, name, {OTHER: each.id}, self._asked),
            ]
            for each in self._form.alike(self._replica, record)
        ]
        return drawn(Table([_WHY, _WHO, _TOLD, ""], rows)) if rows else ""

    def _side(self, row: Row) -> Side:
        return Side(
            url_for("records.show", name=self._kind.name, id=row.id),
            called(self._kind, row),
            face_of(self._kind, row),
            written(row)[0],
            states_of(self._kind, row),
            of_record(self._replica, self._kind, row),
        )

    def _texts(self, one: Row, other: Row) -> Iterator[tuple[Column, str, str]]:
        shower = PageShower(self._replica, self._kind, [one, other])
        for name, column in takable(self._kind).items():
            yield column, shower.field(one, name), shower.field(other, name)

    def _choices(self, one: Row, other: Row) -> Iterator[Choice]:
        for column, mine, theirs in self._texts(one, other):
            if column.is_of_several:
                theirs = self._together(column, one, other)
            if mine != theirs:
                yield Choice(
                    column.name,
                    words.shown(column.label),
                    differing(mine, theirs),
                    differing(theirs, mine),
                    column.is_of_several,
                    column.is_of_several or not mine,
                )

    def _together(self, column: Column, one: Row, other: Row) -> str:
        """What two sets come to."""
        name = column.name
        mine, theirs = (
            plain_value(self._kind, name, each.values.get(name)) for each in (one, other)
        )
        both = [*mine, *(each for each in theirs if each not in mine)]
        return shown(self._kind, name, both)

    def _alike(self, one: Row, other: Row) -> Iterator[tuple[str, str]]:
        for column, mine, theirs in self._texts(one, other):
            if mine and mine == theirs:
                yield words.shown(column.label), mine

    def _told(self, one: Side, other: Side) -> Iterator[Pair]:
        """What plugins tell of them: how to reach them, and figures."""
        sides = [dict(each.offered.told) for each in (one, other)]
        for title in {**sides[0], **sides[1]}:
            yield Pair(title, sides[0].get(title, ""), sides[1].get(title, ""))

    def _lists(self, sides: list[Side]) -> Iterator[tuple[str, list[Referring | None]]]:
        """The newest records that refer to each, kind by kind."""
        found = [
            {
                each.title: each
                for each in referring(self._replica, self._kind, id, side.offered.told_in_facts)
            }
            for id, side in zip(self._ids, sides, strict=True)
        ]
        for title in {**found[0], **found[1]}:
            yield title, [each.get(title) for each in found]


def _address(name: str, one: str, other: str, back: str = "") -> str:
    given = {OTHER: other, BACK: back or None}
    return with_query(
        url_for("offers.do", name=name, id=one), {k: v for k, v in given.items() if v}
    )


def waiting_twice(replica: Replica, back: str) -> Iterator[tuple[Twice, str]]:
    """The pairs that somebody is to look at, each with the page that lays them side by side.

    Every page counts them, so they are looked for once while nothing is written.
    """
    forms = offers(replica, Action, leader(replica), lambda each: isinstance(each.offer, JoinForm))
    for each in forms.values():
        if isinstance(each.offer, JoinForm) and each.offer.waits is not None:
            looked_for = partial(_all_of, each.offer.waits, replica)
            try:
                found = replica.database.kept((waiting_twice, each.name), looked_for)
            except Exception as error:
                each.plugin.failed(each.name, error)
                continue
            for pair in found:
                yield pair, _address(each.name, pair.one, pair.other, back)


def _all_of(waits: Callable[[Replica], Iterable[Twice]], replica: Replica) -> list[Twice]:
    return list(waits(replica))

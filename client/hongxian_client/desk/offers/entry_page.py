"""The page of an entry: its form in parts, who may be there already beside it, and what was entered today."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby

from flask import render_template, request, url_for

from hongxian.collections.local_time import local_today
from hongxian.errors import HongxianError
from hongxian.model.row import MAKER
from hongxian.model.stamp import milliseconds_of
from hongxian.plugins.entries import Alike, EntryForm
from hongxian.shapes.cells import name_of
from hongxian_client.desk.formatting import called
from hongxian_client.desk.offers.offer_page import OfferPage
from hongxian_client.text.assignments import Assignment, column_values
from hongxian_client.text.format import moment
from hongxian_web import words
from hongxian_web.inputs import Input

APART = "apart"
"""In the form: the ids of those of which somebody said that they are not meant."""
_TODAYS = 8
_LOOKED_AT = 40


@dataclass(frozen=True)
class Part:
    """Some inputs under a heading, which the first may lack."""

    title: str
    inputs: list[Input]


@dataclass(frozen=True)
class Likeness:
    """Those that are alike for one reason."""

    why: str
    found: list[Alike]


class EntryPage:
    """One entry's page."""

    def __init__(self, page: OfferPage, entry: EntryForm) -> None:
        self._page, self._entry = page, entry
        self._makes = page.replica.collection(name_of(entry.makes))
        self._apart = set(request.form.getlist(APART))

    def is_settled(self) -> bool:
        """Whether nobody is alike, or somebody has said that none of them is meant."""
        return all(each.id in self._apart for each in self._alike())

    def alike(self) -> str:
        """Who may be there already, by what is typed so far; "" for nobody."""
        found = sorted(self._alike(), key=lambda each: words.shown(each.why))
        kinds = [
            Likeness(why, list(of)) for why, of in groupby(found, lambda e: words.shown(e.why))
        ]
        return render_template(
            "desk/alike.html", kinds=kinds, apart=self._apart, record_url=_url_of
        )

    def render(self, status: int = 200) -> tuple[str, int]:
        """All of it, with what was typed and what went wrong."""
        page = render_template(
            "desk/entry.html",
            title=words.shown(self._entry.title),
            back=url_for("records.index", name=self._makes.name),
            back_title=words.shown(self._makes.title),
            check=url_for("offers.alike", name=self._page.offered.name),
            parts=self._parts(),
            error=words.refused(self._page.error) if self._page.error else "",
            alike=self.alike() if request.method == "POST" else "",
            waits=request.method == "POST" and not self.is_settled(),
            today=list(self._entered_today()),
            why_kept=self._makes.lasting.why_kept if self._makes.lasting else None,
        )
        return page, status if status != 200 else self._page.status

    def _alike(self) -> Sequence[Alike]:
        """A plugin that breaks here keeps nobody from saving."""
        typed: dict[str, object] = {}
        offered = self._page.offered
        for name, text in self._page.typed.items():
            with suppress(HongxianError):
                given = [Assignment(name, "", text)]
                typed |= column_values(self._page.replica, offered.name, offered.columns, given)
        try:
            return self._entry.alike_to(self._page.replica, typed)
        except Exception as error:
            offered.plugin.failed(offered.name, error)
            return ()

    def _parts(self) -> list[Part]:
        parts = [Part("", [])]
        for each in self._page.inputs():
            if each.name in self._entry.parts:
                parts.append(Part(words.shown(self._entry.parts[each.name]), []))
            parts[-1].inputs.append(each)
        return parts

    def _entered_today(self) -> Iterator[tuple[str, str]]:
        """What was entered on this laptop today, the newest first, with where it is corrected."""
        kind, mine = self._makes, self._page.replica.writer().laptop
        rows = kind.rows(
            f'NOT deleted AND "{MAKER}" = ? ORDER BY id DESC LIMIT ?', (mine, _LOOKED_AT)
        )
        day = local_today().isoformat()
        today = [row for row in rows if (moment(milliseconds_of(row.stamp)) or "").startswith(day)]
        for row in today[:_TODAYS]:
            yield called(kind, row), url_for("records.show", name=kind.name, id=row.id)


def _url_of(alike: Alike) -> str:
    return url_for("records.show", name=name_of(alike.of), id=alike.id)

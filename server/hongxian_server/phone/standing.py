"""What stands where on the pages of whoever asks: buttons and cards on the first page, tabs at the foot, lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from flask import Blueprint, request, url_for
from flask_babel import gettext as _

from hongxian.errors import HongxianError
from hongxian.plugins.offering import Offered
from hongxian.plugins.offers import Action, Offer, View
from hongxian.plugins.steps import Step
from hongxian.shapes.cards import Cards
from hongxian.shapes.shown import Beside, Shown
from hongxian.shapes.table import Table
from hongxian_server.phone.door import people_here
from hongxian_server.phone.form import Form, begins_by_hand
from hongxian_server.phone.mine import Mine, of_me
from hongxian_web import words

MOST_TABS = 3
"""At the foot, beside one's own page and all the others."""
CARD_LINES = 4
"""Of a list on the first page."""

bp = Blueprint("standing", __name__)


@dataclass(frozen=True)
class Way:
    """One line that leads to an offer."""

    title: str
    url: str
    icon: str
    is_here: bool = False
    is_first: bool = False
    """Whether it is what is most likely wanted."""


def buttons() -> list[Mine]:
    """On top of one's own page: what is done to oneself, and what says that it is for a first page."""
    return list(of_me(Action, lambda each: each.offer.menu and _is_above(each)))


def cards() -> list[Mine]:
    """What is drawn on one's own page: all that is of me, the usual first, then what says that it is for a first page.

    What anybody may see is drawn for who is not known: to whom a page is their own it is a line.
    """
    found = [each for each in of_me(View, _is_drawn) if not is_asked_about(each.offered)]
    return sorted(found, key=lambda each: (each.record is None, not each.offered.offer.usual))


def lines(cards: Iterable[Mine]) -> Iterator[Mine]:
    """What is begun by hand and stands nowhere else: none of these cards, no button, and not at the foot."""
    elsewhere = {each.offered.name for each in [*buttons(), *_feet(), *cards]}
    for each in all_lines():
        if each.offered.name not in elsewhere and not each.offered.collection:
            yield each


def all_lines() -> Iterator[Mine]:
    """All that is begun by hand, wherever else it stands."""
    for kind in (Action, View):
        for each in of_me(kind, lambda offered: offered.offer.menu):
            if begins_by_hand(each.offered):
                yield each


def is_asked_about(offered: Offered[Offer]) -> bool:
    """Whether something must be filled in before anything is shown."""
    return any(each.required for each in offered.columns.values())


def showing(wanted: Iterable[Mine]) -> Iterator[tuple[Mine, Shown]]:
    """Each that shows something; one that breaks is kept as its plugin's error, and the others are there."""
    for each in wanted:
        form = Form(each)
        try:
            told = form.carry_out()
        except HongxianError:
            continue
        if not (isinstance(told, Table) and not told.rows and not told.note):
            yield each, told


def beginning(mine: Mine, told: Shown) -> Shown:
    """What stands of it on the first page: all that is of me, of all else a few lines."""
    if mine.record is not None:
        return told
    if isinstance(told, Beside):
        first = beginning(mine, told.shapes[0])
        return replace(told, shapes=[first], above=(), foot=(), presses=())  # type: ignore[list-item]
    if isinstance(told, Table):
        return replace(told, rows=told.rows[:CARD_LINES], ids=told.ids[:CARD_LINES])
    if isinstance(told, Cards):
        return replace(told, cards=told.cards[:CARD_LINES], among=(), filters=())
    return told


def way(mine: Mine) -> Way:
    """The line that leads to an offer."""
    offer = mine.offered.offer
    endpoint = "phone.do" if isinstance(offer, Action) else "phone.view"
    url = url_for(endpoint, name=mine.offered.name, id=mine.id or None)
    return Way(words.shown(offer.title), url, offer.icon or "puzzle", _is_here(url))


def ways_on(acts: Iterable[Mine]) -> list[Way]:
    """Buttons, of which the first is red unless it leads off the way that such records go, as what takes them back."""
    found = sorted(acts, key=_leads_off)
    ways = [way(each) for each in found]
    if ways and not _leads_off(found[0]):
        ways[0] = replace(ways[0], is_first=True)
    return ways


@bp.app_template_global()
def tabs() -> list[Way]:
    """At the foot of each page: my own, what is mostly come for, and all."""
    home, all_ = url_for("phone.home"), url_for("phone.all_")
    return [
        Way(_("Mine") if people_here() else _("Start"), home, "person", _is_here(home)),
        *map(way, _feet()),
        Way(_("All"), all_, "list", _is_here(all_)),
    ]


def _feet() -> list[Mine]:
    usual = (each for kind in (Action, View) for each in of_me(kind, _is_usual))
    return sorted(usual, key=lambda each: "public" in each.offered.offer.audiences)[:MOST_TABS]


def _is_usual(offered: Offered[Offer]) -> bool:
    return offered.offer.usual and not offered.collection


def _is_above(offered: Offered[Action]) -> bool:
    return bool(offered.collection) or offered.offer.card


def _is_drawn(offered: Offered[View]) -> bool:
    is_for_strangers = "public" in offered.offer.audiences and bool(people_here())
    return bool(offered.collection) or (offered.offer.card and not is_for_strangers)


def _is_here(url: str) -> bool:
    return request.root_path + request.path == url


def _leads_off(mine: Mine) -> bool:
    offer, record = mine.offered.offer, mine.record
    return isinstance(offer, Step) and record is not None and not offer.leads_on(record)

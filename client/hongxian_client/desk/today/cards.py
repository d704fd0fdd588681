"""The cards of the first page: a beginning of each view that plugins want there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import url_for

from hongxian.collections.local_time import local_now
from hongxian.errors import HongxianError
from hongxian.plugins.offering import Offered, carry_out, offers
from hongxian.plugins.offers import Action, View
from hongxian.shapes.chart import Chart
from hongxian.shapes.shown import Beside, Shown, table_of
from hongxian_client.desk.menu import hidden_plugins
from hongxian_client.desk.offers.shapes import drawn_small
from hongxian_client.plugins.offers import leader, values_for
from hongxian_client.replica.replica import Replica
from hongxian_web import words

ROWS_SHOWN = 4
"""Of a table, on its card; the view's own page has all."""


@dataclass
class Card:
    """One card: the beginning of a view, or why there is none."""

    title: str
    url: str
    icon: str = ""
    shown: str = ""
    more: int = 0
    error: str = ""
    holds_something: bool = True


def cards_of(replica: Replica) -> Iterator[Card]:
    """A card for each view of the day that has something on it."""
    views = offers(replica, View, leader(replica), lambda each: each.offer.card)
    for offered in views.values():
        card = _card(replica, offered)
        if card.holds_something:
            yield card


@dataclass(frozen=True)
class Act:
    """Something to do that plugins want at hand on the first page."""

    title: str
    url: str
    icon: str


def acts_of(replica: Replica) -> Iterator[Act]:
    """The buttons at the top: of what is out of the menu none."""
    hidden = hidden_plugins()
    acts = offers(
        replica,
        Action,
        leader(replica),
        lambda each: each.offer.card and not each.collection and each.plugin.name not in hidden,
    )
    for offered in acts.values():
        icon = offered.offer.icon or offered.plugin.icon
        url = url_for("offers.do", name=offered.name)
        yield Act(words.shown(offered.offer.title), url, icon)


def _card(replica: Replica, offered: Offered[View]) -> Card:
    """A view's beginning; one that fails says so on its own card."""
    card = Card(
        words.shown(offered.offer.title),
        url_for("offers.view", name=offered.name),
        offered.plugin.icon,
    )
    try:
        shown = _shown(replica, offered)
    except HongxianError as error:
        card.error = words.refused(error)
        return card
    if isinstance(shown, Beside):
        shown = shown.shapes[0]
    if isinstance(shown, Chart):
        card.holds_something = any(any(numbers) for _title, numbers in shown.series)
        rows = 1
    else:
        rows = len(table_of(replica, shown).rows)
        card.holds_something = rows > 0
    card.shown = drawn_small(shown, ROWS_SHOWN) if rows else ""
    card.more = max(rows - ROWS_SHOWN, 0)
    return card


def _shown(replica: Replica, offered: Offered[View]) -> Shown:
    """What a view shows by itself, asked once a minute while nothing is written."""
    viewer, minute = leader(replica), local_now(replica).replace(second=0)

    def show() -> Shown:
        shown: Shown = carry_out(replica, offered, None, values_for(replica, offered, []), viewer)
        return shown

    return replica.database.kept((offered.name, viewer), show, at=minute)

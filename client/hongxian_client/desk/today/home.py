"""The first page: the team's day in cards that plugins fill, and a month at a glance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask_babel import format_date
from flask_babel import gettext as _

from hongxian.collection import Collection
from hongxian.errors import HongxianError
from hongxian.local_time import local_today
from hongxian.offers import Chart
from hongxian.rights import may_write
from hongxian.shared import Task
from hongxian.storage.setting import get_setting
from hongxian_client.desk.desk import Desk
from hongxian_client.desk.offers.shapes import drawn
from hongxian_client.desk.today.menu import hidden_plugins
from hongxian_client.desk.today.month import Month
from hongxian_client.plugins.offers import VIEWS, Offered, carry_out, offers, values_for
from hongxian_client.replica import outbox
from hongxian_client.replica.replica import Replica
from hongxian_client.review.conflicts import count_open
from hongxian_web import words
from hongxian_web.navigation import Entry, in_menu

ROWS_SHOWN = 6
"""Of a view, on its card; the view's own page has all."""


@dataclass
class Card:
    """One card: the beginning of a view, or why there is none."""

    title: str
    url: str
    shown: str = ""
    more: int = 0
    error: str = ""
    holds_something: bool = True


def room(desk: Desk) -> Blueprint:
    """The first page and its place in the menu; `?month=2026-05` turns the calendar."""
    home = Blueprint("home", __name__)
    replica = desk.replica

    in_menu(home)(lambda: [Entry(_("Today"), "/")])

    @home.get("/")
    def first() -> str:
        today = local_today(replica)
        return render_template(
            "desk/home.html",
            today=format_date(today, "full"),
            community=get_setting("community") or "",
            teams=list(replica.teams().values()),
            refused=outbox.count(outbox.REFUSED),
            conflicts=count_open(),
            tasks=[words.part(each.text) for each in _tasks()],
            begin_with=_first_collection(replica),
            cards=list(_cards(replica)),
            month=Month(replica, today, request.args.get("month", "")),
        )

    return home


def _tasks() -> Iterator[Task]:
    yield from Task.select().where(Task.done == False).order_by(Task.id.desc()).limit(ROWS_SHOWN)  # noqa: E712


def _first_collection(replica: Replica) -> Collection | None:
    """While there is no record at all, where to begin: the collection that most others need."""
    own = [kind for name, kind in replica.collections.items() if name in replica.owners]
    if any(kind.rows("NOT deleted LIMIT 1") for kind in own):
        return None
    hidden, writer = hidden_plugins(), replica.writer()
    needed = Counter(
        column.reference for kind in own for column in kind.columns.values() if column.required
    )
    offered = [
        kind
        for kind in own
        if replica.owners[kind.name].name not in hidden and may_write(kind, None, "", writer)
    ]
    return max(offered, key=lambda kind: needed[kind.name], default=None)


def _cards(replica: Replica) -> Iterator[Card]:
    """A card for each view of the day; of what is out of the menu only those with something on them."""
    hidden = hidden_plugins()
    for offered in offers(replica, VIEWS).values():
        if getattr(offered.offer, "today", False):
            card = _card(replica, offered)
            if card.holds_something or offered.plugin.name not in hidden:
                yield card


def _card(replica: Replica, offered: Offered) -> Card:
    """A view's beginning; one that fails says so on its own card."""
    card = Card(words.part(offered.offer.title), f"/view/{offered.name}")
    try:
        shown = carry_out(replica, offered, None, values_for(replica, offered, []))
    except HongxianError as error:
        card.error = words.message(error)
        return card
    if isinstance(shown, Chart):
        card.holds_something = any(any(numbers) for _title, numbers in shown.series)
        rows = 1
    else:
        rows = len(shown.rows)
        card.holds_something = rows > 0
    card.shown = drawn(shown, rows=ROWS_SHOWN) if rows else ""
    card.more = max(rows - ROWS_SHOWN, 0)
    return card

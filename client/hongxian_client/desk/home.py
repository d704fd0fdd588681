"""The first page: the team's day, in cards that plugins fill."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from flask import Blueprint, render_template
from flask_babel import gettext as _

from hongxian.errors import HongxianError
from hongxian.setting import get_setting
from hongxian.shared import Task
from hongxian_client import outbox
from hongxian_client.conflicts import count_open
from hongxian_client.desk.desk import Desk
from hongxian_client.desk.showing import shown_cell
from hongxian_client.offers import VIEWS, Offered, carry_out, offers, values_for
from hongxian_client.replica import Replica
from hongxian_web import words
from hongxian_web.navigation import Entry, Group, add_source

ROWS_SHOWN = 6
"""Of a view, on its card; the view's own page has all."""


@dataclass
class Card:
    """One card: a table in small, or why there is none."""

    title: str
    url: str
    headers: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    more: int = 0
    error: str = ""


def room(desk: Desk) -> Blueprint:
    """The first page and its place in the menu."""
    home = Blueprint("home", __name__)

    @home.record_once
    def hang(setup: object) -> None:
        add_source(setup.app, lambda: [Group("", [Entry(_("Today"), "/")])])  # type: ignore[attr-defined]

    @home.get("/")
    def today() -> str:
        return render_template(
            "desk/home.html",
            community=get_setting("community") or "",
            teams=list(desk.replica.teams().values()),
            refused=outbox.count(outbox.REFUSED),
            conflicts=count_open(),
            tasks=[words.part(each.text) for each in _tasks()],
            cards=list(_cards(desk.replica)),
        )

    return home


def _tasks() -> Iterator[Task]:
    yield from Task.select().where(Task.done == False).order_by(Task.id.desc()).limit(ROWS_SHOWN)  # noqa: E712


def _cards(replica: Replica) -> Iterator[Card]:
    for offered in offers(replica, VIEWS).values():
        if getattr(offered.offer, "today", False):
            yield _card(replica, offered)


def _card(replica: Replica, offered: Offered) -> Card:
    """A view's first rows; one that fails says so on its own card."""
    card = Card(words.part(offered.offer.title), f"/view/{offered.name}")
    try:
        table = carry_out(replica, offered, None, values_for(replica, offered, []))
    except HongxianError as error:
        card.error = words.message(error)
        return card
    card.headers = [words.part(header) for header in table.headers]
    card.rows = [[shown_cell(cell) for cell in row] for row in table.rows[:ROWS_SHOWN]]
    card.more = max(len(table.rows) - ROWS_SHOWN, 0)
    return card

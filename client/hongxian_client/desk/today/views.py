"""The first page: the team's day in cards that plugins fill, and a month at a glance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice

from flask import Blueprint, render_template, request, url_for
from flask_babel import format_date
from flask_babel import gettext as _

from hongxian.collections.collection import Collection
from hongxian.collections.local_time import local_today
from hongxian.collections.rights import may_write
from hongxian.text import ZH
from hongxian_client.desk.desk import current_desk
from hongxian_client.desk.menu import hidden_plugins
from hongxian_client.desk.review.waiting import coming, count_coming, count_waiting, waiting
from hongxian_client.desk.today.cards import acts_of, cards_of
from hongxian_client.desk.today.month import (
    DAYS_IN_STRIP,
    Month,
    kinds_of_day,
    on_day,
    opened_day,
    two_weeks,
)
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_web.languages import language
from hongxian_web.navigation import Entry, in_menu

SHOWN = 6
"""Lines of what waits."""
PLANS_SHOWN = 4
"""Kinds of record that an empty day offers to begin with."""

bp = Blueprint("today", __name__)


@in_menu(bp)
def _menu() -> Iterator[Entry]:
    yield Entry(_("Today"), url_for("today.show"), icon="sun")


@bp.get("/")
def show() -> str:
    """The first page: what happens today, what waits, the cards, and two weeks."""
    replica = current_desk().replica
    today = local_today(replica)
    around = _day_asked() or today
    happening = on_day(replica, today)
    waits = [*waiting(replica, SHOWN), *islice(coming(replica), SHOWN)]
    return render_template(
        "desk/today.html",
        waiting=waits[:SHOWN],
        waiting_number=count_waiting(replica),
        ahead=count_coming(replica),
        today=format_date(today, "M月d日 EEEE" if language() == ZH else "EEEE d MMMM"),
        community=LaptopState.read().community,
        teams=list(replica.teams().values()),
        begin_with=_first_collection(replica),
        cards=list(cards_of(replica)),
        happening=happening,
        plans=[] if happening else list(islice(kinds_of_day(replica, today), PLANS_SHOWN)),
        acts=list(acts_of(replica)),
        days=two_weeks(replica, today, around),
        opened=opened_day(replica, around) if around != today or "day" in request.args else None,
        weeks_before=_weeks(around, -DAYS_IN_STRIP),
        weeks_after=_weeks(around, DAYS_IN_STRIP),
    )


def _day_asked() -> date | None:
    """The day that was pressed; None for none, or for what is no day within reach."""
    try:
        asked = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return None
    return asked if 2000 <= asked.year < 2100 else None


def _weeks(around: date, by: int) -> str:
    return url_for("today.show", day=(around + timedelta(days=by)).isoformat(), _anchor="day")


@bp.get("/month")
def month() -> str:
    """The calendar; `?month=2026-05` turns it."""
    replica = current_desk().replica
    shown = Month(replica, local_today(replica), request.args.get("month", ""))
    return render_template("desk/month.html", month=shown)


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

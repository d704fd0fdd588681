"""The first page: the team's day in cards that plugins fill, and a month at a glance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from flask import Blueprint, render_template, request, url_for
from flask_babel import format_date
from flask_babel import gettext as _

from hongxian.collections.builtin import Task
from hongxian.collections.collection import Collection
from hongxian.collections.local_time import local_today
from hongxian.collections.rights import may_write
from hongxian.kit.duties import due_by_now
from hongxian_client.desk.desk import current_desk
from hongxian_client.desk.menu import hidden_plugins
from hongxian_client.desk.records.tasks import with_records
from hongxian_client.desk.today.cards import cards_of
from hongxian_client.desk.today.due import lines_of
from hongxian_client.desk.today.month import Month, on_day, two_weeks
from hongxian_client.replica import outbox
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.review.conflicts import count_open
from hongxian_client.review.missing_plugins import missing_plugins
from hongxian_web.navigation import Entry, in_menu

TASKS_SHOWN = 4
DUE_SHOWN = 6

bp = Blueprint("today", __name__)


@in_menu(bp)
def _menu() -> Iterator[Entry]:
    yield Entry(_("Today"), url_for("today.show"), icon="sun")


@bp.get("/")
def show() -> str:
    """The first page: what happens today, what waits, the cards, and two weeks."""
    replica = current_desk().replica
    today = local_today(replica)
    due = due_by_now(replica, replica.teams())
    return render_template(
        "desk/today.html",
        due=list(lines_of(replica, due[:DUE_SHOWN], today)),
        more_due=max(len(due) - DUE_SHOWN, 0),
        today=format_date(today, "full"),
        community=LaptopState.read().community,
        teams=list(replica.teams().values()),
        refused=outbox.count(outbox.EntryState.REFUSED),
        conflicts=count_open(),
        missing=missing_plugins(replica).said,
        tasks=list(with_records(replica, _tasks())),
        begin_with=_first_collection(replica),
        cards=list(cards_of(replica)),
        happening=on_day(replica, today),
        days=two_weeks(replica, today),
    )


@bp.get("/month")
def month() -> str:
    """The calendar; `?month=2026-05` turns it."""
    replica = current_desk().replica
    shown = Month(replica, local_today(replica), request.args.get("month", ""))
    return render_template("desk/month.html", month=shown)


@bp.get("/due")
def due() -> str:
    """All that is due."""
    replica = current_desk().replica
    found = due_by_now(replica, replica.teams())
    return render_template(
        "desk/due.html", due=list(lines_of(replica, found, local_today(replica)))
    )


def _tasks() -> Iterator[Task]:
    yield from Task.select().where(Task.done == False).order_by(Task.id.desc()).limit(TASKS_SHOWN)  # noqa: E712


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

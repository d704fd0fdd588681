"""The first page: how the hub is, at a glance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from flask import Blueprint, current_app, redirect, render_template, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hongxian.collections.local_time import local_moment, moment_of
from hongxian.version import __version__
from hongxian.words.incarnation import is_hubs
from hongxian_server.console.figures import keepers_views
from hongxian_server.console.journal.check import JournalCheck
from hongxian_server.current import current_hub, hub_of
from hongxian_server.hub import Hub
from hongxian_server.membership import devices, second_factor
from hongxian_server.ops.held import lists_held
from hongxian_server.ops.overview import overview as overview_of
from hongxian_server.ops.plugins_apart import said_of
from hongxian_server.sync.incarnation import end_recovery
from hongxian_server.tables import journal
from hongxian_server.tables.access import incarnations, live_ones
from hongxian_web import words
from hongxian_web.flashes import tell
from hongxian_web.navigation import Entry, in_menu

WEEKS = 12
"""Of which the activity is drawn, the present one with them."""
BACKUP_DAYS = 7
"""After which the keeper is warned that no backup was made."""
MOST_LINES = 5
"""Teams that are drawn each by itself; those with less to tell are summed up."""


_CHECK = "hongxian_journal_check"

bp = Blueprint("overview", __name__)


@bp.record_once
def _keep_journal_check(setup: BlueprintSetupState) -> None:
    setup.app.extensions[_CHECK] = JournalCheck(hub_of(setup.app))


def _journal_check() -> JournalCheck:
    check: JournalCheck = current_app.extensions[_CHECK]
    return check


@in_menu(bp)
def _menu() -> Iterator[Entry]:
    yield Entry(_("Overview"), url_for("overview.show"), icon="sun")


@bp.get("/")
def first() -> ResponseReturnValue:
    """Where whoever types no more than the hub's address is led to."""
    return redirect(url_for("overview.show"))


@bp.get("/console/overview")
def show() -> str:
    """How the hub is, at a glance."""
    hub = current_hub()
    is_checking = (
        _journal_check().is_under_way
    )  # asked first: what it finds is then in what is told
    labels, series = _activity(hub)
    told = overview_of(hub)
    return render_template(
        "console/overview.html",
        told=told,
        backed_up=_age_of_backup(hub, told["backed_up"]),
        backup_warning=_backup_warning(hub, told["backed_up"]),
        held=lists_held(),
        second_factor_is_on=second_factor.is_on(hub),
        apart=said_of(told["plugins_apart"], list(live_ones())),
        version=__version__,
        checking=is_checking,
        labels=labels,
        series=series,
        views=[(each.name, words.shown(each.offer.title)) for each in keepers_views(hub)],
    )


@bp.post("/console/overview/check")
def check_now() -> ResponseReturnValue:
    """Begin to read the whole journal."""
    _journal_check().begin()
    tell(_("The journal is being checked. Open this page again in a moment."))
    return redirect(url_for("overview.show"))


@bp.post("/console/overview/wait-no-longer")
def wait_no_longer() -> ResponseReturnValue:
    """Decide without the laptops that have not been back since the hub was restored."""
    end_recovery(current_hub())
    tell(_("The hub waits for no further laptop."))
    return redirect(url_for("overview.show"))


def _age_of_backup(hub: Hub, made: int | None) -> str:
    if hub.database.postgres:
        return _("by pg_dump, of which the hub learns nothing")
    if made is None:
        return _("none")
    today = local_moment(hub.now()).date()
    days = (today - local_moment(made).date()).days  # as people count them
    if days < 2:
        return _("yesterday") if days == 1 else _("today")
    return _("%(days)s days ago", days=days)


def _backup_warning(hub: Hub, made: int | None) -> str:
    """What the keeper has to know of backups; "" where the newest is young enough."""
    if hub.database.postgres:
        return ""
    if made is None:
        return _(
            "No backup was made yet: if this disk fails, what no laptop holds is lost, and the journal with it."
        )
    if timedelta(milliseconds=hub.now() - made) > timedelta(days=BACKUP_DAYS):
        return _("The last backup is older than %(days)s days.", days=BACKUP_DAYS)
    return ""


def _activity(hub: Hub) -> tuple[list[str], list[tuple[str, list[int]]]]:
    """What was taken in week by week: the weeks' first days, and a series for each team."""
    today = local_moment(hub.now()).replace(hour=0, minute=0, second=0)
    monday = today - timedelta(days=today.weekday(), weeks=WEEKS - 1)
    owners = _teams_by_incarnation()
    counted: dict[str, Counter[int]] = {}
    for owner, week, count in journal.by_week(moment_of(monday)):
        if not is_hubs(owner):
            counted.setdefault(owners.get(owner, "—"), Counter())[week] += count
    ranked = sorted(counted.items(), key=lambda each: -each[1].total())
    lines, rest = ranked[:MOST_LINES], ranked[MOST_LINES:]
    if rest:
        lines.append((_("the others"), sum((each for _name, each in rest), Counter())))
    labels = [f"{monday + timedelta(weeks=week):%m-%d}" for week in range(WEEKS)]
    return labels, [(name, [counts[week] for week in range(WEEKS)]) for name, counts in lines]


def _teams_by_incarnation() -> dict[int, str]:
    """Of each laptop the names of its teams: what one of several teams wrote is told of them all."""
    return {
        each.id: " + ".join(devices.named_scopes(each.laptop).values()) or each.name
        for each in incarnations()
    }

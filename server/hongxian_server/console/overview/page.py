"""The first page: how the hub and its laptops are, at a glance."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

from flask import Blueprint, current_app, redirect, render_template, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _

from hongxian.collections.local_time import local_moment
from hongxian.text import ZH
from hongxian.version import __version__
from hongxian_server.backups.schedule import newest_check
from hongxian_server.console.figures import keepers_views
from hongxian_server.console.formatting import clock, days_since
from hongxian_server.console.journal.check import JournalCheck
from hongxian_server.console.overview.activity import activity
from hongxian_server.console.overview.asks import asks, hubs_asks
from hongxian_server.console.overview.cards import cards, most_telling
from hongxian_server.console.overview.latest import latest
from hongxian_server.current import current_hub, hub_of
from hongxian_server.hub import Hub
from hongxian_server.hub_state import KeptIdentity
from hongxian_server.kits.keeping import programs_here
from hongxian_server.ops.overview import overview as overview_of
from hongxian_server.sync.incarnation import end_recovery
from hongxian_web import words
from hongxian_web.flashes import tell
from hongxian_web.languages import language
from hongxian_web.manual.views import is_about
from hongxian_web.navigation import Entry, in_menu

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
    labels, series = activity(hub)
    told, laptops = overview_of(hub), cards(hub)
    disk = shutil.disk_usage(hub.folder)
    wrong = hubs_asks(hub, told)
    if not laptops:
        is_about("overview.first")
    return render_template(
        "console/overview.html",
        told=told,
        today=_today(hub),
        cards=most_telling(laptops),
        has_sheet=bool(KeptIdentity.read().sheet),
        has_kits=bool(programs_here(hub)),
        laptops=sum(not each.laptop.revoked for each in laptops),
        away=sum(each.is_away for each in laptops),
        wrong=wrong,
        asks=wrong + asks(hub, told, laptops),
        backed_up=_age_of_backup(hub, told["backed_up"]),
        checked=newest_check(hub),
        used=round(100 * disk.used / disk.total),
        version=__version__,
        checking=is_checking,
        labels=labels,
        series=series,
        latest=latest(hub),
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


def _today(hub: Hub) -> str:
    now = local_moment(hub.now())
    day = format_date(now, "M月d日 EEEE" if language() == ZH else "EEEE d MMMM")
    return f"{day} {now:%H:%M}"


def _age_of_backup(hub: Hub, made: int | None) -> str:
    if made is None:
        return _("none")
    days = days_since(hub.now(), made)
    return clock(hub.now(), made) if days < 2 else _("%(days)s days ago", days=days)

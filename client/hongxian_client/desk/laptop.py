"""This laptop on one page: who it is, its sync, who uses it, how it is read, and what runs on it."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _

from hongxian import __version__
from hongxian.collections.directory import name_of_laptop
from hongxian_client.desk.desk import current_desk
from hongxian_client.desk.formatting import plugin_title, said_moment
from hongxian_client.desk.menu import of_laptop
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.text.format import moment
from hongxian_web.navigation import Entry, in_menu

bp = Blueprint("laptop", __name__, url_prefix="/laptop")


@in_menu(bp)
def _menu() -> Iterator[Entry]:
    yield of_laptop(_("This laptop"), url_for("laptop.show"))


@bp.get("")
def show() -> str:
    """All of it; what has a page of its own is a press away."""
    replica, state = current_desk().replica, LaptopState.read()
    return render_template(
        "desk/laptop.html",
        name=name_of_laptop(state.laptop),
        community=state.community,
        teams=list(replica.teams().values()),
        last_sync=said_moment(moment(state.last_sync)),
        joined=bool(state.hub_key),
        version=__version__,
        plugins=[
            (each.icon, plugin_title(each), each.version)
            for each in replica.plugins.all
            if each.loaded
        ],
    )

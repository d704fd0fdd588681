"""This laptop on one page: who it is, its sync, who uses it, how it is read, and what runs on it."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from hongxian import __version__
from hongxian.collections.directory import name_of_laptop
from hongxian.errors import HongxianError, Refused
from hongxian.plugins.plugin import Plugin
from hongxian_client.desk.desk import current_desk
from hongxian_client.desk.formatting import plugin_title, said_moment
from hongxian_client.desk.menu import of_laptop
from hongxian_client.program.home import home_here
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.people import people
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.unsent import outbox
from hongxian_client.sync.name import want_name
from hongxian_client.text.format import moment
from hongxian_client.transport.address import hub_address
from hongxian_client.transport.link import introduced, link_to_hub
from hongxian_web import words
from hongxian_web.flashes import tell
from hongxian_web.inputs import Input
from hongxian_web.navigation import Entry, in_menu

LEAST_FREE_BYTES = 2**30
"""On this laptop's disk, below which its people are told."""

bp = Blueprint("laptop", __name__, url_prefix="/laptop")


@dataclass(frozen=True)
class Runs:
    """A plugin of this laptop, and why it takes no part, or what went wrong in it last; "" for nothing."""

    icon: str
    title: str
    version: str
    takes_part: bool
    wrong: str | Markup


@in_menu(bp)
def _menu() -> Iterator[Entry]:
    yield of_laptop(_("This laptop"), url_for("laptop.show"))


@bp.get("")
def show() -> str:
    """All of it; what has a page of its own is a press away."""
    return _page()


@bp.post("/name")
def rename() -> ResponseReturnValue:
    """Ask the hub to call it otherwise, at the next sync."""
    name = request.form.get("name", "")
    try:
        want_name(current_desk().replica, name)
    except Refused as error:
        return _page(name, [words.refused(error)]), error.status
    tell(_("Everybody sees the new name after the next sync."))
    return redirect(url_for("laptop.show"))


@bp.post("/hub")
def find() -> ResponseReturnValue:
    """Go to where the hub is now, as the keeper told; only the very hub that it joined is taken for it."""
    replica, typed = current_desk().replica, request.form.get("hub", "")
    try:
        link = link_to_hub(replica, hub_address(typed))
        link.begin(introduced(link.url))
    except HongxianError as error:
        return _page(hub=typed, hub_reasons=[words.refused(error)]), error.status
    with replica.upkeep(), LaptopState.changing() as state:
        state.hub_url = link.url
    current_desk().sync_soon()
    tell(_("Here is your hub. The line at the top tells when the sync is done."))
    return redirect(url_for("laptop.show"))


def _page(
    typed: str | None = None,
    reasons: Iterable[str | Markup] = (),
    *,
    hub: str | None = None,
    hub_reasons: Iterable[str | Markup] = (),
) -> str:
    replica, state = current_desk().replica, LaptopState.read()
    name = name_of_laptop(state.laptop)
    disk = shutil.disk_usage(replica.folder)
    return render_template(
        "desk/laptop.html",
        name=name,
        wanted=state.name_wanted,
        naming=Input(
            "name",
            _("Name of this laptop"),
            value=(state.name_wanted or name) if typed is None else typed,
            required=True,
            reasons=list(reasons),
        ),
        finding=Input(
            "hub",
            _("Address of the hub"),
            value=state.hub_url if hub is None else hub,
            required=True,
            reasons=list(hub_reasons),
        ),
        number=state.number,
        community=state.community,
        teams=list(replica.teams().values()),
        last_sync=said_moment(moment(state.last_sync)),
        unsent=outbox.count(*outbox.OPEN),
        refused=outbox.count(outbox.EntryState.REFUSED),
        people=[each.name for each in people()],
        free=disk.free,
        is_full=disk.free < LEAST_FREE_BYTES,
        used=round(100 * disk.used / disk.total),
        own_bytes=_own_bytes(replica),
        version=__version__,
        can_be_removed=home_here() is not None,
        plugins=[_runs(each) for each in replica.plugins.all],
    )


def _runs(plugin: Plugin) -> Runs:
    wrong = words.marked(plugin.errors[-1]) if plugin.errors else ""
    version = "" if plugin.version == "0" else plugin.version
    return Runs(plugin.icon, plugin_title(plugin), version, plugin.loaded, wrong)


def _own_bytes(replica: Replica) -> int:
    """What the records and files of this laptop take of its disk."""
    return replica.database.size_bytes() + replica.files.size_bytes()

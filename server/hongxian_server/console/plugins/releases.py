"""Plugins on laptops: who runs which release, and how far each release goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hongxian.errors import Refused
from hongxian.releases.release import RELEASE_BYTES, SUFFIX, Release
from hongxian.text import Text
from hongxian.words.values import Json
from hongxian_server.console.plugins.decision import Shown, decide
from hongxian_server.current import current_hub
from hongxian_server.ops.releases.own import runs_here
from hongxian_server.ops.releases.plugins import add_release, roll_back
from hongxian_server.sync.releases import report_of
from hongxian_server.tables.access import live_ones
from hongxian_server.tables.releases import (
    PluginRelease,
    Stage,
    is_replaced,
    plugin_releases,
)
from hongxian_web import words
from hongxian_web.flashes import tell
from hongxian_web.inputs import Input

bp = Blueprint("plugin_releases", __name__, url_prefix="/console/plugins/laptops")


@dataclass(frozen=True)
class _Release(Shown):
    """A release among those of its plugin."""

    is_here: bool
    is_newest: bool
    """Of those that were not taken back."""


@dataclass(frozen=True)
class _Cell:
    """What one laptop runs of one plugin."""

    version: str
    error: Text | None


@bp.get("")
def index() -> str:
    """Laptops by plugins, and the releases that the hub holds."""
    return _page()


@bp.post("/add")
def add() -> ResponseReturnValue:
    """Take a release in, of a publisher whom the hub knows: by a stolen session no other brings code to it."""
    given = request.files.get("file")
    if given is None or not given.filename:
        return _page(_("Choose the release's file.")), 400
    try:
        one = add_release(
            current_hub(), Release.read(given.read(RELEASE_BYTES + 1), given.filename[:80])
        )
    except Refused as error:
        return _page(words.marked(error.text)), error.status
    told = _("%(name)s %(version)s is here: %(stage)s.")
    stage = words.shown(Stage(one.stage).text)
    tell(words.filled(told, name=one.name, version=one.version, stage=stage))
    return redirect(url_for("plugin_releases.index"))


def _page(wrong: str = "") -> str:
    laptops = list(live_ones())
    told = {each.number: {one["name"]: _cell(one) for one in report_of(each)} for each in laptops}
    names = sorted({name for cells in told.values() for name in cells} | plugin_releases().keys())
    titles = {
        each.name: words.shown(each.title) for each in current_hub().plugins.all if each.title.en
    }
    return render_template(
        "console/plugin_releases.html",
        releases={
            name: [_shown(each, mine) for each in reversed(mine)]
            for name, mine in plugin_releases().items()
        },
        laptops=laptops,
        names=[(name, titles.get(name, name)) for name in names],
        titles=titles,
        told=told,
        given=Input(
            "file",
            _("A release's file"),
            "file",
            required=True,
            reasons=[wrong] if wrong else [],
            attributes={"accept": SUFFIX},
        ),
    )


@bp.post("")
def answer() -> ResponseReturnValue:
    """Send a release to the laptops that were ticked, or to all; hold it; take it back."""
    name, version = request.form.get("name", ""), request.form.get("version", "")
    found = [each for each in plugin_releases().get(name, ()) if each.version == version]
    if not found:
        abort(404)
    if not decide(found, name):
        if request.form.get("act") != "back":
            abort(400)
        roll_back(current_hub(), name)
        tell(words.filled(_("%(name)s is taken back, with the laptops' next sync."), name=name))
    return redirect(url_for("plugin_releases.index"))


def _cell(told: Mapping[str, Json]) -> _Cell:
    return _Cell(told["version"], Text(**told["error"]) if told["error"] else None)


def _shown(one: PluginRelease, mine: list[PluginRelease]) -> _Release:
    good = [each for each in mine if each.stage != Stage.WITHDRAWN]
    return _Release(
        one,
        is_replaced=is_replaced(one, mine),
        is_here=runs_here(current_hub()).get(one.name) == one.sha256,
        is_newest=bool(good) and good[-1] == one,
    )

"""Plugins: which take part, what went wrong in each, and whose records wait for one that is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from peewee import fn

from hongxian.model.stamp import wall_clock
from hongxian.plugins.failing.aside import take_again, why_aside
from hongxian.plugins.failing.errors import PluginError, errors_of, read_plugin_errors
from hongxian.wire.digest import Digest
from hongxian_server.current import current_hub
from hongxian_server.hub import Hub
from hongxian_server.tables.access import Incarnation, live_ones
from hongxian_web import words
from hongxian_web.flashes import tell
from hongxian_web.navigation import Entry, in_menu

bp = Blueprint("plugins", __name__, url_prefix="/console/plugins")


@dataclass(frozen=True)
class _Told:
    name: str
    title: str
    source: str
    loaded: bool
    releases: str
    collections: list[str]
    aside: bool
    """Put aside because a call did not come back."""
    plugin_errors: list[PluginError]


@in_menu(bp)
def _menu() -> Iterator[Entry]:
    yield Entry(_("Plugins"), url_for("plugins.index"), icon="puzzle")


@bp.get("")
def index() -> str:
    """All of them, the troubled first."""
    hub = current_hub()
    away = Digest.select(Digest.collection, fn.SUM(Digest.count)).group_by(Digest.collection)
    waiting = live_ones().where(Incarnation.due)
    return render_template(
        "console/plugins.html",
        plugins=_told(hub),
        missing=[each for each in away.tuples() if each[0] not in hub.collections],
        waiting=[each.name for each in waiting],
    )


@bp.post("/take")
def take() -> ResponseReturnValue:
    """Let a plugin that was put aside take part from the hub's next start on."""
    name = request.form.get("name", "")
    if take_again(current_hub().folder, name):
        tell(words.filled(_("%(name)s takes part from the hub's next start on."), name=name))
    return redirect(url_for("plugins.index"))


def _told(hub: Hub) -> list[_Told]:
    """Each plugin with its troubles, those of earlier starts too; the troubled first."""
    kept = read_plugin_errors(hub.folder, wall_clock(), hub.plugins.code_of)
    releases = {
        plugin.name: wanted for plugin, wanted in hub.plugins.answers("hongxian_works_with")
    }
    told = []
    for plugin in hub.plugins.all:
        plugin_errors = errors_of(plugin.made, kept.get(plugin.name, ()))
        names = [name for name, owner in hub.owners.items() if owner is plugin]
        told.append(
            _Told(
                plugin.name,
                words.shown(plugin.title),
                plugin.source,
                plugin.loaded,
                releases.get(plugin.name, ""),
                [words.shown(hub.collections[name].title) for name in names],
                why_aside(hub.folder, plugin.name, plugin.origin) is not None,
                sorted(plugin_errors, key=lambda each: -each.last),
            )
        )
    return sorted(told, key=lambda each: each.loaded and not each.plugin_errors)

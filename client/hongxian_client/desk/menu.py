"""The menu of this laptop: a plugin that its team does not use is taken out, and put back."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from hongxian.plugins.plugin import Plugin
from hongxian_client.desk.desk import current_desk
from hongxian_client.desk.formatting import plugin_title
from hongxian_client.replica.menu_state import MenuState
from hongxian_web import words
from hongxian_web.flashes import tell
from hongxian_web.navigation import Entry, in_menu

bp = Blueprint("menu", __name__, url_prefix="/menu")


@in_menu(bp)
def _menu() -> Iterator[Entry]:
    yield of_laptop(_("Menu of this laptop"), url_for("menu.index"))


@bp.get("")
def index() -> str:
    """Which plugins are in the menu; what is not is still reached by address, and syncs as before."""
    hidden = hidden_plugins()
    plugins = [
        (each.name, plugin_title(each), each.name in hidden)
        for each in current_desk().replica.plugins.all
        if each.loaded
    ]
    return render_template("desk/menu.html", plugins=plugins)


@bp.post("/out")
def take_out() -> ResponseReturnValue:
    """Take a plugin out of the menu."""
    plugin = _asked()
    _put_hidden(hidden_plugins() | {plugin.name})
    tell(
        words.filled(_("%(name)s is out of the menu."), name=plugin_title(plugin)),
        undo=url_for("menu.put_back"),
        fields={"plugin": plugin.name},
    )
    return redirect(url_for("menu.index"))


@bp.post("/back")
def put_back() -> ResponseReturnValue:
    """Put a plugin back into the menu."""
    plugin = _asked()
    _put_hidden(hidden_plugins() - {plugin.name})
    tell(words.filled(_("%(name)s is in the menu again."), name=plugin_title(plugin)))
    return redirect(url_for("menu.index"))


def of_laptop(title: str, url: str) -> Entry:
    """A page of this laptop as a line of the menu, below the laptop's own at its foot."""
    return Entry(title, url, icon="laptop", group=_("This laptop"), at_foot=True)


def of_plugin(plugin: Plugin, title: str, url: str, *, rare: bool = False) -> Entry:
    """A page of a plugin as a line of the menu, below the plugin's own."""
    return Entry(title, url, icon=plugin.icon, group=plugin_title(plugin), rare=rare)


def hidden_plugins() -> frozenset[str]:
    """The names of the plugins that are out of this laptop's menu."""
    return frozenset(MenuState.read().plugins_out_of_menu)


def _put_hidden(names: frozenset[str]) -> None:
    with current_desk().replica.upkeep(), MenuState.changing() as state:
        state.plugins_out_of_menu = sorted(names)


def _asked() -> Plugin:
    """The plugin that the form names; raises `NotFound` where there is none."""
    for plugin in current_desk().replica.plugins.all:
        if plugin.name == request.form.get("plugin"):
            return plugin
    raise NotFound

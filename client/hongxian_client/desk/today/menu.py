"""The menu of this laptop: a plugin that its team does not use is taken out, and put back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from hongxian.plugins.plugin import Plugin
from hongxian.storage.setting import get_setting, put_settings
from hongxian_client.desk.desk import Desk
from hongxian_client.desk.showing import plugin_title
from hongxian_client.replica.replica import Replica
from hongxian_web.navigation import Entry, in_menu
from hongxian_web.telling import tell

_HIDDEN = "plugins_out_of_menu"


def room(desk: Desk) -> Blueprint:
    """One page; what is out of the menu is still reached by address, and syncs as before."""
    menu = Blueprint("menu", __name__, url_prefix="/menu")
    replica = desk.replica

    in_menu(menu)(lambda: [Entry(_("Menu of this laptop"), "/menu")])

    @menu.get("")
    def show() -> str:
        hidden = hidden_plugins()
        plugins = [
            (each.name, plugin_title(each), each.name in hidden)
            for each in replica.plugins.all
            if each.loaded
        ]
        return render_template("desk/menu.html", plugins=plugins)

    @menu.post("/out")
    def take_out() -> Any:
        plugin = _asked(replica)
        _put_hidden(replica, hidden_plugins() | {plugin.name})
        tell(
            _("%(name)s is out of the menu.", name=plugin_title(plugin)),
            undo=url_for(".put_back"),
            fields={"plugin": plugin.name},
        )
        return redirect(url_for(".show"))

    @menu.post("/back")
    def put_back() -> Any:
        plugin = _asked(replica)
        _put_hidden(replica, hidden_plugins() - {plugin.name})
        tell(_("%(name)s is in the menu again.", name=plugin_title(plugin)))
        return redirect(url_for(".show"))

    return menu


def hidden_plugins() -> frozenset[str]:
    """The names of the plugins that are out of this laptop's menu."""
    return frozenset(get_setting(_HIDDEN, ()))


def _put_hidden(replica: Replica, names: frozenset[str]) -> None:
    with replica.upkeep():
        put_settings(**{_HIDDEN: sorted(names)})


def _asked(replica: Replica) -> Plugin:
    for plugin in replica.plugins.all:
        if plugin.name == request.form.get("plugin"):
            return plugin
    raise NotFound

"""Pages of plugins' own: each a blueprint under `/p/PLUGIN/`, whose errors stay in its pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from flask import Blueprint, request
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from hongxian.errors import HongxianError
from hongxian.offers import Pages
from hongxian.plugins.plugin import Plugin
from hongxian_client.desk.desk import Desk
from hongxian_client.desk.showing import plugin_title
from hongxian_client.desk.today.menu import hidden_plugins
from hongxian_client.replica.replica import Replica
from hongxian_web import words
from hongxian_web.app import answer_to, error_page
from hongxian_web.navigation import Entry, in_menu

PREFIX = "/p"


def room(desk: Desk) -> Blueprint:
    """Every plugin's blueprint, and its place in the menu; one that cannot be had is left out."""
    own = Blueprint("own_pages", __name__, url_prefix=PREFIX)
    with desk.replica:
        taken_in = [
            (plugin, pages)
            for plugin, pages in _offered(desk.replica)
            if _is_taken_in(own, plugin, pages)
        ]
    owners = {f"{own.name}.{pages.blueprint.name}": plugin for plugin, pages in taken_in}

    in_menu(own)(lambda: _menu(taken_in))

    @own.errorhandler(Exception)
    def broken(error: Exception) -> Any:
        """In the plugin's own page: what it refuses as it is, any other error with its name."""
        if isinstance(error, HongxianError | HTTPException):
            return answer_to(error)
        plugin = owners[request.blueprints[0]]
        plugin.failed(request.path, error)
        message = _(
            "The plugin %(name)s broke here (%(detail)s). The rest of the desk goes on; the error "
            "is kept for whoever wrote the plugin.",
            name=plugin_title(plugin),
            detail=f"{type(error).__name__}: {error}",
        )
        return error_page(_("This page broke"), message, 500)

    return own


def _offered(replica: Replica) -> Iterator[tuple[Plugin, Pages]]:
    for plugin, answer in replica.plugins.answers("hongxian_pages", store=replica):
        try:
            yield from [(plugin, each) for each in answer or ()]
        except TypeError as error:
            plugin.failed("hongxian_pages", error)


def _is_taken_in(own: Blueprint, plugin: Plugin, pages: Pages) -> bool:
    try:
        own.register_blueprint(pages.blueprint, url_prefix=f"/{plugin.name}")
    except Exception as error:
        plugin.failed("hongxian_pages", error)
        return False
    return True


def _menu(taken_in: Iterable[tuple[Plugin, Pages]]) -> Iterator[Entry]:
    hidden = hidden_plugins()
    for plugin, pages in taken_in:
        if plugin.name not in hidden:
            address = f"{PREFIX}/{plugin.name}/"
            title, group = words.part(pages.title), plugin_title(plugin)
            yield Entry(title, address, part=_("To look at"), group=group)

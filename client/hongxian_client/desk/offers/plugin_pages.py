"""Pages of plugins' own: each a blueprint under `/p/PLUGIN/`, whose errors stay in its pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, current_app, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from hongxian.errors import HongxianError
from hongxian.plugins.plugin import Plugin
from hongxian.shapes.pages import Pages
from hongxian.text import Text
from hongxian_client.desk.desk import desk_of
from hongxian_client.desk.formatting import plugin_title
from hongxian_client.desk.menu import hidden_plugins, of_plugin
from hongxian_client.replica.replica import Replica
from hongxian_web import words
from hongxian_web.app import answer_to, error_page
from hongxian_web.navigation import Entry, in_menu

_OWN_PAGES = "hongxian_own_pages"

bp = Blueprint("own_pages", __name__, url_prefix="/p")


@dataclass(frozen=True)
class OwnPages:
    """A plugin's blueprint that was taken in: as it is called here, and where it begins."""

    plugin: Plugin
    title: Text | str
    name: str
    prefix: str


@bp.record_once
def _take_in(setup: BlueprintSetupState) -> None:
    """Register every plugin's blueprint; one that cannot be had is left out."""
    replica = desk_of(setup.app).replica
    setup.app.extensions[_OWN_PAGES] = taken_in = []
    with replica:
        for plugin, pages in _offered(replica):
            try:
                name, prefix = f"{bp.name}.{pages.blueprint.name}", f"{bp.url_prefix}/{plugin.name}"
                setup.app.register_blueprint(pages.blueprint, name=name, url_prefix=prefix)
                taken_in.append(OwnPages(plugin, pages.title, name, prefix))
            except Exception as error:
                plugin.failed("hongxian_pages", error)


@in_menu(bp)
def _menu() -> Iterator[Entry]:
    hidden = hidden_plugins()
    for own in _own_pages():
        if own.plugin.name not in hidden:
            yield of_plugin(own.plugin, words.shown(own.title), f"{own.prefix}/")


@bp.errorhandler(Exception)
def broken(error: Exception) -> ResponseReturnValue:
    """In the plugin's own page: what it refuses as it is, any other error with its name."""
    plugin = next((own.plugin for own in _own_pages() if own.name in request.blueprints), None)
    if plugin is None or isinstance(error, HongxianError | HTTPException):
        return answer_to(error)
    plugin.failed(str(request.url_rule), error)  # its path may hold what somebody wrote
    message = _(
        "The plugin %(name)s broke here (%(detail)s). The rest of the desk goes on; the error "
        "is kept for whoever wrote the plugin.",
        name=plugin_title(plugin),
        detail=f"{type(error).__name__}: {error}",
    )
    return error_page(_("This page broke"), message, 500)


def _own_pages() -> list[OwnPages]:
    own: list[OwnPages] = current_app.extensions[_OWN_PAGES]
    return own


def _offered(replica: Replica) -> Iterator[tuple[Plugin, Pages]]:
    for plugin, answer in replica.plugins.answers("hongxian_pages", store=replica):
        try:
            yield from [(plugin, each) for each in answer or ()]
        except TypeError as error:
            plugin.failed("hongxian_pages", error)

"""What plugins show of the whole community, on the overview: each by itself, so none stops another."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hongxian.plugins.offers import Chart, Table, View
from hongxian.plugins.plugin import Plugin
from hongxian_server.current import current_hub
from hongxian_server.hub import Hub
from hongxian_web import words
from hongxian_web.app import error_page
from hongxian_web.charts import parts_of

bp = Blueprint("figures", __name__, url_prefix="/console/figures")


def overview_views(hub: Hub) -> Iterator[tuple[Plugin, View]]:
    """The views that plugins want on the overview."""
    for plugin, offered in hub.plugins.answers("hongxian_views"):
        for view in offered or ():
            if isinstance(view, View) and view.overview:
                yield plugin, view


@bp.get("/<name>")
def show(name: str) -> ResponseReturnValue:
    """A piece of page for one view; the overview asks for it once it is open."""
    hub = current_hub()
    found = next((each for each in overview_views(hub) if each[1].name == name), None)
    if found is None:
        abort(404)
    plugin, view = found
    try:
        return _drawn(view, view.run(hub, **dict.fromkeys(view.asks)))
    except Exception as error:
        plugin.failed(view.name, error)
        message = _("The plugin %(name)s broke here; its page says how.", name=plugin.name)
        return error_page(words.shown(view.title), message, 500)


def _drawn(view: View, shown: Table | Chart) -> str:
    title = words.shown(view.title)
    if isinstance(shown, Chart):
        return render_template("console/figure.html", title=title, chart=parts_of(shown))
    return render_template(
        "console/figure.html",
        title=title,
        headers=[words.marked(each) for each in shown.headers],
        rows=[[words.shown(cell) for cell in row] for row in shown.rows],
        note=words.marked(shown.note),
    )

"""What plugins show of the whole community, on the overview: each by itself, so none stops another."""

from __future__ import annotations

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hongxian.errors import HongxianError
from hongxian.plugins.offering import Offered, carry_out, offers
from hongxian.plugins.offers import View
from hongxian.plugins.viewer import KEEPER
from hongxian.shapes.cells import plain_cell
from hongxian.shapes.chart import Chart
from hongxian.shapes.shown import Shown, table_of
from hongxian_server.current import current_hub
from hongxian_server.hub import Hub
from hongxian_web import words
from hongxian_web.app import error_page
from hongxian_web.charts import parts_of

bp = Blueprint("figures", __name__, url_prefix="/console/figures")


def keepers_views(hub: Hub) -> list[Offered[View]]:
    """The views that plugins want on the overview."""
    return [each for each in offers(hub, View, KEEPER).values() if each.offer.console]


@bp.get("/<name>")
def show(name: str) -> ResponseReturnValue:
    """A piece of page for one view; the overview asks for it once it is open."""
    hub = current_hub()
    found = next((each for each in keepers_views(hub) if each.name == name), None)
    if found is None:
        abort(404)
    title = words.shown(found.offer.title)
    try:
        return _drawn(title, carry_out(hub, found, None, dict.fromkeys(found.columns), KEEPER))
    except HongxianError:
        message = _("The plugin %(name)s broke here; its page says how.", name=found.plugin.name)
        return error_page(title, message, 500)


def _drawn(title: str, shown: Shown) -> str:
    if isinstance(shown, Chart):
        return render_template("console/figure.html", title=title, chart=parts_of(shown))
    table = table_of(current_hub(), shown)
    return render_template(
        "console/figure.html",
        title=title,
        headers=[words.marked(each) for each in table.headers],
        rows=[[words.shown(plain_cell(cell)) for cell in row] for row in table.rows],
        note=words.marked(table.note),
    )

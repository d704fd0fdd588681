"""For a screen on a wall: what is for displays, drawn anew by itself, as a desk's is."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request
from flask_babel import gettext as _

from hongxian.errors import HongxianError
from hongxian.plugins.filling import filled_in
from hongxian.plugins.offering import Offered, carry_out, offers
from hongxian.plugins.offers import View
from hongxian.plugins.viewer import DISPLAY
from hongxian.text import Text, joined
from hongxian_server.current import current_hub
from hongxian_web import words
from hongxian_web.wall import wall

bp = Blueprint("wall", __name__, url_prefix="/wall")


@bp.get("/")
def index() -> str:
    """Which there are; of those that a laptop signs, that they are there."""
    there = _displays()
    found = [
        (name, words.shown(each.offer.title), words.shown(each.plugin.title))
        for name, each in there.items()
        if not each.offer.signs
    ]
    signed = joined(
        (each.offer.title for each in there.values() if each.offer.signs), Text("、", ", ")
    )
    return render_template(
        "phone/walls.html", title=_("For a wall"), walls=found, signed=words.shown(signed)
    )


@bp.get("/<name>")
def show(name: str) -> str:
    """One of them."""
    offered, hub = _displays().get(name), current_hub()
    if offered is None or offered.offer.signs:
        abort(404)
    title, before = offered.offer.title, request.url_root
    try:
        shown = carry_out(hub, offered, None, filled_in(offered, {}), DISPLAY)
    except HongxianError as refused:
        return wall(hub, title, None, refused, before)
    return wall(hub, title, shown, None, before)


def _displays() -> dict[str, Offered[View]]:
    found = offers(current_hub(), View, DISPLAY)
    return {
        name: each
        for name, each in found.items()
        if "display" in each.offer.audiences
        and not each.collection
        and not any(column.required for column in each.columns.values())
    }

"""A window for a screen on a wall: what plugins show there, without a menu, drawn anew by itself.

It stays where the desk is locked, for nobody sits before it; so it shows what is for displays, no more.
"""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from hongxian.plugins.offering import Offered, find_offer, offers
from hongxian.plugins.offers import View
from hongxian.plugins.viewer import DISPLAY
from hongxian_client.desk.desk import current_desk
from hongxian_client.desk.menu import hidden_plugins, of_plugin
from hongxian_client.desk.offers.offer_page import OfferPage
from hongxian_web import words
from hongxian_web.navigation import Entry, in_menu
from hongxian_web.wall import wall

bp = Blueprint("display", __name__, url_prefix="/display")


@in_menu(bp)
def _menu() -> Iterator[Entry]:
    hidden = hidden_plugins()
    for offered in _displays():
        if offered.plugin.name not in hidden:
            address = url_for("display.show", name=offered.name)
            title, rare = words.shown(offered.offer.title), not offered.offer.menu
            yield of_plugin(offered.plugin, title, address, rare=rare)


@bp.get("/<name>")
def show(name: str) -> ResponseReturnValue:
    """One view that is for displays; its address says what it asks for."""
    replica = current_desk().replica
    page = OfferPage(replica, find_offer(replica, View, name, DISPLAY), None, DISPLAY)
    return wall(replica, page.offered.offer.title, page.carried_out(), page.error)


def _displays() -> list[Offered[View]]:
    """What asks for nothing and is for displays alone."""
    found = offers(
        current_desk().replica,
        View,
        DISPLAY,
        lambda each: "display" in each.offer.audiences and not each.collection,
    )
    return [each for each in found.values() if not _asks(each)]


def _asks(offered: Offered[View]) -> bool:
    return any(each.required for each in offered.columns.values())

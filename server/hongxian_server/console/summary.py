"""The first page: how the hub is, at a glance."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _

from hongxian.version import __version__
from hongxian_server.console.showing import add_entry
from hongxian_server.hub import Hub
from hongxian_server.overview import overview as overview_of
from hongxian_web.navigation import Entry


def room(hub: Hub) -> Blueprint:
    """The overview, where `/` leads."""
    summary = Blueprint("summary", __name__)
    add_entry(summary, lambda: Entry(_("Overview"), url_for("summary.overview")))

    @summary.get("/")
    def first() -> Any:
        return redirect(url_for("summary.overview"))

    @summary.get("/console")
    def overview() -> str:
        return render_template("console/overview.html", told=overview_of(hub), version=__version__)

    return summary

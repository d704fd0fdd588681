"""How this hub was started."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, current_app, render_template, url_for
from flask_babel import gettext as _

from hongxian.security.throttle import WINDOW_MILLISECONDS, WRONG_ATTEMPTS
from hongxian_server.current import current_hub
from hongxian_server.tables.access import CODE_MINUTES
from hongxian_web.navigation import Entry, in_menu

bp = Blueprint("settings", __name__, url_prefix="/console/settings")


@in_menu(bp)
def _menu() -> Iterator[Entry]:
    yield Entry(_("Settings"), url_for("settings.index"), icon="gear")


@bp.get("")
def index() -> str:
    """What it was started with, and how to change that."""
    return render_template(
        "console/settings.html",
        hub=current_hub(),
        names=current_app.config["TRUSTED_HOSTS"],
        code_hours=CODE_MINUTES // 60,
        tries=WRONG_ATTEMPTS,
        seconds=WINDOW_MILLISECONDS // 1000,
    )

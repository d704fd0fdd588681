"""What makes of the pages something that stands on a phone's first screen and opens without a line."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, url_for
from flask_babel import gettext as _

from hongxian_server.hub_state import HubState

bp = Blueprint(
    "shell",
    __name__,
    static_folder="static",
    static_url_path="/static",
    template_folder="templates",
)


@bp.get("/sw.js")
def worker() -> Response:
    """The service worker: it must lie above all that it keeps."""
    answer = bp.send_static_file("sw.js")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@bp.get("/offline")
def offline() -> str:
    """What is shown of a page that was never seen and cannot be had now."""
    return render_template("phone/offline.html", title=_("No connection"))


@bp.get("/manifest.json")
def manifest() -> dict[str, object]:
    """What the first screen shows."""
    name = HubState.read().community
    icons = [
        {"src": url_for("shell.static", filename=f"icon-{size}.png"), "sizes": f"{size}x{size}"}
        for size in (192, 512)
    ]
    return {
        "name": name,
        "short_name": name[:12],
        "start_url": url_for("phone.home"),
        "scope": url_for("phone.home"),
        "display": "standalone",
        "background_color": "#f6f2ec",
        "theme_color": "#b3261e",
        "icons": [*icons, {"src": url_for("web.static", filename="thread.svg"), "sizes": "any"}],
    }

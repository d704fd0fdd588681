"""What makes of the pages something that stands on a phone's first screen and opens without a line."""

from __future__ import annotations

import gzip

from flask import Blueprint, Response, g, render_template, request, url_for
from flask_babel import gettext as _

from hongxian_server.hub_state import HubState

_PACKED = ("text/css", "text/javascript", "image/svg+xml")

bp = Blueprint(
    "shell",
    __name__,
    static_folder="static",
    static_url_path="/static",
    template_folder="templates",
)


@bp.after_app_request
def pack(answer: Response) -> Response:
    """Send what every page loads in a third of its bytes; never a page: how well one packs would tell of its token."""
    is_file = request.endpoint in ("web.static", "shell.static") and answer.mimetype in _PACKED
    if is_file and answer.status_code == 200 and request.accept_encodings.quality("gzip"):
        answer.direct_passthrough = False
        answer.set_data(gzip.compress(answer.get_data(), mtime=0))
        answer.content_encoding = "gzip"
        answer.vary.add("Accept-Encoding")
    return answer


@bp.before_request
def be_nobodys() -> None:
    """What is kept for everybody on a phone names none of them."""
    g.people_here = []


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


@bp.get("/waiting")
def waiting() -> str:
    """What is not sent yet, or was refused since: the phone itself has it, and fills the page in."""
    return render_template("phone/waiting.html", title=_("Not sent"))


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

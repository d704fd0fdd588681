"""Open pages that show what has come, or what another page wrote, without being asked."""

from __future__ import annotations

from flask import Blueprint, Response, g, request, url_for

from hongxian.wire.news import EVENTS
from hongxian_client.desk.desk import current_desk
from hongxian_web.serving import Following, follow_with

BEAT_SECONDS = 300.0
"""On this machine a line that has ended is known to have."""
GAP_SECONDS = 1.0
"""Between two drawings of a page, however much comes."""
NEWS, QUIET = b"data: news\n\n", b":\n\n"

bp = Blueprint("live", __name__)


@bp.before_app_request
def note() -> None:
    """Know before anything is read what a page will have been drawn after."""
    g.rung = current_desk().pages.rung


@bp.app_template_global()
def line_of_this_page() -> str:
    """Where this page listens: what came between its drawing and its listening is told at once."""
    return url_for("live.listen", since=g.get("rung", 0))  # what is refused before that knows none


@bp.get("/live")
def listen() -> Response:
    """Tell a page when there may be something new to show, for as long as it is looked at."""
    since = request.args.get("since", 0, int)
    following = Following(lambda rung: NEWS if rung else QUIET, BEAT_SECONDS, GAP_SECONDS)
    following.stack.enter_context(current_desk().pages.opened(following.ring, since))
    follow_with(request.environ, following)
    return Response(QUIET, mimetype=EVENTS)

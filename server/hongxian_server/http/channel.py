"""Asking for news and the channel, beside the messages of a sync: both tell a laptop whether it needs a round."""

from __future__ import annotations

from itertools import count

from flask import Blueprint, Response, current_app, request
from flask.blueprints import BlueprintSetupState
from flask.sansio.app import App

from hongxian.wire.news import BEAT_SECONDS, EVENTS, Said, event
from hongxian_server.current import current_hub, hub_of
from hongxian_server.http.contract import TEXT, Content, promises
from hongxian_server.http.signatures import asker_of, shared_with_asker, sign_answers
from hongxian_server.membership import devices
from hongxian_server.sync.bell import Bell
from hongxian_server.sync.news import news_now
from hongxian_web.serving import Following, follow_with

GAP_SECONDS = 0.1
"""Between two words of a channel: what is committed meanwhile is one ring."""
_BELL = "hongxian_bell"

bp = Blueprint("channel", __name__, url_prefix="/v1")
sign_answers(bp)


@bp.record_once
def _keep_bell(setup: BlueprintSetupState) -> None:
    setup.app.extensions[_BELL] = Bell(hub_of(setup.app))


def bell_of(app: App) -> Bell:
    """What rings the laptops of an app."""
    bell: Bell = app.extensions[_BELL]
    return bell


@bp.post("/news")
@promises(Content(TEXT, "A token; nothing where only a round can tell."))
def news() -> Response:
    """What stands for all that a round would tell: while it is what the last round told, nothing is new."""
    with current_hub() as hub:
        by = devices.incarnation_of(hub, asker_of(hub, request.environ))
        token = news_now(hub, by)
    return Response(token, mimetype=TEXT)


@bp.get("/channel/<token>")
@promises(Content(EVENTS, "Words, for as long as the line holds."))
def channel(token: str) -> Response:
    """Stay on the line: a word goes out when there is news since `token`, and a quiet one else."""
    opening, counted = request.headers.get("Authorization", ""), count()
    bell = bell_of(current_app)

    def word(rung: bool) -> bytes:
        if bell.has_ended:
            raise ConnectionAbortedError
        return event(shared, opening, next(counted), Said.RINGS if rung else Said.QUIET)

    following = Following(word, BEAT_SECONDS, GAP_SECONDS)
    with current_hub() as hub, following.unless_it_begins():
        by = devices.incarnation_of(hub, asker_of(hub, request.environ))
        shared = shared_with_asker(request.environ)
        following.stack.enter_context(bell.heard_by(by.laptop, following.ring))
        is_new = news_now(hub, by) != token
        follow_with(request.environ, following)
    return Response(word(is_new), mimetype=EVENTS, headers={"X-Accel-Buffering": "no"})

"""What whoever asks for any page passes first, in this order: the opening, the lock, the community.

One after the other, before the page's own view; who is stopped by one does not come to the next.
"""

from __future__ import annotations

from contextlib import ExitStack

from flask import Blueprint, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from hongxian_client.desk.auth.entrance import ENTER, PASS_ON, is_open, shut_page
from hongxian_client.desk.auth.lock import to_the_question, who_sits_here
from hongxian_client.desk.desk import current_desk
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.people import Person, people
from hongxian_web.manual.views import HELP

_WITHOUT_OPENING = ("web.static", PASS_ON, ENTER)
_WITHOUT_COMMUNITY = (*_WITHOUT_OPENING, *HELP, "language.choose", "type_size.choose")
_FORGOTTEN = ("forgotten.choose", "forgotten.ask", "forgotten.by_person", "forgotten.by_code")
_OF_A_WALL = "display.show"
_WITHOUT_PERSON = (
    *_WITHOUT_COMMUNITY,
    "static",
    "lock.ask",
    "lock.unlock",
    _OF_A_WALL,
    *_FORGOTTEN,
)
_BY_ITSELF = ("sync_line.piece", "live.listen")
_DRAWN_ANEW = "Hongxian-Live"
"""The header of a page that is drawn anew by itself."""
TOUCHED = "touched"
"""What the sync line says, when it asks by itself, of a person who did something meanwhile."""

bp = Blueprint("door", __name__)


@bp.before_app_request
def ask_for_opening() -> ResponseReturnValue | None:
    """Shut the desk to all but the browsers that `hongxian` opened."""
    if is_open() or request.endpoint in _WITHOUT_OPENING:
        return None
    if request.headers.get("HX-Request"):  # of a page that was open: it is as shut as the desk
        return Response(status=403, headers={"HX-Refresh": "true"})
    return shut_page()


@bp.before_app_request
def ask_who() -> ResponseReturnValue | None:
    """Shut the desk while nobody is there, and let what is written bear the name of who is."""
    if request.endpoint in _WITHOUT_PERSON or not people():
        return None
    desk = current_desk()
    person = who_sits_here()
    if person is None:
        return to_the_question()
    is_by_itself = request.endpoint in _BY_ITSELF or _DRAWN_ANEW in request.headers
    if not is_by_itself or TOUCHED in request.args:
        desk.browsers.touch()
    g.person, g.acting = person, ExitStack()
    g.acting.enter_context(desk.replica.acting_as(person.name))
    return None


@bp.before_app_request
def ask_for_community() -> ResponseReturnValue | None:
    """Lead everyone to the page that joins until the laptop has joined."""
    endpoint = request.endpoint or ""
    if has_joined() or endpoint in _WITHOUT_COMMUNITY or endpoint.endswith(".static"):
        return None
    return (
        None
        if request.blueprint in ("joining", "lock", "forgotten")
        else redirect(url_for("joining.ask"))
    )


@bp.teardown_app_request
def act_no_longer(_error: BaseException | None) -> None:
    """Let what is written from now on bear nobody's name."""
    acting: ExitStack | None = g.pop("acting", None)
    if acting is not None:
        acting.close()


@bp.app_template_global()
def person_here() -> Person | None:
    """Who is there, as this request found it."""
    person: Person | None = g.get("person")
    return person


def has_joined() -> bool:
    """Whether the present laptop has a hub; False again once the hub ended its access."""
    return bool(LaptopState.read().hub_key)

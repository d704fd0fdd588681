"""Who is here: phones that have proven their keys, whose session is short and renewed without a word.

A phone may be of several people, an elder and a child who helps: one of them is asked for at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from secrets import token_hex

from flask import (
    Blueprint,
    Response,
    current_app,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from itsdangerous import BadData, URLSafeTimedSerializer

from hongxian.collections.builtin import Phone
from hongxian.errors import Refused
from hongxian.plugins.viewer import PUBLIC, Viewer
from hongxian.security.throttle import network_of
from hongxian.text import Text
from hongxian_server.current import current_hub, current_throttle
from hongxian_server.membership.pace import NETWORK
from hongxian_server.phone.phones import (
    PhoneRefused,
    ended,
    is_signed_by,
    let_in,
    live_phone,
    note_used,
    said_to_return,
    viewer_of,
)
from hongxian_server.phone.publishing import is_personal
from hongxian_web.app import answer_to
from hongxian_web.navigation import first_page, ours

SESSION_MILLISECONDS = 60 * 60_000
"""After which a phone proves its key again, by itself."""
CHALLENGE_SECONDS = 120
"""In which it does."""
MOST_HERE = 5
"""People on one phone."""
OF = "Hongxian-Of"
"""The header that says by whose phone a page was asked for, so that it is kept for nobody else; and of what a script
sends, whose it is, for another may be asking by now: "" is nobody's.
"""
_PROVEN, _NOW, _ASKED = "proven", "now", "asked"
"""In the cookie: when each phone proved its key, in milliseconds; who asks; what the door asked."""

bp = Blueprint("door", __name__)


@dataclass(frozen=True)
class Here:
    """Somebody who is let in on the phone that asks."""

    phone: Phone
    viewer: Viewer


def people_here() -> list[Here]:
    """Those who are let in on this phone, who asks now first; nobody where the session has run out."""
    if "people_here" not in g:
        g.people_here = list(_looked_up()) if is_personal() else []
    found: list[Here] = g.people_here
    return found


def _looked_up() -> list[Here]:
    hub, now = current_hub(), request.headers.get(OF, session.get(_NOW, ""))
    phones = [live_phone(hub, id) for id in _proven()]
    found = [Here(each, viewer_of(hub, each)) for each in phones if each is not None]
    if OF in request.headers and now not in {each.phone.id for each in found}:
        return []
    return sorted(found, key=lambda each: each.phone.id != now)


def _proven() -> dict[str, int]:
    """When each phone of this session proved its key, of those that need not do so again."""
    now, told = current_hub().now(), session.get(_PROVEN) or {}
    return {id: at for id, at in told.items() if 0 <= now - at <= SESSION_MILLISECONDS}


@bp.before_app_request
def refuse_for_another() -> None:
    """Raise `SignedOut` for what is sent for somebody who is not here now."""
    if request.headers.get(OF) and not people_here():
        raise SignedOut()


@bp.after_app_request
def say_whose(answer: Response) -> Response:
    """Tell the phone for whom it may keep a page."""
    found: list[Here] = g.get("people_here", [])
    if found and answer.mimetype == "text/html":
        answer.headers[OF] = found[0].phone.id
    return answer


@bp.app_template_global()
def ended_here() -> str:
    """The phones of this session that were ended since, with blanks between: the phone forgets them."""
    return " ".join(ended(_proven())) if is_personal() else ""


def who() -> Viewer:
    """Who asks: the person who is here, or anybody."""
    found = people_here()
    return found[0].viewer if found else PUBLIC


def who_sends() -> str:
    """The id of the phone that asks; "" for anybody's, whose network may be another when it sends again."""
    found = people_here()
    return found[0].phone.id if found else ""


def whose() -> str:
    """Under what is counted what is sent: the phone, or the network that it comes from."""
    return who_sends() or f"{NETWORK}{network_of(request.remote_addr or '')}"


class SignedOut(Refused):
    """Nobody is signed in who might be allowed what is asked for."""

    message = Text("请用自己的手机打开本人的页面。", "Open your own pages with your own phone.")
    status = 401


def refuse_signed_out() -> None:
    """Raise `SignedOut` where somebody might be let in and nobody is: what there is else, nobody learns."""
    if is_personal() and not people_here():
        raise SignedOut()


def _at_the_door(error: SignedOut) -> ResponseReturnValue:
    """A page leads to the door and comes back; what a script sent is kept by it and sent again."""
    if request.method == "GET":
        return to_the_door()
    return answer_to(error)


def to_the_door() -> ResponseReturnValue:
    """Where a phone proves its key, and comes back."""
    here = request.full_path.rstrip("?") if request.method == "GET" else ""
    return redirect(url_for("door.ask", next=(request.root_path + here) if here else ""))


bp.app_errorhandler(SignedOut)(_at_the_door)


@bp.get("/token")
def token() -> dict[str, str]:
    """A token against forgery, for what a script sends by itself."""
    return {"token": generate_csrf()}


@bp.get("/door")
def ask() -> str:
    """A page that has the phone sign, if it has a key; else it says how one comes in."""
    after = ours(request.args.get("next", "")) or first_page()
    asked = session.setdefault(_ASKED, token_hex(8))  # who has the answer alone has nothing
    return render_template(
        "phone/door.html",
        title=_("Your own pages"),
        challenge=_challenges().dumps(asked),
        after=after,
    )


@bp.post("/door")
def come_back() -> ResponseReturnValue:
    """Let phones in that sign the challenge; tells those that were ended.

    Of one that is unknown nothing is told: a hub that was restored may know it again.
    """
    try:
        challenge = request.form.get("challenge", "")
        asked = _challenges().loads(challenge, CHALLENGE_SECONDS)
    except BadData:
        asked = None
    if not asked or asked != session.get(_ASKED):
        return {"again": True}, 400
    ids, proofs = request.form.getlist("phone"), request.form.getlist("proof")
    known, gone = [], []
    for id, proof in list(zip(ids, proofs, strict=False))[:MOST_HERE]:
        phone = live_phone(current_hub(), id) if is_personal() else None
        if phone is None:
            gone += ended([id])
        elif is_signed_by(phone.key, said_to_return(id, challenge), proof):
            known.append(phone)
    _begin(known, session.get(_NOW, ""))
    return {"here": [each.id for each in known], "gone": gone}


@bp.post("/enter")
def enter() -> ResponseReturnValue:
    """Let a new phone in, by the code that it scanned, once its person has read what is kept and agreed."""
    if not is_personal():
        raise PhoneRefused(detail=_NOT_HERE)
    if not request.form.get("agreed"):
        raise PhoneRefused(detail=_NOT_AGREED)
    code, key, proof = (request.form.get(name, "") for name in ("code", "key", "proof"))
    with current_throttle().counting(network_of(request.remote_addr or "")):
        phone = let_in(current_hub(), code, key, proof)
    _begin([phone], phone.id)
    return {"phone": phone.id, "to": first_page()}


_NOT_HERE = Text(
    "这个网址没有开通本人的页面，请用社区公布的网址。",
    "there are no personal pages at this address; use the one that the community names.",
)

_NOT_AGREED = Text(
    "要先看过会留下什么，并点同意。", "read first what is kept, and say that you agree."
)


@bp.post("/be")
def be() -> ResponseReturnValue:
    """Go on as another of those who are on this phone."""
    wanted = request.form.get("phone", "")
    if wanted in {each.phone.id for each in people_here()}:
        session[_NOW] = wanted
    return redirect(first_page())


@bp.post("/leave")
def leave() -> ResponseReturnValue:
    """End this phone for one of its people; the phone then forgets all that it has of them."""
    wanted = request.form.get("phone", "")
    for each in people_here():
        if each.phone.id == wanted:
            hub = current_hub()
            hub.edit(Phone, {wanted: {"ended": True}})
            session[_PROVEN] = {id: at for id, at in _proven().items() if id != wanted}
    return redirect(url_for("door.ask"))


def _begin(phones: list[Phone], now: str) -> None:
    """Note that these have proven their keys; the others' time runs on."""
    hub = current_hub()
    proven = {**_proven(), **{each.id: hub.now() for each in phones}}
    session[_PROVEN] = dict(list(proven.items())[-MOST_HERE:])
    session[_NOW] = now if now in proven else next(iter(proven), "")
    for each in phones:
        note_used(hub, each)


def _challenges() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="phone")

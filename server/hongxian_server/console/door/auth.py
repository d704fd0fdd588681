"""Who may come in: the keeper, who logs in to a session that the hub keeps."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from flask import Blueprint, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hongxian.errors import CodeRefused
from hongxian.security.throttle import network_of
from hongxian.text import Text
from hongxian_server.console.formatting import moment
from hongxian_server.current import current_hub, current_throttle
from hongxian_server.membership import keeper, second_factor, sessions
from hongxian_server.tables.keeper_log import Act, Actor, Road, acting, note_refused_log_in
from hongxian_server.tables.sessions import Session
from hongxian_web.inputs import Input
from hongxian_web.manual.views import HELP
from hongxian_web.navigation import first_page

_TOKEN = "keeper"
_CODES = "codes of the second factor"
_WRONG_PASSWORD = Text("密码不对", "wrong password")
_WRONG_CODE = Text("密码对，验证码不对", "right password, wrong code")
_OPEN = (
    "web.static",
    *HELP,
    "auth.ask",
    "auth.enter",
    "language.choose",
    "type_size.choose",
    "trust.show",
    "trust.authority",
    "install.show",
    "install.fetch",
)

bp = Blueprint("auth", __name__, url_prefix="/console")


@bp.before_app_request
def shut() -> ResponseReturnValue | None:
    """Shut the console to all but the keeper, whatever is asked for; what is done is a session's act."""
    if request.endpoint in _OPEN:
        return None
    here = session_here()
    if here is None:
        return redirect(url_for("auth.ask"))
    sessions.touch(current_hub(), here, asks_from())
    g.acting = ExitStack()
    g.acting.enter_context(acting(sessions.actor_of(here)))
    return None


@bp.teardown_app_request
def act_no_longer(_error: BaseException | None) -> None:
    """What this thread does next is not the session's act."""
    if "acting" in g:
        g.acting.close()


def session_here() -> Session | None:
    """The session in which the keeper asks; None for anybody else."""
    token = session.get(_TOKEN)
    return sessions.live(current_hub(), token) if isinstance(token, str) else None


def is_keeper() -> bool:
    """Whether the keeper, logged in, asks."""
    return session_here() is not None


def asks_from() -> str:
    """The network address of who asks."""
    return (request.remote_addr or "")[:80]


@bp.get("/log-in")
def ask() -> str:
    """The form that asks for the password, and for a code where that is not enough."""
    return _log_in_page()


@bp.post("/log-in")
def enter() -> ResponseReturnValue:
    """Let the keeper in."""
    with acting(Actor(Road.CONSOLE, "", asks_from())):
        is_right = may_enter()
    if not is_right:
        return _log_in_page(wrong=True), 403
    session.clear()
    session[_TOKEN] = sessions.begin(current_hub(), asks_from())
    return redirect(first_page())


@bp.post("/log-out")
def leave() -> ResponseReturnValue:
    """Let the keeper go, for good: a copy of the cookie opens nothing any more."""
    here = session_here()
    if here is not None:
        sessions.end(current_hub(), here.number, Act.LOGGED_OUT)
    session.clear()
    return redirect(url_for("auth.ask"))


def knows_password(name: str) -> bool:
    """Whether the form's field is the keeper's password; raises `TooManyAttempts`."""
    return _counted(lambda: _refuse_wrong_password(name))


def may_enter() -> bool:
    """Whether the form tells the password and, where it is not enough, a code; raises `TooManyAttempts`."""

    def refuse() -> None:
        _refuse_wrong_password("password")
        if second_factor.is_on(current_hub()):
            # By itself, from wherever it comes: six digits are soon guessed from many addresses.
            with current_throttle().counting(_CODES):
                _refuse_wrong_code()

    return _counted(refuse)


def _counted(refuse: Callable[[], None]) -> bool:
    """Whether an attempt of this address is not refused; raises `TooManyAttempts`."""
    try:
        with current_throttle().counting(network_of(asks_from())):
            refuse()
    except CodeRefused:
        return False
    return True


def _refuse_wrong_password(name: str) -> None:
    if not keeper.is_password(request.form.get(name, "")):
        note_refused_log_in(current_hub(), _WRONG_PASSWORD)
        raise CodeRefused()


def _refuse_wrong_code() -> None:
    try:
        second_factor.use(current_hub(), request.form.get("code", ""))
    except CodeRefused:
        note_refused_log_in(current_hub(), _WRONG_CODE)
        raise


def _log_in_page(wrong: bool = False) -> str:
    is_on = second_factor.is_on(current_hub())
    why = _("This is not the keeper's password.")
    if is_on:  # which of both is wrong is told to nobody
        time = moment(current_hub().now())
        why = _("The password or the code is wrong. The hub's clock says %(time)s.", time=time)
    label = _("Keeper's password")
    return render_template(
        "console/door/log_in.html",
        password=password_input("password", label, "current-password", why if wrong else ""),
        code=code_input(_("Six digits; or one of the recovery codes.")) if is_on else None,
    )


def code_input(help: str, wrong: str = "") -> Input:
    """An input for a code of the second factor."""
    return Input(
        "code",
        _("Code of the telephone"),
        help=help,
        required=True,
        reasons=[wrong] if wrong else [],
        attributes={"autocomplete": "one-time-code"},
    )


def password_input(name: str, label: str, autocomplete: str, wrong: str = "") -> Input:
    """An input for a password; `wrong` is why it was refused."""
    return Input(
        name,
        label,
        widget="password",
        required=True,
        reasons=[wrong] if wrong else [],
        attributes={"autocomplete": autocomplete},
    )

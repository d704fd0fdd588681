"""Who may come in: the keeper, by a password."""

from __future__ import annotations

import hmac

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hongxian.errors import CodeRefused
from hongxian.security.throttle import network_of
from hongxian_server.current import current_hub, current_throttle
from hongxian_server.membership import keeper
from hongxian_web import words
from hongxian_web.flashes import tell
from hongxian_web.inputs import Input
from hongxian_web.navigation import first_page

_KEEPER = "keeper"
_OPEN = (
    "web.static",
    "auth.ask",
    "auth.enter",
    "language.choose",
    "type_size.choose",
    "trust.show",
    "trust.authority",
)

bp = Blueprint("auth", __name__, url_prefix="/console")


@bp.before_app_request
def shut() -> ResponseReturnValue | None:
    """Shut the console to all but the keeper, whatever is asked for."""
    if request.endpoint in _OPEN or is_keeper():
        return None
    return redirect(url_for("auth.ask"))


def is_keeper() -> bool:
    """Whether the keeper, logged in, asks."""
    held = str(session.get(_KEEPER, "")).encode()
    mark = keeper.session_mark().encode()
    return bool(mark) and hmac.compare_digest(held, mark)


@bp.get("/log-in")
def ask() -> str:
    """The form that asks for the password."""
    return _log_in_page()


@bp.post("/log-in")
def enter() -> ResponseReturnValue:
    """Let the keeper in."""
    if not _knows_password("password"):
        return _log_in_page(_("This is not the keeper's password.")), 403
    session.clear()
    session[_KEEPER] = keeper.session_mark()
    return redirect(first_page())


@bp.post("/log-out")
def leave() -> ResponseReturnValue:
    """Let the keeper go."""
    session.clear()
    return redirect(url_for("auth.ask"))


@bp.get("/password")
def password() -> str:
    """The form that changes the password."""
    return _password_page()


@bp.post("/password")
def change() -> ResponseReturnValue:
    """Change the password, which logs every other browser out."""
    if not _knows_password("old"):
        return _password_page(old=_("This is not the keeper's password.")), 403
    if request.form.get("new") != request.form.get("again"):
        return _password_page(again=_("The two new passwords are not the same.")), 400
    try:
        keeper.set_password(current_hub(), request.form.get("new", ""))
    except keeper.PasswordRefused as error:
        return _password_page(new=words.shown(error.text)), 400
    session[_KEEPER] = keeper.session_mark()
    tell(_("The password is changed. Every other browser is logged out."))
    return redirect(first_page())


def _knows_password(name: str) -> bool:
    """Whether the form's field is the keeper's password; raises `TooManyAttempts`."""
    try:
        with current_throttle().counting(network_of(request.remote_addr or "")):
            if not keeper.is_password(request.form.get(name, "")):
                raise CodeRefused()
    except CodeRefused:
        return False
    return True


def _log_in_page(wrong: str = "") -> str:
    password = _input("password", _("Keeper's password"), "current-password", wrong)
    return render_template("console/log_in.html", password=password)


def _password_page(old: str = "", new: str = "", again: str = "") -> str:
    inputs = [
        _input("old", _("Password until now"), "current-password", old),
        _input("new", _("New password"), "new-password", new),
        _input("again", _("The new password once more"), "new-password", again),
    ]
    return render_template("console/password.html", inputs=inputs)


def _input(name: str, label: str, autocomplete: str, wrong: str) -> Input:
    return Input(
        name,
        label,
        widget="password",
        required=True,
        reasons=[wrong] if wrong else [],
        attributes={"autocomplete": autocomplete},
    )

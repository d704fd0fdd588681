"""The page on which the keeper turns the second factor on, with a telephone, or off."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hongxian.errors import CodeRefused
from hongxian_server.console.door.auth import (
    code_input,
    knows_password,
    may_enter,
    password_input,
    session_here,
)
from hongxian_server.current import current_hub
from hongxian_server.membership import second_factor
from hongxian_web.flashes import tell
from hongxian_web.qr import qr

_SALT = "second_factor"
"""Of the secret that a telephone is shown, until it is taken or another one drawn."""

bp = Blueprint("second_factor", __name__, url_prefix="/console/second-factor")


@bp.get("")
def show() -> str:
    """How it is turned on, or off."""
    return _page()


@bp.post("/on")
def turn_on() -> ResponseReturnValue:
    """Ask for codes from now on; the recovery codes are shown once."""
    hub, here = current_hub(), session_here()
    if second_factor.is_on(hub) or here is None or _SALT not in session:
        return redirect(url_for("second_factor.show"))
    if not knows_password("password"):
        return _page(password=_("This is not the keeper's password.")), 403
    try:
        codes = second_factor.turn_on(
            hub, session[_SALT], request.form.get("code", ""), here.number
        )
    except CodeRefused:
        return _page(code=_not_the_code()), 403
    session.pop(_SALT)
    return render_template("console/door/recovery_codes.html", codes=codes)


@bp.post("/off")
def turn_off() -> ResponseReturnValue:
    """Let the password be enough again."""
    hub, here = current_hub(), session_here()
    if not may_enter():
        return _page(code=_("The password or the code is wrong.")), 403
    second_factor.turn_off(hub, here.number if here else 0)
    tell(_("The password is enough again."))
    return redirect(url_for("account.show"))


def _page(password: str = "", code: str = "") -> str:
    hub = current_hub()
    is_on = second_factor.is_on(hub)
    if not is_on:
        session.setdefault(_SALT, second_factor.new_salt())
    return render_template(
        "console/door/second_factor.html",
        is_on=is_on,
        left=second_factor.recovery_codes_left(),
        secret="" if is_on else second_factor.secret_of(hub, session[_SALT]),
        drawing=""
        if is_on
        else qr(second_factor.address_of(hub, session[_SALT]), _("The secret as a QR code")),
        password=password_input("password", _("Keeper's password"), "current-password", password),
        code=code_input(
            _("Six digits; or one of the recovery codes.") if is_on else _("Six digits."), code
        ),
    )


def _not_the_code() -> str:
    return _("This is not the code that the telephone shows now, or the hub's clock is wrong.")

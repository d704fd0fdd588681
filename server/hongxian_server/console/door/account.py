"""The keeper's account: the sessions that are open, for how long they last, and another password."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hongxian_server.console.door.auth import knows_password, password_input, session_here
from hongxian_server.current import current_hub
from hongxian_server.membership import devices, keeper, second_factor, sessions
from hongxian_server.membership.sessions import IDLE_MINUTES, SessionState
from hongxian_web import words
from hongxian_web.flashes import WRONG, tell
from hongxian_web.inputs import Input
from hongxian_web.navigation import first_page

_ALL_OTHERS = "0"
"""In the place of a session's number."""

bp = Blueprint("account", __name__, url_prefix="/console")


@bp.get("/account")
def show() -> str:
    """Who is logged in, and how one logs in."""
    hub, here = current_hub(), session_here()
    minutes = str(SessionState.read().idle_minutes)
    idle = Input("minutes", _("Minutes without a touch"), "number", minutes, required=True)
    return render_template(
        "console/door/account.html",
        sessions=sessions.sessions(hub),
        here=here.number if here else 0,
        idle=idle,
        second_factor_is_on=second_factor.is_on(hub),
    )


@bp.post("/account/sessions")
def end_session() -> ResponseReturnValue:
    """End one session, or all but the one that asks."""
    hub, here = current_hub(), session_here()
    asked = request.form.get("number", "")
    for each in sessions.sessions(hub):
        # One's own is ended by logging out.
        is_other = here is not None and each.number != here.number
        if is_other and asked in (str(each.number), _ALL_OTHERS):
            sessions.end(hub, each.number)
    tell(_("Ended: that browser is asked for the password again."))
    return redirect(url_for("account.show"))


@bp.post("/account/idle")
def last_idle() -> ResponseReturnValue:
    """From now on end sessions after so many minutes without a touch."""
    minutes = request.form.get("minutes", 0, type=int)
    if minutes in IDLE_MINUTES:
        sessions.last_idle(current_hub(), minutes)
        tell(_("Sessions last so long from now on."))
    else:
        tell(_("Between 5 minutes and 12 hours."), kind=WRONG)
    return redirect(url_for("account.show"))


@bp.get("/password")
def password() -> str:
    """The form that changes the password."""
    return _password_page()


@bp.post("/password")
def change() -> ResponseReturnValue:
    """Change the password, which logs every other browser out."""
    here = session_here()
    if not knows_password("old"):
        return _password_page(old=_("This is not the keeper's password.")), 403
    if request.form.get("new") != request.form.get("again"):
        return _password_page(again=_("The two new passwords are not the same.")), 400
    try:
        keeper.set_password(current_hub(), request.form.get("new", ""), here.number if here else 0)
    except keeper.PasswordRefused as error:
        return _password_page(new=words.shown(error.text)), 400
    tell(_("The password is changed. Every other browser is logged out."))
    if devices.pending_codes(current_hub()):
        tell(
            _(
                "Enrolment codes that are not used yet still let laptops in: withdraw those that you did not make."
            )
        )
        return redirect(url_for("codes.index"))
    return redirect(first_page())


def _password_page(old: str = "", new: str = "", again: str = "") -> str:
    inputs = [
        password_input("old", _("Password until now"), "current-password", old),
        password_input("new", _("New password"), "new-password", new),
        password_input("again", _("The new password once more"), "new-password", again),
    ]
    return render_template("console/door/password.html", inputs=inputs)

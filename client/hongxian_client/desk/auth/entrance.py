"""Who may come in: whoever brings the code of an opening, which the data folder's owner alone can read."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hongxian_client.desk.browsers import current_browser
from hongxian_client.desk.desk import current_desk
from hongxian_client.desk.opening import PATH, uses_opening
from hongxian_client.program.home import home_here
from hongxian_web.inputs import Input
from hongxian_web.navigation import first_page

ENTER, PASS_ON = "entrance.enter", "entrance.pass_on"

bp = Blueprint("entrance", __name__)


def is_open() -> bool:
    """Whether the browser that asks was let in."""
    return bool(current_browser().id)


@bp.get(f"/{PATH}")
def pass_on() -> str:
    """Lead a browser on that comes from the opening's page: it brings its cookie from here alone."""
    way = url_for(ENTER, code=request.args.get("code", ""))
    return render_template("desk/pass_on.html", way=way)


@bp.get("/enter")
def enter() -> ResponseReturnValue:
    """Let in who brings a code; one who was let in before stays as they are."""
    desk = current_desk()
    if uses_opening(desk.replica.folder, request.args.get("code", "")) and not is_open():
        desk.browsers.renew()
    return redirect(first_page()) if is_open() else shut_page(_("It is wrong, old or used."))


def shut_page(wrong: str = "") -> tuple[str, int]:
    """What is told to whoever was not let in, and where a code is typed."""
    code = Input(
        "code",
        _("Opening code"),
        help=_("hongxian tells it where it was started. It is good once, for ten minutes."),
        required=True,
        reasons=[wrong] if wrong else [],
        attributes={"autocomplete": "off"},
    )
    return render_template("desk/shut.html", code=code, has_icon=home_here() is not None), 403

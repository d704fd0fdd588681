"""Who may come in: whoever was at this laptop when the desk was opened, as with Jupyter."""

from __future__ import annotations

import hmac
from typing import Any

from flask import Blueprint, redirect, request, session
from flask_babel import gettext as _

from hongxian_client.desk.desk import Desk
from hongxian_web.app import error_page

_OPEN = "desk"


def room(desk: Desk) -> Blueprint:
    """Shut the desk to all but the browser that `hongxian` opened; the token stays in no address."""
    door = Blueprint("door", __name__)

    @door.before_app_request
    def shut() -> Any:
        if session.get(_OPEN) == desk.token or request.endpoint in ("web.static", "door.enter"):
            return None
        message = _("Run hongxian on this laptop, or press its icon: it opens this page for you.")
        return error_page(_("This desk is shut"), message, 403)

    @door.get("/enter")
    def enter() -> Any:
        if not hmac.compare_digest(request.args.get("token", "").encode(), desk.token.encode()):
            message = _("This address is from an earlier start. Run hongxian again.")
            return error_page(_("This desk is shut"), message, 403)
        session[_OPEN] = desk.token
        return redirect("/")

    return door

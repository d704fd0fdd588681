"""Who may come in: whoever was at this laptop when the desk was opened, as with Jupyter."""

from __future__ import annotations

import hmac

from flask import Blueprint, Flask, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hongxian_client.desk.browsers import current_browser
from hongxian_client.desk.desk import current_desk, desk_of
from hongxian_web.app import error_page
from hongxian_web.navigation import first_page

ENTER = "access_key.enter"

bp = Blueprint("access_key", __name__)


def is_open() -> bool:
    """Whether the browser asks that `hongxian` opened."""
    return bool(current_browser().id)


@bp.get("/enter")
def enter() -> ResponseReturnValue:
    """Let in whoever brings the token."""
    token = current_desk().token
    if not hmac.compare_digest(request.args.get("token", "").encode(), token.encode()):
        message = _("This address is from an earlier start. Run hongxian again.")
        return error_page(_("This desk is shut"), message, 403)
    current_desk().browsers.renew()
    return redirect(first_page())


def opening_address(app: Flask, host: str) -> str:
    """The address at `host` (with its port) that opens the desk of an app."""
    addresses = app.url_map.bind(host)
    return addresses.build(ENTER, {"token": desk_of(app).token}, force_external=True)

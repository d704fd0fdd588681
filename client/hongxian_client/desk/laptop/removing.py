"""Taking Hongxian off this machine: what becomes of unsent work is asked first, and nothing goes that was not told."""

from __future__ import annotations

import threading
from pathlib import Path

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hongxian.errors import HongxianError
from hongxian.text import Text
from hongxian.wire.sticks import ENDING
from hongxian_client.desk.desk import current_desk
from hongxian_client.program.home import Home, home_here
from hongxian_client.program.icons import shown_folder
from hongxian_client.program.removal import remove
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.unsent import outbox
from hongxian_client.sync.bundle import bundle_out
from hongxian_client.sync.session import sync
from hongxian_client.transport.seeking import Seeking
from hongxian_web import words
from hongxian_web.inputs import Input

SEND, KEEP, STAY = "send", "keep", "stay"
_UNSENT = Text("还有 {n} 项没有送出", "{n} {n:change|changes} still unsent")

bp = Blueprint("removing", __name__, url_prefix="/laptop/remove")


@bp.get("")
def ask() -> str:
    """What is to become of the work that is here."""
    _home()
    return _page()


@bp.post("")
def take_away() -> ResponseReturnValue:
    """Do as was told, in this order: the unsent work, the icons, the program, the data."""
    home, desk = _home(), current_desk()
    unsent, with_data = request.form.get("unsent", STAY), request.form.get("data") == "true"
    kept = ""
    try:
        if unsent == SEND and (wrong := _send(desk.replica)):
            return _page(wrong), 409
        if unsent == KEEP:
            kept = str(_keep(desk.replica))
    except HongxianError as error:
        return _page(words.refused(error)), error.status
    if with_data and unsent == STAY and outbox.count(*outbox.OPEN):
        return _page(
            _("What is unsent would be lost. Send it, keep it as a file, or leave the records.")
        ), 409
    desk.clearing = remove(home, with_data=with_data)
    threading.Timer(1, desk.end).start()  # once this page is with the browser
    return render_template("desk/removed.html", kept=kept, data="" if with_data else str(home.data))


def _home() -> Home:
    """Where the program lies; ends the request with 404 where no kit put it there."""
    return home_here() or abort(404)


def _send(replica: Replica) -> str:
    """Send all; why not all has gone, or "" """
    sync(replica, Seeking(replica))
    left = outbox.count(*outbox.OPEN)
    return words.shown(_UNSENT.format(n=left)) if left else ""


def _keep(replica: Replica) -> Path:
    """A file of all that is unsent, where the person finds it; the hub's keeper takes it in."""
    path = shown_folder() / f"hongxian-{LaptopState.read().number}-to-hub{ENDING}"
    bundle_out(replica, path, with_files=True)
    return path


def _page(wrong: str = "") -> str:
    unsent = outbox.count(*outbox.OPEN)
    has_joined = bool(LaptopState.read().hub_key)
    choices = [
        (SEND, _("Send it now")),
        (KEEP, _("Keep it as a file on the desktop, for the hub's keeper")),
        (STAY, _("Leave it here with the records")),
    ]
    return render_template(
        "desk/removing.html",
        unsent=unsent if has_joined else 0,
        what=Input("unsent", _("Unsent work"), "select", SEND, required=True, choices=choices),
        data=Input("data", _("Delete the records on this laptop too"), "checkbox", "false"),
        folder=str(_home().data),
        wrong=wrong,
    )

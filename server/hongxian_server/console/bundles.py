"""Bundles: what a laptop without a network sends on a stick, and the reply that goes back."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hongxian.errors import FileRefused, HongxianError
from hongxian_server.current import current_hub
from hongxian_server.sync.bundle import answer_bundle
from hongxian_web import words
from hongxian_web.inputs import Input
from hongxian_web.navigation import Entry, in_menu

bp = Blueprint("bundles", __name__, url_prefix="/console/bundles")


@in_menu(bp)
def _menu() -> Iterator[Entry]:
    yield Entry(_("Bundles"), url_for("bundles.index"), icon="usb-drive")


@bp.get("")
def index() -> str:
    """The form that takes one in."""
    return _page()


@bp.post("")
def take_in() -> ResponseReturnValue:
    """Take one in; the answer is the reply, as a file."""
    hub, given = current_hub(), request.files.get("bundle")
    if given is None or not given.filename:
        return _page(_("Choose the file that the laptop wrote.")), 400
    with tempfile.TemporaryDirectory(dir=hub.folder) as folder:
        taken, reply = Path(folder) / "bundle", Path(folder) / "reply"
        given.save(taken)
        try:
            answer_bundle(hub, taken, reply)
        except HongxianError as error:
            return _page(_why(error)), error.status
        answer = Response(reply.read_bytes(), mimetype="application/octet-stream")
    answer.headers.set("Content-Disposition", "attachment", filename="reply.hxb")
    return answer


def _page(wrong: str = "") -> str:
    given = Input(
        "bundle", _("The laptop's file"), "file", required=True, reasons=[wrong] if wrong else []
    )
    return render_template("console/bundles.html", given=given)


def _why(error: HongxianError) -> str:
    """Without the name under which the file was put aside here."""
    if isinstance(error, FileRefused):
        return words.marked(error.facts["detail"])
    return words.marked(error.text)

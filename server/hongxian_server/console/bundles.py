"""Bundles: what a laptop without a network sends on a stick, and the reply that goes back."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hongxian.errors import FileRefused, HongxianError
from hongxian.wire.sticks import ENDING, OnStick, files_on, sticks
from hongxian_server.current import current_hub
from hongxian_server.sync.bundle import answer_bundle
from hongxian_server.tables.access import access_if_known
from hongxian_web import words
from hongxian_web.flashes import tell
from hongxian_web.inputs import Input
from hongxian_web.navigation import Entry, in_menu

STICKS = "hongxian_sticks"
"""What finds the sticks in the hub's machine, among an app's extensions."""
_FROM_HUB = f"-from-hub{ENDING}"

bp = Blueprint("bundles", __name__, url_prefix="/console/bundles")


@bp.record_once
def _find_sticks(setup: BlueprintSetupState) -> None:
    setup.app.extensions[STICKS] = sticks


@in_menu(bp)
def _menu() -> Iterator[Entry]:
    yield Entry(_("Bundles"), url_for("bundles.index"), icon="usb-drive")


@bp.get("")
def index() -> str:
    """What lies on the sticks in this machine, and the form that takes in a file from elsewhere."""
    return _page()


@bp.post("/stick")
def answer_stick() -> ResponseReturnValue:
    """Take in a file from a stick in the hub's machine, and write the reply beside it."""
    chosen = request.form.get("file", "")
    found = next((each for each, _ in _laptops_files() if str(each.path) == chosen), None)
    if found is None:
        return _page(_("That file is on no stick any more.")), 400
    reply = found.path.with_name(found.path.stem.removesuffix("-to-hub") + _FROM_HUB)
    try:
        taken = answer_bundle(current_hub(), found.path, reply)
    except HongxianError as error:
        return _page(_why(error)), error.status
    said = _("Changes taken in: %(n)s. The reply lies on the stick: %(name)s")
    tell(words.filled(said, n=str(taken), name=reply.name))
    return redirect(url_for("bundles.index"))


@bp.post("")
def take_in() -> ResponseReturnValue:
    """Take one in that the browser sends; the answer is the reply, as a file."""
    hub, given = current_hub(), request.files.get("bundle")
    if given is None or not given.filename:
        return _page(_("Choose the file that the laptop wrote.")), 400
    with tempfile.TemporaryDirectory(dir=hub.passing) as folder:
        taken, reply = Path(folder) / "bundle", Path(folder) / "reply"
        given.save(taken)
        try:
            answer_bundle(hub, taken, reply)
        except HongxianError as error:
            return _page(_why(error)), error.status
        answer = Response(reply.read_bytes(), mimetype="application/octet-stream")
    answer.headers.set("Content-Disposition", "attachment", filename="reply.hxb")
    return answer


def _laptops_files() -> list[tuple[OnStick, str]]:
    """What this hub's laptops wrote to sticks that are in this machine, and what each is called."""
    find: Callable[[], list[Path]] = current_app.extensions[STICKS]
    found = [each for stick in find() for each in files_on(stick)]
    called = {each.asker.laptop: access_if_known(each.asker.laptop) for each in found}
    return [
        (each, access.name)
        for each in found
        if (access := called[each.asker.laptop]) and not each.path.name.endswith(_FROM_HUB)
    ]


def _page(wrong: str = "") -> str:
    given = Input("bundle", _("The laptop's file"), "file", reasons=[wrong] if wrong else [])
    return render_template("console/bundles.html", given=given, found=_laptops_files())


def _why(error: HongxianError) -> str:
    """Without the name under which the file was put aside here."""
    if isinstance(error, FileRefused):
        return words.marked(error.facts["detail"])
    return words.marked(error.text)

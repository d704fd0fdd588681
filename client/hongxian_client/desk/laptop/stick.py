"""Sync by stick: what waits here is written to one, the hub's reply is read from one, or the browser carries it."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from pathlib import Path

from flask import (
    Blueprint,
    Response,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hongxian.releases.program import SUFFIX
from hongxian.storage.privacy import make_private_folder, private
from hongxian.wire.sticks import ENDING, OnStick, files_on, named_on
from hongxian_client.desk.desk import current_desk, desk_of
from hongxian_client.desk.laptop.carrying import Carrying
from hongxian_client.program.home import home_here
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.unsent import outbox
from hongxian_web import words
from hongxian_web.flashes import WRONG, tell
from hongxian_web.inputs import Input

FOLDER = "carried"
"""Under the data folder: what the browser carries. It names people, so the next file and the next start
take it away."""
_REPLY = f"reply{ENDING}"

bp = Blueprint("stick", __name__, url_prefix="/laptop/stick")


@bp.record_once
def _begin(setup: BlueprintSetupState) -> None:
    _forget_carried(desk_of(setup.app).replica)


@bp.get("")
def show() -> ResponseReturnValue:
    """What can be written and read now, and what came of the last."""
    return _page()


@bp.post("/write")
def write() -> ResponseReturnValue:
    """Write what is unsent to a stick, or for the browser to save."""
    replica = current_desk().replica
    chosen = request.form.get("stick", "")
    folder = _stick(chosen) if chosen else _carried(replica)
    return _begin_with(folder / _own_name(), _called(folder) if chosen else "", Carrying.write)


@bp.get("/file")
def fetch() -> ResponseReturnValue:
    """What was written for the browser to save."""
    carrying = current_desk().carrying
    if carrying is None or carrying.place or carrying.written is None:
        abort(404)
    return send_file(carrying.path, "application/octet-stream", as_attachment=True)


@bp.post("/read")
def read() -> ResponseReturnValue:
    """Take in the hub's reply, from a stick or as the browser sends it."""
    chosen = request.form.get("file", "")
    if chosen:
        path = _found(chosen)
        return _begin_with(path, _called(path.parent), Carrying.read)
    given = request.files.get("reply")
    if given is None or not given.filename:
        return _page(_("Choose the file that the hub wrote.")), 400
    path = _carried(current_desk().replica) / _REPLY
    with open(path, "wb", opener=private) as file:
        given.save(file)
    return _begin_with(path, "", Carrying.read)


@bp.post("/program")
def take_in() -> ResponseReturnValue:
    """Put a new version of Hongxian in place, with the checks of one from the hub."""
    home, chosen = home_here(), request.form.get("file", "")
    path = next((each for each in _programs() if str(each) == chosen), None)
    if home is None or path is None:
        abort(404)
    return _begin_with(path, _called(path.parent), lambda carrying: carrying.take_in(home))


@bp.post("/wipe")
def wipe() -> ResponseReturnValue:
    """Delete a file of this laptop's from a stick, once it has done its work."""
    path = _found(request.form.get("file", ""))
    path.unlink(missing_ok=True)
    tell(words.filled(_("%(name)s is deleted from the stick."), name=path.name))
    return redirect(url_for("stick.show"))


@bp.post("/anew")
def anew() -> ResponseReturnValue:
    """Begin the desk anew with the plugins that came; the page that is asked for next waits for it."""
    threading.Thread(target=current_desk().begin_anew, daemon=True).start()  # it ends after this
    return redirect(url_for("stick.show"))


def _begin_with(path: Path, place: str, begin: Callable[[Carrying], None]) -> ResponseReturnValue:
    desk = current_desk()
    if desk.carrying is not None and desk.carrying.is_running:
        tell(_("Another file is under way still."), kind=WRONG)
        return redirect(url_for("stick.show"))
    desk.carrying = Carrying(desk.replica, path, place, request.form.get("photos") == "true")
    begin(desk.carrying)
    return redirect(url_for("stick.show"))


def _page(wrong: str = "") -> Response:
    desk = current_desk()
    carrying = desk.carrying
    reply = Input("reply", _("Or a file from elsewhere"), "file", reasons=[wrong] if wrong else [])
    photos = Input("photos", _("Take photos and scans along"), "checkbox", "false")
    page = make_response(
        render_template(
            "desk/stick.html",
            unsent=outbox.count(*outbox.OPEN),
            sticks=[(str(each), _called(each), _free(each)) for each in desk.sticks()],
            replies=[each for each in _ours() if each.path.name != _own_name()],
            left=[each for each in _ours() if each.path.name == _own_name()],
            programs=_programs(),
            carrying=carrying,
            error=words.refused(carrying.error) if carrying and carrying.error else "",
            reply=reply,
            photos=photos,
            name=_own_name(),
        )
    )
    if carrying is not None and carrying.is_running:
        page.headers["Refresh"] = "1"
    return page


def _own_name() -> str:
    return f"hongxian-{LaptopState.read().number}-to-hub{ENDING}"


def _called(stick: Path) -> str:
    return stick.name or str(stick)  # a drive of Windows has a letter alone


def _free(stick: Path) -> int | None:
    try:
        return shutil.disk_usage(stick).free
    except OSError:
        return None


def _stick(chosen: str) -> Path:
    """A stick that is in this machine now; ends the request with 404 for any other folder."""
    return next((each for each in current_desk().sticks() if str(each) == chosen), None) or abort(
        404
    )


def _ours() -> list[OnStick]:
    """The files on sticks that say they are of this laptop."""
    laptop = LaptopState.read().laptop
    return [
        file
        for stick in current_desk().sticks()
        for file in files_on(stick)
        if file.asker.laptop == laptop
    ]


def _programs() -> list[Path]:
    """The program files on sticks, where a launcher changes versions."""
    if home_here() is None:
        return []
    return [path for stick in current_desk().sticks() for path in named_on(stick, SUFFIX)]


def _found(chosen: str) -> Path:
    """One of these; ends the request with 404 for any other file."""
    return next((each.path for each in _ours() if str(each.path) == chosen), None) or abort(404)


def _forget_carried(replica: Replica) -> None:
    shutil.rmtree(replica.passing / FOLDER, ignore_errors=True)


def _carried(replica: Replica) -> Path:
    """Where the browser's files lie, for this account alone; empty."""
    _forget_carried(replica)
    folder = replica.passing / FOLDER
    make_private_folder(folder)
    return folder

"""Backups: what is made each day, where it goes besides, and how to fetch one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from flask import Blueprint, abort, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hongxian.collections.local_time import moment_of
from hongxian_server.backups import schedule
from hongxian_server.current import current_hub
from hongxian_server.tables.keeper_log import Act, note
from hongxian_web import words
from hongxian_web.flashes import tell
from hongxian_web.navigation import Entry, in_menu

bp = Blueprint("backups", __name__, url_prefix="/console/backups")


@in_menu(bp)
def _menu() -> Iterator[Entry]:
    yield Entry(_("Backups"), url_for("backups.index"), icon="archive")


@bp.get("")
def index() -> str:
    """The backups made here, newest first, where they go besides, and the way back to one."""
    hub = current_hub()
    states = schedule.places(hub)
    return render_template(
        "console/backups.html",
        files=[
            (each.name, each.stat().st_size, moment_of(made)) for made, each in _files().items()
        ],
        here=states[0] if states else None,
        further=states[1:],
        hour=schedule.Schedule.of(hub).hour,
    )


@bp.post("")
def make() -> ResponseReturnValue:
    """Make one now."""
    made = schedule.make_here(current_hub())
    schedule.keep_up(current_hub(), is_due=False)
    said = _("%(name)s is made. Now fetch it to a disk that is not in this machine.")
    tell(words.filled(said, name=made.name))
    return redirect(url_for("backups.index"))


@bp.post("/hour")
def set_hour() -> ResponseReturnValue:
    """From when on a day's backup is made."""
    schedule.set_hour(current_hub(), min(23, max(0, request.form.get("hour", 2, type=int))))
    return redirect(url_for("backups.index"))


@bp.post("/places")
def add_place() -> ResponseReturnValue:
    """Let each backup go to one more folder of this machine, and the newest at once."""
    schedule.add_place(current_hub(), Path(request.form.get("place", "").strip() or "-"))
    schedule.keep_up(current_hub(), is_due=False)
    return redirect(url_for("backups.index"))


@bp.post("/places/drop")
def drop_place() -> ResponseReturnValue:
    """Let no more go there."""
    schedule.drop_place(current_hub(), request.form.get("place", ""))
    return redirect(url_for("backups.index"))


@bp.get("/<name>")
def fetch(name: str) -> ResponseReturnValue:
    """One of them, as a file."""
    found = next((each for each in _files().values() if each.name == name), None)
    if found is None:
        abort(404)
    note(current_hub(), Act.BACKUP_FETCHED, name)
    return send_file(found, as_attachment=True)


def _files() -> dict[datetime, Path]:
    hub = current_hub()
    return schedule.backups_in(hub, hub.folder / schedule.FOLDER)

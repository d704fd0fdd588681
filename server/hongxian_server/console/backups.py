"""Backups: what is made each day, where it goes besides, and how to fetch one."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from flask import Blueprint, abort, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hongxian.collections.local_time import moment_of
from hongxian.security.sheet import RecoverySheet, SheetRefused
from hongxian_server.backups import checks, schedule
from hongxian_server.backups.drill import records_in
from hongxian_server.current import current_hub
from hongxian_server.tables import journal
from hongxian_server.tables.access import Incarnation, incarnations
from hongxian_server.tables.keeper_log import Act, note
from hongxian_web import words
from hongxian_web.flashes import WRONG, tell
from hongxian_web.navigation import Entry, in_menu

bp = Blueprint("backups", __name__, url_prefix="/console/backups")


@in_menu(bp)
def _menu() -> Iterator[Entry]:
    yield Entry(_("Backups"), url_for("backups.index"), icon="archive")


@bp.get("")
def index() -> str:
    """The backups made here, newest first, where they go besides, and the way back to one."""
    return _list_page()


def _list_page(wrong_letters: str = "") -> str:
    hub = current_hub()
    own, *further = schedule.places(hub)
    kept = schedule.Schedule.of(hub)
    return render_template(
        "console/backups.html",
        files=[
            (each.name, each.stat().st_size, moment_of(made), checks.last_check(each))
            for made, each in _files().items()
        ],
        here=own,
        further=further,
        hour=kept.hour,
        drilled=kept.drilled,
        wrong_letters=wrong_letters,
    )


@bp.post("")
def make() -> ResponseReturnValue:
    """Make one now."""
    hub = current_hub()
    made = schedule.make_here(hub)
    schedule.keep_up(hub, is_due=False)
    own, *further = schedule.places(hub)
    also = [each.place for each in further if each.newest == own.newest and not each.trouble]
    said = (
        _("%(name)s is made, and lies in %(places)s too.")
        if also
        else _("%(name)s is made. Now fetch it to a disk that is not in this machine.")
    )
    tell(words.filled(said, name=made.name, places=", ".join(also)))
    return redirect(url_for("backups.index"))


@bp.post("/hour")
def set_hour() -> ResponseReturnValue:
    """From when on a day's backup is made."""
    schedule.set_hour(current_hub(), min(23, max(0, request.form.get("hour", 2, type=int))))
    return redirect(url_for("backups.index"))


@bp.post("/places")
def add_place() -> ResponseReturnValue:
    """Let each backup go to one more folder of this machine, and the newest at once."""
    place = request.form.get("place", "").strip() or "-"
    schedule.add_place(current_hub(), Path(place))
    if not schedule.is_apart(current_hub(), place):
        tell(
            _("This place is on the hub's own disk: if that fails, both are gone."),
            kind=WRONG,
        )
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
    _made, found = _called(name)
    note(current_hub(), Act.BACKUP_FETCHED, name)
    return send_file(found, as_attachment=True)


@bp.post("/drill")
def drill() -> ResponseReturnValue:
    """Open the newest by the letters on paper: what cannot be opened now would not open then either."""
    hub = current_hub()
    newest = next(iter(_files().values()), None)
    if newest is None:
        abort(404)
    try:
        sheet = RecoverySheet.typed(request.form.get("letters", ""))
        records = records_in(newest, sheet, hub.folder)
    except (
        SheetRefused
    ) as error:  # what was typed is not shown again: it may be a sheet's but for one letter
        return _list_page(words.shown(error.text)), error.status
    checks.keep(newest, checks.whole(newest, hub.now(), records))
    schedule.note_drill(hub, newest)
    said = _("%(name)s opens by these letters, and is whole. Records in it: %(n)s")
    tell(words.filled(said, name=newest.name, n=str(records)))
    return redirect(url_for("backups.index"))


@bp.post("/<name>/check")
def check(name: str) -> ResponseReturnValue:
    """Read one whole: is anything missing or changed?"""
    _made, found = _called(name)
    why = checks.check(found, current_hub().now()).why
    if why:
        tell(words.filled("%(name)s: %(why)s", name=name, why=why), kind=WRONG)
    else:
        tell(words.filled(_("%(name)s is whole, as this hub signed it."), name=name))
    return redirect(url_for("backups.index"))


@bp.get("/<name>/restore")
def restore(name: str) -> str:
    """What going back to one would mean, and what to type for it on this machine."""
    made, found = _called(name)
    taken, joined = _since(moment_of(made))
    return render_template(
        "console/restore.html",
        name=name,
        made=moment_of(made),
        file=shlex.quote(str(found.absolute())),
        taken=taken,
        lost=[each for each in taken if each[0].revoked],
        joined=joined,
    )


def _called(name: str) -> tuple[datetime, Path]:
    """One by its file's name, and when it was made; ends the request with 404 for none."""
    found = next((each for each in _files().items() if each[1].name == name), None)
    if found is None:
        abort(404)
    return found


def _since(made: int) -> tuple[list[tuple[Incarnation, int]], list[Incarnation]]:
    """Who brought how many changes since a moment, and who joined since."""
    brought = journal.by_week(made)
    known = {each.id: each for each in incarnations().order_by(Incarnation.number)}
    counted = Counter[int]()
    for owner, _week, count in brought:
        counted[owner] += count
    taken = [(each, counted[id]) for id, each in known.items() if counted[id]]
    joined = [each for each in known.values() if each.began > made and not each.revoked]
    return taken, joined


def _files() -> dict[datetime, Path]:
    hub = current_hub()
    return schedule.backups_in(hub, hub.folder / schedule.FOLDER)

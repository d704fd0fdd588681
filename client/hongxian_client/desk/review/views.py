"""The pages of what needs attention and of conflicts."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from hongxian_client.desk.desk import current_desk
from hongxian_client.desk.review.conflicts import shown_conflict
from hongxian_client.desk.review.rejections import shown_rejection
from hongxian_client.review import attention, conflicts
from hongxian_client.review.missing_plugins import missing_plugins
from hongxian_client.text.format import Makers
from hongxian_client.text.query import find_row
from hongxian_web import words
from hongxian_web.flashes import tell

bp = Blueprint("review", __name__)


@bp.get("/attention")
def rejections() -> str:
    """What was refused, bumped or waits."""
    replica = current_desk().replica
    shown = [shown_rejection(replica, each) for each in attention.rejected_transactions()]
    missing = missing_plugins(replica).said
    return render_template("desk/attention.html", rejections=shown, missing=missing)


@bp.post("/attention/<int:number>/resend")
def resend(number: int) -> ResponseReturnValue:
    """Send a transaction again as it is."""
    attention.resend(current_desk().replica, number)
    tell(_("It goes out again with the next sync."))
    return redirect(url_for("review.rejections"))


@bp.post("/attention/<int:number>/discard")
def discard(number: int) -> ResponseReturnValue:
    """Take a transaction back; what it held is kept in a file."""
    deletes = any(each.deletes for each in _numbered(number))
    path = attention.discard(current_desk().replica, number)
    if deletes:
        tell(_("The deletion is taken back: the record stands again."))
    elif path is not None:
        tell(words.filled(_("Taken back. What it held is kept in %(file)s"), file=path))
    return redirect(url_for("review.rejections"))


@bp.post("/attention/<int:number>/take")
def take(number: int) -> ResponseReturnValue:
    """Take one of the free keys in place of the one that was taken."""
    replica = current_desk().replica
    for rejected in _numbered(number):
        taken, place = rejected.taken, request.form.get("place", -1, type=int)
        record = attention.wanted_record(replica, rejected)
        if taken and record and place in range(len(taken.free)):
            key = dict(zip(taken.fields, taken.free[place], strict=True))
            replica.edit(replica.collection(taken.collection).model, {record: key})
            tell(_("Changed. It goes out with the next sync."))
            return redirect(url_for("review.rejections"))
    raise NotFound


@bp.get("/conflicts")
def open_conflicts() -> str:
    """The conflicts that are open; with `settled` in the address, all."""
    replica, makers, settled = current_desk().replica, Makers(), "settled" in request.args
    found = conflicts.open_conflicts(resolved=settled)
    shown = [shown_conflict(replica, each, makers) for each in found]
    return render_template("desk/conflicts.html", conflicts=shown, settled=settled)


@bp.post("/conflicts/<id>")
def settle(id: str) -> ResponseReturnValue:
    """Keep one of the two values of a conflict."""
    replica = current_desk().replica
    row = find_row(replica.collection("hongxian.conflict"), id)
    if request.form.get("keep") == "lost":
        conflicts.keep_the_lost(replica, row)
    else:
        conflicts.keep_the_kept(replica, row)
    tell(_("Settled. It goes out with the next sync."))
    return redirect(url_for("review.open_conflicts"))


def _numbered(number: int) -> list[attention.Rejected]:
    """The transaction of this number, if it still steps aside."""
    return [each for each in attention.rejected_transactions() if each.number == number]

"""The pages of what waits for a person: all of it, one transaction that was refused, and conflicts."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from hongxian import quotas
from hongxian.collections.asks import ASKS
from hongxian.collections.builtin import Ask, Conflict, Task
from hongxian_client.desk.desk import current_desk
from hongxian_client.desk.records.tasks import TASKS
from hongxian_client.desk.review.conflicts import shown_conflict
from hongxian_client.desk.review.rejections import shown_rejection
from hongxian_client.desk.review.waiting import (
    asked_for,
    coming,
    count_waiting,
    goes_by_itself,
    waiting,
)
from hongxian_client.review import attention, conflicts
from hongxian_client.review.asks import COMES_WITH_THE_SYNCS
from hongxian_client.text.format import Makers
from hongxian_client.text.query import find_row
from hongxian_client.transport.link import link_to_hub
from hongxian_web import words
from hongxian_web.flashes import tell
from hongxian_web.navigation import Entry, back, in_menu

OTHERS_SHOWN, SETTLED_SHOWN, SETTLED_MOST = 10, 5, 200

bp = Blueprint("review", __name__, url_prefix="/attention")


@in_menu(bp)
def _menu() -> Iterator[Entry]:
    count = count_waiting(current_desk().replica)
    yield Entry(_("Needs attention"), url_for("review.rejections"), count, "bell")


@bp.get("")
def rejections() -> str:
    """All that waits, what comes, and what goes by itself."""
    replica = current_desk().replica
    return render_template(
        "desk/waiting.html",
        waiting=list(waiting(replica)),
        coming=list(coming(replica)),
        by_itself=list(goes_by_itself(replica)),
        asked=list(asked_for(replica)),
    )


@bp.post("/tasks/<id>/done")
def done(id: str) -> ResponseReturnValue:
    """A task is done: a person says so."""
    replica = current_desk().replica
    row = find_row(replica.collection(TASKS), id)
    replica.edit(Task, {row.id: {"done": True}})
    tell(words.filled(_("Done: %(task)s"), task=row.values["text"]))
    return redirect(back())


@bp.post("/asks")
def ask() -> ResponseReturnValue:
    """Ask for rights that others hold, of which a spend here was short."""
    replica, sent = current_desk().replica, request.form
    kind = replica.collection(sent.get("collection", ""))
    record = kind.model.get_by_id(find_row(kind, sent.get("record", "")).id)
    quotas.ask(record, sent.get("field", ""), sent.get("amount", 0, type=int))
    tell(words.filled(_("Asked for: %(when)s"), when=COMES_WITH_THE_SYNCS))
    return redirect(back())


@bp.post("/asks/<id>/end")
def ask_no_more(id: str) -> ResponseReturnValue:
    """Withdraw an ask."""
    replica = current_desk().replica
    replica.delete(Ask, [find_row(replica.collection(ASKS), id).id])
    tell(_("Asked for no more."))
    return redirect(back())


@bp.get("/<int:number>")
def rejection(number: int) -> str:
    """What was refused, bumped or waits, whole."""
    replica = current_desk().replica
    for rejected in _numbered(number):
        return render_template("desk/attention.html", rejected=shown_rejection(replica, rejected))
    raise NotFound


@bp.post("/<int:number>/resend")
def resend(number: int) -> ResponseReturnValue:
    """Send a transaction again as it is."""
    attention.resend(current_desk().replica, number)
    tell(_("It goes out again with the next sync."))
    return redirect(url_for("review.rejections"))


@bp.post("/<int:number>/discard")
def discard(number: int) -> ResponseReturnValue:
    """Take a transaction back; what it held is kept in a file."""
    deletes = any(each.deletes for each in _numbered(number))
    path = attention.discard(current_desk().replica, number)
    if deletes:
        tell(_("The deletion is taken back: the record stands again."))
    elif path is not None:
        tell(words.filled(_("Taken back. What it held is kept in %(file)s"), file=path))
    return redirect(url_for("review.rejections"))


@bp.post("/<int:number>/take")
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
    """One conflict at a time: the one that the address asks for, else the oldest; the others below."""
    replica, makers, asked = current_desk().replica, Makers(), request.args.get("at", "")
    found = list(conflicts.open_conflicts())
    now = _asked(asked) or (found[0] if found else None)
    others = [each for each in found if now is None or each.id != now.id]
    later = [each for each in others if now is not None and each.id > now.id]
    settled = conflicts.settled_conflicts(
        SETTLED_MOST if "settled" in request.args else SETTLED_SHOWN
    )
    shown = shown_conflict(replica, now, makers) if now else None
    page = render_template(
        "desk/conflicts.html",
        now=shown,
        place=next((n for n, each in enumerate(found, 1) if now and each.id == now.id), 0),
        number=len(found),
        put_off=url_for("review.open_conflicts", at=(later or others)[0].id) if others else "",
        others=[shown_conflict(replica, each, makers) for each in others[:OTHERS_SHOWN]],
        settled=[shown_conflict(replica, each, makers) for each in settled],
        settled_number=conflicts.count_settled(),
    )
    return page


@bp.get("/conflicts/<id>")
def with_journal(id: str) -> str:
    """The same conflict as the hub's journal tells it: what was before, and which persons wrote."""
    conflict = _asked(id)
    if conflict is None:
        raise NotFound
    replica = current_desk().replica
    shown = shown_conflict(replica, conflict, Makers(), partial(link_to_hub, replica))
    return render_template("desk/conflict.html", now=shown, asked=True)


@bp.post("/conflicts/<id>")
def settle(id: str) -> ResponseReturnValue:
    """Keep one of the two values of a conflict; of one that is settled, the other after all."""
    replica = current_desk().replica
    row = find_row(replica.collection("hongxian.conflict"), id)
    if request.form.get("keep") == "lost":
        conflicts.keep_the_lost(replica, row)
    else:
        conflicts.keep_the_kept(replica, row)
    tell(_("Settled. It goes out with the next sync."))
    return redirect(url_for("review.open_conflicts"))


def _asked(id: str) -> Conflict | None:
    found: Conflict | None = Conflict.get_or_none(Conflict.id == id)
    return found


def _numbered(number: int) -> list[attention.Rejected]:
    """The transaction of this number, if it still steps aside."""
    return [each for each in attention.rejected_transactions() if each.number == number]

"""Undo: what was done last stands on the next page with a press that takes it back, and in a list for later."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass

from flask import Blueprint, Response, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hongxian.collections.collection import Collection
from hongxian.errors import HongxianError
from hongxian.model.stamp import ClockWrong, milliseconds_of
from hongxian.text import Text
from hongxian.writing.putting_back import Step
from hongxian_client.desk.desk import current_desk
from hongxian_client.desk.formatting import called
from hongxian_client.desk.menu import of_laptop
from hongxian_client.replica.deeds import KEPT_DAYS, Deed, DeedPart, offer
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.undoing import (
    Undoing,
    UnknownDeed,
    carry_out,
    deed_of,
    done_again_by,
    last_done,
    lately,
    planned,
    tried,
    undo,
    what_undoing_would_do,
)
from hongxian_client.review.history import written_under
from hongxian_client.text.deeds import told_of, told_of_left
from hongxian_client.text.format import moment, shown_moment
from hongxian_client.transport.link import link_to_hub
from hongxian_web import words
from hongxian_web.flashes import WRONG, is_told, tell, told_with_undo
from hongxian_web.navigation import Entry, back, in_menu

MINUTES = 10
"""So long one press undoes what its person did last."""
KEPT = "deed_kept"
"""In a browser's session: the deed that was told last as one that cannot be undone."""
SHOWN = 100
STEPS_SHOWN = 50
LEFT_SHOWN = 3

bp = Blueprint("deeds", __name__, url_prefix="/deeds")


@in_menu(bp)
def _menu() -> Iterator[Entry]:
    yield of_laptop(_("Done lately"), url_for("deeds.index"))


@dataclass(frozen=True)
class Line:
    """A deed as the list shows it."""

    id: str
    when: str
    who: str
    told: Text
    records: int
    is_undone: bool


@dataclass(frozen=True)
class Last:
    """What was done last, in words, and where it is undone: at once, or after a look."""

    said: str
    url: str


@bp.before_app_request
def begin() -> None:
    """Let all that a request writes be one deed."""
    if request.method != "POST":
        return
    g.deed = ExitStack()
    g.deed.enter_context(current_desk().replica.one_deed())


@bp.after_app_request
def offer_to_undo(answer: Response) -> Response:
    """Have the next page say what was done, with a press that takes it back, or why it cannot be."""
    if g.get("deed") is not None and answer.status_code < 400:
        tell_deed()
    if request.headers.get("HX-Request") and answer.status_code == 200:
        _keep_last_press(answer)
    return answer


def _keep_last_press(answer: Response) -> None:
    """Have the press above the page, which a part does not draw anew, take back what was done last."""
    is_of_day = request.headers.get("HX-Target") == "main"
    if (request.method == "POST" or is_of_day) and (last := deed_to_undo()):
        undoable = {**asdict(last), "told": is_told(last.url)}
        answer.headers["HX-Trigger"] = json.dumps({"undoable": undoable})


def tell_deed(*, quietly: bool = False) -> None:
    """Say so now, once: of a part that is drawn anew before the answer is complete.

    `quietly`, no more than that it can be undone.
    """
    if g.get("deed_is_told"):
        return
    g.deed_is_told = True
    replica = current_desk().replica
    deed: Deed | None = Deed.get_or_none(Deed.id == replica.doing.id)
    if deed is not None:
        why_not = what_undoing_would_do(replica, deed).why_not
        if why_not is None:
            with replica.upkeep():
                offer(deed.id)
        else:
            session[KEPT] = deed.id
        if quietly:
            return
        again = done_again_by(deed)
        is_undoing = bool(deed.undoes and not again)
        told_with_undo(
            words.marked(told_of(replica, deed, _named)),
            "" if why_not else url_for("deeds.take_back", id=again or deed.id),
            words.filled(_("It cannot be undone: %(why)s."), why=why_not)
            if why_not
            else ""
            if is_undoing
            else _("can be undone for %(minutes)s minutes", minutes=MINUTES),
            is_undoing=is_undoing,
        )


@bp.teardown_app_request
def end(_error: BaseException | None) -> None:
    """What is written from now on is another deed."""
    under_way: ExitStack | None = g.pop("deed", None)
    if under_way is not None:
        under_way.close()


@bp.app_template_global()
def deed_to_undo() -> Last | None:
    """What whoever is there did last; None after ten minutes."""
    replica = current_desk().replica
    with suppress(ClockWrong):  # every page tells of it
        last = last_done(replica.person, replica.now() - MINUTES * 60_000, session.get(KEPT, ""))
        if last is not None:
            deed, at_once = last
            address = url_for("deeds.take_back" if at_once else "deeds.show", id=deed.id)
            return Last(words.shown(told_of(replica, deed, _named)), address)
    return None


def _named(collection: Collection | None, id: str) -> str:
    """What pages call a record: by what it is of, where it has no name."""
    row = collection.rows_by_id([id]).get(id) if collection else None
    return called(collection, row, or_id=False) if collection and row else ""


@bp.get("")
def index() -> str:
    """What was done on this laptop of late, the newest first."""
    replica = current_desk().replica
    deeds = [_line(replica, each) for each in lately(SHOWN)]
    return render_template("desk/deeds.html", deeds=deeds)


def _line(replica: Replica, deed: Deed) -> Line:
    own = DeedPart.select(DeedPart.record).where(DeedPart.deed == deed.id)
    return Line(
        deed.id,
        shown_moment(moment(deed.at)),
        deed.person or "",
        told_of(replica, deed, _named),
        own.distinct().count(),
        deed.undone_by is not None,
    )


@bp.route("/<id>", methods=["GET", "POST"])
def show(id: str) -> ResponseReturnValue:
    """What undoing a deed would do, before it is done; what was pressed to undo it leads here too."""
    if request.method == "POST":
        return redirect(request.path)
    replica = current_desk().replica
    deed = deed_of(id)
    line, undoing = _line(replica, deed), what_undoing_would_do(replica, deed)
    address, after = url_for("deeds.take_back", id=id), url_for("deeds.index")
    return _page(undoing, address, after, line.told, line.when, is_undone=line.is_undone)


def _page(
    undoing: Undoing, address: str, after: str, told: Text, when: str, *, is_undone: bool = False
) -> str:
    replica = current_desk().replica
    return render_template(
        "desk/deed.html",
        told=told,
        when=when,
        address=address,
        after=after,
        is_undone=is_undone,
        undoing=undoing,
        steps=[_step(replica, undoing, each) for each in undoing.steps[:STEPS_SHOWN]],
        more=max(len(undoing.steps) - STEPS_SHOWN, 0),
    )


def _step(replica: Replica, undoing: Undoing, step: Step) -> tuple[str, str, str, Text, list[Text]]:
    """Of one record: its collection, name and page, what becomes of it, and why not of what stays."""
    why = [reason for each, reason in undoing.left if each.key == step.key]
    kind = replica.collections.get(step.collection)
    url = url_for("records.show", name=step.collection, id=step.id) if kind else ""
    said = step.said if step.key not in undoing.refused else Text("不动", "stays as it is")
    return (
        words.shown(replica.title_of(step.collection)),
        _named(kind, step.id) or "—",
        url,
        said,
        why,
    )


@bp.post("/<id>/undo")
def take_back(id: str) -> ResponseReturnValue:
    """Undo a deed as a whole."""
    replica = current_desk().replica
    try:
        undoing = undo(replica, deed_of(id))
    except HongxianError as error:
        tell(words.refused(error), kind=WRONG)
        return redirect(back())
    if undoing.left:
        left = told_of_left(replica, undoing.left, LEFT_SHOWN, _named)
        tell(words.filled(_("Some of it stays as it is: %(left)s"), left=left), kind=WRONG)
    return redirect(back())


@bp.route("/of/<name>/<id>/<int:stamp>", methods=["GET", "POST"])
def put_back(name: str, id: str, stamp: int) -> ResponseReturnValue:
    """Put back one change of a record, whoever made it, as the hub tells of it."""
    replica = current_desk().replica
    kind, after = replica.collection(name), url_for("records.show", name=name, id=id)
    part = written_under(link_to_hub(replica), kind, id, stamp)
    if part is None:
        raise UnknownDeed(days=KEPT_DAYS)
    undoing = planned(replica, [part])
    if request.method == "GET":
        told = Text.of(_named(kind, id) or words.shown(kind.title))
        when = shown_moment(moment(milliseconds_of(stamp)))
        return _page(tried(replica, undoing), request.path, after, told, when)
    carry_out(replica, undoing)
    return redirect(after)

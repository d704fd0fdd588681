"""What only a person can decide: what was refused, bumped or waits, and conflicts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from hongxian.collection import Collection
from hongxian.row import DELETED, SCOPE
from hongxian.view import local_rows
from hongxian_client.desk.desk import Desk
from hongxian_client.desk.showing import label_of, shown_here, titles_of, who_wrote
from hongxian_client.replica.outbox import DEFERRED, REFUSED
from hongxian_client.replica.replica import Replica
from hongxian_client.review import attention, conflicts
from hongxian_client.text.format import Makers, plain_value, shown_moment
from hongxian_client.text.query import find_row
from hongxian_web import words
from hongxian_web.telling import tell


@dataclass(frozen=True)
class Free:
    """A key that nobody holds, and what it is called."""

    place: int
    title: str


def room(desk: Desk) -> Blueprint:
    """The pages of attention and of conflicts."""
    choices = Blueprint("choices", __name__)
    replica = desk.replica

    @choices.get("/attention")
    def attend() -> str:
        rejections = [_rejected(replica, each) for each in attention.rejected_transactions()]
        return render_template("desk/attention.html", rejections=rejections)

    @choices.post("/attention/<int:number>/resend")
    def resend(number: int) -> Any:
        attention.resend(replica, number)
        tell(_("It goes out again with the next sync."))
        return redirect(url_for("choices.attend"))

    @choices.post("/attention/<int:number>/discard")
    def discard(number: int) -> Any:
        deletes = any(each.deletes for each in _numbered(number))
        path = attention.discard(replica, number)
        back = _("The deletion is taken back: the record stands again.")
        tell(back if deletes else _("Taken back. What it held is kept in %(file)s", file=path))
        return redirect(url_for("choices.attend"))

    @choices.post("/attention/<int:number>/take")
    def take(number: int) -> Any:
        """Take one of the free keys in place of the one that was taken."""
        told = _told(replica, number)
        taken = told["taken"] or {}
        place = request.form.get("place", type=int)
        if not taken.get("record") or place not in range(len(taken["free"])):
            raise NotFound
        model = replica.collection(taken["collection"]).model
        key = dict(zip(taken["fields"], taken["free"][place], strict=True))
        replica.edit(model, {taken["record"]: key})
        tell(_("Changed. It goes out with the next sync."))
        return redirect(url_for("choices.attend"))

    @choices.get("/conflicts")
    def conflicting() -> str:
        makers, settled = Makers(), "settled" in request.args
        found = [
            _conflict(replica, each, makers) for each in conflicts.open_conflicts(resolved=settled)
        ]
        return render_template("desk/conflicts.html", conflicts=found, settled=settled)

    @choices.post("/conflicts/<id>")
    def settle(id: str) -> Any:
        row = find_row(replica.collection("hongxian.conflict"), id)
        if request.form.get("keep") == "lost":
            conflicts.keep_the_lost(replica, row)
        else:
            conflicts.keep_the_kept(replica, row)
        tell(_("Settled. It goes out with the next sync."))
        return redirect(url_for("choices.conflicting"))

    return choices


# -- attention -----------------------------------------------------------------------------------


def _numbered(number: int) -> list[attention.Rejected]:
    """The transaction of this number, if it still steps aside."""
    return [each for each in attention.rejected_transactions() if each.number == number]


def _told(replica: Replica, number: int) -> dict[str, Any]:
    for rejected in _numbered(number):
        return attention.as_json(replica, rejected)
    raise NotFound


def _rejected(replica: Replica, rejected: attention.Rejected) -> dict[str, Any]:
    """One transaction for the page."""
    told = attention.as_json(replica, rejected)
    first = replica.collections.get(told["changes"][0]["collection"])
    correct = _("Correct the record: the correction goes out in the place of what was refused.")
    deleted = _(
        "It is deleted on this laptop alone and stands everywhere else. Bring it back; or send the "
        "deletion again once the reason above is gone."
    )
    what_to_do = {
        DEFERRED: _("It goes out by itself when the plugin is there. You need not do anything."),
        REFUSED: deleted if rejected.deletes else correct,
        attention.BUMPED: _("Take one that is free, or correct the record."),
    }
    return {
        "number": rejected.number,
        "state": {
            DEFERRED: _("Waits"),
            REFUSED: _("Refused by the hub"),
            attention.BUMPED: _("Taken by somebody else"),
        }[rejected.state],
        "waits": rejected.state == DEFERRED,
        "deletes": rejected.deletes,
        "what_to_do": what_to_do[rejected.state],
        "reasons": [
            (label_of(first, name) if name else "", words.part(" ".join(map(words.part, why))))
            for name, why in rejected.reasons.items()
        ],
        "free": list(_free(replica, told["taken"])) if told["taken"] else [],
        "changes": [_change(replica, change) for change in told["changes"]],
    }


def _free(replica: Replica, taken: dict[str, Any]) -> Iterator[Free]:
    collection = replica.collections.get(taken["collection"])
    if taken["record"] is None:
        return
    for place, key in enumerate(taken["free"]):
        pairs = zip(taken["fields"], taken["key"], key, strict=True)
        parts = [
            f"{label_of(collection, name)} {shown_here(replica, collection, name, value)}"
            for name, old, value in pairs
            if value != old
        ]
        yield Free(place, " ".join(parts))


def _change(replica: Replica, change: dict[str, Any]) -> dict[str, Any]:
    name, id, values = change["collection"], change["id"], change["values"]
    collection = replica.collections.get(name)
    row = local_rows(replica.view(collection, [id])).get(id) if collection else None
    what = _("New") if change["new"] else _("Changed")
    if values.get(DELETED):
        what = _("Deleted")
    return {
        "what": what,
        "title": _title(collection, name),
        "name": titles_of(replica, name, [id]).get(id, ""),
        "url": f"/c/{name}/{id}" if row else "",
        "may_correct": row is not None and not row.deleted,
        "values": [
            (label_of(collection, name), shown_here(replica, collection, name, plain))
            for name, value in values.items()
            if value not in (None, {}, "") and name not in (SCOPE, DELETED)
            for plain in [plain_value(collection, name, value)]
        ],
    }


def _title(collection: Collection | None, name: str) -> str:
    return words.title(collection) if collection else name


# -- conflicts -----------------------------------------------------------------------------------


def _conflict(replica: Replica, conflict: Any, makers: Makers) -> dict[str, Any]:
    """One conflict for the page: its two sides, the kept one first."""
    collection = replica.collections.get(conflict.collection)
    told = conflicts.as_json(conflict, collection, makers)
    field = told["field"]
    sides = [
        {
            "keep": side,
            "value": shown_here(replica, collection, field, told[side]) or _("(empty)"),
            "who": who_wrote(told[f"{side}_by"]["device"], told[f"{side}_by"]["who"]),
            "at": shown_moment(told[f"{side}_by"]["at"]),
        }
        for side in ("kept", "lost")
    ]
    record = told["record"]
    return {
        "id": told["id"],
        "title": _title(collection, told["collection"]),
        "name": titles_of(replica, told["collection"], [record]).get(record, ""),
        "url": f"/c/{told['collection']}/{record}" if collection else "",
        "field": label_of(collection, field),
        "sides": sides,
        "resolved": told["resolved"],
    }

"""Transactions that stepped aside, as their page shows them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from hongxian.model.row import DELETED, SCOPE, local_rows
from hongxian.text import sentences
from hongxian.words.values import JsonObject
from hongxian_client.desk.formatting import collection_title, label_of, shown_here, titles_of
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.unsent.outbox import PUT_OFF, EntryState
from hongxian_client.review import attention
from hongxian_client.text.format import plain_value
from hongxian_web import words


@dataclass(frozen=True)
class Free:
    """A key that nobody holds, and what it is called."""

    place: int
    title: str


@dataclass(frozen=True)
class Change:
    """What a transaction did to one record; the addresses are "" where it is not here."""

    what: str
    title: str
    name: str
    url: str
    correction: str
    may_correct: bool
    facts: list[tuple[str, str]]


@dataclass(frozen=True)
class Rejection:
    """One transaction, and what can be done about it; `reasons` are (field or "", why)."""

    number: int
    state: str
    waits: bool
    is_away: bool
    erased: bool
    deletes: bool
    what_to_do: str
    reasons: list[tuple[str, str]]
    free: list[Free]
    changes: list[Change]


def shown_rejection(replica: Replica, rejected: attention.Rejected) -> Rejection:
    """One transaction for the page."""
    told = attention.as_json(replica, rejected)
    first = replica.collections.get(told["changes"][0]["collection"])
    correct = _("Correct the record: the correction goes out in the place of what was refused.")
    deleted = _(
        "It is deleted on this laptop alone and stands everywhere else. Bring it back; or send the "
        "deletion again once the reason above is gone."
    )
    what_to_do = {
        EntryState.DEFERRED: _(
            "It goes out by itself when the plugin is there. You need not do anything."
        ),
        EntryState.HELD: _(
            "So much was deleted at once that the community's keeper is to say. It goes out by itself "
            "then; the records still stand everywhere else."
        ),
        EntryState.KEPT: _(
            "This laptop is not of the team now. It goes out by itself when the community's keeper "
            "lets it in again; until then it stays here."
        ),
        EntryState.REFUSED: deleted if rejected.deletes else correct,
        attention.BUMPED: _("Take one that is free, or correct the record."),
        attention.ERASED: _("Nothing can be done about it any more."),
    }
    states = {
        EntryState.DEFERRED: _("Waits"),
        EntryState.HELD: _("Waits for the keeper"),
        EntryState.KEPT: _("Waits for the team"),
        EntryState.REFUSED: _("Refused by the hub"),
        attention.BUMPED: _("Taken by somebody else"),
        attention.ERASED: _("Erased for good"),
    }
    return Rejection(
        number=rejected.number,
        state=states[rejected.state],
        waits=rejected.state in (*PUT_OFF, EntryState.KEPT),
        is_away=rejected.is_away,
        erased=rejected.state == attention.ERASED,
        deletes=rejected.deletes,
        what_to_do=what_to_do[rejected.state],
        reasons=[
            (label_of(first, name) if name else "", words.marked(sentences(why)))
            for name, why in rejected.reasons.items()
        ],
        free=list(_free(replica, rejected)),
        changes=[_change(replica, change) for change in told["changes"]],
    )


def _free(replica: Replica, rejected: attention.Rejected) -> Iterator[Free]:
    taken = rejected.taken
    if taken is None or attention.wanted_record(replica, rejected) is None:
        return
    collection = replica.collections[taken.collection]
    for place, key in enumerate(taken.free):
        pairs = zip(taken.fields, taken.key, key, strict=True)
        parts = [
            f"{label_of(collection, name)} {shown_here(replica, collection, name, value)}"
            for name, old, value in pairs
            if value != old
        ]
        yield Free(place, " ".join(parts))


def _change(replica: Replica, change: JsonObject) -> Change:
    name, id, values = change["collection"], change["id"], change["values"]
    collection = replica.collections.get(name)
    row = local_rows(replica.view(collection, [id])).get(id) if collection else None
    what = _("New") if change["new"] else _("Changed")
    if values.get(DELETED):
        what = _("Deleted")
    return Change(
        what=what,
        title=collection_title(collection, name),
        name=titles_of(replica, name, [id]).get(id, ""),
        url=url_for("records.show", name=name, id=id) if row else "",
        correction=url_for("records.edit", name=name, id=id) if row else "",
        may_correct=row is not None and not row.deleted,
        facts=[
            (label_of(collection, name), shown_here(replica, collection, name, plain))
            for name, value in values.items()
            if value not in (None, {}, "") and name not in (SCOPE, DELETED)
            for plain in [plain_value(collection, name, value)]
        ],
    )

"""One box over everything that this laptop may see: people, activities, things, whatever was typed of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from flask import Blueprint, render_template, request, url_for

from hongxian.collections.collection import Collection
from hongxian.model.row import Row
from hongxian_client.desk.desk import current_desk
from hongxian_client.desk.formatting import PageShower, each_called, tone_of
from hongxian_client.desk.menu import hidden_plugins
from hongxian_client.replica.replica import Replica
from hongxian_client.search.look import Look
from hongxian_client.text.query import select_rows
from hongxian_client.text.redact import masked
from hongxian_web import words
from hongxian_web.navigation import with_query

OFFERED = 5
"""Records of one kind; its list has all."""
LONGEST = 100
"""Characters of what is searched for."""
FACTS = 3

bp = Blueprint("search", __name__, url_prefix="/search")


@dataclass(frozen=True)
class Found:
    """One record: what it is called, what tells it apart, and its state as (tone, word) where it has one."""

    title: str
    facts: str
    state: tuple[str, str] | None
    url: str


@dataclass(frozen=True)
class Kind:
    """What was found of one collection; `more` is the address of its list where there is more."""

    title: str
    icon: str
    found: list[Found]
    more: str


@bp.get("")
def everything() -> str:
    """A page of all that holds the words of `?q=`; for the box above a page the list alone."""
    replica, query = current_desk().replica, request.args.get("q", "").strip()[:LONGEST]
    look = Look(replica, query)
    kinds = list(_found(replica, look, query)) if look.words else []
    is_part = bool(request.headers.get("HX-Request"))
    page = "desk/found.html" if is_part else "desk/search.html"
    return render_template(page, kinds=kinds, query=query)


def _found(replica: Replica, look: Look, query: str) -> Iterator[Kind]:
    """Kinds whose records have names first: who looks for a person finds the person above their traces."""
    hidden = hidden_plugins()
    kinds = [
        kind
        for name, kind in replica.collections.items()
        if name in replica.owners and replica.owners[name].name not in hidden
    ]
    for kind in sorted(kinds, key=lambda each: each.naming is None):
        rows = select_rows(replica, kind, [], sort="-id", limit=OFFERED + 1, search=look)
        if rows:
            yield _kind(replica, kind, rows, query)
            replica.was_read(kind, [row.id for row in rows[:OFFERED]], "list")
    if behind := [kind for kind in kinds if look.progress.is_behind(kind)]:
        current_desk().read_texts(*behind)


def _kind(replica: Replica, kind: Collection, rows: list[Row], query: str) -> Kind:
    offered = rows[:OFFERED]
    shower, names = PageShower(replica, kind, offered), each_called(kind, offered)
    address = url_for("records.index", name=kind.name)
    return Kind(
        words.shown(kind.title),
        replica.owners[kind.name].icon,
        [_record(kind, shower, row, names[row.id]) for row in offered],
        with_query(address, {"q": query}) if len(rows) > OFFERED else "",
    )


def _record(kind: Collection, shower: PageShower, row: Row, title: str) -> Found:
    states = [each.name for each in kind.states][:1]
    state = [(tone_of(kind, row, name), shower.field(row, name)) for name in states]
    others = (name for name in kind.shown if name not in (kind.naming, kind.telling, *states))
    told = ((name, shower.field(row, name)) for name in others)  # as a list of many is: masked
    facts = islice(
        (masked(kind.columns[name], each, names=True) for name, each in told if each), FACTS
    )
    url = url_for("records.show", name=kind.name, id=row.id)
    return Found(title, " · ".join(facts), next(iter(state), None), url)

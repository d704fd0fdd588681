"""The box in the top bar: laptops, teams and what the journal knows, by a part of their names."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from hongxian.words.folding import folded
from hongxian_server.console.journal.names import Names
from hongxian_server.console.journal.page import LONGEST
from hongxian_server.console.overview.cards import Card, card_of
from hongxian_server.current import current_hub
from hongxian_server.history.search import Wanted, page_of
from hongxian_server.hub import Hub
from hongxian_server.membership import devices
from hongxian_server.tables.access import Incarnation, incarnations
from hongxian_web import words

MOST_LINES = 10
"""Of the journal; its own page has all, with days and laptops to narrow them down."""

bp = Blueprint("find", __name__, url_prefix="/console/find")


@bp.get("")
def show() -> str:
    """What a part of a name finds; a laptop also by its number."""
    hub, typed = current_hub(), request.args.get("q", "").strip()[:LONGEST]
    part = folded(typed)
    return render_template(
        "console/find.html",
        typed=typed,
        laptops=_laptops(hub, part) if part else [],
        teams={
            scope: name for scope, name in devices.teams().items() if part and part in folded(name)
        },
        records=_records(hub, typed) if part and typed.isprintable() else [],
    )


def _laptops(hub: Hub, part: str) -> list[Card]:
    every = incarnations().order_by(Incarnation.number)
    return [
        card_of(hub, each)
        for each in every
        if part in folded(each.name) or part == str(each.number)
    ]


def _records(hub: Hub, typed: str) -> list[tuple[int, str, str, str]]:
    """When a record was written last, what it is, its name and its id."""
    lines, _further = page_of(hub, Wanted(name=typed), None, MOST_LINES)
    names, told = Names(hub, lines), {}
    for line in lines:
        if line.id and line.id not in told:
            title = words.shown(hub.title_of(line.collection))
            told[line.id] = (line.at, title, names.of(line.collection, line.id), line.id)
    return list(told.values())

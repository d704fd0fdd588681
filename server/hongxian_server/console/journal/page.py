"""The journal as a keeper reads it: who wrote what and when, by team, laptop, collection and day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any  # Any: url_for takes what it takes

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hongxian.collections.local_time import moment_of
from hongxian.kinds.column import Column
from hongxian.model.circle import CIRCLE_TITLE, team_of_circle
from hongxian.model.record import COMMUNITY
from hongxian.model.row import DELETED, SCOPE
from hongxian.words.incarnation import is_hubs
from hongxian_server.console.journal.names import Names
from hongxian_server.console.journal.values import value_after, value_before
from hongxian_server.current import current_hub
from hongxian_server.history.search import Line, Place, Wanted, page_of
from hongxian_server.hub import Hub
from hongxian_server.membership import devices
from hongxian_server.tables.access import Incarnation, incarnations
from hongxian_server.tables.membership import scopes_held
from hongxian_web import words
from hongxian_web.inputs import Input
from hongxian_web.navigation import Entry, in_menu

PAGE = 50
"""Lines."""
LONGEST = 200
"""Characters of a name that is searched for."""
_ASKED = ("team", "laptop", "collection", "name", "record", "since", "until")


bp = Blueprint("journal_page", __name__, url_prefix="/console/journal")


@in_menu(bp)
def _menu() -> Iterator[Entry]:
    yield Entry(_("Journal"), url_for("journal_page.search"), icon="journal-text")


@bp.get("")
def search() -> ResponseReturnValue:
    """The form that asks, and what it found."""
    hub = current_hub()
    typed = {name: request.args.get(name, "").strip() for name in _ASKED}
    every = list(incarnations().order_by(Incarnation.number))
    laptops = {each.number: each.name for each in every}
    called = {each.id: each.name for each in every}
    inputs = _inputs(hub, typed, laptops)
    wrong = any(each.reasons for each in inputs)
    found: tuple[list[Line], Place | None] = ([], None)
    if not wrong:
        found = page_of(hub, _wanted(typed), _start(), PAGE)
    lines, following = found
    names = Names(hub, lines)
    further = ""
    if following:
        asked: dict[str, Any] = {name: value for name, value in typed.items() if value}
        start = f"{following.block}-{following.told}"
        further = url_for("journal_page.search", **asked, start=start)
    page = render_template(
        "console/journal_page.html",
        inputs=inputs,
        wrong=wrong,
        is_narrowed=any(typed.values()),
        rows=[_row(hub, line, called, names) for line in lines],
        further=further,
        record=typed["record"],
        erasable=_erasable(hub, lines, typed["record"]),
    )
    return page, 400 if wrong else 200


def _erasable(hub: Hub, lines: Sequence[Line], record: str) -> str:
    """The collection of the record whose whole id is searched for; "" for a part, and for what no plugin brings."""
    found = (each.collection for each in lines if record and each.id == record)
    return next((name for name in found if name in hub.owners), "")


def _inputs(hub: Hub, typed: Mapping[str, str], laptops: Mapping[int, str]) -> list[Input]:
    titles = [(name, words.shown(each.title)) for name, each in sorted(hub.collections.items())]
    inputs = [
        Input("team", _("Team"), "select", choices=list(devices.teams().items())),
        Input(
            "laptop", _("Laptop"), "select", choices=[(str(n), name) for n, name in laptops.items()]
        ),
        Input("collection", _("Collection"), "select", choices=titles),
        Input("name", _("Part of the record's name")),
        Input("record", _("Part of the record's id")),
        Input("since", _("From"), "date"),
        Input("until", _("To"), "date"),
    ]
    for each in inputs:
        each.value = typed[each.name]
        if each.value and not _is_sound(each):
            each.reasons = [_("This cannot be searched for.")]
    return inputs


def _is_sound(given: Input) -> bool:
    if given.widget == "select":
        return given.value in {str(value) for value, _label in given.choices}
    if given.widget == "date":
        return _day(given.value) is not None
    if given.name == "name":
        return given.value.isprintable() and len(given.value) <= LONGEST
    return given.value.isascii() and given.value.isprintable() and len(given.value) <= 36


def _day(text: str) -> datetime | None:
    try:
        day = datetime.strptime(text, "%Y-%m-%d")
    except ValueError:
        return None
    return day if 1970 < day.year < 9999 else None


def _wanted(typed: Mapping[str, str]) -> Wanted:
    since, until = _day(typed["since"]), _day(typed["until"])
    return Wanted(
        incarnations=_incarnations(typed),
        collection=typed["collection"],
        record=typed["record"].lower(),
        name=typed["name"],
        since=_milliseconds(since) if since else 0,
        until=_milliseconds(until + timedelta(days=1)) if until else 1 << 62,
    )


def _milliseconds(day: datetime) -> int:
    return moment_of(day)


def _incarnations(typed: Mapping[str, str]) -> frozenset[int] | None:
    """Those that are asked for: one, those of a team, or all."""
    number, team = typed["laptop"], typed["team"]
    if not number and not team:
        return None
    return frozenset(
        each.id
        for each in incarnations()
        if number in ("", str(each.number)) and (number or team in scopes_held(each.laptop))
    )


def _start() -> Place | None:
    block, _between, told = request.args.get("start", "").partition("-")
    sound = all(each.isascii() and each.isdigit() and len(each) < 16 for each in (block, told))
    return Place(int(block), int(told)) if sound else None


@dataclass(frozen=True)
class _Row:
    """One line of the page; `fields` are (label, before, after)."""

    at: int
    who: str
    collection: str
    id: str
    name: str
    hidden: bool
    how: str
    fields: list[tuple[str, str, str]]


def _row(hub: Hub, line: Line, called: Mapping[int, str], names: Names) -> _Row:
    known = hub.collections.get(line.collection)
    columns = known.columns if known else {}
    return _Row(
        at=line.at,
        who=_("the hub") if is_hubs(line.incarnation) else called.get(line.incarnation, "—"),
        collection=words.shown(known.title) if known else line.collection,
        id=line.id,
        name=names.of(line.collection, line.id),
        hidden=line.hidden,
        how=" ".join(
            [_how(line), *([_("(what it wrote is no longer kept)")] if line.forgotten else [])]
        ),
        fields=[
            (
                words.shown(columns[name].label),
                _before(columns[name], line, names),
                value_after(columns[name], names.instead(columns[name], value)),
            )
            if name in columns
            else _moved(name, line)
            for name, value in line.after.items()
            if not line.forgotten
            and name != DELETED
            and (value not in (None, {}, False) or not line.is_new)
        ],
    )


def _how(line: Line) -> str:
    """A word for what was done to the record."""
    if line.is_new:
        return _("new")
    if DELETED in line.after:
        return _("deleted") if line.after[DELETED] else _("brought back")
    return _("changed")


def _before(column: Column, line: Line, names: Names) -> str:
    if column.name not in line.before:
        return ""
    return value_before(column, names.instead(column, line.before[column.name]))


def _moved(name: str, line: Line) -> tuple[str, str, str]:
    """What is no field of the collection: the team that it went to, or what only a later release knows."""
    before, after = line.before.get(name), line.after[name]
    if name != SCOPE:
        return (
            name,
            value_before(None, before) if name in line.before else "",
            value_after(None, after),
        )
    names = {**devices.teams(), COMMUNITY: _("the whole community")}
    if team_of_circle(str(after)):
        names[str(after)] = words.shown(CIRCLE_TITLE)
    return _("Team"), names.get(str(before), ""), names.get(str(after), str(after))

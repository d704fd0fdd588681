"""The journal as a keeper reads it: who wrote what and when, by team, laptop, collection and day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson
from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from hongxian.stamp import HUB
from hongxian_server import devices
from hongxian_server.access import Access
from hongxian_server.console.showing import add_entry
from hongxian_server.hub import Hub
from hongxian_server.search import Line, Place, Wanted, page_of
from hongxian_web import words
from hongxian_web.inputs import Input
from hongxian_web.navigation import Entry

PAGE = 50
"""Lines."""
SHORT = 80
"""Characters of a value that are shown."""
_NAMES = ("team", "laptop", "collection", "record", "since", "until")


def room(hub: Hub) -> Blueprint:
    """The search and what it found."""
    trail = Blueprint("trail", __name__)
    add_entry(trail, lambda: Entry(_("Journal"), url_for("trail.search")))

    @trail.get("/console/journal")
    def search() -> tuple[str, int]:
        typed = {name: request.args.get(name, "").strip() for name in _NAMES}
        laptops = {each.number: each.name for each in Access.select().order_by(Access.number)}
        inputs = _inputs(hub, typed, laptops)
        wrong = any(each.reasons for each in inputs)
        lines, following = [], None
        if not wrong:
            lines, following = page_of(hub, _wanted(typed), _start(), PAGE)
        further = ""
        if following:
            asked = {name: value for name, value in typed.items() if value}
            start = f"{following.block}-{following.told}"
            further = url_for("trail.search", **asked, start=start)
        page = render_template(
            "console/trail.html",
            inputs=inputs,
            wrong=wrong,
            rows=[_row(hub, line, laptops) for line in lines],
            further=further,
        )
        return page, 400 if wrong else 200

    return trail


def _inputs(hub: Hub, typed: Mapping[str, str], laptops: Mapping[int, str]) -> list[Input]:
    titles = [(name, words.title(each)) for name, each in sorted(hub.collections.items())]
    inputs = [
        Input("team", _("Team"), "select", choices=list(devices.teams().items())),
        Input(
            "laptop", _("Laptop"), "select", choices=[(str(n), name) for n, name in laptops.items()]
        ),
        Input("collection", _("Collection"), "select", choices=titles),
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
    if given.kind == "select":
        return given.value in {str(value) for value, _label in given.choices}
    if given.kind == "date":
        return _day(given.value) is not None
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
        devices=_devices(typed),
        collection=typed["collection"],
        record=typed["record"].lower(),
        since=_milliseconds(since) if since else 0,
        until=_milliseconds(until + timedelta(days=1)) if until else 1 << 62,
    )


def _milliseconds(day: datetime) -> int:
    return int(day.timestamp()) * 1000


def _devices(typed: Mapping[str, str]) -> frozenset[int] | None:
    """The laptops that are asked for: one, those of a team, or all."""
    if typed["laptop"]:
        return frozenset({int(typed["laptop"])})
    if not typed["team"]:
        return None
    return frozenset(
        each.number for each in Access.select() if typed["team"] in devices.scopes_of(each)
    )


def _start() -> Place | None:
    block, _between, told = request.args.get("start", "").partition("-")
    sound = all(each.isascii() and each.isdigit() and len(each) < 16 for each in (block, told))
    return Place(int(block), int(told)) if sound else None


def _row(hub: Hub, line: Line, laptops: Mapping[int, str]) -> dict[str, Any]:
    known = hub.collections.get(line.collection)
    return {
        "at": line.at,
        "who": _("the hub") if line.device == HUB else laptops.get(line.device, str(line.device)),
        "collection": words.title(known) if known else line.collection,
        "id": line.id,
        "hidden": line.hidden,
        "is_new": line.is_new,
        "fields": [
            (
                words.label(known.columns[name]) if known and name in known.columns else name,
                _short(line.before.get(name)),
                _short(value),
            )
            for name, value in line.after.items()
            if value not in (None, {}, False) or not line.is_new
        ],
    }


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    text = "—" if value is None else text
    return text if len(text) <= SHORT else f"{text[:SHORT]}…"

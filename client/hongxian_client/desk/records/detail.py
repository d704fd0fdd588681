"""One record's page: what it holds, who wrote it and when, and which records refer to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import zip_longest

from flask import url_for
from flask_babel import gettext as _

from hongxian.collections.collection import Collection
from hongxian.doubles import Doubles
from hongxian.model.record import COMMUNITY
from hongxian.model.row import DELETED, SCOPE, Row
from hongxian.model.stamp import milliseconds_of
from hongxian_client.desk.formatting import PageShower, called, label_of, shown, tone_of, who_wrote
from hongxian_client.desk.records.files import Shown, shown_file
from hongxian_client.desk.records.tasks import TASKS, record_of
from hongxian_client.replica.deeds import parts_on, undone_among
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.unsent.outbox import EntryState, entries_of
from hongxian_client.review.history import Line, history_of
from hongxian_client.text.format import Makers, moment, plain_value, shown_moment
from hongxian_client.transport.link import link_to_hub
from hongxian_web import words

_DOTS = re.compile(r"\s*[·•・‧．.]\s*|\s+")


@dataclass(frozen=True)
class Fact:
    """One field of a record; `url` leads to the record that it refers to, `file` is the photo that it names."""

    title: str
    value: str
    url: str = ""
    file: Shown | None = None


@dataclass(frozen=True)
class Event:
    """One line of a history."""

    when: str
    who: str
    how: str
    changes: list[tuple[str, str, str, bool]]
    """Field, before, after, and whether it lost in a conflict; before is "" where it is not known."""
    back: str = ""
    """The page that puts it back; "" where nothing is known of how it was."""


def facts_of(replica: Replica, collection: Collection, row: Row) -> list[Fact]:
    """The fields in their order, and whose the record is."""
    shower = PageShower(replica, collection, [row])
    found = []
    for name, column in {**collection.shown, **collection.computed}.items():
        url = ""
        if collection.name == TASKS and (told := _of_task(replica, row, name)):
            found.append(Fact(words.shown(column.label), *told))
            continue
        held = row.values.get(name)
        if column.reference in replica.collections and held and column.names_record(held):
            url = url_for("records.show", name=column.reference, id=row.values[name])
        value = shower.field(row, name)
        found.append(
            Fact(words.shown(column.label), f"{value} {words.shown(column.unit)}".strip(), url)
        )
    teams = (
        [] if collection.scope_kind == COMMUNITY else [Fact(_("Team"), shower.field(row, SCOPE))]
    )
    return [*found, *teams, *_doubles_of(collection, row)]


def _of_task(replica: Replica, row: Row, name: str) -> tuple[str, str] | None:
    """What a task is about, and its page, in the place of the names by which it knows that; None for other fields."""
    of, id = row.values.get("collection"), row.values.get("record")
    if name == "record":
        return record_of(replica, of, id) or ("", "")
    return (words.shown(replica.title_of(of)) if of else "", "") if name == "collection" else None


def _doubles_of(collection: Collection, row: Row) -> Iterator[Fact]:
    others = [id for id in Doubles(collection.name).group(row.id) if id != row.id]
    for other in collection.rows_by_id(others).values():
        url = url_for("records.show", name=collection.name, id=other.id)
        yield Fact(_("The same as"), called(collection, other), url)


def facts_with_files(replica: Replica, collection: Collection, row: Row) -> list[Fact]:
    """The same with the files that it names; those that are not here are fetched from now on."""
    facts = facts_of(replica, collection, row)
    for place, name in enumerate(collection.shown):
        facts[place] = replace(facts[place], file=shown_file(replica, collection, row, name))
    told = {*(each.name for each in collection.states), collection.naming} - {None}
    return [
        fact
        for fact, name in zip_longest(facts, collection.shown)
        if name not in told or fact.url or fact.file
    ]


def face_of(collection: Collection, row: Row) -> str:
    """The letter that stands for somebody: the first of what comes behind the last dot of their name."""
    return _DOTS.split(called(collection, row).strip(" ·•・"))[-1][:1]


def states_of(collection: Collection, row: Row) -> list[tuple[str, str]]:
    """Where it stands in its workflows, as (tone, word)."""
    return [
        (
            tone_of(collection, row, each.name),
            shown(collection, each.name, each.plain(row.values.get(each.name))),
        )
        for each in collection.states
    ]


def written(row: Row) -> tuple[str, str]:
    """When a record was made, and when it was last changed and by whom."""
    made, changed = (
        shown_moment(moment(milliseconds_of(stamp))) if stamp else "—"
        for stamp in (row.stamp, row.newest)
    )
    if not row.newest:
        return made, changed
    who = who_wrote(*Makers().who_wrote(row.newest), row.person)
    return made, words.filled(_("%(moment)s by %(who)s"), moment=changed, who=who)


def deletion_refused(collection: Collection, id: str) -> bool:
    """Whether this laptop deleted a record and the hub would not have it."""
    refused = [
        e for e in entries_of(collection.name, [id]).get(id, []) if e.state == EntryState.REFUSED
    ]
    return any(each.as_change().values.get(DELETED) for each in refused)


def events_of(
    replica: Replica, collection: Collection, id: str, *, from_hub: bool
) -> tuple[list[Event], bool]:
    """A record's history, newest first, and whether it is the whole of it."""
    lines, whole = history_of(
        replica, collection, id, partial(link_to_hub, replica) if from_hub else None
    )
    sides = [Row(id, 0, line[side]) for line in lines for side in ("before", "after")]
    shower = PageShower(replica, collection, sides)
    backs = _backs(collection, id, lines, whole=whole)
    events = [_event(collection, line, shower) for line in lines]
    return [
        replace(event, back=backs.get(line["stamp"], ""))
        for event, line in zip(events, lines, strict=True)
    ], whole


def _backs(collection: Collection, id: str, lines: list[Line], *, whole: bool) -> dict[str, str]:
    """By its stamp the page that puts a change back: what was done here is a deed, all else the hub tells of."""
    key = (collection.name, id)
    found = {
        line["stamp"]: url_for("deeds.put_back", name=collection.name, id=id, stamp=line["stamp"])
        for line in lines
        if whole and line["before"] and not line["forgotten"] and "seq" in line
    }
    parts = parts_on([key])[key]
    undone = {deed.id for deed in undone_among({part.deed for part in parts})}
    for part in parts:
        found[str(part.stamp)] = "" if part.deed in undone else url_for("deeds.show", id=part.deed)
    return found


def _event(collection: Collection, line: Line, shower: PageShower) -> Event:
    how = {
        "unsent": _("not sent yet"),
        "refused": _("refused"),
        "deferred": _("waits for a plugin"),
        "held": _("waits for the keeper"),
        "offered": _("offered again"),
    }
    changes = []
    for name, after in line["after"].items():
        before = line["before"].get(name)
        column = collection.columns.get(name)
        if name in line["before"] and before == after:
            continue  # it was written along with its group
        if (column and column.hidden) or (after in (None, []) and before in (None, [])):
            continue
        sides = (shower.plain(name, before), shower.plain(name, after))
        changes.append((label_of(collection, name), *sides, name in line["lost"]))
    who = who_wrote(line["device"], line["who"], line["person"])
    told = _("no longer kept") if line["forgotten"] else how.get(line["how"], "")
    return Event(shown_moment(line["at"]), who, told, changes)


def plain_total(collection: Collection, row: Row, name: str) -> int:
    """What a counter stands at."""
    return int(plain_value(collection, name, row.values.get(name)))

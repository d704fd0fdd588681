"""Records as a page in one language shows them."""

from __future__ import annotations

import re
from collections.abc import Collection as Collected
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import takewhile

from flask_babel import format_date
from flask_babel import gettext as _
from markupsafe import Markup, escape

from hongxian.collections.builtin import THE_KEEPER, Conflict, Task
from hongxian.collections.collection import Collection
from hongxian.collections.directory import HUBS_NUMBER
from hongxian.collections.local_time import local_today
from hongxian.collections.needs import is_void
from hongxian.collections.store_protocol import present_store
from hongxian.doubles import Doubles
from hongxian.kinds.boolean import NO, YES
from hongxian.kinds.column import Column
from hongxian.kit.settings import Settings
from hongxian.kit.typed import ComputedValues
from hongxian.merges.standing import name_of
from hongxian.model.circle import CIRCLE_TITLE, team_of_circle
from hongxian.model.record import COMMUNITY, KEEPER, SHORT
from hongxian.model.row import DELETED, SCOPE, WRITTEN_BY, Row
from hongxian.plugins.plugin import Plugin
from hongxian.text import ZH, Text
from hongxian.words.values import Value
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.unsent.outbox import EntryState, entries_of
from hongxian_client.text.format import plain_value, shown_plain
from hongxian_web import words
from hongxian_web.languages import language

NAMES_KEPT = 10_000
"""Names of one collection that are kept while nothing is written."""
NAMED_BY = 2
"""First fields that name a record which has no name."""
UNSENT_MARK, REFUSED_MARK, CONFLICT_MARK, TASK_MARK = "unsent", "refused", "conflict", "task"
VOID_MARK = "void"


_MARK, _DATA = Markup("<mark>{}</mark>"), Markup('<span translate="no">{}{}{}</span>')
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TEAMS = "hongxian.team"
"""Whose it is tells nothing from another of theirs."""
_TELLING_LITTLE = ("checkbox", "date", "datetime-local", "time", "number")


def called(
    collection: Collection, row: Row, *, but: str = "", is_deep: bool = True, or_id: bool = True
) -> str:
    """What people call a record: its name; else what it is of by that one's name, and what it is there.

    "学习室值班 · 示例·甲001" of an attendance, "示例·甲001 · 队长" of a membership. Of what is confidential
    nothing but what it is of is told. `but` is a field that is left out, because its record is known where it is told.
    `or_id`: the end of its id, where nothing names it.
    """
    return each_called(collection, [row], but=but, is_deep=is_deep, or_id=or_id)[row.id]


def each_called(
    collection: Collection,
    rows: Collected[Row],
    *,
    but: str = "",
    is_deep: bool = True,
    or_id: bool = True,
) -> dict[str, str]:
    """The same of several by their ids: what they are of is read together."""
    found = {row.id: collection.called(row.values) for row in rows}
    if issubclass(collection.model, Settings):
        return {id: name or words.shown(collection.title) for id, name in found.items()}
    nameless = [row for row in rows if not found[row.id]]
    of_what = _of_what(collection, nameless, but) if is_deep else {}
    for row in nameless:
        told = of_what.get(row.id, [])
        if len(told) < NAMED_BY and not (told and collection.confidential):
            told += _own_words(collection, row, is_free=not (told or but))
        the_id = f"…{row.id[-SHORT:]}" if or_id and not but else ""
        found[row.id] = " · ".join(told[:NAMED_BY]) or the_id
    return found


def _of_what(collection: Collection, rows: Sequence[Row], but: str) -> dict[str, list[str]]:
    """What people call the first records that each of these refers to, by id."""
    store, told = present_store(), {row.id: list[str]() for row in rows}
    for name, column in collection.columns.items() if rows else ():
        of = store.collections.get(column.reference or "")
        if of is None or of.name == _TEAMS or name == but or column.hidden:
            continue
        doubles = Doubles(of.name)
        wanted = {
            row.id: doubles.first(held)
            for row in rows
            if len(told[row.id]) < NAMED_BY
            and (held := row.values.get(name))
            and column.names_record(held)
        }
        there = _names(of, set(wanted.values()), is_deep=False)
        for id, other in wanted.items():
            told[id] += [there[other]] if other in there else []
    return told


def _names(collection: Collection, ids: set[str], *, is_deep: bool) -> dict[str, str]:
    """What people call these records, of those that are here; who was named once is not read again."""
    what, today = (_names, collection.name, is_deep, language()), local_today()
    known: dict[str, str | None] = collection.database.kept(what, dict, at=today)
    if len(known) > NAMES_KEPT:
        known.clear()
    if new := ids - known.keys():
        rows = collection.rows_by_id(new).values()
        known |= {**dict.fromkeys(new), **each_called(collection, rows, is_deep=is_deep)}
    return {id: name for id in ids if (name := known[id]) is not None}


def _own_words(collection: Collection, row: Row, *, is_free: bool) -> Iterator[str]:
    """What stands in it; of texts that people typed only those of a record that is of nothing else."""
    for name, column in collection.columns.items():
        if column.reference is not None or column.merge.keeps_both or column.hidden:
            continue
        is_telling = is_free or not (column.is_free_text or column.widget in _TELLING_LITTLE)
        told = shown(collection, name, column.plain(row.values.get(name))) if is_telling else ""
        if told:
            yield told


def titles_of(replica: Replica, name: str, ids: Iterable[str | None]) -> dict[str, str]:
    """What people call these records of a collection, of those that are here."""
    collection = replica.collections.get(name)
    if collection is None:
        return {}
    doubles = Doubles(collection.name)
    first = {each: doubles.first(each) for each in map(str, filter(None, ids))}
    names = _names(collection, set(first.values()), is_deep=True)
    return {id: names[one] for id, one in first.items() if one in names}


def collection_title(collection: Collection | None, name: str) -> str:
    """What a collection is called: by its name while its plugin is away."""
    return words.shown(collection.title) if collection else name


def plugin_title(plugin: Plugin) -> str:
    """What a plugin is called."""
    return words.shown(plugin.title or plugin.name)


def tone_of(collection: Collection, row: Row, name: str) -> str:
    """The colour of a state that a record is in; "" for a field that is none."""
    for each in collection.states:
        if each.name == name:
            return each.workflow.tone_of(name_of(row.values.get(name)))
    return ""


def label_of(collection: Collection | None, name: str) -> str:
    """What a field is called, those of every record too."""
    column = collection.column(name) if collection else None
    if column is not None:
        return words.shown(column.label)
    engines = {SCOPE: _("Team"), DELETED: _("Deleted"), WRITTEN_BY: _("Written by")}
    return engines.get(name, name)


def shown(collection: Collection | None, name: str, value: Value) -> str:
    """A plain value for a person, in one line."""
    column = collection.column(name) if collection else None
    if column is None:
        return words.shown(shown_plain(collection, name, value))
    return _in_words(value) or words.shown(column.shown_in_brief(value))


def _in_words(value: Value) -> str:
    """What people call a collection, and the end of a record's id, in the place of names for programs; else ""."""
    if not isinstance(value, str):
        return ""
    if _ID.fullmatch(value):
        return f"…{value[-SHORT:]}"
    known = present_store().collections.get(value)
    return collection_title(known, value) if known else ""


def shown_here(replica: Replica, collection: Collection | None, name: str, plain: Value) -> str:
    """A plain value for a person, another record by its name."""
    column = collection.columns.get(name) if collection else None
    if column is not None and column.reference and plain:
        return titles_of(replica, column.reference, [plain]).get(plain, _unnamed(column, plain))
    return shown(collection, name, plain)


def _unnamed(column: Column, value: str) -> str:
    """A reference to what is not here; in words where the value says itself who that is."""
    return f"…{value[-SHORT:]}" if column.names_record(value) else value


def shown_cell(cell: object) -> str:
    """One cell of a plugin's table."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return words.shown(YES if cell else NO)
    return words.shown(cell)


def said_moment(iso: str | None) -> str:
    """A moment in a sentence: 11月27日 19:20, with its year where that is another."""
    if not iso:
        return "—"
    at = datetime.fromisoformat(iso)
    return f"{said_day(at.date())} {at:%H:%M}"


def said_day(day: date) -> str:
    """A day in a sentence."""
    chinese, this_year = language() == ZH, day.year == local_today().year
    usual = "M月d日" if chinese else "d MMM"
    return str(format_date(day, usual if this_year else "y年M月d日" if chinese else "d MMM y"))


def who_wrote(device: int, name: Text | str, person: str | None = None) -> Markup:
    """The person where one is known, and the laptop; `name` is what `Makers` calls it."""
    laptop = escape(_("the hub")) if device == HUBS_NUMBER else words.marked(name)
    if device and device == LaptopState.read().number:
        laptop = escape(_("this laptop"))
    if not person:
        return laptop
    return words.filled(_("%(person)s (%(laptop)s)"), person=person, laptop=laptop)


def team_title(scope: str, teams: dict[str, str]) -> str:
    """What a scope is called."""
    if team_of_circle(scope):
        return words.shown(CIRCLE_TITLE)
    if scope == KEEPER:
        return words.shown(THE_KEEPER)
    return _("Whole community") if scope == COMMUNITY else teams.get(scope, scope)


def differing(own: str, other: str) -> Markup:
    """A text with what differs from another marked."""
    start = _alike(own, other)
    stop = len(own) - _alike(own[start:][::-1], other[start:][::-1])
    mark = _MARK.format(own[start:stop]) if start < stop else ""
    return _DATA.format(own[:start], mark, own[stop:])


def _alike(own: str, other: str) -> int:
    """With how many characters alike two texts begin."""
    return sum(
        1 for _pair in takewhile(lambda two: two[0] == two[1], zip(own, other, strict=False))
    )


class PageShower:
    """Shows many rows of one collection in the language of the page."""

    def __init__(self, replica: Replica, collection: Collection, rows: Sequence[Row]) -> None:
        self._collection = collection
        self._computed = ComputedValues(replica, collection)
        self._teams = replica.teams()
        self._replica, self._rows = replica, rows
        self._titles: dict[str, dict[str, str]] = {}

    def _titles_in(self, name: str, reference: str) -> dict[str, str]:
        """What people call those that the rows refer to by one field, which is looked up once it is shown."""
        if name not in self._titles:
            ids = (row.values.get(name) for row in self._rows)
            self._titles[name] = titles_of(self._replica, reference, ids)
        return self._titles[name]

    def field(self, row: Row, name: str) -> str:
        """One field of one row."""
        value = row.values.get(name)
        if name == SCOPE:
            return team_title(row.scope, self._teams)
        if name in self._collection.computed:
            value = self._computed.of(row, name)
        return self.plain(name, plain_value(self._collection, name, value))

    def plain(self, name: str, value: Value) -> str:
        """A value of a field that `plain_value` has been over."""
        if name == SCOPE:
            return team_title(value, self._teams) if value else ""
        column = self._collection.columns.get(name)
        if column is not None and column.reference is not None and value:
            return self._titles_in(name, column.reference).get(value, _unnamed(column, value))
        return shown(self._collection, name, value)


def marks_of(collection: Collection, rows: Sequence[Row]) -> dict[str, list[str]]:
    """What each record bears beside its name: void, not sent yet, refused, in conflict, with an open task."""
    ids = [row.id for row in rows]
    found = {row.id: [VOID_MARK] for row in rows if is_void(collection, row.values.get)}
    for id, entries in entries_of(collection.name, ids).items():
        states = {entry.state for entry in entries} - {EntryState.SENT}
        if states:
            mark = REFUSED_MARK if EntryState.REFUSED in states else UNSENT_MARK
            found.setdefault(id, []).append(mark)
    in_conflict = Conflict.select(Conflict.record).where(
        (Conflict.resolved == False)  # noqa: E712
        & (Conflict.collection == collection.name)
        & Conflict.record.in_(ids)
    )
    for (id,) in in_conflict.distinct().tuples():
        found.setdefault(id, []).append(CONFLICT_MARK)
    with_task = Task.select(Task.record).where(
        (Task.done == False)  # noqa: E712
        & (Task.collection == collection.name)
        & Task.record.in_(ids)
    )
    for (id,) in with_task.distinct().tuples():
        found.setdefault(id, []).append(TASK_MARK)
    return found

"""On a record's page: the records that refer to it, each kind a short list that tells what matters of them."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from flask import url_for

from hongxian.collections.builtin import Consent
from hongxian.collections.collection import Collection
from hongxian.collections.needs import is_void
from hongxian.doubles import Doubles
from hongxian.kinds.column import Column
from hongxian.model.row import Row
from hongxian_client.desk.formatting import PageShower, called, tone_of
from hongxian_client.replica.replica import Replica
from hongxian_client.text.redact import mask_name, masked
from hongxian_web import words
from hongxian_web.navigation import with_query

SHOWN = 5
_TOLD = 2
"""Fields of a line, beside its day, its title and its state."""


@dataclass(frozen=True)
class Line:
    """One record: its day, what it is called, what matters of it, and its state as (tone, word)."""

    day: str
    title: str
    told: str
    state: tuple[str, str] | None
    url: str
    is_void: bool


@dataclass(frozen=True)
class Referring:
    """Records of one collection that refer to a record by one field; `more` is the list that has all."""

    title: str
    lines: list[Line]
    more: str


def referring(
    replica: Replica, collection: Collection, id: str, told_of: AbstractSet[str] = frozenset()
) -> Iterator[Referring]:
    """The live records that refer to this one or a double of it, the newest of each kind.

    Not those of collections of which a view on the page tells already. Telephones and addresses are masked,
    and of what is confidential nothing is told that its own page is there for.
    """
    same = Doubles(collection.name).group(id)
    for other in replica.collections.values():
        if other.model is Consent:  # its kinds are names of plugins' own, who tell of them in words
            continue
        for column in other.columns.values():
            if column.reference != collection.name or other.name in told_of:
                continue
            among, ids = replica.database.among(other.quoted(column.name), same)
            day = _day_of(other)
            order = f"{other.quoted(day.name)} DESC, id DESC" if day else "id DESC"
            rows = other.rows(
                f"NOT deleted AND {among} ORDER BY {order} LIMIT ?", (*ids, SHOWN + 1)
            )
            if rows:
                lines = list(_lines(replica, other, column, rows[:SHOWN]))
                every = with_query(url_for("records.index", name=other.name), {column.name: id})
                more = every if len(rows) > SHOWN else ""
                yield Referring(_title(other, column), lines, more)


def _title(other: Collection, column: Column) -> str:
    """Of a collection that refers by several fields, by which."""
    by = [each for each in other.columns.values() if each.reference == column.reference]
    title = words.shown(other.title)
    return title if len(by) == 1 else f"{title} ({words.shown(column.label)})"


def _day_of(collection: Collection) -> Column | None:
    """The day or moment that its records are of: the first."""
    columns = collection.shown.values()
    return next((each for each in columns if each.widget in ("date", "datetime-local")), None)


def _lines(replica: Replica, other: Collection, by: Column, rows: list[Row]) -> Iterator[Line]:
    shower, day = PageShower(replica, other, rows), _day_of(other)
    states = [each.name for each in other.states][:1]
    for row in rows:
        title = called(other, row, but=by.name) or words.shown(other.title)
        state = [(tone_of(other, row, name), shower.field(row, name)) for name in states]
        told = [] if other.confidential else _told(other, by, shower, row, title)
        yield Line(
            shower.field(row, day.name)[:10] if day else "",
            title,
            " · ".join(told[:_TOLD]),
            next(iter(state), None),
            url_for("records.show", name=other.name, id=row.id),
            is_void(other, row.values.get),
        )


def _told(other: Collection, by: Column, shower: PageShower, row: Row, title: str) -> list[str]:
    """What its title does not say yet, of fields that say something by themselves."""
    states, day = {each.name for each in other.states}, _day_of(other)
    found = []
    for name, column in {**other.shown, **other.computed}.items():
        if name in (by.name, other.naming, day and day.name) or name in states:
            continue
        if column.widget in ("checkbox", "date", "datetime-local", "file", "long"):
            continue
        text = shower.field(row, name)
        told = masked(column, text)
        is_somebody = told != text and told == mask_name(text)
        if told and told not in title and not is_somebody:
            found.append(f"{told} {words.shown(column.unit)}".strip())
    return found

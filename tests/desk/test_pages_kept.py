"""What plugins tell for the first page is asked once while nothing changes, and is right as soon as anything does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from hongxian import Due, Text, local_today, reminder, view
from hongxian.shapes import CalendarEntry, Table
from hongxian_client.replica.replica import Replica
from hongxian_testing import Desk, Laptop
from hongxian_testing.laptop import with_only
from samples import Visit, plugin

ASKED: list[str] = []
"""By which function a plugin was asked."""


@reminder()
def visits_due(store: Any) -> Iterator[Due]:
    """Each visit without a note is due today."""
    ASKED.append("due")
    for each in Visit.select().where(Visit.note == ""):
        yield Due(local_today(store), f"补写 {each.name}", each)


@view(title=Text("各次", "Visits"), card=True)
def visits(store: Any) -> Table:
    """The day, and who was visited."""
    ASKED.append("card")
    named = [f"卡片 {each.name}" for each in Visit.select()]
    return Table(["", ""], [[f"{local_today(store):%m%d} {each}", ""] for each in named])


def entries(first: date, last: date) -> Iterator[CalendarEntry]:
    """Each visit is on the day on which it is asked about."""
    ASKED.append("calendar")
    for each in Visit.select():
        yield CalendarEntry(first, f"日历 {each.name}")


PLUGIN = plugin(
    "sample", Visit, visits_due=visits_due, visits=visits, hongxian_calendar_entries=entries
)
pytestmark = pytest.mark.plugins(PLUGIN)


@pytest.fixture
def kept(laptop: Laptop) -> Iterator[Laptop]:
    """A laptop whose desk keeps its connections open, as an opened one does."""
    laptop.at("2026-03-02 23:58")
    with laptop.store.kept_open():
        yield laptop


def told(page: str, name: str) -> list[bool]:
    """Whether a duty, a card and the calendar tell of a visit."""
    return [f"{word} {name}" in page for word in ("补写", "卡片", "日历")]


def test_each_is_asked_once_while_nothing_is_written(kept: Laptop, desk: Desk) -> None:
    desk.open("/")
    ASKED.clear()
    for path in ("/", "/attention", "/"):
        desk.open(path)
    assert ASKED == []


def test_what_this_laptop_wrote_is_told_at_once(kept: Laptop, desk: Desk) -> None:
    desk.open("/")
    with kept:
        Visit.create(name="示例·甲", note="")
    assert told(desk.open("/").html, "示例·甲") == [True] * 3
    with kept:
        Visit.update(note="写了").execute()
    assert told(desk.open("/").html, "示例·甲") == [False, True, True]


def test_what_came_by_another_process_is_told_at_once(kept: Laptop, desk: Desk) -> None:
    desk.open("/")
    with Replica.open(kept.store.folder, plugins=with_only((PLUGIN,)), now=kept.store.now):
        Visit.create(name="示例·乙", note="")
    assert told(desk.open("/").html, "示例·乙") == [True] * 3


def test_past_midnight_it_is_told_of_the_next_day(kept: Laptop, desk: Desk) -> None:
    with kept:
        Visit.create(name="示例·丙", note="")
    assert "0302 卡片 示例·丙" in desk.open("/").html
    kept.at("2026-03-03 00:01")
    assert "0303 卡片 示例·丙" in desk.open("/").html

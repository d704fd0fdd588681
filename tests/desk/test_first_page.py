"""The first page: what is done most stands on top, cards are small, a day of the two weeks opens in place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from peewee import CharField, DateField

from hongxian import Record, Text, action, view
from hongxian.shapes import CalendarEntry, Table
from hongxian_testing import Desk, Laptop
from samples import plugin


class Round(Record):
    """Rounds."""

    name = CharField(verbose_name=Text("巡查", "Round"), max_length=40)
    day = DateField(verbose_name=Text("日期", "Day"))

    class Meta:
        collection = "rounds.round"
        title = Text("巡查", "Rounds")


@action(title=Text("报一件事", "Report"), card=True, icon="megaphone")
def report(store: Any) -> str:
    """Stands on top."""
    return "记下了"


@action(title=Text("少用的事", "Rarely done"))
def rare(store: Any) -> str:
    """Does not."""
    return ""


@view(title=Text("各楼", "Houses"), card=True)
def houses(store: Any) -> Table:
    """Six rows of five columns."""
    heads = [Text(f"栏{n}", f"Column {n}") for n in range(5)]
    return Table(heads, [[f"{row}幢-{n}" for n in range(5)] for row in range(6)])


@view(title=Text("没有楼", "No house"), card=True)
def no_houses(store: Any) -> Table:
    """Nothing."""
    return Table([Text("栏", "Column")], [])


def entries(first: date, last: date) -> Iterator[CalendarEntry]:
    """What is on each day."""
    for each in Round.select().where(Round.day.between(first, last)):
        yield CalendarEntry(each.day, each.name, of=Round, id=each.id)


ROUNDS = plugin("rounds", Round, hongxian_calendar_entries=entries, report=report, rare=rare)
ROUNDS.houses, ROUNDS.no_houses = houses, no_houses
pytestmark = pytest.mark.plugins(ROUNDS)


@pytest.fixture
def desk(laptop: Laptop) -> Desk:
    laptop.at("2026-05-04 09:00")
    return Desk(laptop)


def test_what_a_plugin_wants_at_hand_is_a_button_on_top(desk: Desk) -> None:
    acts = re.findall(r'<div class="acts[^>]*>(.*?)</div>', desk.open("/").html, re.S)
    assert "报一件事" in acts[0]
    assert "megaphone" in acts[0]
    assert "少用的事" not in acts[0]


def test_a_card_has_four_rows_of_the_columns_that_tell_most(desk: Desk) -> None:
    page = desk.open("/").text
    assert "0幢-0 0幢-1 0幢-4" in page
    assert "0幢-2" not in page
    assert "3幢-0" in page
    assert "4幢-0" not in page
    assert "还有 2 项" in page


def test_a_day_that_is_pressed_opens_into_what_is_on_it_and_what_may_be_added(desk: Desk) -> None:
    Round.create(name="示例·夜巡", day=date(2026, 5, 6))
    page = desk.open("/?day=2026-05-06")
    assert "5月6日 星期三" in page.text
    assert 'href="/c/rounds.round/new?day=2026-05-06"' in page.html
    filled = desk.open("/c/rounds.round/new?day=2026-05-06").html
    assert 'value="2026-05-06"' in filled


def test_an_empty_day_offers_what_it_may_begin_with_and_no_empty_card(desk: Desk) -> None:
    assert 'href="/c/rounds.round/new?day=2026-05-04"' in desk.open("/").html
    assert "没有楼" not in desk.open("/").text
    Round.create(name="示例·早巡", day=date(2026, 5, 4))
    assert "/c/rounds.round/new" not in desk.open("/").html


@pytest.mark.parametrize("asked", ["2026-13-01", "x", "0001-01-01", "9999-12-31"])
def test_what_is_no_day_is_the_first_page_as_it_is(desk: Desk, asked: str) -> None:
    assert "今天" in desk.open(f"/?day={asked}").text


def test_days_and_what_is_on_them_are_read_as_words_apart(desk: Desk) -> None:
    Round.create(name="示例·夜巡", day=date(2026, 5, 6))
    assert "三 6 示例·夜巡" in desk.open("/").text

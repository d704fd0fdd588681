"""What stands on the first page of a phone, and in which order."""

from datetime import date
from types import ModuleType
from typing import Any

import pytest

import hongxian_plugins.roster as roster
from hands import Hand
from hongxian import Text, view
from hongxian.shapes import Table
from hongxian_plugins.roster import Person
from hongxian_testing.neighbourhood import Neighbourhood
from samples import plugin


def weather() -> ModuleType:
    """A plugin that tells people of their past and their day, and anybody of the weather."""
    made = plugin("weather")

    @view(of=Person, title=Text("往年", "Years ago"), audience="self")
    def past(store: Any, person: Any) -> Table:
        return Table(["", ""], [["下过雪", ""]])

    @view(of=Person, title=Text("今天", "This day"), audience="self", usual=True)
    def today(store: Any, person: Any) -> Table:
        return Table(["", ""], [["带伞", ""]])

    @view(of=Person, title=Text("走过", "Walked"), audience="self")
    def walked(store: Any, person: Any) -> Table:
        day = date(2026, 3, 7)
        return Table(["", ""], [[day, f"南线 {day}"], [day, "北线 2026-03-01"]])

    @view(title=Text("天气", "Weather"), audience=("leader", "public"), card=True)
    def outside(store: Any) -> Table:
        return Table(["", ""], [["小雨", ""]])

    for each in (past, today, walked, outside):
        vars(made)[each.__name__] = each
    return made


pytestmark = pytest.mark.plugins(roster, weather())


def test_ones_own_come_first_the_usual_before_all_and_what_is_for_anybody_is_a_line(
    neighbourhood: Neighbourhood,
) -> None:
    with neighbourhood.hub:
        person = Person.create(name="示例·甲001")
    page = Hand(neighbourhood.hub, person).open()
    assert 0 < page.index("带伞") < page.index("下过雪") < page.index("/view/weather.outside")
    assert "小雨" not in page


def test_who_is_not_known_has_what_is_for_anybody_drawn(neighbourhood: Neighbourhood) -> None:
    page = Hand(neighbourhood.hub).open()
    assert "小雨" in page
    assert "带伞" not in page


def test_all_has_what_the_first_page_draws_too(neighbourhood: Neighbourhood) -> None:
    with neighbourhood.hub:
        person = Person.create(name="示例·甲001")
    page = Hand(neighbourhood.hub, person).read("/all")
    assert all(title in page for title in ("往年", "今天", "天气"))


def test_a_day_that_stands_in_a_line_is_not_said_once_more_by_a_name(
    neighbourhood: Neighbourhood,
) -> None:
    with neighbourhood.hub:
        person = Person.create(name="示例·甲001")
    page = Hand(neighbourhood.hub, person).read()
    assert "2026-03-07 南线" in page
    assert page.count("2026-03-07") == 2
    assert "北线 2026-03-01" in page

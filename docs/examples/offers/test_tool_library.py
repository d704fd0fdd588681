"""The tests of tool_library.py: `pytest docs/examples`."""

from datetime import date, datetime

import pytest

import tool_library
from tool_library import LendingRules, Loan, lend

pytestmark = pytest.mark.plugins(tool_library)


def test_a_tool_is_lent_for_as_long_as_the_rules_say(laptop):
    laptop.at("2026-05-01 09:00")
    assert lend(laptop.store, "梯子", "示例·甲").until == date(2026, 5, 15)
    LendingRules.change(days=7)
    assert lend(laptop.store, "水桶", "示例·乙").until == date(2026, 5, 8)


def test_what_counted_at_a_time_can_be_asked(laptop):
    laptop.at("2026-05-01 09:00")
    LendingRules.change(days=7)
    laptop.at("2026-05-02 09:00")
    LendingRules.change(days=3, deposit=50)
    may = LendingRules.at(laptop.store, datetime(2026, 5, 1, 12))
    assert (may.days, may.deposit) == (7, None)


def test_a_leader_changes_a_rule_on_the_desk_and_reads_what_it_was(laptop, desk):
    page = desk.open("/c/tool_library.rules").press("修改").press("保存", days="10")
    assert LendingRules.now(laptop.store).days == 10
    assert LendingRules.now(laptop.store).deposit is None
    assert "借几天" in page.text


def test_a_tool_that_is_to_come_back_stands_on_today_until_it_is_back(laptop, desk):
    laptop.at("2026-05-01 09:00")
    loan = lend(laptop.store, "梯子", "示例·甲")
    assert "梯子 该还了" not in desk.open("/attention").text
    laptop.at("2026-05-17 09:00")
    shown = desk.open("/").text
    assert "梯子 该还了" in shown
    assert "逾期 2 天" in shown
    loan.returned = date(2026, 5, 17)
    loan.save()
    assert "梯子 该还了" not in desk.open("/").text
    assert [(each.said.zh, each.record) for each in laptop.notices()] == [("有工具还回来了", loan)]


def test_what_came_back_a_year_ago_is_forgotten(hub, laptop):
    with laptop:
        Loan.create(
            tool="梯子", borrower="示例·甲", until=date(2025, 1, 1), returned=date(2025, 1, 1)
        )
    laptop.sync()
    with hub:
        tool_library.forget_old_loans(hub)
        assert not Loan.select().exists()


def test_what_was_lent_in_a_year_is_counted_and_no_borrower_named(laptop):
    laptop.at("2026-05-01 09:00")
    for tool in ("梯子", "水桶", "梯子"):
        lend(laptop.store, tool, "示例·甲")
    [lent] = tool_library.tools_of_a_year(laptop.store, 2026)
    assert (lent.value, lent.counts().rows) == (3, [("梯子", 2), ("水桶", 1)])
    [none] = tool_library.tools_of_a_year(laptop.store, 2025)
    assert none.value == 0


def test_each_laptop_numbers_its_slips_offline_and_none_comes_twice(neighbourhood):
    red, blue = neighbourhood.laptop("示例·红队"), neighbourhood.laptop("示例·红队")
    red.at("2026-05-01 09:00")

    def slips(laptop, count):
        with laptop:
            return [lend(laptop.store, "梯子", "示例·甲").slip for _ in range(count)]

    assert slips(red, 1) == ["2026-0001-B2"], "it has no book yet"
    red.sync()
    assert slips(red, 2) == ["2026-0001", "2026-0002"]
    blue.sync()
    assert slips(blue, 1) == ["2026-0001-B3"]
    blue.sync()
    assert slips(blue, 1) == ["2026-0051"]
    neighbourhood.meet()
    with red:
        assert Loan.slip.unused()[0].last == "2026-0050"

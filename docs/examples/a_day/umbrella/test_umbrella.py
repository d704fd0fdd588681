"""The tests of the plugin: `pytest umbrella`."""

from datetime import date

import pytest

import umbrella
from hongxian import Refused
from hongxian.errors import Taken
from umbrella.records import Loan

pytestmark = pytest.mark.plugins(umbrella)
MAY = date(2026, 5, 1)


def lent(name, number, stand="gate"):
    return Loan.create(borrower=name, due=MAY, stand=stand, umbrella=number)


def test_a_free_umbrella_is_lent_from_the_board(laptop, desk):
    page = (
        desk.open("/view/umbrella.stands")
        .press("+ 空")
        .press("办理", borrower="示例·甲", due="2026-05-01")
    )
    assert "示例·甲 借走 1 号" in page.text
    assert [each.umbrella for each in Loan.select()] == [1]


def test_an_umbrella_is_lent_once_until_it_is_back(laptop):
    first = lent("示例·甲", 3)
    with pytest.raises(Taken):
        lent("示例·乙", 3)
    first.state, first.back_on = "back", MAY
    first.save()
    lent("示例·乙", 3)


def test_there_is_no_seventh_umbrella(laptop):
    with pytest.raises(Refused, match="no umbrella 7"):
        lent("示例·甲", 7)


def test_who_has_three_keeps_them_and_somebody_looks_into_it(laptop):
    for number in (1, 2, 3):
        lent("示例·甲", number)
    assert len(laptop.tasks) == 1


def test_what_is_due_stands_on_today_until_it_is_back(laptop):
    laptop.at("2026-05-01 09:00")
    loan = lent("示例·甲", 1)
    assert [each.title.en for each in laptop.due()] == ["示例·甲 is to bring the umbrella back"]
    loan.state, loan.back_on = "back", MAY
    loan.save()
    assert laptop.due() == []


def test_two_laptops_that_lent_one_umbrella_offline_agree_on_who_has_it(neighbourhood):
    red, blue = neighbourhood.laptop("示例·红队"), neighbourhood.laptop("示例·红队")
    for laptop, name in ((red, "示例·甲"), (blue, "示例·乙")):
        with laptop:
            lent(name, 3)
    red.sync()
    blue.sync()
    assert [each.state for each in blue.attention] == ["bumped"]

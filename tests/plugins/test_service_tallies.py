"""What is counted at an activity: one press up, one down, typed too, by many laptops at once."""

from datetime import date

import pytest

import hongxian_plugins.roster as roster
import hongxian_plugins.service as service
from hongxian_plugins.service import Activity, Tally
from hongxian_testing import Desk

pytestmark = pytest.mark.plugins(roster, service)


@pytest.fixture
def caravan(laptop):
    return Activity.create(title="示例 大篷车", day=date(2026, 11, 28), kind="caravan")


def counts():
    return {each.label: each.people for each in Tally.select()}


def open_at(desk, caravan):
    return desk.open(f"/view/service.tallies/{caravan.id}")


def test_what_is_usual_is_there_to_be_counted_before_anybody_counts(laptop, desk, caravan):
    page = open_at(desk, caravan)
    assert "理发" in page.text
    assert counts() == {}, "to look at it counts nothing"
    page.press("+")
    assert counts() == {"理发": 1}
    earlier = Activity.create(title="示例 大篷车二", day=date(2026, 12, 1), kind="caravan")
    assert "磨刀" not in open_at(desk, earlier).text, "what was counted at one like it is usual"


def test_one_press_counts_on_and_one_back(laptop, desk, caravan):
    page = open_at(desk, caravan)
    for _ in range(3):
        page = page.press("+")
    assert counts() == {"理发": 3}
    page.press("−")
    assert counts() == {"理发": 2}


def test_a_typed_number_counts_by_what_it_differs_and_loses_nobody_elses_count(
    laptop, desk, caravan
):
    open_at(desk, caravan).press("+")
    page = open_at(desk, caravan)
    [tally] = Tally.select()
    tally.people += 5  # somebody else's, while the page was open
    tally.save()
    page.press("全部保存", **{"理发.people": "23"})
    assert counts() == {"理发": 1 + 5 + 22}


def test_something_else_is_counted_by_its_name_once(laptop, desk, caravan):
    for _ in range(2):
        open_at(desk, caravan).press("加一项").press("办理", label="配钥匙")
    assert counts() == {"配钥匙": 0}


def test_two_laptops_that_begin_to_count_apart_come_to_one_count(neighbourhood):
    one, two = neighbourhood.laptop(), neighbourhood.laptop()
    with one:
        caravan = Activity.create(title="示例 大篷车", day=date(2026, 11, 28), kind="caravan")
    neighbourhood.meet()
    for each, presses in ((one, 3), (two, 4)):
        with each:
            page = open_at(Desk(each), caravan)
            for _ in range(presses):
                page = page.press("+")
    neighbourhood.meet()
    for each in (one, two):
        with each:
            assert counts() == {"理发": 7}


def test_the_sign_in_sheet_is_printed_from_the_grid_with_who_is_expected(laptop, desk, caravan):
    person = roster.Person.create(name="示例·甲001")
    roster.Membership.create(person=person)
    page = desk.open(f"/view/service.sign_in/{caravan.id}")
    assert "签到表" in page.buttons
    sheet = page.press("签到表")
    assert "示例 大篷车签到表" in sheet.text
    assert "示例·甲001" in sheet.text
    assert "本人签名" in sheet.text
    assert "理发" in page.press("数人次").text, "and the counting is one press away"

"""The tests of home_visits.py: `pytest docs/examples`."""

import pytest

import home_visits
from home_visits import Call, Household
from hongxian import Refused
from hongxian_testing import Desk

pytestmark = pytest.mark.plugins(home_visits)


def test_who_sees_a_household_stands_on_its_page_and_others_are_let_in_and_out_there(neighbourhood):
    one, two = neighbourhood.laptop(), neighbourhood.laptop()
    with one:
        household = Household.create(name="示例·独居者")
        Call.create(household=household, day="2026-03-01", found="示例：安好")
    path = f"/c/home_visits.household/{household.id}"
    assert "只有登记它的电脑看得到" in Desk(one).open(path).text
    neighbourhood.meet()
    Desk(one).open(path).press("加入").press("办理")
    one.sync(), neighbourhood.meet()
    with two:
        assert Call.get().household == household.id
    [_, (_, sees, out)] = one.view("home_visits.laptops_household", household).rows
    assert sees.en == "Yes"
    one.do(out.action, household, **out.values)
    one.sync(), neighbourhood.meet()
    with two:
        assert not Household.select().exists()


def test_a_laptop_that_sees_it_already_is_not_let_in(neighbourhood):
    one = neighbourhood.laptop()
    with one:
        household = Household.create(name="示例·独居者")
    neighbourhood.meet()
    [(_, _, out)] = one.view("home_visits.laptops_household", household).rows
    with pytest.raises(Refused, match="of this team"):
        one.do("home_visits.let_in_household", household, **out.values)

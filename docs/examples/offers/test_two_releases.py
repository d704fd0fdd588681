"""Two releases of one plugin in one neighbourhood: a laptop that is behind, and is updated."""

from datetime import date

import pytest

import lending

pytestmark = pytest.mark.plugins(lending)
MAY = date(2026, 5, 1)


def test_a_laptop_that_is_behind_passes_on_what_it_does_not_know(neighbourhood, hongxian_release):
    earlier = hongxian_release("earlier/lending.py")
    behind, ahead = neighbourhood.laptop(plugins=(earlier,)), neighbourhood.laptop()
    with ahead:
        loan = lending.Loan.create(tool="梯子", borrower="示例·甲", due=MAY)
    neighbourhood.meet()
    with behind:
        this = earlier.Loan.id == loan.id
        earlier.Loan.update(borrower="示例·乙").where(this).execute()
    neighbourhood.meet()
    with ahead:
        held = lending.Loan.get_by_id(loan.id)
        assert (held.borrower, held.due) == ("示例·乙", MAY)
    neighbourhood.update(behind, lending)
    with behind:
        assert lending.Loan.get_by_id(loan.id).due == MAY
    assert behind.do("lending.extend", loan, days=7)


def test_what_was_written_before_the_update_has_the_new_fields_default(
    neighbourhood, hongxian_release
):
    earlier = hongxian_release("earlier/lending.py")
    laptop = neighbourhood.laptop(plugins=(earlier,))
    with laptop:
        earlier.Loan.create(tool="水桶", borrower="示例·丙")
    neighbourhood.update(laptop, lending)
    neighbourhood.meet()
    for store in (laptop, neighbourhood.hub):
        with store:
            assert [(each.tool, each.due) for each in lending.Loan.select()] == [("水桶", None)]
    assert not laptop.errors

"""The tests of lending.py: `pytest docs/examples`."""

from datetime import date

import pytest

import lending
from hongxian import Refused

pytestmark = pytest.mark.plugins(lending)
MAY = date(2026, 5, 1)


def test_a_loan_is_extended_by_a_day_at_least(laptop):
    loan = lending.Loan.create(tool="梯子", borrower="示例·甲", due=MAY)
    assert "2026-05-08" in laptop.do("lending.extend", loan, days=7).en
    with pytest.raises(Refused, match="at least"):
        laptop.do("lending.extend", loan, days=0)
    assert lending.Loan.get_by_id(loan.id).due == date(2026, 5, 8)


def test_what_is_overdue_is_listed(laptop):
    for tool, due in (("梯子", MAY), ("水桶", date(2026, 6, 1)), ("扳手", None)):
        lending.Loan.create(tool=tool, borrower="示例·甲", due=due)
    table = laptop.view("lending.overdue", day=date(2026, 5, 9))
    assert [row[0] for row in table.rows] == ["梯子"]


def test_two_laptops_lend_offline_and_then_know_of_both(neighbourhood):
    red, blue = neighbourhood.laptop("示例·红队"), neighbourhood.laptop("示例·红队")
    for laptop, tool in ((red, "梯子"), (blue, "水桶")):
        with laptop:
            lending.Loan.create(tool=tool, borrower="示例·甲", due=MAY)
    neighbourhood.meet()
    for laptop in (red, blue):
        with laptop:
            assert {loan.tool for loan in lending.Loan.select()} == {"梯子", "水桶"}


def test_a_leader_extends_a_loan_on_the_desk(laptop, desk):
    loan = lending.Loan.create(tool="梯子", borrower="示例·甲", due=MAY)
    page = desk.open(f"/c/lending.loan/{loan.id}").press("续借").press("办理", days="14")
    assert "已续借到 2026-05-15" in page.text

"""The tests of lending.py: `pytest docs/examples`."""

from datetime import date

import lending
import pytest

from hongxian import Refused
from hongxian_client.plugins.testing import open_laptop

MAY = date(2026, 5, 1)


@pytest.fixture
def laptop(tmp_path):
    with open_laptop(tmp_path, lending) as laptop:
        yield laptop


def test_a_loan_is_extended_by_a_day_at_least(laptop):
    loan = lending.Loan.create(tool="梯子", borrower="示例·甲", due=MAY)
    assert "2026-05-08" in lending.extend(laptop, loan.id, 7).en
    with pytest.raises(Refused, match="at least"):
        lending.extend(laptop, loan.id, 0)
    assert lending.Loan.get_by_id(loan.id).due == date(2026, 5, 8)


def test_what_is_overdue_is_listed(laptop):
    for tool, due in (("梯子", MAY), ("水桶", date(2026, 6, 1)), ("扳手", None)):
        lending.Loan.create(tool=tool, borrower="示例·甲", due=due)
    table = lending.overdue(laptop, date(2026, 5, 9))
    assert [row[0] for row in table.rows] == ["梯子"]

"""Days of a record that come in an order: what a rule says of them in one line."""

from datetime import date, datetime

import pytest
from peewee import DateField, DateTimeField

from hongxian import Record, Text
from hongxian.errors import Refused
from hongxian.records import refuse_out_of_order


class Loan(Record):
    """An umbrella that is lent."""

    lent = DateField(verbose_name=Text("借出", "Lent"))
    due = DateField(verbose_name=Text("应还", "Due"), null=True)
    back = DateField(verbose_name=Text("归还", "Back"), null=True)
    came = DateTimeField(verbose_name=Text("到", "In"), null=True)
    left = DateTimeField(verbose_name=Text("离", "Out"), null=True)

    class Meta:
        collection = "umbrella.loan"


ORDER = ("lent", "due", "back")


def test_days_that_follow_each_other_may_be_the_same_or_empty() -> None:
    day = date(2026, 3, 1)
    refuse_out_of_order(Loan(lent=day, due=day, back=day), *ORDER)
    refuse_out_of_order(Loan(lent=day), *ORDER)
    refuse_out_of_order(Loan(lent=day, back=date(2026, 3, 2)), *ORDER)


def test_a_day_before_the_last_that_is_known_is_refused_by_the_names_of_both_fields() -> None:
    with pytest.raises(Refused) as refused:
        refuse_out_of_order(Loan(lent=date(2026, 3, 2), back=date(2026, 3, 1)), *ORDER)
    told = refused.value.text
    assert told.zh == "“归还”2026-03-01 早于“借出”2026-03-02。"
    assert told.en == "“Back” 2026-03-01 comes before “Lent” 2026-03-02."


def test_of_moments_the_minute_is_told() -> None:
    came, left = datetime(2026, 3, 1, 9, 30), datetime(2026, 3, 1, 9, 29)
    with pytest.raises(Refused, match="2026-03-01 09:29"):
        refuse_out_of_order(Loan(lent=came.date(), came=came, left=left), "came", "left")

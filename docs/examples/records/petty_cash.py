"""Petty cash: what was spent. Its amounts are of a kind of field of the plugin's own."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from peewee import CharField, DateField, IntegerField

from hongxian import Record, Text, action, hookimpl
from hongxian.kinds import IntegerColumn, Widget, WrongCell, halfwidth
from hongxian.records import Value

title = Text("零用金", "Petty cash")


@dataclass
class MoneyColumn(IntegerColumn):
    """Travels and is stored as whole cents; people read and write 12.50."""

    kind_name: ClassVar[str] = "money"
    typed_as: ClassVar[Text] = Text("金额，如 12.50", "an amount such as 12.50")
    usual_widget: ClassVar[Widget] = "text"

    def parse(self, cell: Value) -> int:
        typed = halfwidth(cell).removeprefix("¥").replace(",", "")
        if not re.fullmatch(r"-?[0-9]{1,13}(\.[0-9]{1,2})?", typed):
            raise WrongCell(Text("应为金额（如 12.50）。", "Not an amount such as 12.50."))
        return int(Decimal(typed) * 100)

    def text(self, plain: int) -> str:
        return f"{Decimal(plain) / 100:.2f}"

    def cell(self, value: int) -> float:
        return value / 100


class MoneyField(IntegerField):
    """An amount: `MoneyField(verbose_name=Text("金额", "Amount"))`."""

    kind = MoneyColumn


class Expense(Record):
    """Money that was spent."""

    what = CharField(verbose_name=Text("用途", "What for"), max_length=40)
    amount = MoneyField(verbose_name=Text("金额", "Amount"))
    day = DateField(verbose_name=Text("日期", "Day"), null=True)

    class Meta:
        collection = "petty_cash.expense"
        title = Text("零用金支出", "Expenses")


@hookimpl
def hongxian_collections():
    return [Expense]


@action(
    of=Expense,
    title=Text("更正", "Correct"),
    asks={"by": MoneyField(verbose_name=Text("增减", "By"))},
)
def correct(store, expense, by):
    expense.amount += by
    expense.save()

"""工具库: tools that a neighbourhood lends. Its number of days is a setting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from peewee import CharField, DateField, IntegerField

from hongxian import (
    Book,
    Due,
    Record,
    SeriesField,
    Settings,
    Store,
    Text,
    every,
    hookimpl,
    local_today,
    reminder,
)
from hongxian.notices import Notice, notice
from hongxian.shapes import Table
from hongxian.yearly import Figure, yearly


class LendingRules(Settings):
    """What the community agreed on."""

    days = IntegerField(
        verbose_name=Text("借几天", "Days"),
        default=14,
        help_text=Text("一件工具可以借多少天。", "For so many days a tool is lent."),
    )
    deposit = IntegerField(
        verbose_name=Text("押金（元）", "Deposit (yuan)"),
        null=True,
        help_text=Text("留空不收。", "Empty for none."),
    )

    class Meta:
        collection = "tool_library.rules"
        title = Text("借用规则", "Rules of lending")
        writers = "team"  # or "keeper": on the hub's console alone


class SlipBook(Book):
    """Books of numbers for the slips."""

    class Meta:
        collection = "tool_library.slip_book"
        title = Text("借条簿", "Books of slips")


class Loan(Record):
    """What is lent, to whom, and until when."""

    slip = SeriesField(SlipBook, per="year", verbose_name=Text("借条号", "Slip"), null=True)
    tool = CharField(verbose_name=Text("工具", "Tool"), max_length=40)
    borrower = CharField(verbose_name=Text("借用人", "Borrower"), max_length=40)
    until = DateField(verbose_name=Text("还期", "Until"))
    returned = DateField(verbose_name=Text("归还日期", "Returned"), null=True)

    class Meta:
        collection = "tool_library.loan"
        title = Text("借用", "Loans")


def lend(store: Store, tool: str, borrower: str) -> Loan:
    """Lend a tool for as long as the rules allow."""
    days = LendingRules.now(store).days
    until = local_today(store) + timedelta(days=days)
    with store.transaction():
        return Loan.create(slip=Loan.slip.draw(), tool=tool, borrower=borrower, until=until)


@reminder(ahead=3)
def tools_to_come_back(store: Store) -> Iterator[Due]:
    """Each tool that is lent, by the day on which it is to be back."""
    for loan in Loan.select().where(Loan.returned.is_null()):
        title = Text("{tool} 该还了", "{tool} is to come back").format(tool=loan.tool)
        yield Due(loan.until, title, loan, to=loan.scope)


@notice()
def tools_that_came_back(store: Store) -> Iterator[Notice]:
    """Each tool that came back today, for whoever waits for one."""
    for loan in Loan.select().where(Loan.returned == local_today(store)):
        yield Notice(Text("有工具还回来了", "A tool came back"), loan)


@every(hours=24, on="hub")
def forget_old_loans(store: Store) -> None:
    """What came back a year ago is nobody's business any more."""
    year_ago = local_today(store) - timedelta(days=365)
    Loan.delete().where(Loan.returned < year_ago).execute()


@yearly(title=Text("借工具", "Tools"))
def tools_of_a_year(store: Store, year: int) -> Iterator[Figure]:
    """How many were due back in the year, and of which tool how many."""
    due = Loan.until.between(date(year, 1, 1), date(year, 12, 31))
    lent = Counter(loan.tool for loan in Loan.select().where(due))
    told = Table([Loan.tool.verbose_name, Text("次", "Times")], sorted(lent.items()))
    yield Figure(Text("借出", "Lent"), lent.total(), Text("次", "times"), lambda: told)


@hookimpl
def hongxian_collections():
    return [LendingRules, SlipBook, Loan]

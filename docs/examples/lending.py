"""Lending desk: who has which tool, with something to do, to look at and to print."""

from datetime import date, timedelta

from markupsafe import Markup
from peewee import CharField, DateField, IntegerField

from hongxian import Action, Document, Record, Refused, Table, Text, View, hookimpl


class Loan(Record):
    """One tool out of the cupboard."""

    tool = CharField(verbose_name=Text("工具", "Tool"), max_length=40)
    borrower = CharField(verbose_name=Text("借用人", "Borrower"), max_length=40)
    due = DateField(verbose_name=Text("归还日期", "Due"), null=True)

    class Meta:
        collection = "lending.loan"
        title = Text("借出", "Loans")


@hookimpl
def hongxian_collections():
    return [Loan]


def extend(store, id, days):
    if days < 1:
        raise Refused(detail=Text("至少延一天。", "Extend by a day at least."))
    loan = Loan.get_by_id(id)
    loan.due += timedelta(days=days)
    loan.save()
    return Text("已续借到 {day}", "Extended to {day}").format(day=loan.due)


@hookimpl
def hongxian_actions():
    return [
        Action(
            "lending.extend",
            Text("续借", "Extend"),
            extend,
            collection="lending.loan",
            asks={"days": IntegerField(verbose_name=Text("天数", "Days"), default=7)},
            fits=lambda values: values["due"] is not None,
        )
    ]


def overdue(store, day):
    late = list(Loan.select().where(Loan.due < day).order_by(Loan.due))
    return Table(
        headers=[Text("工具", "Tool"), Text("借用人", "Borrower"), Text("归还日期", "Due")],
        rows=[[each.tool, each.borrower, each.due] for each in late],
        ids=[each.id for each in late],
        collection="lending.loan",
        note=Text("到 {day} 未还 {n} 件", "{n} overdue on {day}").format(day=day, n=len(late)),
    )


@hookimpl
def hongxian_views():
    asks = {"day": DateField(verbose_name=Text("日期", "Day"), default=date.today)}
    return [View("lending.overdue", Text("逾期未还", "Overdue"), overdue, asks)]


def slip(store, id):
    loan = Loan.get_by_id(id)
    text = "<h1>借条 Loan slip</h1><p>{} 借走 {}，{} 前归还。</p><p>签字 Signed ________</p>"
    return Markup(text).format(loan.borrower, loan.tool, loan.due or "—")


@hookimpl
def hongxian_documents():
    return [Document("lending.slip", Text("借条", "Loan slip"), slip, collection="lending.loan")]

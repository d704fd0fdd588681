"""Lending desk: who has which tool, with something to do, to look at and to print."""

from datetime import date, timedelta

from markupsafe import Markup
from peewee import CharField, DateField, IntegerField

from hongxian import Action, Document, Record, Refused, Table, View, hookimpl


class Loan(Record):
    """One tool out of the cupboard."""

    tool = CharField(verbose_name="工具", max_length=40)
    borrower = CharField(verbose_name="借用人", max_length=40)
    due = DateField(verbose_name="归还日期", null=True)

    class Meta:
        collection = "lending.loan"


@hookimpl
def hongxian_collections():
    return [Loan]


def extend(store, id, days):
    if days < 1:
        raise Refused(detail="至少延一天。Extend by a day at least.")
    loan = Loan.get_by_id(id)
    loan.due += timedelta(days=days)
    loan.save()
    return f"已续借到 {loan.due} · Extended to {loan.due}"


@hookimpl
def hongxian_actions():
    return [
        Action(
            "lending.extend",
            "续借 · Extend",
            extend,
            collection="lending.loan",
            asks={"days": IntegerField(verbose_name="天数", default=7)},
            fits=lambda values: values["due"] is not None,
        )
    ]


def overdue(store, day):
    late = list(Loan.select().where(Loan.due < day).order_by(Loan.due))
    return Table(
        headers=["工具 · Tool", "借用人 · Borrower", "归还日期 · Due"],
        rows=[[each.tool, each.borrower, each.due] for each in late],
        ids=[each.id for each in late],
        collection="lending.loan",
        note=f"到 {day} 未还 {len(late)} 件 · {len(late)} overdue on {day}",
    )


@hookimpl
def hongxian_views():
    asks = {"day": DateField(verbose_name="日期", default=date.today)}
    return [View("lending.overdue", "逾期未还 · Overdue", overdue, asks)]


def slip(store, id):
    loan = Loan.get_by_id(id)
    text = "<h1>借条 Loan slip</h1><p>{} 借走 {}，{} 前归还。</p><p>签字 Signed ________</p>"
    return Markup(text).format(loan.borrower, loan.tool, loan.due or "—")


@hookimpl
def hongxian_documents():
    return [Document("lending.slip", "借条 · Loan slip", slip, collection="lending.loan")]

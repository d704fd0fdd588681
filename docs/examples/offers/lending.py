"""Lending desk: who has which tool, with something to do, to look at and to print."""

from datetime import timedelta

from peewee import CharField, DateField, IntegerField

from hongxian import Record, Refused, Text, action, document, hookimpl, local_today, view
from hongxian.shapes import Facts, Sheet, Signed, Table


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


@action(
    of=Loan,
    title=Text("续借", "Extend"),
    when=lambda loan: loan.due is not None,
    asks={"days": IntegerField(verbose_name=Text("天数", "Days"), default=7)},
)
def extend(store, loan, days):
    if days < 1:
        raise Refused("至少延一天。", "Extend by a day at least.")
    loan.due += timedelta(days=days)
    loan.save()
    return Text("已续借到 {day}", "Extended to {day}").format(day=loan.due)


@view(
    title=Text("逾期未还", "Overdue"),
    asks={"day": DateField(verbose_name=Text("日期", "Day"), default=local_today)},
)
def overdue(store, day):
    late = list(Loan.select().where(Loan.due < day).order_by(Loan.due))
    return Table(
        headers=[Text("工具", "Tool"), Text("借用人", "Borrower"), Text("归还日期", "Due")],
        rows=[[each.tool, each.borrower, each.due] for each in late],
        ids=[each.id for each in late],
        of=Loan,
        note=Text("到 {day} 未还 {n} 件", "{n} overdue on {day}").format(day=day, n=len(late)),
    )


@document(of=Loan, title=Text("借条", "Loan slip"))
def slip(store, loan):
    until = Text("{until} 前归还。", "To be back by {until}.").format(until=loan.due or "＿＿＿＿")
    lent = [(Text("借用人", "Borrower"), loan.borrower), (Text("工具", "Tool"), loan.tool)]
    return Sheet(
        Text("借条", "Loan slip"), [Facts(lent), until, Signed([Text("借用人", "Borrower")])]
    )

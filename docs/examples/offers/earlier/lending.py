"""Lending desk: the release before, which knew no day on which a tool is due."""

from peewee import CharField

from hongxian import Record, Text, hookimpl


class Loan(Record):
    """One tool out of the cupboard."""

    tool = CharField(verbose_name=Text("工具", "Tool"), max_length=40)
    borrower = CharField(verbose_name=Text("借用人", "Borrower"), max_length=40)

    class Meta:
        collection = "lending.loan"


@hookimpl
def hongxian_collections():
    return [Loan]

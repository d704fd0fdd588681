"""Umbrella stand: who has which umbrella."""

from peewee import CharField, DateField

from hongxian import Record, hookimpl

version = "1.0"


class Loan(Record):
    """One umbrella out of the stand."""

    borrower = CharField(verbose_name="借用人", max_length=40)
    due = DateField(verbose_name="归还日期")

    class Meta:
        collection = "umbrella.loan"


@hookimpl
def hongxian_collections():
    return [Loan]

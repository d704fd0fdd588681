"""Soap: bottles on a shelf, of which nobody gives out one twice."""

from peewee import CharField, IntegerField

from hongxian import QuotaField, Record, Reference, Text, action, hookimpl
from hongxian.quotas import Lines, grant, spend

title = Text("洗手液", "Soap")
version = "1.0"


class Shelf(Record):
    """A shelf, and what is left on it."""

    name = CharField(verbose_name=Text("架子", "Shelf"), max_length=40)
    stock = QuotaField(
        verbose_name=Text("库存", "Stock"),
        unit=Text("瓶", "bottles"),
        grants=Lines("soap.movement", "amount", of="shelf", only={"kind": ("came",)}),
    )

    class Meta:
        collection = "soap.shelf"
        title = Text("架子", "Shelves")


class Movement(Record):
    """Bottles that came, or were given to somebody."""

    shelf = Reference("soap.shelf", verbose_name=Text("架子", "Shelf"))
    kind = CharField(
        verbose_name=Text("进出", "Which way"),
        max_length=5,
        choices=[("came", Text("到货", "Came")), ("given", Text("发放", "Given"))],
    )
    amount = IntegerField(verbose_name=Text("数量", "Amount"))
    to = CharField(verbose_name=Text("给谁", "For whom"), max_length=40, null=True)

    class Meta:
        collection = "soap.movement"
        title = Text("进出", "Movements")


@hookimpl
def hongxian_collections():
    return [Shelf, Movement]


@action(of=Shelf, title=Text("到货", "Came"), asks=[Movement.amount])
def came(store, shelf, amount):
    with store.transaction():
        Movement.create(shelf=shelf, kind="came", amount=amount)
        grant(shelf, "stock", amount)


@action(of=Shelf, title=Text("发放", "Give"), asks=[Movement.amount, Movement.to])
def give(store, shelf, amount, to):
    with store.transaction():
        spend(shelf, "stock", amount)
        Movement.create(shelf=shelf, kind="given", amount=amount, to=to)

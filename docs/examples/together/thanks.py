"""感谢卡: a card for whoever served, whatever plugin tells of the service."""

from __future__ import annotations

from peewee import CharField, IntegerField

from hongxian import Record, Reference, Text, hookimpl, takes
from hongxian.contracts import Hours
from hongxian.records import Values


class Card(Record):
    """Cards."""

    name = CharField(verbose_name=Text("为了什么", "What for"), max_length=60)
    person = Reference("roster.person", verbose_name=Text("给谁", "For whom"))
    hearts = IntegerField(verbose_name=Text("爱心", "Hearts"))

    class Meta:
        collection = "thanks.card"
        title = Text("感谢卡", "Cards")


@takes(Hours, into=Card)
def card_for(hours: Hours) -> Values | None:
    """A heart for each half an hour; none for less."""
    hearts = hours.minutes // 30
    if not hearts:
        return None
    return {"name": f"{hours.day} {hours.activity}", "person": hours.person, "hearts": hearts}


@hookimpl
def hongxian_collections():
    return [Card]

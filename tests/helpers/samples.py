"""Collections for tests: every kind of field, all seven merges, every scope, and a later release."""

from types import ModuleType
from typing import Any

from peewee import (
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    IntegerField,
    TextField,
    TimeField,
)

from hongxian import MembersField, Record, Reference, TallyField, hookimpl
from hongxian.kinds.boolean import BooleanColumn
from hongxian.kinds.integer import IntegerColumn
from hongxian.kinds.merged.members import MembersColumn
from hongxian.kinds.merged.quota import QuotaColumn
from hongxian.kinds.merged.tally import TallyColumn
from hongxian.kinds.moments import DateColumn, DateTimeColumn, TimeColumn
from hongxian.kinds.text import TextColumn
from hongxian.merges import First, Furthest, Largest, Smallest
from hongxian.records import COMMUNITY

KINDS = {
    "text": TextColumn,
    "int": IntegerColumn,
    "bool": BooleanColumn,
    "date": DateColumn,
    "datetime": DateTimeColumn,
    "time": TimeColumn,
    "tally": TallyColumn,
    "members": MembersColumn,
    "quota": QuotaColumn,
}


class Thing(Record):
    """Every kind of field and all seven merges; may belong to a team or to the community."""

    name = CharField(max_length=40)
    note = TextField(null=True)
    most = IntegerField(null=True)
    least = IntegerField(null=True)
    day = DateField(null=True)
    moment = DateTimeField(null=True)
    hour = TimeField(null=True)
    ready = BooleanField(default=False)
    state = CharField(default="open", choices=[("open", "开"), ("busy", "忙"), ("done", "完")])
    other = Reference("sample.thing", null=True)
    people = TallyField()
    skills = MembersField()

    class Meta:
        collection = "sample.thing"
        scope = "any"
        merges = {
            "most": Largest(),
            "least": Smallest(),
            "day": First(),
            "state": Furthest("open", "busy", "done"),
        }


class Visit(Record):
    """Of one team."""

    name = CharField(max_length=40)
    note = TextField(null=True)

    class Meta:
        collection = "sample.visit"


class Person(Record):
    """Of the whole community."""

    name = CharField(max_length=40)
    note = TextField(null=True)

    class Meta:
        collection = "people.person"
        scope = COMMUNITY


class LaterPerson(Record):
    """The same collection in a later release, with one field more."""

    name = CharField(max_length=40)
    note = TextField(null=True)
    nickname = CharField(max_length=40, null=True)

    class Meta:
        collection = "people.person"
        scope = COMMUNITY


class Contact(Record):
    """Where somebody is reached."""

    person = Reference("people.person")
    phone = CharField(max_length=20)

    class Meta:
        collection = "erased.contact"
        scope = COMMUNITY


def plugin(name: str, *models: type[Record], **hooks: Any) -> ModuleType:
    """A plugin module that brings these collections, these hooks by name, and what is marked."""
    module = ModuleType(name, doc=f"{name}, a plugin for tests")

    @hookimpl
    def hongxian_collections() -> list[type[Record]]:
        return list(models)

    module.hongxian_collections = hongxian_collections
    for hook, implementation in hooks.items():
        is_marked = hasattr(implementation, "__hongxian__")
        setattr(module, hook, implementation if is_marked else hookimpl(implementation))
    return module


SAMPLE = plugin("sample", Thing, Visit)
PEOPLE = plugin("people", Person)
LATER_PEOPLE = plugin("people", LaterPerson)
CONTACTS = plugin("erased", Contact)

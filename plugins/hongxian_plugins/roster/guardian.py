"""Who answers for a volunteer under 18, and that they consent: marked while it lacks, never refused."""

from __future__ import annotations

from datetime import date, datetime

from peewee import DateField

from hongxian import (
    Keep,
    Mark,
    PersonField,
    Record,
    Reference,
    Seen,
    Store,
    Text,
    action,
    local_today,
    rule,
)
from hongxian.records import Somebody, asked_as
from hongxian_plugins.roster.records import Membership, Person, days_after_leaving

OF_AGE = 18
GUARDIAN = Text("监护人", "Guardian")
AGREES = Text("监护人已同意", "Their guardian consents")


class Guardian(Record):
    """Guardians of volunteers under 18."""

    person = Reference(
        "roster.person",
        verbose_name=Text("志愿者", "Person"),
        index=True,
        help_text=Text("未满十八岁的志愿者。", "A volunteer under 18."),
    )
    who = PersonField(
        verbose_name=GUARDIAN,
        help_text=Text(
            "姓名加电话，如：示例·王五 100 0000 1234。",
            "A name and a telephone, or someone in the roster.",
        ),
    )
    agreed_on = DateField(
        verbose_name=Text("监护人同意的日期", "Consented on"),
        null=True,
        help_text=Text(
            "哪天同意孩子做志愿者；还没有同意则留空。",
            "When they said yes; empty while they have not.",
        ),
    )

    class Meta:
        collection = "roster.guardian"
        title = Text("监护人", "Guardians")
        menu = False
        confidential = True
        keep = Keep(until=days_after_leaving, consent="data")


def may_be_a_minor(born: int | None, today: date | datetime) -> bool:
    """Whether somebody may be under 18: through the year in which they turn 18, for the year alone is known."""
    return born is not None and today.year - born <= OF_AGE


def first_minors() -> int:
    """The year of birth from which on somebody may be under 18 today."""
    return local_today().year - OF_AGE


@rule(of=Membership, when=("person", "until"))
def a_minor_has_a_guardian_who_consents(membership: Membership, seen: Seen) -> Mark | None:
    """They are entered all the same, and somebody asks the guardian (个人信息保护法 31 under 14; our rule under 18)."""
    person = seen.get(Person, membership.person)
    if person is None or membership.until or not may_be_a_minor(person.born, seen.now):
        return None
    held = seen.all(Guardian, person=membership.person)
    if any(each.agreed_on for each in held):
        return None
    return Mark(
        "{name}未满十八岁，还没有记下监护人的姓名、电话和同意。",
        "{name} is under 18, and no guardian with a telephone and a consent is on record.",
        name=person.name,
    )


def put_down(store: Store, scope: str, person: str, who: Somebody, *, agreed: bool) -> None:
    """A guardian of a volunteer, as one team knows them."""
    today = local_today(store) if agreed else None
    Guardian.create(scope=scope, person=person, who=who, agreed_on=today)


def lacks_a_guardian(membership: Membership) -> bool:
    person = Person.get_or_none(Person.id == membership.person)
    held = Guardian.person == membership.person, Guardian.agreed_on.is_null(False)
    is_minor = person is not None and may_be_a_minor(person.born, local_today())
    return (
        is_minor and not Guardian.select().where(*held, Guardian.scope == membership.scope).exists()
    )


@action(
    of=Membership,
    title=AGREES,
    asks={"who": asked_as(Guardian.who)},
    when=lacks_a_guardian,
)
def guardian_consents(store: Store, membership: Membership, who: Somebody) -> Text:
    """Put down who answers for a volunteer under 18, and that they said yes today."""
    put_down(store, membership.scope, membership.person, who, agreed=True)
    return Text("已记下监护人。", "The guardian is on record.")

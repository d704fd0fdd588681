"""Who has not served for long: their team asks whether they stay, and strikes nobody off for being silent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from hongxian import (
    Due,
    Refused,
    Seen,
    Store,
    Text,
    action,
    local_today,
    reminder,
    rule,
    step,
    view,
)
from hongxian.contracts import Hours, Presence, given
from hongxian.days import day_in_words, month_away
from hongxian.doubles import Doubles
from hongxian.shapes import Button, Link, Masked, Table
from hongxian_plugins.roster.records import Contact, Membership, Person
from hongxian_plugins.roster.setting import RosterRules

MOST = 100
"""Rows of the page; it tells how many there are besides."""
_HERE = ("consented", "active")
_HEADS = (
    Text("志愿者", "Person"),
    Text("手机", "Phone"),
    Text("最近服务", "Last served"),
    Text("问过", "Asked"),
    Text("办理", "Do"),
)


@rule(of=Membership, when=("asked_on", "stays_on"))
def was_asked_by_now(membership: Membership, seen: Seen) -> None:
    """A day to come would keep them off the page until then."""
    today = seen.now.date()
    if any(day and day > today for day in (membership.asked_on, membership.stays_on)):
        raise Refused("这一天还没到。", "That day is still to come.")


def is_current(membership: Membership) -> bool:
    return membership.until is None


@action(of=Membership, title=Text("问过了", "Asked"), when=is_current, icon="telephone")
def asked(store: Store, membership: Membership) -> None:
    """Somebody asked them today whether they stay."""
    membership.asked_on = local_today(store)
    membership.save()


@action(of=Membership, title=Text("还来", "Stays"), when=is_current, icon="check2")
def stays(store: Store, membership: Membership) -> None:
    """They said so; they stand on the page again once they have not served for as long anew."""
    membership.stays_on = local_today(store)
    membership.save()


@step(Person, "come_back")
def comes_back(store: Store, person: Person) -> None:
    """Whoever comes back has said that they stay."""
    current = Membership.person == person.id, Membership.until.is_null()
    Membership.update(stays_on=local_today(store)).where(*current).execute()


@view(title=Text("久未服务的人", "Not served for long"), icon="hourglass-split", menu=False)
def quiet(store: Store) -> Table:
    """Members without hours or presence for so many months, as far as this laptop knows; not yet asked first."""
    since = quiet_since(store)
    if since is None:
        return Table(_HEADS, [], note=Text("没有设几个月。", "No number of months is set."))
    served = served_since(store, since)
    if not served:
        told = Text(
            "{since}以来这台电脑上没有任何人的服务记录，看不出谁久未服务。",
            "Nobody at all has served since {since}, as far as this laptop knows: it cannot tell who is quiet.",
        )
        return Table(_HEADS, [], note=told.format(since=_said(store, since)))
    waiting = sorted(
        _quiet(since, served), key=lambda e: (e.asked_on or date.min, e.since or date.min)
    )
    told = Text(
        "{since}以来没有服务，也没说过还来：{n} 人。别的队的服务这里看不到，先问再办；不来的点“暂停”。",
        "No service since {since}, and did not say that they stay: {n}. What they do for other teams is not "
        "seen here: ask first, and press Pause for who does not stay.",
    )
    note = told.format(since=_said(store, since), n=len(waiting))
    return Table(_HEADS, list(_rows(store, waiting[:MOST])), note=note)


def quiet_since(store: Store) -> date | None:
    """The first day of the months in which who has not served is asked; None where nobody is."""
    months = RosterRules.now(store).quiet_months
    return None if months is None else month_away(local_today(store), -months)


def served_since(store: Store, since: date) -> set[str]:
    """Who has hours or was at work from that day on, by the id that stands for them and their doubles."""
    doubles = Doubles("roster.person")
    at_work = (each for _, each in given(store, Presence, since=since) if not each.void)
    hours = (each for _, each in given(store, Hours, since=since))
    return {doubles.first(each.person) for some in (at_work, hours) for each in some}


def _quiet(since: date, served: set[str]) -> Iterator[Membership]:
    """Once each, however often they were entered."""
    doubles, members = (
        Doubles("roster.person"),
        defaultdict[tuple[str, str], list[Membership]](list),
    )
    here = Person.select(Person.id).where(Person.state.in_(_HERE))
    for each in Membership.select().where(Membership.until.is_null(), Membership.person.in_(here)):
        members[each.scope, doubles.first(each.person)].append(each)
    for (_, person), same in members.items():
        heard = [day for each in same for day in (each.since, each.stays_on) if day]
        if person not in served and max(heard, default=date.min) < since:
            yield max(same, key=lambda each: each.asked_on or date.min)


def _rows(store: Store, members: Iterable[Membership]) -> Iterator[list[object]]:
    members = list(members)
    people = [each.person for each in members]
    names, today = store.names_of("roster.person", people), local_today(store)
    phones = defaultdict[str, list[object]](list)
    for each in Contact.select().where(Contact.person.in_(people), Contact.phone.is_null(False)):
        phones[each.person].append(Masked(each.phone, Contact, each.id))
    for each in members:
        last = _last_served(store, each.person)
        yield [
            Link(names.get(each.person, "…"), Person, each.person),
            phones[each.person],
            day_in_words(last, today) if last else Text("没有记录", "None on record"),
            day_in_words(each.asked_on, today) if each.asked_on else "",
            [
                Button(Text("问过了", "Asked"), "roster.asked", {}, each.id, at_once=True),
                Button(Text("还来", "Stays"), "roster.stays", {}, each.id, at_once=True),
                Button(Text("暂停", "Pause"), "roster.pause", {}, each.person, at_once=True),
            ],
        ]


def _last_served(store: Store, person: str) -> date | None:
    days = [
        each.day
        for kind in (Presence, Hours)
        for _, each in given(store, kind, person=person)
        if each
    ]
    return max(days, default=None)


def _said(store: Store, day: date) -> Text:
    return day_in_words(day, local_today(store))


@reminder(ahead=0)
def who_has_not_answered(store: Store) -> Iterator[Due]:
    """Who was asked whether they stay, and has neither said so nor paused."""
    days = timedelta(days=RosterRules.now(store).answer_days)
    here = Person.select(Person.id).where(Person.state.in_(_HERE))
    waits = Membership.stays_on.is_null() | (Membership.stays_on < Membership.asked_on)
    asked_ = Membership.select().where(
        Membership.until.is_null(),
        Membership.asked_on.is_null(False),
        waits,
        Membership.person.in_(here),
    )
    open_ = list(asked_)
    names = store.names_of("roster.person", [each.person for each in open_])
    for each in open_:
        title = Text("{name}还来不来，问过没有答复", "{name} has not answered whether they stay")
        told = title.format(name=names.get(each.person, "…"))
        yield Due(each.asked_on + days, told, each, to=each.scope)

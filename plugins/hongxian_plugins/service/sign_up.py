"""Signing up for an activity: its places are given once, and who finds none waits in line."""

from __future__ import annotations

from collections.abc import Iterator

from peewee import IntegerField

from hongxian import Claim, Record, Reference, Store, Text, Viewer, action, view
from hongxian.records import Values
from hongxian.shapes import Button, Table, Tag
from hongxian_plugins.service.records import Activity

_WAITS = Tag(Text("排队等候", "Waits"), "wait")
_SIGNED_OFF = Text("已取消。", "Signed off.")


def other_places(wanted: Values) -> Iterator[Values]:
    """The free places of an activity, the first of them first."""
    activity = Activity.get_or_none(Activity.id == wanted["activity"])
    for place in _free_of(activity) if activity else ():
        yield {**wanted, "place": place}


class SignUp(Record):
    """Who has signed up; who has no place waits, whoever signed up first before the others."""

    activity = Reference(
        "service.activity",
        verbose_name=Text("活动", "Activity"),
        index=True,
        help_text=Text("报名参加的活动。", "The activity signed up for."),
    )
    person = Reference(
        "roster.person",
        verbose_name=Text("志愿者", "Person"),
        index=True,
        help_text=Text("谁报的名。", "Who signed up."),
    )
    place = IntegerField(
        verbose_name=Text("名额号", "Place"),
        null=True,
        help_text=Text("第几个名额；空着就是在排队。", "Which place; empty for who waits."),
    )

    class Meta:
        collection = "service.sign_up"
        title = Text("报名", "Sign-ups")
        menu = False
        scope = "any"
        claims = [
            Claim("activity", "place", near=other_places),
            Claim("activity", "person"),
        ]


@action(
    of=Activity,
    title=Text("报名", "Sign up"),
    asks=[SignUp.person],
    icon="person-plus",
    when=lambda activity: activity.state in ("planned", "open"),
)
def sign_up(store: Store, activity: Activity, person: str) -> Text:
    """A place for one person, or a place in the line where none is free."""
    return give_place(store, activity, person)


def give_place(store: Store, activity: Activity, person: str) -> Text:
    """A place, or one in the line, whoever asks for it; raises `Taken` for who has one."""
    with store.transaction():
        place = next(_free_of(activity), None)
        SignUp.create(activity=activity, person=person, place=place, scope=activity.scope)
    if place is None:
        return Text("名额满了，排在第 {n} 位。", "No place is free: number {n} in line.").format(
            n=len(in_line(activity.id))
        )
    return Text("报上了，第 {n} 个。", "Signed up, number {n}.").format(n=place)


def _of_what(signed: SignUp) -> Text:
    held = Activity.get_or_none(Activity.id == signed.activity)
    return (
        Text("{title}，{day}", "{title}, {day}").format(title=held.title, day=held.day)
        if held
        else _ELSEWHERE
    )


_ELSEWHERE = Text("活动还没到这里。", "The activity has not arrived here.")


@action(of=SignUp, title=Text("取消报名", "Sign off"), audience=("leader", "self"), says=_of_what)
def sign_off(store: Store, signed: SignUp, viewer: Viewer) -> Text:
    """They do not come; whoever is first in line has the place."""
    with store.transaction():
        line = in_line(signed.activity)
        signed.delete_instance()
        if signed.place is None or not line:
            return _SIGNED_OFF
        SignUp.update(place=signed.place).where(SignUp.id == line[0].id).execute()
    if viewer.audience == "self":  # who comes in their place is nothing that they are told
        return _SIGNED_OFF
    names = store.names_of("roster.person", [line[0].person])
    return Text("已取消，{name} 补上。", "Signed off; {name} has the place.").format(
        name=names.get(line[0].person, "…")
    )


@view(of=Activity, title=Text("报名", "Sign-ups"), icon="person-plus")
def signed_up(store: Store, activity: Activity) -> Table:
    """Who comes, and who waits."""
    found = sign_ups_of(activity.id)
    names = store.names_of("roster.person", [each.person for each in found])
    taken = sum(each.place is not None for each in found)
    note = Text("报名 {n} 人", "{n} signed up").format(n=taken)
    if activity.places:
        note = Text("名额 {n}/{places}", "Places {n}/{places}").format(
            n=taken, places=activity.places
        )
    return Table(
        [SignUp.place.verbose_name, SignUp.person.verbose_name, ""],
        [
            [
                each.place or _WAITS,
                names.get(each.person, "…"),
                Button(Text("取消报名", "Sign off"), "service.sign_off", id=each.id),
            ]
            for each in found
        ],
        ids=[each.id for each in found],
        of=SignUp,
        note=note,
    )


def sign_ups_of(activity: str) -> list[SignUp]:
    """Who has a place, in order, and then who waits, in order."""
    found = SignUp.select().where(SignUp.activity == activity)
    return sorted(found, key=lambda each: (each.place is None, each.place or 0, each.id))


def in_line(activity: str) -> list[SignUp]:
    """Who waits, the first before the others."""
    return [each for each in sign_ups_of(activity) if each.place is None]


def _free_of(activity: Activity) -> Iterator[int]:
    """The numbers that nobody holds, from 1; nobody goes before those who wait already."""
    held = sign_ups_of(activity.id)
    taken = {each.place for each in held}
    if activity.places and None in taken:
        return
    last = activity.places or len(held) + 1
    yield from (place for place in range(1, last + 1) if place not in taken)

"""What a volunteer sees and does of their own record by their phone: what is kept, what they can, when, and leaving."""

from __future__ import annotations

from peewee import Field

from hongxian import Store, Text, Viewer, action, view
from hongxian.doubles import group
from hongxian.records import asked_as, present_store
from hongxian.shapes import Button, Facts
from hongxian_plugins.roster.consents import leaves
from hongxian_plugins.roster.records import Contact, Person
from hongxian_plugins.roster.setting import RosterRules

_CHANGE = Text("改特长和空闲", "Change skills and times")
_LEAVE = Text("不再做志愿者", "Leave for good")
_SHOWN = (Person.volunteer_no, Person.born, Person.joined, Person.skills, Person.free_times)


@view(title=Text("名册里的我", "What the roster keeps"), audience="self", icon="person")
def kept(store: Store, viewer: Viewer) -> Facts:
    """All that is kept of them, their own telephone too."""
    person = Person.get_by_id(viewer.person)
    facts: list[tuple[Text | str, object]] = [
        (each.verbose_name, _told(getattr(person, each.name))) for each in _SHOWN
    ]
    theirs = Contact.person.in_(group("roster.person", person.id))
    for each in Contact.select().where(theirs):
        facts += [(field.verbose_name, getattr(each, field.name)) for field in _REACHED]
    presses = [Button(_CHANGE, "roster.about_me", id=person.id)]
    if person.state != "left":
        presses.append(Button(_LEAVE, "roster.leave_by_myself", id=person.id))
    return Facts([*facts, ("", presses)])


_REACHED = (Contact.phone, Contact.address)


def _told(value: object) -> object:
    return "、".join(sorted(value)) if isinstance(value, frozenset) else value


def _as_it_stands(person: Person | None) -> dict[str, Field]:
    fields = (Person.skills, Person.free_times)
    held = {each.name: getattr(person, each.name) if person else frozenset() for each in fields}
    return {each.name: asked_as(each, default=held[each.name]) for each in fields}


@action(of=Person, title=_CHANGE, audience="self", menu=False, icon="pencil", asks=_as_it_stands)
def about_me(
    store: Store, person: Person, skills: frozenset[str], free_times: frozenset[str]
) -> Text:
    """What they can do, and when they are free."""
    store.edit(Person, {person.id: {"skills": skills, "free_times": free_times}})
    return Text("记下了。", "Noted.")


def _what_goes(person: Person) -> Text:
    days = RosterRules.now(present_store()).contact_days
    return _GOES.format(days=days)


_GOES = Text(
    "您会离开所有的队；电话、住址和健康情况 {days} 天后删去，服务时长还在，可以开证明。想回来，跟队长说一声。",
    "You leave every team; telephone, address and health go after {days} {days:day|days}. Your hours stay, for "
    "certificates. To come back, tell a team's leader.",
)


@action(
    of=Person,
    title=_LEAVE,
    audience="self",
    menu=False,
    icon="box-arrow-right",
    when=lambda person: person.state != "left",
    says=_what_goes,
    final=Text("想回来找队长", "to come back, ask a leader"),
)
def leave_by_myself(store: Store, person: Person) -> Text:
    """They are a volunteer no more, of any team; nobody serves against their will (志愿服务条例 7)."""
    with store.transaction():
        leaves(store, person)
        store.edit(Person, {person.id: {"state": "left", "left_on": person.left_on}})
    return Text("已离开。谢谢您做过的一切。", "You have left. Thank you for all that you did.")

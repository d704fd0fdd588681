"""Consents: who has said yes to what, who is still to be asked, and what goes with a no."""

from __future__ import annotations

from collections.abc import Iterator

from peewee import CharField

from hongxian import Due, Store, Text, action, local_today, reminder, step, view
from hongxian.doubles import group
from hongxian.records import Consent, Consents, consent_said, consents_asked, withdraw_consent
from hongxian.shapes import Button, Link, Stat, Stats, Table
from hongxian_plugins.roster.alike import surely_twice
from hongxian_plugins.roster.guardian import AGREES, GUARDIAN, OF_AGE, lacks_a_guardian
from hongxian_plugins.roster.records import Care, Contact, Membership, Person, years_after_leaving

DATA, HEALTH = "data", "health"
_HEADS = (
    Text("志愿者", "Person"),
    Text("同意的事项", "To what"),
    Text("现在", "How it stands"),
    Text("办理", "Do"),
)
SAID = {
    True: Text("已同意", "Consented"),
    False: Text("已撤回", "Withdrawn"),
    None: Text("没有记录", "None on record"),
}
_YES = Text("本人已同意", "They consent")


def teams_that_know(store: Store, person: str) -> list[str]:
    """The teams of this laptop that have somebody, or keep something of them; else all of its teams."""
    people = group("roster.person", person)
    known = (
        each.select(each.scope).where(each.person.in_(people))
        for each in (Membership, Contact, Care)
    )
    scopes = {scope for query in known for (scope,) in query.tuples()}
    return sorted(scopes or store.writer().teams)


def say_yes(store: Store, person: str, kind: str) -> None:
    """Put down for each team that knows them that they consent."""
    with store.transaction():
        for scope in teams_that_know(store, person):
            Consent.create(person=person, kind=kind, scope=scope)


@step(Person, "consent")
def consents(store: Store, person: Person) -> None:
    say_yes(store, person.id, DATA)


@step(Person, "leave")
def leaves(store: Store, person: Person) -> None:
    """They leave the teams of this laptop, too."""
    person.left_on = person.left_on or local_today(store)
    stays = Membership.person == person.id, Membership.until.is_null()
    Membership.update(until=person.left_on).where(*stays).execute()


@step(Person, "ask_again")
def asks_again(store: Store, person: Person) -> None:
    person.left_on = None


@action(of=Care, title=_YES, when=lambda care: not consent_said(care.person, HEALTH, care.scope))
def agree(store: Store, care: Care) -> Text:
    """They consent that the team keeps this."""
    Consent.create(person=care.person, kind=HEALTH, scope=care.scope)
    return SAID[True]


def _kinds() -> list[tuple[str, Text]]:
    """To what people are asked for consent, by all plugins of this laptop."""
    return list(consents_asked().items())


@action(
    of=Person,
    title=Text("记下同意", "Note a consent"),
    asks={"kind": CharField(verbose_name=Text("同意什么", "To what"), choices=_kinds)},
)
def consent_to(store: Store, person: Person, kind: str) -> Text:
    """They said yes to what one of the plugins keeps, on paper or aloud."""
    say_yes(store, person.id, kind)
    return Text("{name}同意：{kind}。", "{name} consents: {kind}.").format(
        name=person.name, kind=consents_asked(store)[kind]
    )


@action(
    of=Person,
    title=Text("撤回同意", "Withdraw consent"),
    asks={"kind": CharField(verbose_name=Text("撤回什么", "Of what"), choices=_kinds)},
)
def withdraw(store: Store, person: Person, kind: str) -> Text:
    """Put down that they consent no more; the hub erases what hung on it."""
    with store.transaction():
        for scope in teams_that_know(store, person.id):
            withdraw_consent(person.id, kind, scope)
    return Text(
        "{name}已撤回：{kind}。主机一小时内删去本队的这些记录，各电脑下次同步时也删去。",
        "{name} withdrew: {kind}. The hub erases the team's records of it within the hour, each "
        "laptop with its next sync.",
    ).format(name=person.name, kind=consents_asked(store)[kind])


@view(title=Text("名册", "Roster"), card=True, menu=False)
def looked_after(store: Store) -> Stats:
    """How many are still to be asked, and are likely here twice: by name and telephone."""
    to_ask = Stat(
        Text("还没有同意", "Without consent"), len(unasked(store).rows), to="roster.unasked"
    )
    twice = Stat(
        Text("可能重复", "Likely doubles"), len(list(surely_twice(store))), to="roster.likely"
    )
    return Stats([to_ask, twice])


@view(title=Text("还没有同意的人", "Without consent"), menu=False)
def unasked(store: Store) -> Table:
    """Members who have not said yes or have left, and what is noted without a consent of its own.

    Not a refusal: consents on paper are typed in later, and the laptop that types the membership
    may not have seen the consent yet.
    """
    kinds = consents_asked(store)
    current = Membership.select(Membership.person).where(Membership.until.is_null())
    waiting = Person.state.in_(("applied", "left"))
    members = (
        Person.select().where(Person.id.in_(current), waiting).order_by(Person.name, Person.id)
    )
    rows: list[list[object]] = [
        [
            Link(each.name, Person, each.id),
            kinds[DATA],
            SAID[None]
            if each.state == "applied"
            else Text("已离开，还在队里", "Left, and still in a team"),
            Button(_YES, "roster.consent", {}, each.id, at_once=True)
            if each.state == "applied"
            else "",
        ]
        for each in members
    ]
    health = Consents(HEALTH)
    for care in Care.select().join(Person, on=(Care.person == Person.id)).order_by(Care.id):
        yes = health.said(care.person, care.scope)
        if not yes:
            name = Person.get_by_id(care.person).name
            press = Button(_YES, "roster.agree", {}, care.id, at_once=True)
            rows.append([Link(name, Person, care.person), kinds[HEALTH], SAID[yes], press])
    young = Person.born >= local_today(store).year - OF_AGE
    minors = Membership.select().join(Person, on=(Membership.person == Person.id)).where(young)
    for each in minors.where(Membership.until.is_null()).order_by(Membership.id):
        if lacks_a_guardian(each):
            name = Person.get_by_id(each.person).name
            press = Button(AGREES, "roster.guardian_consents", {}, each.id)
            rows.append([Link(name, Person, each.person), GUARDIAN, SAID[None], press])
    return Table(_HEADS, rows)


@reminder(ahead=30)
def people_to_be_forgotten(store: Store) -> Iterator[Due]:
    """Whose record ends: a certificate is to be written before."""
    for each in Person.select().where(Person.state == "left", Person.left_on.is_null(False)):
        if last := years_after_leaving(each):
            title = Text(
                "{name}离开已久，记录将删去；要开服务证明请先开",
                "{name} left long ago: the record goes, write certificates before",
            )
            yield Due(last, title.format(name=each.name), each)

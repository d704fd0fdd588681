"""One form for a new volunteer: the person, their team, how to reach them, and their consent on paper."""

from __future__ import annotations

from datetime import date

from peewee import BooleanField, CharField

from hongxian import Store, Text, local_today
from hongxian.entries import entry
from hongxian.records import Consent, Somebody, asked_as, present_store, shown_if
from hongxian_plugins.roster.alike import known_already
from hongxian_plugins.roster.consents import DATA, HEALTH
from hongxian_plugins.roster.guardian import Guardian, first_minors, put_down
from hongxian_plugins.roster.records import Care, Contact, Membership, Person


def _teams() -> list[tuple[str, str]]:
    """The teams of this laptop, to choose from."""
    store = present_store()
    told = getattr(store, "teams", None)
    names = told() if told else {}
    return [(scope, names.get(scope, scope)) for scope in sorted(store.writer().teams)]


def _first_team() -> str | None:
    return next((scope for scope, _ in _teams()), None)


@entry(
    makes=Person,
    title=Text("新志愿者", "New volunteer"),
    icon="person-plus",
    asks={
        "name": Person.name,
        "phone": Contact.phone,
        "gender": Person.gender,
        "born": Person.born,
        "address": Contact.address,
        "call": Care.call,
        "party": Membership.party_member,
        "skills": Person.skills,
        "free_times": Person.free_times,
        "team": CharField(verbose_name=Text("团队", "Team"), choices=_teams, default=_first_team),
        "since": asked_as(Membership.since, default=local_today),
        "paper": BooleanField(
            verbose_name=Text("纸上已签同意书", "Consent signed on paper"), default=False
        ),
        "health": shown_if(
            BooleanField(
                verbose_name=Text("也同意记紧急联系人", "And to whom to call"), default=False
            ),
            "call",
        ),
        "guardian": shown_if(asked_as(Guardian.who, null=True), "born", at_least=first_minors),
        "guardian_agrees": shown_if(
            BooleanField(
                verbose_name=Text("监护人已同意", "Their guardian consents"), default=False
            ),
            "born",
            at_least=first_minors,
        ),
    },
    parts={
        "team": Text("团队和同意书", "Team and consent"),
        "guardian": Text("未满十八岁的，请填监护人", "Under 18: who answers for them"),
    },
    alike=known_already,
)
def new_volunteer(
    store: Store,
    name: str,
    phone: str | None,
    gender: str | None,
    born: int | None,
    address: str | None,
    call: Somebody | None,
    party: bool,
    skills: frozenset[str],
    free_times: frozenset[str],
    team: str,
    since: date | None,
    paper: bool,
    health: bool,
    guardian: Somebody | None,
    guardian_agrees: bool,
) -> Text:
    """Enter a volunteer with all that the team knows of them, or nothing of it."""
    with store.transaction():
        person = Person.create(
            name=name,
            gender=gender,
            born=born,
            joined=since,
            state="active" if paper else "applied",
            skills=skills,
            free_times=free_times,
        )
        Membership.create(scope=team, person=person, since=since, party_member=party)
        for kind, is_given in ((DATA, paper), (HEALTH, health)):
            if is_given:
                Consent.create(scope=team, person=person.id, kind=kind)
        if phone or address:
            Contact.create(scope=team, person=person, phone=phone, address=address)
        if call:
            Care.create(scope=team, person=person, call=call)
        if guardian:
            put_down(store, team, person.id, guardian, agreed=guardian_agrees)
    return Text("已登记：{name}。", "Entered: {name}.").format(name=person.name)

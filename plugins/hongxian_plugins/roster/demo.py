"""Invented volunteers: 2,970 people and 30 who were entered twice, the same for the same seed.

No real person is here: names follow the scheme 示例·甲001, telephone numbers begin with 100,
which no telephone number in China does, and the estates do not exist.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from zlib import crc32

from hongxian import Record, Store, local_today
from hongxian.records import Consent, Values
from hongxian_plugins.roster.consents import DATA, HEALTH, say_yes
from hongxian_plugins.roster.guardian import Guardian
from hongxian_plugins.roster.records import Care, Contact, Membership, Person

TEAMS = (
    "三红三心",
    "银和白",
    "青鸟",
    "雏鹰",
    "夕阳红",
    "红帽子帮帮团",
    "红马甲管家团",
    "红袖章互助岗",
)
VOLUNTEERS = 3_000
DUPLICATES = VOLUNTEERS // 100
WATERMARK = "示例数据，全部虚构"

_STEMS = "甲乙丙丁戊己庚辛壬癸"
_FIRST_DAY = date(2018, 1, 1)
_ESTATES = ("示例苑一期", "示例苑二期", "示例新村", "示例花园")
_SKILLS = ("磨刀", "理发", "量血压", "换纱窗", "修电器", "书法", "调解", "急救", "摄影", "外语")
_TIMES = ("周一上午", "周三晚上", "周五下午", "周六上午", "周日下午")
_STATES = ("active",) * 14 + ("consented",) * 2 + ("dormant",) * 2 + ("applied", "left")
_NOTES = ("示例：花生过敏", "示例：不能久站", "示例：听力不好，请大声说")
ASKED, ASKED_DAYS_AGO = 200, 20
"""One of so many members was asked so long ago whether they stay, and has not answered."""
MINORS = 3
"""Of each team, the last in the list: 15 to 17 years old, each with a guardian who consents."""
MINDED = 40
"""One of so many members has something that the team minds."""
_BATCH = 5_000


@dataclass(frozen=True)
class Volunteer:
    """One invented person with the team that knows how to reach them."""

    person: Values
    team: int
    """Place in TEAMS."""
    role: str
    phone: str | None
    address: str
    party: bool
    twin_of: str | None = field(default=None)
    """The name under which a planted duplicate was entered first."""


def volunteers(seed: int) -> list[Volunteer]:
    """The whole community, planted duplicates at the end."""
    chance = random.Random(seed)
    people = [_volunteer(chance, number) for number in range(VOLUNTEERS - DUPLICATES)]
    twins = chance.sample(people, DUPLICATES)
    return people + [_entered_again(chance, each, place) for place, each in enumerate(twins)]


def _volunteer(chance: random.Random, number: int) -> Volunteer:
    stem, place = divmod(number, (VOLUNTEERS - DUPLICATES) // len(_STEMS))
    person = {
        "name": f"示例·{_STEMS[stem]}{place + 1:03}",
        "gender": chance.choice(("female", "female", "male", "unstated")),
        "joined": _FIRST_DAY + timedelta(days=chance.randrange(2_500)),
        "born": None,
        "state": chance.choice(_STATES),
        "party": chance.random() < 0.2,
        "skills": frozenset(chance.sample(_SKILLS, chance.randrange(4))),
        "free_times": frozenset(chance.sample(_TIMES, chance.randrange(3))),
    }
    return Volunteer(
        person,
        team=number % len(TEAMS),
        role=_role(number),
        phone=None if chance.random() < 0.05 else f"100{chance.randrange(10**8):08}",
        address=f"{chance.choice(_ESTATES)}–{chance.randint(1, 40)}幢–{chance.randint(1, 4)}单元–"
        f"{100 * chance.randint(1, 18) + chance.randint(1, 4)}室",
        party=bool(person.pop("party")),
    )


def _role(number: int) -> str:
    rank = number // len(TEAMS)
    return {0: "leader", 1: "deputy", 2: "liaison"}.get(rank, "member")


def _entered_again(chance: random.Random, first: Volunteer, place: int) -> Volunteer:
    """The same person as a second hand typed them: the dot otherwise, fewer fields filled in."""
    name = first.person["name"]
    typed = (name.replace("·", ""), name.replace("·", " "), name.replace("·", "•"))[place % 3]
    person = {**first.person, "name": typed, "gender": None, "skills": frozenset()}
    joined = first.person["joined"] + timedelta(days=chance.randrange(1, 200))
    return Volunteer(
        {**person, "joined": joined},
        first.team,
        "member",
        first.phone,
        first.address,
        first.party,
        name,
    )


# -- into a laptop -------------------------------------------------------------------------------


def fill(store: Store, seed: int) -> None:
    """Fill a laptop: the community's people unless there are some, its teams' lists unless kept."""
    today = local_today(store)
    community = with_minors(volunteers(seed), today.year)
    if not Person.select().exists():
        _insert(store, Person, [each.person for each in community])
    ids = dict(Person.select(Person.name, Person.id).tuples())
    for scope in sorted(store.writer().teams):
        if not Membership.select().where(Membership.scope == scope).exists():
            place = place_of(_team_name(store, scope))
            own = [each for each in community if each.team == place and each.person["name"] in ids]
            people = [ids[each.person["name"]] for each in own]
            asked_on = today - timedelta(days=ASKED_DAYS_AGO)
            minors = [ids[each.person["name"]] for each in own if each.person["born"]]
            _answer_for(store, minors, scope)
            _insert(store, Membership, _memberships(own, people, scope, asked_on))
            _insert(store, Contact, _contacts(own, people, scope))
            _mind(store, people[::MINDED], scope)


def with_minors(community: Sequence[Volunteer], year: int) -> list[Volunteer]:
    """The same people, the last of each team under 18 in that year."""
    end = VOLUNTEERS - DUPLICATES
    begin, joined = end - MINORS * len(TEAMS), date(year - 1, 9, 1)
    young = [
        replace(
            each,
            person={**each.person, "born": year - 15 - n % 3, "joined": joined, "state": "active"},
            party=False,
        )
        for n, each in enumerate(community[begin:end])
    ]
    return [*community[:begin], *young, *community[end:]]


def place_of(team_name: str) -> int:
    """The team's place in TEAMS; any other name gets one of its own."""
    if team_name in TEAMS:
        return TEAMS.index(team_name)
    return crc32(team_name.encode()) % len(TEAMS)


def _team_name(store: Store, scope: str) -> str:
    """The name under which the team is known here; its scope while that has not arrived."""
    teams = getattr(store, "teams", None)
    return str(teams().get(scope, scope)) if teams else scope


def _memberships(
    own: Sequence[Volunteer], people: Sequence[str], scope: str, asked_on: date
) -> list[Values]:
    return [
        {
            "scope": scope,
            "person": id,
            "role": each.role,
            "since": each.person["joined"],
            "party_member": each.party,
            "asked_on": asked_on if place % ASKED == 1 else None,
        }
        for place, (each, id) in enumerate(zip(own, people, strict=True))
    ]


def _contacts(own: Sequence[Volunteer], people: Sequence[str], scope: str) -> list[Values]:
    return [
        {"scope": scope, "person": id, "phone": each.phone, "address": each.address}
        for each, id in zip(own, people, strict=True)
    ]


def _mind(store: Store, people: Sequence[str], scope: str) -> None:
    """What the team minds of some, each of whom has consented to that."""
    for place, person in enumerate(people):
        with store.transaction():
            say_yes(store, person, HEALTH)
            call = f"示例·家人{place + 1} 100 0000 {place + 1:04}"
            Care.create(scope=scope, person=person, call=call, note=_NOTES[place % len(_NOTES)])


def _answer_for(store: Store, minors: Sequence[str], scope: str) -> None:
    """The guardians of a team's minors, who consent (个人信息保护法 31)."""
    for place, person in enumerate(minors):
        with store.transaction():
            Consent.create(scope=scope, person=person, kind=DATA)
            who = f"示例·家长{place + 1} 100 0000 9{place + 1:03}"
            Guardian.create(scope=scope, person=person, who=who, agreed_on=local_today(store))


def _insert(store: Store, model: type[Record], rows: Sequence[Values]) -> None:
    for batch in _batches(rows):
        with store.separately():
            store.create(model, batch)


def _batches(rows: Sequence[Values]) -> Iterator[Sequence[Values]]:
    for start in range(0, len(rows), _BATCH):
        yield rows[start : start + _BATCH]

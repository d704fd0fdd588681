"""The volunteers of a year, in numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from hongxian import Store, Text
from hongxian.doubles import Doubles
from hongxian.records import Team
from hongxian.shapes import Table
from hongxian.yearly import Figure, yearly
from hongxian_plugins.roster.records import Membership, Person

_PEOPLE, _MONTH = Text("人", "people"), Text("月份", "Month")
_GONE = ("left",)


@yearly(title=Text("志愿者", "Volunteers"))
def volunteers(store: Store, year: int) -> Iterator[Figure]:
    """Who was a volunteer at the year's end, who came and who left; who was entered twice counts once."""
    doubles, people = Doubles("roster.person"), dict[str, tuple[date | None, str, date | None]]()
    for id, *told in Person.select(Person.id, Person.joined, Person.state, Person.left_on).tuples():
        people.setdefault(doubles.first(id), tuple(told))
    last = date(year, 12, 31)
    there = [
        id
        for id, (joined, state, left) in people.items()
        if (joined is None or joined <= last)
        and not (state in _GONE and (left is None or left <= last))
    ]
    joined = Counter(each.month for each, _, _ in people.values() if each and each.year == year)
    gone = Counter(each.month for _, _, each in people.values() if each and each.year == year)
    yield Figure(Text("志愿者", "Volunteers"), len(there), _PEOPLE, lambda: _by_team(there))
    yield Figure.tallied(Text("新登记", "Joined"), _PEOPLE, joined, _MONTH)
    yield Figure.tallied(Text("离开", "Left"), _PEOPLE, gone, _MONTH)


def _by_team(people: list[str]) -> Table:
    """How many of them are in each team; somebody may be in several."""
    known, doubles = set(people), Doubles("roster.person")
    members: dict[str, set[str]] = {}
    for scope, person in Membership.select(Membership.scope, Membership.person).tuples():
        if doubles.first(person) in known:
            members.setdefault(scope, set()).add(doubles.first(person))
    names = dict(Team.select(Team.key, Team.name).tuples())
    return Table(
        [Text("队伍", "Team"), _PEOPLE],
        sorted(([names.get(scope, scope), len(those)] for scope, those in members.items())),
        note=Text("有人在几个队。", "Some are in several teams."),
    )

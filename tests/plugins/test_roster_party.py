"""That somebody is of the Party is known to their team, and to nobody else (特定身份, 个人信息保护法 28)."""

import pytest

from hongxian.records import COMMUNITY
from hongxian_plugins import roster
from hongxian_plugins.roster import Membership, Person
from hongxian_plugins.roster.party import party_goes_to_the_team

pytestmark = pytest.mark.plugins(roster)


def test_another_teams_laptop_holds_nothing_of_it(neighbourhood):
    ours, others = (neighbourhood.laptop(team) for team in ("示例·红队", "示例·蓝队"))
    with ours:
        ours.do("roster.new_volunteer", name="示例·甲001", party=True)
        assert Membership.get().party_member
    neighbourhood.meet()
    with others:
        assert Person.get().name == "示例·甲001"
        assert not Person.get().party_member
        assert not Membership.select().count()


def test_what_an_earlier_release_told_everybody_goes_to_the_teams_that_the_person_is_in(
    neighbourhood,
):
    ours, others = (neighbourhood.laptop(team) for team in ("示例·红队", "示例·蓝队"))
    with ours:
        people = [
            Person.create(name=name, scope=COMMUNITY, party_member=is_one).id
            for name, is_one in (("示例·甲001", True), ("示例·乙002", False))
        ]
        for each in people:
            Membership.create(person=each)
    neighbourhood.meet()
    with neighbourhood.hub as hub:
        party_goes_to_the_team(hub.store if hasattr(hub, "store") else hub)
    neighbourhood.meet()
    with ours:
        assert [each.person for each in Membership.select() if each.party_member] == people[:1]
    for laptop in (ours, others):
        with laptop:
            assert not any(each.party_member for each in Person.select())


def test_no_page_and_no_sheet_of_people_tells_it(laptop, desk):
    id = Person.create(name="示例·甲001", scope=COMMUNITY, party_member=True).id
    for path in ("/c/roster.person", f"/c/roster.person/{id}", f"/c/roster.person/{id}/edit"):
        assert "党员" not in desk.open(path).text, path

"""A volunteer's own record on their phone: what is kept, what they change of it, and leaving."""

import pytest

import hongxian_plugins.roster as roster
from hands import Hand
from hongxian_plugins.roster import Contact, Membership, Person
from hongxian_testing.neighbourhood import Neighbourhood

pytestmark = pytest.mark.plugins(roster)


def test_somebody_sees_what_is_kept_says_what_they_can_and_leaves(
    neighbourhood: Neighbourhood,
) -> None:
    laptop = neighbourhood.laptop("示例·一队", "示例·二队")
    with laptop:
        one, other = (Person.create(name=f"示例·甲00{n}", state="active") for n in (1, 2))
        for team in ("示例·一队", "示例·二队"):
            Membership.create(person=one, scope=neighbourhood.team(team))
        Membership.create(person=other, scope=neighbourhood.team(team))
        Contact.create(person=one, phone="10000000001", scope=neighbourhood.team(team))
        Contact.create(person=other, phone="10000000002", scope=neighbourhood.team(team))
    neighbourhood.meet()
    phone = Hand(neighbourhood.hub, one)
    page = phone.open("/view/roster.kept")
    assert "10000000001" in page
    assert "10000000002" not in page
    assert phone.do("roster.about_me", one.id, skills="理发、磨刀", free_times="周六") == "记下了。"
    form = phone.open(f"/do/roster.about_me/{one.id}")
    assert form.count(" checked") == 3, "what was said before stands there"
    assert phone.do("roster.about_me", other.id, skills="理发") == "", "another's is not theirs"
    assert "30 天后删去" in phone.open(f"/do/roster.leave_by_myself/{one.id}")
    assert "已离开" in phone.do("roster.leave_by_myself", one.id)
    neighbourhood.meet()
    with laptop:
        left, stays = Person.get_by_id(one.id), Person.get_by_id(other.id)
        assert (left.skills, left.free_times) == ({"理发", "磨刀"}, {"周六"})
        assert (left.state, stays.state) == ("left", "active")
        ended = {each.person: each.until for each in Membership.select()}
        assert ended[one.id] == left.left_on
        assert ended[other.id] is None

"""Two people who may be one lie side by side: which value stands is chosen, and what they are is said."""

from datetime import date

import pytest

import hongxian_plugins.roster as roster
from hongxian import Refused
from hongxian.doubles import canonical, group, part_doubles
from hongxian_plugins.roster import Contact, Person

pytestmark = pytest.mark.plugins(roster)
PERSON = "roster.person"


@pytest.fixture
def twice(laptop):
    """One person entered twice: the one that stands for both, and the other."""
    one = Person.create(name="示例·甲001", gender="female", skills={"理发"})
    other = Person.create(name="示例 甲001", joined=date(2021, 3, 1), skills={"磨刀"})
    for each in (one, other):
        Contact.create(person=each, phone="10000000001")
    return one.id, other.id


def person(id):
    return Person.get_by_id(id)


def test_what_is_chosen_stands_for_both_and_sets_are_put_together(laptop, desk, twice):
    one, other = twice
    page = desk.open(f"/do/roster.join/{one}?other={other}")
    assert "合在一起" in page.text
    page.press("是同一个人", **{"side.name": "other", "side.joined": "other"})
    assert group(PERSON, other) == [one, other]
    told = person(one)
    assert (told.name, told.joined, told.gender) == ("示例 甲001", date(2021, 3, 1), "female")
    assert told.skills == {"理发", "磨刀"}
    assert person(other).skills == {"磨刀"}, "nothing is moved"


def test_whichever_was_asked_for_the_one_that_will_stand_is_first(laptop, desk, twice):
    one, other = twice
    page = desk.open(f"/do/roster.join/{other}?other={one}")
    page.press("是同一个人", **{"side.name": "one"})
    assert canonical(PERSON, other) == one
    assert person(one).name == "示例·甲001"


def test_what_one_side_lacks_is_chosen_from_the_other_before_anybody_presses(laptop, desk, twice):
    one, other = twice
    desk.open(f"/do/roster.join/{one}?other={other}").press("是同一个人")
    assert (person(one).name, person(one).joined) == ("示例·甲001", date(2021, 3, 1))


def test_joining_is_undone_as_a_whole(laptop, desk, twice):
    one, other = twice
    page = desk.open(f"/do/roster.join/{one}?other={other}")
    page.press("是同一个人", **{"side.name": "other"}).press("撤回")
    assert group(PERSON, one) == [one]
    assert person(one).name == "示例·甲001"
    assert person(one).skills == {"理发"}


def test_what_waits_tells_of_each_pair_until_somebody_says_what_they_are(laptop, desk, twice):
    waiting = desk.open("/attention")
    assert "示例 甲001：可能登记了两次" in waiting.text
    after = waiting.press("比一比").press("不是同一个人")
    assert after.path == "/attention"
    assert "可能登记了两次" not in after.text
    assert "没有需要处理的" in after.text or "比一比" not in after.buttons


def test_the_name_alone_does_not_wait(laptop, desk):
    for phone in ("10000000001", "10000000002"):
        Contact.create(person=Person.create(name="示例·甲001"), phone=phone)
    assert "可能登记了两次" not in desk.open("/attention").text


def test_from_a_persons_page_those_who_are_alike_are_offered(laptop, desk, twice):
    one, _ = twice
    stranger = Person.create(name="示例·乙002")
    page = desk.open(f"/c/{PERSON}/{one}").press("合并重复")
    assert "示例 甲001" in page.text
    assert "示例·乙002" not in page.text
    assert "字段名" not in page.text, "what is taken is pressed, not typed"
    assert "是同一个人" in page.press("比一比").buttons
    typed = page.press("办理", other="示例·乙002")
    assert stranger.name in typed.text
    assert "是同一个人" in typed.buttons
    assert group(PERSON, stranger.id) == [stranger.id], "to name somebody joins nobody"


def test_a_field_that_cannot_be_taken_is_refused_and_nothing_is_joined(laptop, twice):
    one, other = twice
    with pytest.raises(Refused, match="state"):
        laptop.do("roster.join", one, other=other, take="state")
    assert group(PERSON, one) == [one]


def test_taken_from_the_command_line_it_is_the_same(laptop, twice):
    one, other = twice
    laptop.do("roster.join", one, other=other, take="joined、skills")
    assert (person(one).joined, person(one).skills) == (date(2021, 3, 1), {"理发", "磨刀"})
    part_doubles(PERSON, one)
    assert person(other).joined == date(2021, 3, 1)

"""A volunteer under 18 has a guardian who consents: asked for, marked while it lacks, never refused."""

from datetime import date

import pytest
from playwright.sync_api import Browser, expect

from browsing import window_at
from desks import desk_of, open_at, way_in
from hongxian import Refused, local_now, local_today
from hongxian_plugins import mobilise, requests, roster
from hongxian_plugins.mobilise.calls import Call
from hongxian_plugins.mobilise.presences import Presence
from hongxian_plugins.roster import Guardian, Membership, Person
from hongxian_plugins.roster.guardian import lacks_a_guardian, may_be_a_minor
from hongxian_testing import refusing
from hongxian_testing.laptop import open_laptop
from laptops import problems_of

pytestmark = pytest.mark.plugins(roster)
FORM = "/do/roster.new_volunteer"
MOTHER = "示例·丁 100 0000 0099"


def born(years_ago: int) -> int:
    return local_today().year - years_ago


def marks(laptop) -> list[str]:
    return [each for each in map(str, laptop.tasks) if "监护人" in each]


def test_a_minor_is_entered_with_a_guardian_and_their_consent_on_the_one_form(laptop, desk):
    year = str(born(15))
    desk.open(FORM).press(
        "保存", name="示例·丙041", born=year, guardian=MOTHER, guardian_agrees="true"
    )
    [held] = Guardian.select()
    assert (held.person, held.scope) == (Person.get().id, "team-1")
    assert held.agreed_on == local_today()
    assert not marks(laptop)


def test_a_guardian_is_asked_for_once_the_year_may_be_a_minors(chromium: Browser, laptop):
    desk = desk_of(laptop.store)
    with open_at(desk) as address, window_at(chromium, address, base_url=address) as window:
        tab = window.new_page()
        tab.goto(way_in(desk))
        tab.goto(FORM)
        year, part = tab.locator("[name=born]"), tab.locator("h2", has_text="Under 18")
        for years, is_asked in ((None, False), (19, False), (18, True), (40, False), (12, True)):
            year.fill(str(born(years)) if years else "")
            for each in (part, tab.locator("#guardian"), tab.locator("#guardian_agrees")):
                expect(each).to_be_visible(visible=is_asked)


def test_a_minor_without_a_guardian_is_entered_all_the_same_and_marked_until_one_consents(
    laptop, desk
):
    desk.open(FORM).press("保存", name="示例·丙041", born=str(born(15)))
    [member] = Membership.select()
    assert len(marks(laptop)) == 1
    Guardian.create(person=member.person, who=MOTHER)
    assert len(marks(laptop)) == 1, "a guardian who has not said yes is not enough"
    desk.open(f"/c/roster.membership/{member.id}").press("监护人已同意").press("办理", who=MOTHER)
    assert not marks(laptop)
    assert "监护人已同意" not in desk.open(f"/c/roster.membership/{member.id}").buttons


def test_a_year_that_is_put_right_later_closes_the_mark_and_one_typed_later_is_listed(laptop):
    person = Person.create(name="示例·丙041", born=born(15))
    Membership.create(person=person)
    assert len(marks(laptop)) == 1
    for years, lacking in ((40, 0), (15, 1)):
        Person.update(born=born(years)).where(Person.id == person.id).execute()
        assert not [each for each in marks(laptop) if not lacking]
        assert len(laptop.view("roster.unasked").rows) - 1 == lacking, "beside their own consent"


def test_who_turns_18_this_year_may_still_be_a_minor_and_who_did_last_year_is_none():
    today = date(2026, 3, 1)
    assert may_be_a_minor(2008, today)
    assert not may_be_a_minor(2007, today)
    assert not may_be_a_minor(None, today)


def test_a_guardian_is_known_to_their_own_team_alone(neighbourhood):
    red, blue = neighbourhood.laptop("红队"), neighbourhood.laptop("蓝队")
    with red:
        person = Person.create(name="示例·丙041", born=born(15))
        Membership.create(person=person)
        Guardian.create(person=person, who=MOTHER, agreed_on=local_today())
    neighbourhood.meet()
    with blue:
        assert Person.get().born == born(15)
        assert not Guardian.select().exists()
        assert not marks(blue)


def test_the_demonstration_has_minors_with_guardians_who_consent_and_none_is_sent_into_danger(
    tmp_path,
):
    laptop = open_laptop(tmp_path, roster, mobilise, requests, teams={"team-1": "红马甲管家团"})
    with laptop:
        laptop.plugins.tell("hongxian_demo_was_asked", store=laptop, seed=7)
        minors = [each for each in Person.select() if may_be_a_minor(each.born, local_today())]
        ours = {each.person for each in Membership.select()} & {each.id for each in minors}
        assert len(minors) == 24
        assert len(ours) == 3
        assert {each.person for each in Guardian.select() if each.agreed_on} == ours
        assert not any(lacks_a_guardian(each) for each in Membership.select())
        call = Call.get(Call.risk == "danger")
        call.state = "on"
        with refusing(Refused, match="未满 18 岁"):
            Presence.create(call=call, person=min(ours), arrived=local_now())
    assert problems_of(laptop) == []

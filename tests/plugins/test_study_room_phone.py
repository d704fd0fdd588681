"""The study room on phones: whoever is on duty opens, lets in and out and closes; a family sees its child."""

from datetime import date

import pytest

import hongxian_plugins.roster as roster
import hongxian_plugins.service as service
import hongxian_plugins.study_room as study_room
from hands import Hand
from hongxian_plugins.roster import Person
from hongxian_plugins.study_room import Adult, Child, Consent, Day, Duty, Room, Visit
from hongxian_plugins.study_room.at_the_door.days import start
from hongxian_testing.laptop import Laptop
from hongxian_testing.neighbourhood import Neighbourhood

pytestmark = pytest.mark.plugins(roster, service, study_room)
TEAM, OTHERS = "示例·一队", "示例·二队"
TODAY = date(2026, 3, 6)
GUARDIAN = {"guardian": "示例·王五", "phone": "10000000001"}


def evening(neighbourhood: Neighbourhood) -> tuple[Laptop, dict[str, str]]:
    """A room, two children and an adult on duty; and a child of another team."""
    neighbourhood.clock.set("2026-03-06 16:20")
    laptop, other = neighbourhood.laptop(TEAM), neighbourhood.laptop(OTHERS)
    with laptop:
        room = Room.create(name="学习室", place="一楼", duty_min=1)
        day = start(laptop.store, room, TODAY)
        adult, idle = (Person.create(name=f"示例·甲00{n}") for n in (1, 2))
        duty = Duty.create(day=day.id, person=adult, place=1)
        child = Child.create(name="示例·小明", state="enrolled", **GUARDIAN)
        fetches = Adult.create(child=child, name="示例·王五", relation="母亲")
        consent = Consent.create(child=child, kind="photo", by="示例·王五", date=TODAY)
    with other:
        stranger = Child.create(name="示例·小红", state="enrolled", **GUARDIAN)
    neighbourhood.meet()
    told = {"day": day, "adult": adult, "idle": idle, "duty": duty, "child": child}
    told |= {"fetches": fetches, "consent": consent, "stranger": stranger}
    return laptop, {name: each.id for name, each in told.items()}


def hand(neighbourhood: Neighbourhood, model: type, id: str) -> Hand:
    with neighbourhood.hub:
        record = model.get_by_id(id)
    return Hand(neighbourhood.hub, record)


def test_whoever_is_on_duty_opens_lets_in_hands_over_and_closes(
    neighbourhood: Neighbourhood,
) -> None:
    laptop, ids = evening(neighbourhood)
    phone = hand(neighbourhood, Person, ids["adult"])
    assert "16:30–20:30" in phone.open(), "when and where one is on duty"
    assert "16:20 到" in phone.do("study_room.come", ids["duty"])
    checks = dict.fromkeys(("lights", "exits", "first_aid"), "1")
    assert "开放" in phone.do("study_room.open_up", ids["day"], **checks)
    page = phone.open("/view/study_room.my_door", show="due")
    assert "示例·小明" in page
    assert "示例·小红" not in page, "of another team"
    assert "16:20 到" in phone.do("study_room.arrive", ids["child"], day=ids["day"])
    assert phone.do("study_room.arrive", ids["stranger"]) == ""
    with neighbourhood.hub:
        visit = Visit.get().id
    closing = {**dict.fromkeys(("windows", "power", "locked"), "1"), "closed_by": "示例·甲001"}
    assert "示例·小明" in phone.do("study_room.close", ids["day"], **closing)
    neighbourhood.clock.set("2026-03-06 20:05")
    assert "20:05 离" in phone.do("study_room.hand_over", visit, adult=ids["fetches"])
    assert "已关闭" in phone.do("study_room.close", ids["day"], **closing)
    neighbourhood.meet()
    with laptop:
        [came] = Visit.select()
        assert (came.how, came.out_to, came.scope) == (
            "adult",
            "母亲 示例·王五",
            neighbourhood.team(TEAM),
        )
        assert Day.get_by_id(ids["day"]).state == "closed"


def test_who_is_not_on_duty_sees_no_child(neighbourhood: Neighbourhood) -> None:
    laptop, ids = evening(neighbourhood)
    phone = hand(neighbourhood, Person, ids["idle"])
    assert "今天值班" not in phone.open()
    for path in ("view/study_room.my_door", f"do/study_room.arrive/{ids['child']}"):
        phone.open(f"/{path}")
        assert phone.status == 404, path
    with laptop:
        Duty.update(voided=True, void_reason="换班").execute()
    neighbourhood.meet()
    was = hand(neighbourhood, Person, ids["adult"])
    assert was.do("study_room.arrive", ids["child"]) == "", "on duty no more"


def test_a_family_sees_its_child_says_that_it_stays_away_and_withdraws(
    neighbourhood: Neighbourhood,
) -> None:
    laptop, ids = evening(neighbourhood)
    phone = hand(neighbourhood, Child, ids["child"])
    assert "今天还没到" in phone.open()
    assert "今天不来" in phone.do("study_room.absent_today", ids["child"])
    assert phone.do("study_room.absent_today", ids["stranger"]) == ""
    assert "今天不来" in hand(neighbourhood, Person, ids["adult"]).open(
        "/view/study_room.my_door", show="due"
    )
    assert "今天来" in phone.do("study_room.comes_after_all", ids["child"])
    with laptop:
        laptop.do("study_room.arrive", ids["child"])
    neighbourhood.meet()
    assert "在里面，16:20 到" in phone.open()
    assert "已撤回" in phone.do("study_room.withdraw", ids["consent"])
    neighbourhood.meet()
    with laptop:
        assert Consent.get_by_id(ids["consent"]).state == "withdrawn"
        assert Child.get_by_id(ids["child"]).away_on is None

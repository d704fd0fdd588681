"""The study room: what is refused and why, what is only marked, what is printed and told, what comes in."""

from datetime import date

import pytest

from hongxian import Refused
from hongxian.errors import Invalid
from hongxian_plugins.study_room import (
    Accident,
    Adult,
    Booking,
    Card,
    Caution,
    Child,
    Consent,
    Day,
    Duty,
    Look,
    Room,
    SealedLook,
    Visit,
)
from hongxian_plugins.study_room.month import age_on
from hongxian_plugins.study_room.rooms import term_ends
from hongxian_testing import refusing
from study import EVENING, PLUGINS, SEEN_TO, SHUT, child, do, opened, person, room, visit_of

pytestmark = pytest.mark.plugins(*PLUGINS)


@pytest.fixture
def day(laptop) -> str:
    """An evening that is open, with one adult."""
    laptop.at(EVENING)
    room(seats=2)
    return opened(laptop, person())


def told(laptop) -> list[str]:
    return [each.zh for each in laptop.tasks]


# -- in and out ------------------------------------------------------------------------------------


def test_under_eight_an_adult_fetches_law_on_minors_21(laptop, day):
    small = child(born=date(2018, 3, 1))
    with refusing(Refused, match="未成年人保护法 21"):
        Child.update(alone=True).where(Child.id == small).execute()
    do(laptop, "arrive", small)
    with refusing(Refused, match="未成年人保护法 21"):
        do(laptop, "leave", visit_of(small).id, how="alone")
    do(laptop, "leave", visit_of(small).id, how="slipped")
    assert any("擅自离开" in each for each in told(laptop)), "what happened is written all the same"


def test_from_eight_on_a_child_leaves_alone_only_as_its_guardian_wrote(laptop, day):
    big = child(born=date(2016, 3, 1))
    do(laptop, "arrive", big)
    with refusing(Refused, match="监护人没有书面同意"):
        do(laptop, "leave", visit_of(big).id, how="alone")
    Child.update(alone=True, alone_from="19:00:00").where(Child.id == big).execute()
    with refusing(Refused, match="监护人没有书面同意"):
        do(laptop, "leave", visit_of(big).id, how="alone")
    laptop.at("2026-03-02 19:30")
    do(laptop, "leave", visit_of(big).id, how="alone")
    assert (visit_of(big).how, told(laptop)) == ("alone", [])
    Child.update(alone=False).where(Child.id == big).execute()
    Visit.update(said_by="示例·丁001").where(Visit.child == big).execute()
    assert told(laptop) == [], "it went while it might"


def test_who_left_alone_without_leave_on_another_laptop_has_left_and_is_marked(laptop, day):
    small = child(born=date(2019, 3, 1))
    do(laptop, "arrive", small)
    at = {"left": "2026-03-02 18:00:00", "how": "alone"}
    laptop.store.edit(
        Visit, {visit_of(small).id: at}
    )  # what the desk refuses, as a sync may bring it
    [mark] = told(laptop)
    assert "未成年人保护法 21" in mark


def test_somebody_turns_eight_for_sure_when_the_month_of_birth_is_over():
    born = date(2018, 3, 1)
    assert [age_on(born, date(2026, month, 28)) for month in (2, 3, 4)] == [7, 7, 8]


def test_a_child_without_consent_is_let_in_and_marked_until_the_guardian_signs_pipl_31(laptop, day):
    do(laptop, "walk_in", None, name="示例·童09", guardian="示例·甲009", phone="10000000009")
    new = Child.get(Child.name == "示例·童09")
    assert Visit.get().child == new.id
    [mark] = told(laptop)
    assert "示例·童09不在册" in mark
    with pytest.raises(Refused):
        do(laptop, "enrol", new.id)
    do(laptop, "agree", new.id)
    assert "接送卡" in do(laptop, "enrol", new.id).zh
    assert told(laptop) == []
    assert Consent.get().by == "示例·甲009"


def test_whoever_fetches_is_of_the_list_or_it_is_marked(laptop, day):
    one, two = child("示例·童01"), child("示例·童02")
    do(laptop, "arrive", one), do(laptop, "arrive", two)
    mine = Adult.get(Adult.child == one).id
    do(laptop, "hand_over", visit_of(one).id, adult=mine)
    assert (visit_of(one).out_to, told(laptop)) == ("母亲 示例·甲001", [])
    do(laptop, "leave", visit_of(two).id, how="adult", out_to="邻居 示例·乙002", asked=True)
    [mark] = told(laptop)
    assert "不在名单上（邻居 示例·乙002）" in mark


def test_what_nobody_handed_over_says_who_says_so(laptop, day):
    one = child()
    do(laptop, "arrive", one)
    with refusing(Refused, match="谁接的电话"):
        do(laptop, "leave", visit_of(one).id, how="telephoned")
    with refusing(Refused, match="怎么走的"):
        Visit.update(left="2026-03-02 18:00:00").where(Visit.child == one).execute()


def test_who_came_again_has_a_second_turn_and_what_was_let_in_by_mistake_is_deleted(laptop, day):
    one = child()
    do(laptop, "arrive", one), do(laptop, "arrive", one)
    assert Visit.select().count() == 1
    visit_of(one).delete_instance()
    do(laptop, "arrive", one)
    [again] = Visit.select()
    do(laptop, "leave", again.id, how="seen", said_by="示例·丁001")
    do(laptop, "arrive", one)
    assert sorted(each.turn for each in Visit.select()) == [2, 3]


def test_a_child_is_let_in_before_the_door_is_open_and_after_it_was_shut(laptop):
    laptop.at(EVENING)
    with refusing(Refused, match="还没有学习室"):
        do(laptop, "arrive", child())
    room()
    do(laptop, "arrive", Child.get().id)
    assert Day.get().state == "planned"
    do(laptop, "leave", Visit.get().id, how="seen", said_by="示例·丁001")
    opened(laptop, person())
    do(laptop, "close", Day.get().id, **SHUT)
    do(laptop, "arrive", Child.get().id)
    assert any("已关闭" in each for each in told(laptop))


def test_a_card_lets_a_household_in_and_a_reprint_keeps_its_number(laptop, day):
    first, second = (child(f"示例·童0{n}", state="consented") for n in (1, 2))
    other = child("示例·童03", state="consented", phone="10000000003")
    for each in (first, second, other):
        do(laptop, "enrol", each)
    cards = {Child.get_by_id(each).card for each in (first, second)}
    assert len(cards) == 1, "brothers and sisters share it"
    assert Card.select().count() == 2
    card = Card.get_by_id(cards.pop())
    paper = laptop.print("study_room.card_slip", card.id)
    assert "示例·童01、示例·童02" in paper
    assert str(card.number) in paper
    do(laptop, "by_card", None, number=card.number)
    assert {each.child for each in Visit.select()} == {first, second}
    with refusing(Refused, match="没有这张卡"):
        do(laptop, "by_card", None, number="9999")


def test_seats_are_kept_up_to_the_last_and_then_refused(laptop, day):
    ids = [child(f"示例·童0{n}") for n in (1, 2, 3)]
    for each in ids[:2]:
        do(laptop, "book", day, child=each)
    assert sorted(each.seat for each in Booking.select()) == [1, 2]
    with refusing(Refused, match="约满了"):
        do(laptop, "book", day, child=ids[2])
    do(laptop, "arrive", ids[2])
    assert Visit.get().child == ids[2]


# -- the day ---------------------------------------------------------------------------------------


def test_it_opens_with_an_adult_and_with_too_few_it_is_marked(laptop):
    laptop.at(EVENING)
    room(duty_min=2)
    do(laptop, "arrive", child())
    day = Day.get().id
    with refusing(Refused, match="先有大人签到"):
        do(laptop, "open_up", day, **SEEN_TO)
    do(laptop, "sign_on", None, person=person())
    with pytest.raises(Refused):
        do(laptop, "open_up", day)
    do(laptop, "open_up", day, **SEEN_TO)
    [mark] = told(laptop)
    assert "值班 1 人，至少要 2 人" in mark
    do(laptop, "sign_on", None, person=person("示例·丁002"))
    assert told(laptop) == []


def test_the_door_is_shut_when_it_is_said_of_each_how_they_left(laptop, day):
    one = child()
    do(laptop, "arrive", one)
    with refusing(Refused, match="示例·童01。请逐个写明怎么走的"):
        do(laptop, "close", day, **SHUT)
    do(laptop, "leave", visit_of(one).id, how="telephoned", said_by="示例·丁001")
    with pytest.raises(Refused):
        do(laptop, "close", day, windows=True, closed_by="示例·队长")
    do(laptop, "close", day, **SHUT)
    assert Day.get().state == "closed"
    assert told(laptop) == []


def test_a_day_that_is_off_says_why_and_that_the_guardians_were_told(laptop):
    laptop.at(EVENING)
    day = do(laptop, "new_day", None, room=room()) and Day.get().id
    with pytest.raises(Refused):
        do(laptop, "call_off", day, off_reason="示例：停电")
    do(laptop, "call_off", day, off_reason="示例：停电", guardians_told=True)
    assert Day.get().state == "off"


def test_the_last_adult_who_leaves_while_children_are_in_is_marked(laptop, day):
    do(laptop, "arrive", child())
    do(laptop, "sign_on", None, person=person("示例·丁002"))
    first, second = Duty.select()
    do(laptop, "go", first.id)
    assert told(laptop) == []
    do(laptop, "go", second.id)
    [mark] = told(laptop)
    assert "值班的都签退了" in mark


def test_too_few_adults_for_the_children_is_pointed_out_and_not_refused(laptop, day):
    Room.update(per_adult=1).execute()
    for n in (1, 2):
        do(laptop, "arrive", child(f"示例·童0{n}"))
    assert "要 2 个大人" in laptop.view("study_room.door").note.zh
    assert told(laptop) == []


def test_what_is_due_rises_from_a_call_to_the_police(laptop, day):
    do(laptop, "arrive", child())
    said = {}
    for at in ("20:20", "20:31", "20:46", "21:01", "21:31"):
        laptop.at(f"2026-03-02 {at}")
        said[at] = [each.title.zh for each in laptop.due() if "明天" not in each.title.zh]
    assert said == {
        "20:20": [],
        "20:31": ["示例·童01还没接走"],
        "20:46": ["示例·童01还在：打监护人电话"],
        "21:01": ["示例·童01还在：告诉社区负责人", "示例学习室 3月2日 还没关门"],
        "21:31": ["示例·童01还在：联系不上就打 110", "示例学习室 3月2日 还没关门"],
    }


def test_who_is_fetched_late_three_times_is_talked_with(laptop, day):
    one = child()
    for n in range(3):
        laptop.at(f"2026-03-0{2 + n} 20:00")
        do(laptop, "new_day", None, room=Room.get().id)
        today = Day.get(Day.date == date(2026, 3, 2 + n)).id
        do(laptop, "arrive", one, day=today)
        assert not [each for each in laptop.due() if "晚接" in each.title.zh]
        laptop.at(f"2026-03-0{2 + n} 20:50")
        [visit] = Visit.select().where(Visit.day == today)
        do(laptop, "leave", visit.id, how="adult", out_to="母亲 示例·甲001")
    assert [each.title.zh for each in laptop.due() if "晚接" in each.title.zh] == [
        "示例·童01一个月里晚接 3 次，请约监护人谈一谈"
    ]
    assert [each.word.zh for each in laptop.view("study_room.at_first_sight", one).tags] == [
        "晚接 3 次"
    ]


def test_too_few_on_duty_tomorrow_is_told_until_somebody_is_put_there(laptop, day):
    assert any("明天值班 0 人" in each.title.zh for each in laptop.due())
    free = laptop.view("study_room.rota").as_table().rows[1][1]
    assert free.values["date"] == "2026-03-03"
    laptop.do(free.action, None, **free.values, person=person("示例·丁002"))
    assert not any("明天" in each.title.zh for each in laptop.due())


def test_somebody_is_moved_to_another_day_of_the_rota(laptop, day):
    do(laptop, "join", None, person=person("示例·丁002"), date="2026-03-03", place=1)
    planned = Duty.get(Duty.place == 1)
    do(laptop, "swap", planned.id, date="2026-03-04", room=Room.get().id, place=2)
    [moved] = Duty.select().where(Duty.voided == False, Duty.came.is_null())  # noqa: E712
    assert (Day.get_by_id(moved.day).date, moved.place) == (date(2026, 3, 4), 2)


# -- what few may know ---------------------------------------------------------------------------


def test_who_must_not_fetch_is_shown_while_it_is_open_and_no_press_hands_over(laptop, day, desk):
    one = child()
    do(laptop, "new_caution", None, child=one, who="示例·父亲", what="示例：先打电话给母亲")
    do(laptop, "arrive", one)
    do(laptop, "new_health", None, child=one, note="示例：花生过敏", by="示例·甲001")
    [card] = laptop.view("study_room.door", show="in").shapes[0].cards
    assert (card.state.zh, card.tone) == ("不得由 示例·父亲 接走", "stop")
    assert not card.presses[0].at_once
    page = desk.open(f"/c/study_room.visit/{visit_of(one).id}").text
    assert all(each in page for each in ("不得由 示例·父亲 接走", "示例：花生过敏", "100****0001"))
    assert "10000000001" not in page
    do(laptop, "leave", visit_of(one).id, how="seen", said_by="示例·丁001")
    do(laptop, "close", day, **SHUT)
    do(laptop, "arrive", one)
    [card] = laptop.view("study_room.door", day=day, show="in").shapes[0].cards
    assert "示例·父亲" not in str(card), "only the duty of an evening sees it"
    assert "示例·父亲 接走" not in desk.open(f"/c/study_room.visit/{visit_of(one, 2).id}").text


def test_each_look_at_a_child_is_logged_regulations_on_minors_36(laptop, day, desk):
    one = child()
    do(laptop, "new_caution", None, child=one, who="示例·父亲")
    desk.open(f"/c/study_room.child/{one}")
    desk.open(f"/c/study_room.caution/{Caution.get().id}")
    assert [(each.child, each.how) for each in Look.select()] == [(one, "show")]
    assert [(each.child, each.looked_at) for each in SealedLook.select()] == [
        (one, "study_room.caution")
    ]


def test_who_withdraws_the_consent_to_the_data_leaves_and_goes_a_year_after_the_term(laptop, day):
    one = child()
    do(laptop, "withdraw", Consent.get().id)
    gone = Child.get_by_id(one)
    assert (gone.state, gone.left_on) == ("left", date(2026, 3, 2))
    assert Child._meta.keep.until(gone) == date(2027, 8, 31)
    assert [term_ends(date(2026, month, 1)) for month in (1, 2, 8, 9)] == [
        date(2026, 1, 31),
        date(2026, 8, 31),
        date(2026, 8, 31),
        date(2027, 1, 31),
    ]


def test_consents_and_checks_that_end_and_an_accident_untold_are_due(laptop, day):
    one = child()
    Consent.update(until=date(2026, 3, 20)).execute()
    do(
        laptop,
        "new_vetting",
        None,
        person=person(),
        date="2025-03-10",
        fit=True,
        until="2026-03-10",
    )
    do(laptop, "new_accident", None, child=one, what="示例：摔了", done="示例：包扎")
    due = {each.title.zh for each in laptop.due()}
    assert {"示例·童01的同意书到期", "入职查询到期，再查一次", "意外还没告知监护人"} <= due
    Accident.update(guardian_told="2026-03-02 17:10:00").execute()
    assert "意外还没告知监护人" not in {each.title.zh for each in laptop.due()}


def test_no_identity_number_is_kept_of_a_child(laptop):
    with refusing(Invalid, match="身份证号"):
        child("示例 110101199003070000")


# -- on a laptop of several teams ------------------------------------------------------------------


@pytest.mark.teams("红马甲管家团", "示例·学习室队")
def test_an_evening_is_of_the_team_that_keeps_the_room_and_the_first_one_begins_too(laptop):
    laptop.at(EVENING)
    first, last = sorted(laptop.store.writer().teams)
    theirs, nobodys = room(), room(name="示例·新开的")
    Day.create(room=theirs, date=date(2026, 2, 27), title="示例学习室", scope=last)
    do(laptop, "new_day", room=theirs, date="2026-03-02")
    do(laptop, "new_day", room=nobodys, date="2026-03-02")
    assert {each.scope for each in Day.select()} == {last}
    for each in Day.select():
        each.delete_instance()
    do(laptop, "new_day", room=nobodys, date="2026-03-03")
    assert [each.scope for each in Day.select()] == [first]

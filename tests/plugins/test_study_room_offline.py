"""Two laptops at one study room without a network: who is in, how they left, and what few may know."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

import pytest
from hypothesis import given as given_drawn
from hypothesis import strategies as st

from hongxian import Refused
from hongxian.contracts import Presence, given
from hongxian_plugins.service import Attendance
from hongxian_plugins.study_room import Booking, Consent, Day, Duty, Harm, Health, Visit, Watch
from hongxian_plugins.study_room.at_the_door.evening import Evening
from hongxian_plugins.study_room.report import overview
from hongxian_plugins.study_room.visits import gone, inside
from hongxian_testing import Laptop, Neighbourhood
from hongxian_testing.neighbourhood import open_neighbourhood
from study import EVENING, PLUGINS, SHUT, TEAM, child, do, opened, person, room, visit_of

pytestmark = pytest.mark.plugins(*PLUGINS)


@dataclass
class Two:
    """Two laptops of one team at an open evening that both know."""

    all: Neighbourhood
    one: Laptop
    other: Laptop
    day: str
    duty: str


@pytest.fixture
def two(neighbourhood: Neighbourhood) -> Two:
    neighbourhood.clock.set(EVENING)
    one, other = neighbourhood.laptop(TEAM), neighbourhood.laptop(TEAM)
    with one:
        room(seats=3)
        who = person()
    day = opened(one, who)
    neighbourhood.meet()
    return Two(neighbourhood, one, other, day, who)


def enrolled(two: Two, *names: str, **values) -> list[str]:
    with two.one:
        made = [child(each, **values) for each in names]
    two.all.meet()
    return made


def test_a_child_at_the_door_is_never_sent_away_and_who_is_beyond_the_seats_is_marked_once(two):
    first, second, third, fourth = enrolled(two, *(f"示例·童0{n}" for n in range(1, 5)))
    for each in (first, second):
        do(two.one, "arrive", each)
    two.all.meet()
    do(two.one, "arrive", third)
    do(two.other, "arrive", fourth)
    assert two.one.tasks == two.other.tasks == [], (
        "each of them is within the seats, as far as it knows"
    )
    two.all.meet()
    for laptop in (two.one, two.other):
        with laptop:
            assert Visit.select().count() == 4
            evening = Evening.of(laptop.store, Day.get())
            states = [evening.in_card(each).state for each in evening.there]
        assert [each.zh for each in states if each] == ["超员"]
        [task] = laptop.tasks
        assert "超员：示例学习室有 3 座" in task.zh
        assert not laptop.attention
    with two.one:
        gone = visit_of(first).id
    do(two.one, "leave", gone, how="seen", said_by="示例·丁001")
    two.all.meet()
    assert two.one.tasks == two.other.tasks == [], "it closes by itself once there is a seat"


def test_one_child_let_in_by_both_is_one_visit_and_the_surer_leaving_stands(two):
    [one] = enrolled(two, "示例·童01")
    do(two.one, "arrive", one)
    two.all.clock.wait(minutes=5)
    do(two.other, "arrive", one)
    two.all.clock.set("2026-03-02 20:05")
    with two.one:
        mother = visit_of(one)
        adult = two.one.store.collection("study_room.adult").model.get().id
    do(two.one, "hand_over", mother.id, adult=adult)
    two.all.clock.set("2026-03-02 20:35")
    do(two.other, "leave", mother.id, how="telephoned", said_by="示例·丁001")
    do(two.other, "close", two.day, **SHUT)
    two.all.meet()
    for laptop in (two.one, two.other):
        with laptop:
            [visit] = Visit.select()
            assert f"{visit.came:%H:%M} {visit.left:%H:%M}" == "17:00 20:05"
            assert (visit.how, visit.out_to) == ("adult", "母亲 示例·甲001")
            assert Day.get().state == "closed"
        assert laptop.tasks == []
        assert laptop.notices() == []


@pytest.mark.parametrize("closer_first", [True, False])
def test_a_closed_day_with_somebody_in_alarms_both_laptops_from_whichever_side_the_news_comes(
    two, closer_first
):
    [one] = enrolled(two, "示例·童01")
    do(two.one, "arrive", one)
    do(two.other, "close", two.day, **SHUT)
    for laptop in (two.other, two.one) if closer_first else (two.one, two.other):
        laptop.sync()
    two.all.meet()
    for laptop in (two.one, two.other):
        assert any("示例·童01" in each.zh and "显示在里面" in each.zh for each in laptop.tasks)
        assert [each.said.zh for each in laptop.notices()] == ["学习室已关门，还有孩子显示在里面"]
        assert not laptop.attention
    with two.all.hub:
        assert overview(two.all.hub).stats[-1].value == 1, "the keeper sees it, and no name"
    with two.other:
        visit = visit_of(one).id
    do(two.other, "leave", visit, how="telephoned", said_by="示例·丁001")
    two.all.meet()
    assert two.one.tasks == two.other.tasks == two.one.notices() == []


def test_who_went_out_on_one_laptop_and_came_again_at_another_is_in(two):
    [one] = enrolled(two, "示例·童01")
    do(two.one, "arrive", one)
    two.all.clock.wait(minutes=30)
    with two.one:
        visit = visit_of(one).id
    do(two.one, "leave", visit, how="seen", said_by="示例·丁001")
    two.all.clock.wait(minutes=30)
    do(two.other, "arrive", one)  # it has not heard of the first coming, nor of the leaving
    two.all.meet()
    with two.one:
        assert [each.child for each in inside(Visit.select())] == [one]
    two.all.clock.wait(minutes=30)
    do(two.one, "leave", visit, how="seen", said_by="示例·丁001")
    two.all.meet()
    with two.other:
        assert inside(Visit.select()) == []
        times = [
            f"{each.came:%H:%M}–{each.left:%H:%M}" for each in Visit.select().order_by(Visit.turn)
        ]
    assert times == ["17:00–17:30", "18:00–18:30"]


def test_whom_one_laptop_shows_in_again_is_in_at_the_other_whatever_that_wrote_without_sight_of_it(
    two,
):
    [one] = enrolled(two, "示例·童01")
    do(two.one, "arrive", one)
    two.all.meet()
    with two.one:
        visit = visit_of(one).id
    do(two.one, "leave", visit, how="slipped")
    two.all.clock.wait(minutes=5)
    do(two.one, "still_in", visit)
    two.all.clock.wait(minutes=5)
    do(two.other, "leave", visit, how="seen", said_by="示例·丁001")
    two.all.meet()
    for laptop in (two.one, two.other):
        assert laptop.tasks == []
        assert [each.child for each in shown_in(laptop, date(2026, 3, 2))] == [one]
    do(two.other, "leave", visit, how="seen", said_by="示例·丁001")
    two.all.meet()
    for laptop in (two.one, two.other):
        assert shown_in(laptop, date(2026, 3, 2)) == []
        assert laptop.tasks == laptop.notices() == []


def test_closing_says_until_when_the_others_were_heard(two):
    two.all.clock.set("2026-03-02 20:40")
    told = do(two.one, "close", two.day, **SHUT)
    assert "截至 17:00" in told.zh
    with two.one:
        assert f"{Day.get().heard:%H:%M}" == "17:00"


def test_hours_on_duty_are_given_once_when_the_door_is_shut(two):
    with two.one:
        assert [each for _, each in given(two.one.store, Presence)] == [None]
    do(two.other, "sign_on", None, person=two.duty)
    two.all.clock.set("2026-03-02 20:30")
    do(two.one, "close", two.day, **SHUT)
    two.all.clock.wait(minutes=5)
    do(two.other, "close", two.day, **SHUT)
    two.all.meet()
    for laptop in (two.one, two.other):
        assert not laptop.attention
        with laptop:
            [(_, presence)] = given(laptop.store, Presence)
            assert (presence.confirmed_by, f"{presence.ends:%H:%M}") == ("示例·队长", "20:30")
            [attended] = Attendance.select()
            assert (attended.person, attended.confirmed_by) == (two.duty, "示例·队长")
    with two.one:
        duty = Duty.get().id
    do(two.one, "void_duty", duty, void_reason="记错人")
    two.all.meet()
    with two.other:
        assert [each.void for _, each in given(two.other.store, Presence)] == ["记错人"]
        assert Attendance.get().voided


# -- what few may know --------------------------------------------------------------------------------


def test_a_note_on_health_is_on_the_laptops_on_duty_and_gone_with_its_consent(two):
    [one] = enrolled(two, "示例·童01")
    do(two.one, "new_health", None, child=one, note="示例：花生过敏", by="示例·甲001")
    two.all.meet()
    assert not two.other.holds("花生过敏")
    with two.one:
        watch = Watch.get()
        outside = two.one.view("study_room.laptops_watch", watch.id).rows
        [press] = [
            row[-1] for row in outside if getattr(row[-1], "action", "").endswith("let_in_watch")
        ]
    two.one.do(press.action, watch.id, **press.values)
    two.one.sync(), two.all.meet()
    assert two.other.holds("花生过敏"), "it was let in"
    do(two.one, "arrive", one)
    with two.one:
        consent = Consent.get(Consent.kind == "health").id
    told = do(two.one, "withdraw", consent)
    assert "删去健康提示" in told.zh
    assert "撤回同意回执" in two.one.print("study_room.receipt", consent)
    two.all.meet()
    two.all.tidy()
    two.one.sync()
    assert in_files(two.other, "花生过敏"), "it is away"
    two.all.meet()
    for laptop in (two.one, two.other):
        assert not in_files(laptop, "花生过敏")
        with laptop:
            assert not Health.select().exists()
            assert Visit.select().count() == 1, "visits stay"


def in_files(laptop: Laptop, words: str) -> bool:
    files = [each for each in laptop.store.folder.rglob("*") if each.is_file()]
    return any(words.encode() in each.read_bytes() for each in files)


def test_a_child_is_on_its_teams_laptops_and_on_no_other(two):
    elsewhere = two.all.laptop("示例·别队")
    enrolled(two, "示例·童01", phone="10000000077")
    assert two.other.holds("10000000077")
    assert elsewhere.holds("示例学习室"), "a room is everybody's"
    assert not elsewhere.holds("示例·童01")
    assert not elsewhere.holds("10000000077")


def test_harm_that_is_suspected_goes_to_the_keeper_and_stays_on_no_laptop(two):
    told = do(
        two.one, "new_harm", None, child="示例·童01", what="示例：手臂有伤", reported_to="police"
    )
    assert "不留" in told.zh
    two.all.meet()
    for laptop in (two.one, two.other):
        assert not laptop.holds("手臂有伤")
    with two.all.hub:
        assert Harm.get().reported_to == "police"


# -- drawn -------------------------------------------------------------------------------------------


@dataclass
class Hall:
    """Two laptops of one team, a room with two seats, children, and a day that nobody has used."""

    all: Neighbourhood
    laptops: list[Laptop]
    room: str
    children: list[str]
    days: Iterator[date]


@pytest.fixture(scope="module")
def hall(tmp_path_factory) -> Iterator[Hall]:
    with open_neighbourhood(tmp_path_factory.mktemp("hall"), *PLUGINS) as met:
        met.clock.set(EVENING)
        laptops = [met.laptop(TEAM), met.laptop(TEAM)]
        with laptops[0]:
            made = Hall(
                met, laptops, room(seats=2), [child(f"示例·童0{n}") for n in range(1, 5)], _days()
            )
        met.meet()
        yield made


def _days() -> Iterator[date]:
    return (date(2026, 3, 2) + timedelta(days=n) for n in count(1))


KEEPS = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 3), st.booleans()), max_size=6)


@given_drawn(KEEPS)
def test_no_seat_is_kept_twice_however_they_keep_and_sync(hall, keeps):
    on = next(hall.days)
    do(hall.laptops[0], "new_day", None, room=hall.room, date=str(on))
    with hall.laptops[0]:
        day = Day.get(Day.date == on).id
    hall.all.meet()
    for place, who, syncs in keeps:
        with suppress(Refused):
            do(hall.laptops[place], "book", day, child=hall.children[who])
        if syncs:
            hall.laptops[place].sync()
    hall.all.meet()
    with hall.all.hub:
        kept = [(each.seat, each.child) for each in Booking.select().where(Booking.day == day)]
    for held in zip(*kept, strict=True):
        assert len(held) == len(set(held)), "a seat is one child's, and a child has one seat"
    assert {seat for seat, _ in kept} <= {1, 2}
    assert bool(kept) == bool(keeps)
    for each in hall.laptops:
        each.discard()


ACTS = st.lists(
    st.tuples(st.integers(0, 1), st.sampled_from(["in", "out", "back", "sync"])), max_size=8
)


@given_drawn(ACTS)
def test_who_was_seen_in_last_is_shown_in_by_everybody_until_somebody_says_that_they_left(
    hall, acts
):
    on, who, last = next(hall.days), hall.children[0], ""
    do(hall.laptops[0], "new_day", None, room=hall.room, date=str(on))
    hall.all.clock.set(f"{on} 17:00")
    hall.all.meet()
    for place, act in acts:
        laptop = hall.laptops[place]
        hall.all.clock.wait(minutes=1)
        if act == "sync":
            laptop.sync()
        elif act == "in":
            do(laptop, "arrive", who)
            last = "in"
        elif act == "back":
            if left := shown_gone(laptop, on):
                do(laptop, "still_in", left[0].id)
                last = "in"
        elif there := shown_in(laptop, on):
            do(laptop, "leave", there[0].id, how="seen", said_by="示例·丁001")
            last = "out"
    hall.all.meet()
    shown = [bool(shown_in(laptop, on)) for laptop in hall.laptops]
    assert shown[0] == shown[1]
    if last == "in":
        assert shown[0], "nobody who may be in is shown out"
    hall.all.clock.wait(minutes=1)
    for each in shown_in(hall.laptops[1], on):
        do(hall.laptops[1], "leave", each.id, how="seen", said_by="示例·丁001")
    hall.all.meet()
    assert [shown_in(laptop, on) for laptop in hall.laptops] == [[], []]


def shown_gone(laptop: Laptop, on: date) -> list[Visit]:
    with laptop:
        day = Day.get(Day.date == on)
        return gone(Visit.select().where(Visit.day == day.id))


def shown_in(laptop: Laptop, on: date) -> list[Visit]:
    with laptop:
        day = Day.get(Day.date == on)
        return inside(list(Visit.select().where(Visit.day == day.id)))

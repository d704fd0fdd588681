"""Two laptops work on reports without a network, and meet: who goes, where it stands, and who knows of whom."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hongxian_plugins.knife_grinding as knife_grinding
import hongxian_plugins.mediation as mediation
import hongxian_plugins.requests as requests
import hongxian_plugins.roster as roster
import hongxian_plugins.rounds as rounds
import hongxian_plugins.service as service
from hongxian import local_today
from hongxian.contracts import Hours
from hongxian.contracts import given as everything_given
from hongxian_plugins.knife_grinding import Booking, Day
from hongxian_plugins.mediation import Note
from hongxian_plugins.requests import Ask, Outside, Reporter, Request, Step
from hongxian_plugins.roster import Person
from hongxian_plugins.rounds.findings import Finding
from hongxian_testing import Laptop, Neighbourhood
from hongxian_testing.neighbourhood import open_neighbourhood

ALL = (roster, requests, knife_grinding, mediation)
pytestmark = pytest.mark.plugins(*ALL)
TEAM, OTHER = "红马甲管家团", "红帽子帮帮团"
LAMP = {"kind": "lamp", "place": "3幢东侧", "title": "示例：路灯不亮"}
WHO = "示例·居民001"


@pytest.fixture
def two(neighbourhood: Neighbourhood) -> tuple[Neighbourhood, Laptop, Laptop]:
    return neighbourhood, *(neighbourhood.laptop(TEAM) for _ in range(2))


def reported(laptop: Laptop, **values: object) -> str:
    with laptop:
        laptop.do("requests.report", **{**LAMP, **values})
        return str(Request.select().order_by(Request.id.desc()).first().id)


def do(laptop: Laptop, name: str, id: str, **values: object) -> None:
    with laptop:
        laptop.do(f"requests.{name}", id, **values)


def state_of(laptop: Laptop, id: str) -> str:
    with laptop:
        return str(Request.get_by_id(id).state)


def lines(laptop: Laptop, id: str) -> list[str]:
    with laptop:
        return [each.what for each in Step.select().where(Step.request == id).order_by(Step.at)]


# -- the three stories ---------------------------------------------------------------------------


def test_one_says_yes_here_and_one_there_and_the_first_has_it_while_the_other_is_thanked(
    two: tuple[Neighbourhood, Laptop, Laptop],
) -> None:
    all_, a, b = two
    with a:
        people = [Person.create(name=f"示例·{n}", state="active").id for n in "甲乙"]
    id = reported(a)
    do(a, "dispatch", id, team=TEAM)
    all_.meet()
    for laptop, who in zip((a, b), people, strict=True):
        do(laptop, "take", id, volunteer=who)
    for laptop in (a, b, a):
        laptop.sync()
    with b:
        [bumped] = b.attention
        assert bumped.state == "bumped"
        late = Ask.get(Ask.volunteer == people[1])
        assert "晚了一步" in str(b.view("requests.glance", id).facts)
        b.do("requests.thank", late.id)
        assert not b.attention
    all_.meet()
    for laptop in (a, b):
        with laptop:
            assert {e.volunteer: e.say for e in Ask.select()} == {
                people[0]: "yes",
                people[1]: "thanked",
            }
        assert state_of(laptop, id) == "taken"


def test_of_a_home_visit_two_have_it_and_the_third_is_thanked(
    two: tuple[Neighbourhood, Laptop, Laptop],
) -> None:
    all_, a, b = two
    with a:
        people = [Person.create(name=f"示例·{n}", state="active").id for n in "甲乙"]
    id = reported(a, kind="visit")
    do(a, "dispatch", id, team=TEAM)
    all_.meet()
    for laptop, who in zip((a, b), people, strict=True):
        do(laptop, "take", id, volunteer=who)
    for laptop in (a, b):
        laptop.sync()
    with b:
        [bumped] = b.attention
        assert bumped.taken.free == [[id, 0, 2]]
        late = Ask.get(Ask.volunteer == people[1])
        late.seat = 2
        late.save()
    all_.meet()
    with a:
        assert {each.seat for each in Ask.select().where(Ask.say == "yes")} == {1, 2}
        assert not a.tasks


@pytest.mark.parametrize("first", [0, 1])
def test_one_closes_and_one_sends_back_and_both_are_kept_until_the_dispatcher_decides(
    two: tuple[Neighbourhood, Laptop, Laptop], first: int
) -> None:
    all_, a, b = two
    id = reported(a)
    do(a, "dispatch", id, team=TEAM)
    do(a, "take", id)
    all_.meet()
    do(a, "finish", id, result="示例：换了灯泡")
    do(b, "bounce", id, reason="示例：要登高")
    for laptop in ((a, b), (b, a))[first]:
        laptop.sync()
    all_.meet()
    for laptop in (a, b):
        assert state_of(laptop, id) == "bounced"
        assert {"finish", "bounce"} <= set(lines(laptop, id))
        with laptop:
            board = laptop.view("requests.board", what="bounced").shapes[0]
            assert board.ids == [id]
            assert Request.get().result == "示例：换了灯泡"
    do(b, "finish", id, result="示例：看过，确实好了")
    all_.meet()
    assert {state_of(each, id) for each in (a, b)} == {"done"}


def test_two_neighbours_report_one_lamp_both_keep_their_number_the_earlier_day_and_hear(
    two: tuple[Neighbourhood, Laptop, Laptop],
) -> None:
    all_, a, b = two
    a.at("2026-03-02 09:00")
    first = reported(a, phone="10000000001")
    b.at("2026-03-04 09:00")
    second = reported(b, phone="10000000002", place="3幢 东侧")
    all_.meet()
    with b:
        [press] = [r[4] for r in b.view("requests.board").shapes[0].rows if r[4]]
        assert (press.action, press.id, press.values) == ("requests.link", second, {"other": first})
        b.do(press.action, press.id, **press.values)
    all_.meet()
    do(a, "dispatch", first, team=TEAM)
    do(a, "finish", first, result="示例：换了灯泡")
    all_.meet()
    with b:
        one, other = Request.select().order_by(Request.id)
        assert one.number != other.number
        assert one.due == other.due == date(2026, 3, 9)
        assert (one.state, other.state) == ("done", "done")
        assert sum("回告居民" in each.title.zh for each in b.due()) == 2
        assert [r[1].text for r in b.view("requests.board", what="tell").shapes[0].rows] == [
            "10000000001",
            "10000000002",
        ]


# -- who knows of whom ---------------------------------------------------------------------------


def test_who_reported_is_on_the_laptops_of_who_works_on_it_and_in_no_file_of_another(
    neighbourhood: Neighbourhood,
) -> None:
    """个人信息保护法 6."""
    desk = neighbourhood.laptop(TEAM, OTHER)
    mine, theirs = neighbourhood.laptop(TEAM), neighbourhood.laptop(OTHER)
    id = reported(desk, name=f"{WHO} 100 0000 1234", place="3幢2单元501室")
    do(desk, "dispatch", id, team=OTHER)
    neighbourhood.meet()
    for word in (WHO, "10000001234", "501室"):
        assert theirs.holds(word), word
        assert not mine.holds(word), word
    assert mine.holds(LAMP["title"])
    do(desk, "redispatch", id, team=TEAM, reason="示例：换一队")
    neighbourhood.meet()
    with mine:
        assert Reporter.get().called == WHO
    with theirs:
        assert not Reporter.select().exists()
        assert state_of(theirs, id) == "dispatched"


def test_a_laptop_of_two_teams_may_help_with_what_a_third_has(neighbourhood: Neighbourhood) -> None:
    theirs, both = neighbourhood.laptop(TEAM), neighbourhood.laptop(OTHER, "示例·三队")
    id = reported(theirs, kind="visit", name=WHO)
    do(theirs, "dispatch", id, team=TEAM)
    neighbourhood.meet()
    with both:
        who = Person.create(name="示例·甲", state="active").id
        both.do("requests.ask", id, volunteer=who, say="asked")
        both.do("requests.take", id, volunteer=who)
        assert Ask.get().say == "yes"
    neighbourhood.meet()
    assert state_of(theirs, id) == "taken"
    assert not both.holds(WHO)


# -- numbers -------------------------------------------------------------------------------------


@settings(max_examples=4)
@given(deeds=st.lists(st.sampled_from("abs"), min_size=3, max_size=8))
def test_no_number_is_given_twice_whoever_is_offline(
    tmp_path_factory: pytest.TempPathFactory, deeds: list[str]
) -> None:
    with open_neighbourhood(tmp_path_factory.mktemp("numbers"), requests) as world:
        laptops, made = {name: world.laptop(TEAM) for name in "ab"}, 0
        for deed in deeds:
            if deed == "s":
                world.meet()
            else:
                reported(laptops[deed])
                made += 1
        world.meet()
        for laptop in laptops.values():
            with laptop:
                numbers = [each.number for each in Request.select()]
            assert len(numbers) == len({*numbers}) == made


# -- what others make of it ----------------------------------------------------------------------


def test_a_matter_that_is_passed_on_is_a_booking_and_comes_back_done(
    two: tuple[Neighbourhood, Laptop, Laptop],
) -> None:
    all_, a, b = two
    id = reported(a, kind="repair", title="示例：菜刀钝了", name=WHO)
    do(a, "pass_on", id, to="booking", team=TEAM)
    all_.meet()
    with b:
        booking = Booking.get()
        assert "菜刀钝了" in str(booking.name)
        assert WHO not in str(booking.name)
        day = Day.create(title="示例·磨刀日", date=local_today() + timedelta(days=3)).id
        b.do("knife_grinding.verify", booking.id)
        b.do("knife_grinding.slot", booking.id, day=day)
        assert Outside.get().heard == f"约在 {local_today() + timedelta(days=3)}"
        assert state_of(b, id) == "passed"
        b.do("knife_grinding.done", booking.id, materials="none")
    all_.meet()
    for laptop in (a, b):
        assert state_of(laptop, id) == "done"
        assert lines(laptop, id).count("outcome") == 2
        with laptop:
            assert Booking.select().count() == 1
            assert Outside.get().over


def test_what_the_grinder_cannot_do_is_told_and_waits_for_the_dispatcher(
    two: tuple[Neighbourhood, Laptop, Laptop],
) -> None:
    all_, a, b = two
    id = reported(a, kind="repair")
    do(a, "pass_on", id, to="booking", team=TEAM)
    all_.meet()
    with b:
        b.do("knife_grinding.cancel", Booking.get().id, cancel_reason="示例：刃太薄")
    all_.meet()
    with a:
        assert Request.get().state == "passed"
        assert "没有磨成" in Outside.get().heard
        assert "刃太薄" not in str(list(Step.select(Step.said).tuples()))


def test_a_quarrel_becomes_a_neighbourly_settling_of_which_only_the_end_is_told(
    two: tuple[Neighbourhood, Laptop, Laptop],
) -> None:
    """人民调解法 15."""
    all_, a, b = two
    id = reported(a, kind="noise", title="示例：楼上吵")
    do(a, "pass_on", id, to="case", team=TEAM)
    all_.meet()
    with b:
        note = Note.get()
        assert (note.about.endswith("示例：楼上吵"), note.place, note.outcome) == (
            True,
            LAMP["place"],
            "open",
        )
        note.outcome, note.about = "settled", "示例：说是小孩夜里跑"
        note.save()
    all_.meet()
    with a:
        request = Request.get_by_id(id)
        assert (request.state, request.result) == ("done", "已劝解，双方和好")
    for said in lines_said(a):
        assert "小孩" not in said


def lines_said(laptop: Laptop) -> list[str]:
    with laptop:
        return [each.said or "" for each in Step.select()]


@pytest.mark.plugins(roster, requests, rounds, service)
def test_a_finding_is_looked_into_by_the_rounds_and_what_they_gave_back_is_told(
    neighbourhood: Neighbourhood,
) -> None:
    a, b = (neighbourhood.laptop(TEAM) for _ in range(2))
    id = reported(a, kind="fire")
    do(a, "pass_on", id, to="finding", team=TEAM)
    neighbourhood.meet()
    with b:
        finding = Finding.get()
        b.do("rounds.accept", finding.id)
        b.do("rounds.give_back", finding.id, why="示例：归物业")
    neighbourhood.meet()
    for laptop in (a, b):
        assert state_of(laptop, id) == "done"
        with laptop:
            assert Request.get().result == "退回：示例：归物业"


@pytest.mark.plugins(roster, service, requests)
def test_who_went_has_hours_in_service_once_somebody_confirmed_the_times(
    neighbourhood: Neighbourhood,
) -> None:
    a, b = (neighbourhood.laptop(TEAM) for _ in range(2))
    a.at("2026-03-02 09:00")
    with a:
        who = Person.create(name="示例·甲", state="active").id
    id = reported(a)
    do(a, "dispatch", id, team=TEAM)
    do(a, "take", id, volunteer=who)
    do(a, "finish", id, result="示例：好了")
    neighbourhood.meet()
    a.at("2026-03-02 12:00")
    do(b, "confirm_time", id, begins="2026-03-02 09:00", ends="2026-03-02 10:30")
    neighbourhood.meet()
    for laptop in (a, b):
        with laptop:
            [hours] = [each for _, each in everything_given(laptop.store, Hours) if each]
            assert (hours.person, hours.minutes) == (who, 90)

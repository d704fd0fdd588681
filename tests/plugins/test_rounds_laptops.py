"""Rounds on two laptops that were offline and meet: one round, one finding, two sheets; nothing lent twice."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import hongxian_plugins.roster as roster
import hongxian_plugins.rounds as rounds
from hongxian import local_now
from hongxian.contracts import Presence
from hongxian.contracts import given as given_by
from hongxian.files import attach, content_of
from hongxian.records import COMMUNITY
from hongxian_plugins.rounds import (
    Checkpoint,
    Deduction,
    Finding,
    Household,
    Inspection,
    Move,
    Round,
    Route,
    Tick,
    Tool,
)
from hongxian_plugins.rounds.tools import there
from hongxian_testing import Laptop, Neighbourhood
from hongxian_testing.neighbourhood import open_neighbourhood

pytestmark = pytest.mark.plugins(roster, rounds)
TEAM, OTHER = "红袖章互助岗", "银和白"
FRIDAY = date(2026, 3, 6)


def two(met: Neighbourhood) -> tuple[Laptop, Laptop]:
    """Two laptops of one team that know a route of ten checkpoints and two volunteers."""
    a, b = met.laptop(TEAM), met.laptop(TEAM)
    a.at("2026-03-06 19:00")
    with a:
        route = Route.create(name="示例·南线", scope=COMMUNITY)
        for n in range(1, 11):
            Checkpoint.create(name=f"示例·{n}号点", route=route, place_no=n, scope=COMMUNITY)
        for name in ("示例·甲001", "示例·乙002"):
            roster.Person.create(name=name, scope=COMMUNITY)
    met.meet()
    return a, b


def points() -> list[str]:
    return [each.id for each in Checkpoint.select().order_by(Checkpoint.place_no)]


def begin(laptop: Laptop) -> str:
    one, other = (each.id for each in roster.Person.select().order_by(roster.Person.id))
    route = Route.get().id
    laptop.do("rounds.begin", None, route=route, shift="evening", one=one, other=other)
    return str(Round.get().id)


def a_photo(colour: str) -> bytes:
    made = BytesIO()
    Image.new("RGB", (60, 40), colour).save(made, "JPEG")
    return made.getvalue()


def assigned(a: Laptop, met: Neighbourhood) -> str:
    """A finding that is given out, with a photo from before; both laptops have it."""
    with a:
        before = attach(Finding.photo, a_photo("red"), "before.jpg")
        told = {"title": "示例·堆物", "kind": "stairs", "place": "示例·3幢", "photo": before}
        id = str(Finding.create(**told, found_on=FRIDAY).id)
        a.do("rounds.accept", id)
        a.do("rounds.assign", id, fixer="示例·物业")
    met.meet()
    return id


# -- the three stories -------------------------------------------------------------------------------


def test_a_pair_ticks_on_two_laptops_ten_ticks_and_hours_for_two(neighbourhood):
    a, b = two(neighbourhood)
    for laptop, some in ((a, slice(0, 6)), (b, slice(4, 10))):
        with laptop:
            round = begin(laptop)
            for point in points()[some]:
                laptop.do("rounds.tick", round, checkpoint=point)
        neighbourhood.clock.wait(minutes=30)
    neighbourhood.meet()
    for laptop in (a, b):
        with laptop:
            assert Round.select().count() == 1
            assert Tick.select().count() == 10
    with b:
        told = b.do("rounds.finish", round, confirmed_by="示例·队长")
        assert "截至 03-06 20:00 的同步" in told.zh
    neighbourhood.meet()
    with a:
        present = [each for _, each in given_by(a.store, Presence) if each]
        assert len(present) == 2
        assert {each.ends - each.begins for each in present} == {timedelta(hours=1)}
        assert a.conflicts == []


def test_one_fixes_and_one_passes_on_a_conflict_is_shown_and_no_photo_lost(neighbourhood):
    a, b = two(neighbourhood)
    id = assigned(a, neighbourhood)
    with a:
        after = attach(Finding.after, a_photo("green"), "after.jpg")
        Finding.update(after=after).where(Finding.id == id).execute()
        a.do("rounds.answer", id, fixed_by="示例·甲001", result="示例：清了")
    with b:
        b.do("rounds.pass_on", id, outside_to="12345", outside_no="SZ-0001")
    neighbourhood.meet()
    for laptop in (a, b):
        with laptop:
            finding = Finding.get_by_id(id)
            assert (finding.state, finding.outside_no) == ("answered", "SZ-0001")
            assert (finding.photo.name, finding.after.name) == ("before.jpg", "after.jpg")
        [conflict] = laptop.conflicts
        assert ("answered" in conflict.kept, "passed" in conflict.lost) == (True, True)
    with a:
        assert content_of(Finding.get_by_id(id), "photo")


def test_two_score_one_point_two_sheets_and_their_average(neighbourhood):
    a, b = two(neighbourhood)
    for laptop, lost in ((a, 4), (b, 9)):
        with laptop:
            point = points()[0]
            laptop.do("rounds.inspect", None, point=point)
            sheet = Inspection.get()
            Deduction.create(sheet=sheet, item="设施", points=lost)
    neighbourhood.meet()
    for laptop in (a, b):
        with laptop:
            assert sorted(each.score for each in Inspection.select()) == [91, 96]
            last, average = laptop.view("rounds.scored", points()[0]).stats
            assert (last.value, average.value) == (94, 94)
            assert laptop.view("rounds.scores", None).rows == [["示例·1号点", 94, 94]]
            assert any("按平均分算" in each.zh for each in laptop.tasks)


# -- what merges -----------------------------------------------------------------------------------


def test_a_tick_stands_over_a_miss_whoever_came_first(neighbourhood):
    a, b = two(neighbourhood)
    with a:
        round = begin(a)
    neighbourhood.meet()
    with a:
        a.do("rounds.stop_short", round, why="下雨", confirmed_by="示例·队长")
    with b:
        for point in points():
            b.do("rounds.tick", round, checkpoint=point)
    neighbourhood.meet()
    for laptop in (a, b):
        with laptop:
            assert {each.how for each in Tick.select()} == {"list"}
            assert all(each.at for each in Tick.select())
            assert [each.zh[:6] for each in laptop.tasks] == ["各点都打卡了"]
    with a:
        a.do("rounds.finish", round)
    neighbourhood.meet()
    assert [each.tasks for each in (a, b)] == [[], []]


def test_what_is_known_of_a_household_stays_in_the_team_and_two_who_count_it_count_once(
    neighbourhood,
):
    a, b = two(neighbourhood)
    other = neighbourhood.laptop(OTHER)
    for laptop in (a, b):
        with laptop:
            laptop.do("rounds.add_household", None, building="示例苑–3幢", room="2单元–501室")
    neighbourhood.meet()
    for laptop, count in ((a, 3), (b, 4)):
        with laptop:
            from hongxian.merges import plus

            Household.update(right=plus(count)).execute()
    neighbourhood.meet()
    with a:
        assert [each.right for each in Household.select()] == [7]
    assert a.holds("2单元–501室")
    assert not other.holds("2单元–501室")
    with other:
        assert other.view("rounds.red_and_black", None).rows == []


def test_a_finding_and_a_round_are_on_no_other_teams_laptop(neighbourhood):
    a, _ = two(neighbourhood)
    other = neighbourhood.laptop(OTHER)
    assigned(a, neighbourhood)
    assert a.holds("示例·堆物")
    assert not other.holds("示例·堆物")


def test_two_teams_on_one_route_in_one_shift_have_both_walked(neighbourhood):
    a, _ = two(neighbourhood)
    other = neighbourhood.laptop(OTHER)
    neighbourhood.meet()
    rounds_of = []
    for laptop in (a, other):
        with laptop:
            rounds_of.append(begin(laptop))
            for point in points():
                laptop.do("rounds.tick", rounds_of[-1], checkpoint=point)
            neighbourhood.clock.wait(minutes=10)
            laptop.do("rounds.finish", rounds_of[-1], confirmed_by="示例·队长")
    neighbourhood.meet()
    assert rounds_of[0] != rounds_of[1]
    for laptop in (a, other):
        with laptop:
            assert (laptop.attention, laptop.tasks) == ([], [])
            assert len([each for _, each in given_by(laptop.store, Presence) if each]) == 2


# -- clean-ups ---------------------------------------------------------------------------------------


def test_who_is_written_down_on_two_laptops_has_the_hours_of_a_clean_up_once(neighbourhood):
    a, b = two(neighbourhood)
    with a:
        cleanup = rounds.Cleanup.create(title="示例·大扫除", area="示例苑", day=FRIDAY).id
        people = [each.id for each in roster.Person.select().order_by(roster.Person.id)]
    neighbourhood.meet()
    a.do("rounds.attend", cleanup, person=people[0])
    neighbourhood.clock.wait(minutes=20)
    with b:
        for each in people:
            b.do("rounds.attend", cleanup, person=each)
        neighbourhood.clock.wait(minutes=15)
        b.do("rounds.go_home", cleaner(people[1]))
    neighbourhood.clock.wait(minutes=25)
    neighbourhood.meet()
    with a:
        assert presences(a) == {}, "nobody has confirmed it"
        a.do("rounds.finish_cleanup", cleanup)
        assert presences(a) == {people[0]: 60, people[1]: 15}
        assert (a.conflicts, a.tasks) == ([], [])
        a.do("rounds.void_cleaner", cleaner(people[0]), void_reason="示例：没来")
        assert presences(a) == {people[1]: 15}


def cleaner(person: str) -> str:
    return str(rounds.Cleaner.get(rounds.Cleaner.person == person).id)


def presences(laptop: Laptop) -> dict[str, int]:
    """Minutes of whoever was present, by person."""
    told = [each for _, each in given_by(laptop.store, Presence) if each and not each.void]
    return {each.person: (each.ends - each.begins) // timedelta(minutes=1) for each in told}


# -- nothing lent twice ------------------------------------------------------------------------------


def all_sync(laptops: list[Laptop]) -> None:
    """Until all have heard of all; rights are dealt on by each sync, so that no two hold one picture of them."""
    for each in laptops * 2:
        each.sync()


@pytest.fixture(scope="module")
def yard(tmp_path_factory) -> Iterator[list[Laptop]]:
    with open_neighbourhood(tmp_path_factory.mktemp("yard"), roster, rounds) as met:
        laptops = [met.laptop(TEAM) for _ in range(3)]
        laptops[0].at("2026-03-06 19:00")
        yield laptops


TICKS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3), st.booleans()), max_size=5)


@given(ticks=TICKS)
def test_each_checkpoint_is_ticked_once_and_the_earliest_time_stands(yard, ticks):
    with yard[0]:
        route = Route.create(name="示例·东线", scope=COMMUNITY).id
        told = [{"name": f"示例·{n}", "route": route, "place_no": n} for n in range(1, 5)]
        some = [Checkpoint.create(**each, scope=COMMUNITY).id for each in told]
    all_sync(yard)
    earliest: dict[str, datetime] = {}
    for place, point, is_met in ticks:
        with yard[place] as laptop:
            laptop.do("rounds.begin", None, route=route, shift="evening")
            round = Round.get(Round.route == route).id
            laptop.do("rounds.tick", round, checkpoint=some[point])
            at = local_now(laptop.store).replace(second=0, microsecond=0)
            earliest[some[point]] = min(at, earliest.get(some[point], at))
        yard[0].at(f"{at + timedelta(minutes=1):%Y-%m-%d %H:%M}")
        if is_met:
            yard[place].sync()
    all_sync(yard)
    for laptop in yard:
        with laptop:
            rounds_here = list(Round.select().where(Round.route == route))
            assert len(rounds_here) == bool(ticks)
            held = Tick.select().where(Tick.checkpoint.in_(some))
            assert sorted((each.checkpoint, each.at) for each in held) == sorted(earliest.items())
    assert yard[0].conflicts == []


LENDS = st.lists(st.tuples(st.integers(0, 2), st.integers(1, 4), st.booleans()), max_size=4)


@given(had=st.integers(1, 12), lends=LENDS)
def test_what_is_out_of_the_books_is_never_more_than_there_was(yard, had, lends):
    with yard[0] as first:
        tool = Tool.create(name="示例·扫帚").id
        first.do("rounds.buy", tool, amount=had)
    all_sync(yard)
    for place, amount, is_met in lends:
        with yard[place] as laptop:
            laptop.do("rounds.lend", tool, amount=amount)
        if is_met:
            yard[place].sync()
    all_sync(yard)
    out = sum(amount for _, amount, _ in lends)
    for laptop in yard:
        with laptop:
            held, moves = Tool.get_by_id(tool), list(Move.select().where(Move.tool == tool))
            assert out - sum(each.beyond for each in moves) <= had, "what a book covered was there"
            assert there(held) == had - out
            assert held.there.left >= 0

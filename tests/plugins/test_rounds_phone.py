"""A round on phones: who walks it ticks by code or list, tells what was found, and is back; nobody else does."""

from pathlib import Path

import pytest

import hongxian_plugins.roster as roster
import hongxian_plugins.rounds as rounds
from hands import Hand
from hongxian import local_today
from hongxian_plugins.roster import Person
from hongxian_plugins.rounds import Checkpoint, Finding, Round, Route, Tick, Walker
from hongxian_server.hub import Hub
from hongxian_testing.laptop import with_only

TEAM = "team-1"


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    return Hub.init(tmp_path / "hub", "示例社区", plugins=with_only((roster, rounds)))


def planned(hub: Hub, points: int = 2) -> tuple[Round, list[Checkpoint]]:
    route = Route.create(name="示例·南线")
    made = [
        Checkpoint.create(name=f"示例{n}号点", route=route, place_no=n)
        for n in range(1, points + 1)
    ]
    told = {"title": "示例·南线 晚上", "shift": "evening", "day": local_today(hub)}
    return Round.create(route=route, scope=TEAM, **told), made


def walks(round: Round, name: str) -> tuple[Person, Walker]:
    person = Person.create(name=name, scope="community")
    return person, Walker.create(round=round, person=person, scope=TEAM)


def test_who_walks_a_round_sets_out_ticks_by_list_and_by_code_tells_what_was_found_and_is_back(
    hub: Hub,
) -> None:
    with hub:
        round, (first, second) = planned(hub)
        person, walker = walks(round, "示例·甲001")
    mine = Hand(hub, person)
    assert "剩 2 个点位" in mine.read()
    mine.do("rounds.go_out", walker.id)
    page = f"/of/rounds.walker/{walker.id}"
    assert "示例1号点" in mine.read(page)
    assert "还有 1 点" in mine.do("rounds.here", walker.id, checkpoint=first.id)
    to = mine.scan(f"http://localhost/m/#{second.code}")
    assert "rounds.scan_here" in to
    assert "还有 0 点" in mine.do("rounds.scan_here", code=second.code)
    mine.do("rounds.found", walker.id, kind="lamp", place=first.name)
    mine.do("rounds.done", walker.id)
    with hub:
        assert {each.how for each in Tick.select()} == {"list", "scan"}
        assert {each.scope for each in (*Tick.select(), *Finding.select())} == {TEAM}
        assert Finding.get().found_by == person.id
        back = Round.get()
        assert back.ended is not None
        assert (back.state, back.confirmed_by) == ("under_way", None), "nobody confirms their own"


def test_nobody_ticks_a_round_that_they_do_not_walk_or_a_point_that_is_not_on_it(hub: Hub) -> None:
    with hub:
        round, (first, _) = planned(hub)
        person, walker = walks(round, "示例·甲001")
        other_round, (elsewhere, _) = planned(hub)
        other, _ = walks(other_round, "示例·甲002")
        Round.update(state="under_way").execute()
    mine = Hand(hub, person)
    assert "不是您这趟" in mine.do("rounds.here", walker.id, checkpoint=elsewhere.id)
    assert "不是您这趟" in mine.do("rounds.scan_here", code=elsewhere.code)
    theirs = Hand(hub, other)
    theirs.do("rounds.here", walker.id, checkpoint=first.id)
    assert theirs.status == 404
    theirs.open(f"/of/rounds.walker/{walker.id}")
    assert theirs.status == 404
    with hub:
        Walker.update(voided=True, void_reason="没去").where(Walker.id == walker.id).execute()
    mine.do("rounds.here", walker.id, checkpoint=first.id)
    assert mine.status == 404
    with hub:
        assert not Tick.select().exists()

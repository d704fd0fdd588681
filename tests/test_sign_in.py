"""The sign-in sheet of an activity: a row for each, a tick for in, out and confirmed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desks import desk_of, entered, unmarked
from hongxian import COMMUNITY, Grid, local_today
from hongxian.plugins.offers import View
from hongxian_client.plugins.grids import Typed, save_grid
from hongxian_client.replica.replica import Replica
from hongxian_plugins import roster, service
from hongxian_plugins.roster.records import Membership, Person
from hongxian_plugins.service import Activity, Attendance
from hongxian_testing.laptop import open_laptop
from offering import ask

TICK = Typed("", "1")


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Replica]:
    with open_laptop(tmp_path, service, roster) as laptop:
        yield laptop


def sheet(laptop: Replica, activity: str) -> Grid:
    shown = ask(laptop, View, "service.sign_in", activity)
    assert isinstance(shown, Grid)
    return shown


def team_of(*names: str) -> list[str]:
    """People of the laptop's team."""
    people = [Person.create(name=name, scope=COMMUNITY).id for name in names]
    for each in people:
        Membership.create(person=each)
    return people


def test_who_came_has_a_record_and_who_may_come_gets_one_by_a_tick(laptop: Replica) -> None:
    first, second = team_of("示例·甲001", "示例·乙002")
    Person.create(name="示例·别队", scope=COMMUNITY)
    activity = Activity.create(title="值班", day=local_today(laptop), scope="team-1").id
    assert {row.title for row in sheet(laptop, activity).rows} == {"示例·甲001", "示例·乙002"}
    assert save_grid(laptop, sheet(laptop, activity), {second: {"signed_in": TICK}}) == 1
    [came] = Attendance.select()
    assert (came.person, came.activity, came.scope) == (second, activity, "team-1")
    rows = sheet(laptop, activity).rows
    assert [(row.called, row.id) for row in rows] == [(second, came.id), (first, "")]


def test_out_and_confirmed_are_ticked_together_and_what_is_confirmed_stays(laptop: Replica) -> None:
    [person] = team_of("示例·甲001")
    activity = Activity.create(title="值班", day=local_today(laptop), scope="team-1").id
    for ticks in ({"signed_in": TICK}, {"signed_out": TICK, "confirmed_by": TICK}):
        assert save_grid(laptop, sheet(laptop, activity), {person: ticks}) == 1
    [held] = Attendance.select()
    assert held.signed_out >= held.signed_in
    assert held.confirmed_by
    browser = entered(desk_of(laptop))
    given = {f"was.{person}.{name}": "1" for name in ("signed_in", "signed_out", "confirmed_by")}
    still = {f"{person}.{name}": "1" for name in ("signed_in", "confirmed_by")}
    answer = browser.post(f"/grid/service.sign_in/{activity}", data={**given, **still})
    assert answer.status_code == 400
    assert "stays. Void it and write another" in unmarked(answer.text)
    assert "data-grid" in answer.text, "what was typed is still there"
    assert Attendance.get().signed_out == held.signed_out

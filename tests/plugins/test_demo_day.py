"""The invented records lie around the day on which they are made, whichever that is."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from hongxian import local_today
from hongxian.kit.duties import all_duties, due_between
from hongxian.plugins.offering import carry_out, offers
from hongxian.plugins.offers import View
from hongxian.shapes import Table
from hongxian.shapes.cells import name_of
from hongxian.shapes.shown import table_of
from hongxian_client.plugins.offers import values_for
from hongxian_client.replica.replica import Replica
from hongxian_plugins import knife_grinding, mediation, reward_station, roster, service
from hongxian_testing.laptop import open_laptop
from laptops import problems_of
from offering import LEADER

TEAMS = {"team-1": "红马甲管家团", "team-2": "老娘舅"}
DAYS = (date(2028, 2, 29), date(2026, 11, 1))
"""A leap day, and a first of the month that is its first Sunday too."""
OF_THE_DAY = {"service.today", "knife_grinding.board"}
"""Views to which the first page's lines of the day lead."""


@pytest.mark.thorough
@pytest.mark.parametrize("day", DAYS, ids=str)
def test_the_first_page_of_the_demonstration_has_content_on_any_day(
    tmp_path: Path, day: date
) -> None:
    plugins = (knife_grinding, mediation, reward_station, roster, service)
    with open_laptop(tmp_path, *plugins, teams=TEAMS) as laptop:
        stand_at(laptop, day)
        laptop.plugins.tell("hongxian_demo_was_asked", store=laptop, seed=7)
        assert local_today(laptop) == day
        rows = {name: len(shown.rows) for name, shown in cards(laptop).items()}
        hours = cards(laptop)["service.hours"].rows
        facts = {"store": laptop, "first": day, "last": day + timedelta(days=20)}
        told = [
            each
            for _, own in laptop.plugins.answers("hongxian_calendar_entries", **facts)
            for each in own
        ]
        due = due_between(all_duties(laptop), laptop.teams(), day, day + timedelta(days=20))
        assert not problems_of(laptop)
    assert rows["service.today"] >= 1
    assert all(number > 0 for _, number in hours[:-1])
    assert rows["knife_grinding.board"] > 10, "its slots, and its queue below"
    assert {name_of(each.of) for each in told if each.day == day} >= {
        "service.activity",
        "knife_grinding.day",
    }
    about = {each.record._meta.collection for each in due if each.record}
    assert about >= {"mediation.case", "reward_station.lot"}


def stand_at(laptop: Replica, day: date) -> None:
    """Let it be the morning of a day in Shanghai."""
    moment = datetime(day.year, day.month, day.day, 2, tzinfo=UTC) + timedelta(minutes=30)
    laptop.now = lambda: int(moment.timestamp() * 1000)


def cards(laptop: Replica) -> dict[str, Table]:
    """What the first page shows of each plugin or leads to for the day; all of it as tables."""
    told = {
        name: carry_out(laptop, each, None, values_for(laptop, each, []), LEADER)
        for name, each in offers(laptop, View, LEADER).items()
        if each.offer.card or name in OF_THE_DAY
    }
    return {name: table_of(laptop, shown) for name, shown in told.items()}

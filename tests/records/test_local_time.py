"""Every machine tells the community's time, whatever its own zone."""

import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from peewee import CharField, DateField, DateTimeField

from command_line import Place, joined, new_hub, serving
from consoles import keepers, page
from hongxian import Record, local_now, local_today
from hongxian.collections.local_time import local_moment
from hongxian.records import heard_so_far, known_until, local_minute
from hongxian_client.text.format import moment
from hongxian_server.hub import Hub
from hongxian_server.tables.access import Incarnation
from hongxian_testing import Neighbourhood
from hongxian_testing.laptop import open_laptop
from samples import plugin

LATE_IN_LONDON = 1_772_395_200_000
"""2026-03-01 20:00 UTC, in milliseconds since 1970: in Shanghai it is the next day."""


class Loan(Record):
    name = CharField()
    lent_at = DateTimeField(default=local_now)
    day = DateField(default=local_today)

    class Meta:
        collection = "clock.loan"


@pytest.fixture
def in_new_york(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("in_new_york")
def test_a_fields_default_is_the_communitys_time_on_a_machine_of_any_zone(tmp_path: Path) -> None:
    with open_laptop(tmp_path, plugin("clock", Loan), now=lambda: LATE_IN_LONDON):
        loan = Loan.create(name="伞1")
        Loan.insert_many([{"name": "伞2"}]).execute()
        for each in (loan, *Loan.select()):
            assert (each.lent_at, each.day) == (datetime(2026, 3, 2, 4, 0), date(2026, 3, 2))


@pytest.mark.usefixtures("in_new_york")
def test_a_terminal_and_a_desk_tell_moments_in_the_communitys_time() -> None:
    assert moment(LATE_IN_LONDON) == "2026-03-02T04:00:00+08:00"


@pytest.fixture
def hub(tmp_path: Path) -> Place:
    """A hub, one laptop of which wrote something and was seen last late in London."""
    hub = new_hub(tmp_path / "hub", "红马甲管家团")
    with serving(hub) as url:
        laptop = joined(hub, url, tmp_path / "laptop", "红马甲管家团")
        laptop.json("add", "roster.person", "name=示例·甲001")
        laptop.json("sync")
    opened = Hub.open(hub.folder)
    with opened, opened.upkeep():
        Incarnation.update(last_seen=LATE_IN_LONDON).execute()
    return hub


@pytest.mark.usefixtures("in_new_york")
def test_hub_and_console_tell_the_communitys_time_on_a_machine_of_any_zone(hub: Place) -> None:
    english = hub.reading("en")
    assert "2026-03-02 04:00" in english("hub", "devices").out
    assert hub.json("hub", "devices")[0]["last_seen"] == "2026-03-02T04:00:00+08:00"
    assert "2026-03-02 04:00" in page(keepers(Hub.open(hub.folder)), "/console/laptops/2")
    newest = hub.json("hub", "log")[-1]["at"]
    assert newest.endswith("+08:00")


@pytest.mark.usefixtures("in_new_york")
def test_what_is_undone_since_a_time_is_since_the_communitys(hub: Place) -> None:
    here = local_moment(int(time.time() * 1000))  # thirteen hours or so ahead of New York
    for hours, count in ((-1, 1), (1, 0)):
        since = f"{here + timedelta(hours=hours):%Y-%m-%d %H:%M}"
        assert len(hub.json("hub", "undo", "2", "--since", since)) == count


def test_an_english_list_of_devices_has_english_heads(hub: Place) -> None:
    head = hub.reading("en")("hub", "devices").out.splitlines()[0]
    assert head.split() == ["number", "name", "teams", "last", "seen", "unsent", "refused", "state"]


@pytest.mark.plugins(plugin("clock", Loan))
def test_a_laptop_knows_until_when_it_has_all_that_reached_the_hub(
    neighbourhood: Neighbourhood,
) -> None:
    laptop = neighbourhood.laptop("team-1")
    laptop.at("2026-03-01 20:40")
    laptop.sync()
    laptop.at("2026-03-01 21:10")
    with laptop:
        assert known_until() == datetime(2026, 3, 1, 20, 40)
        assert heard_so_far().zh == "截至 03-01 20:40 的同步"
        assert local_minute() == datetime(2026, 3, 1, 21, 10)
    with neighbourhood.hub:
        assert known_until() == datetime(2026, 3, 1, 21, 10)


def test_a_laptop_that_never_synced_knows_nothing_of_others(tmp_path: Path) -> None:
    with open_laptop(tmp_path, plugin("clock", Loan)):
        assert known_until() is None
        assert heard_so_far().zh == "这台电脑还没同步过"

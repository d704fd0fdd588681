"""A hub that moved where no announcement is heard: its new address is typed on the laptop's page, and proven first."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from command_line import joined, new_hub
from desks import desk_of, entered, page, unmarked
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.sync.session import sync
from hongxian_client.transport.link import post_to_hub
from hongxian_client.transport.seeking import Seeking
from hongxian_plugins.roster import Person
from hongxian_server.hub import Hub
from listening import served

TEAM = "甲队"


@pytest.fixture
def moved(tmp_path: Path) -> Iterator[tuple[Replica, str]]:
    """A laptop whose hub left the address where it joined, and where the hub is now."""
    place = new_hub(tmp_path / "hub", TEAM)
    hub = Hub.open(place.folder)
    with served(hub) as before:
        laptop = Replica.open(joined(place, before, tmp_path / "laptop", TEAM).folder)
    with served(hub) as now:
        yield laptop, now


def told(laptop: Replica) -> str:
    with laptop:
        return LaptopState.read().hub_url


def test_the_laptop_goes_on_at_the_address_that_was_typed(moved: tuple[Replica, str]) -> None:
    laptop, now = moved
    answer = entered(desk_of(laptop)).post("/laptop/hub", data={"hub": f" {now}/ "})
    assert answer.status_code == 302
    assert told(laptop) == now
    with laptop:
        Person.create(name="示例·甲")
        assert sync(laptop, post_to_hub(laptop)).sent


def test_a_sync_that_is_under_way_goes_there_at_once(moved: tuple[Replica, str]) -> None:
    laptop, now = moved
    with laptop:
        post = Seeking(laptop)
        with laptop.upkeep(), LaptopState.changing() as state:
            state.hub_url = now
        assert sync(laptop, post).requests


def test_no_other_hub_is_taken_for_it_and_what_was_typed_stays(
    moved: tuple[Replica, str], tmp_path: Path
) -> None:
    laptop, _ = moved
    was = told(laptop)
    with served(Hub.open(new_hub(tmp_path / "other", TEAM, community="别处").folder)) as stranger:
        for typed, says in (
            (stranger, "its key is another"),
            ("http://127.0.0.1:9", "out of reach"),
            ("???", "???"),
        ):
            answer = entered(desk_of(laptop)).post("/laptop/hub", data={"hub": typed})
            assert answer.status_code >= 400
            assert typed in answer.text
            assert says in unmarked(answer.text)
            assert "&lt;" not in answer.text, "what is said is no code"
            assert told(laptop) == was
    assert "The hub has another address" in page(entered(desk_of(laptop)), "/laptop")

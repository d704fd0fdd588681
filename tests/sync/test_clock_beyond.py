"""A clock that tells a time which no stamp can hold: a sentence says so and whose it is, and nothing is done."""

import os
import subprocess
from pathlib import Path

import pytest
from conftest import require

from command_line import DEADLINE, PROGRAM, Place, joined, new_hub, serving
from consoles import keepers
from desks import desk_of, entered, page
from hongxian.errors import HubOutOfReach
from hongxian.model.stamp import LATEST, ClockWrong
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.unsent.outbox import EntryState, count
from hongxian_client.sync.session import sync
from hongxian_client.transport.link import post_to_hub
from hongxian_server.hub import Hub
from hongxian_testing.laptop import with_only
from listening import served
from proven_hubs import code_of
from proven_hubs import joined as joined_to
from proven_hubs import new_hub as new_sample_hub
from samples import SAMPLE, Visit
from sweeps import sweep
from system_packages import FAKETIME

TEAM = "示例队"
SAYS = {"zh": "时钟不对", "en": "clock of"}


def at(year: str, place: Place, *words: str, language: str = "zh") -> subprocess.CompletedProcess:
    """A command in a process of its own, on a machine whose clock is wrong."""
    command = ["faketime", year, *PROGRAM, *words, "--data", str(place.folder)]
    environment = {**os.environ, "LANGUAGE": language}
    return subprocess.run(
        command, capture_output=True, encoding="utf-8", env=environment, timeout=DEADLINE
    )


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> tuple[Place, Place]:
    """A hub and a laptop of its, with one record unsent."""
    require(FAKETIME)
    folder = tmp_path_factory.mktemp("clock")
    hub = new_hub(folder / "hub", TEAM)
    with serving(hub) as url:
        laptop = joined(hub, url, folder / "laptop", TEAM)
    laptop.json("add", "roster.person", "name=示例·甲")
    return hub, laptop


@pytest.mark.parametrize("year", sweep(["1960-01-01", "2110-01-01", "2300-01-01", "9999-12-31"]))
def test_every_command_says_so_and_whose_it_is(
    places: tuple[Place, Place], tmp_path: Path, year: str
) -> None:
    hub, laptop = places
    sheet = tmp_path / "people.csv"
    sheet.write_text("name\n示例·乙\n", "utf-8")
    commands = [
        (laptop, ["list", "roster.person"]),
        (laptop, ["add", "roster.person", "name=示例·乙"]),
        (laptop, ["import", "roster.person", str(sheet)]),
        (laptop, ["sync"]),
        (laptop, ["desk", "--no-browser"]),
        (hub, ["hub", "serve", "--port", "0"]),
    ]
    for place, words in commands[:: 1 if year == "2110-01-01" else 3]:
        said = at(year, place, *words)
        assert said.returncode == 1, (words, said)
        assert SAYS["zh"] in said.stderr
        assert ("早于 1970" if year < "1970" else "晚于 2109") in said.stderr
        assert "Traceback" not in said.stderr
        assert not said.stdout
        if year < "2262":
            assert ("社区主机" if place is hub else "这台电脑") in said.stderr
    assert SAYS["en"] in at(year, laptop, "status", language="en").stderr
    assert [each["name"] for each in laptop.json("list", "roster.person")] == ["示例·甲"]


def test_a_hub_that_could_not_be_made_for_its_clock_is_made_once_it_is_right(
    tmp_path: Path,
) -> None:
    require(FAKETIME)
    hub = Place(tmp_path / "hub")
    assert at("2110-01-01", hub, "hub", "init", "--community", "示例社区").returncode == 1
    hub.json("hub", "init", "--community", "示例社区")


@pytest.mark.parametrize("wrong", [LATEST + 1, -1])
def test_while_it_serves_laptops_are_told_of_the_hubs_clock_and_lose_nothing(
    tmp_path: Path, wrong: int
) -> None:
    made = new_sample_hub(tmp_path / "hub")
    code_of(made)
    at_hand = [0]
    usual = made.now
    hub = Hub.open(
        made.folder,
        plugins=with_only((SAMPLE,)),
        now=lambda: at_hand[0] or usual(),
    )
    laptop = Replica.open(tmp_path / "laptop", plugins=with_only((SAMPLE,)))
    console = keepers(hub)
    with served(hub) as url:
        joined_to(hub, laptop, url)
        with laptop:
            Visit.create(name="示例·甲")
            post = post_to_hub(laptop)
            sync(laptop, post)
            Visit.create(name="示例·乙")
            at_hand[0] = wrong
            for each in (post, post_to_hub(laptop)):  # in the middle of things, and from the start
                with pytest.raises(HubOutOfReach, match="clock of the hub's machine is wrong"):
                    sync(laptop, each)
            assert (
                "clock of the hub&#39;s machine is wrong" in console.get("/console/overview").text
            )
            at_hand[0] = 0
            assert sync(laptop, post).sent == 1


@pytest.mark.parametrize("wrong", [LATEST + 1, -1])
def test_an_open_desk_tells_of_its_laptops_clock_and_goes_on_once_it_is_right(
    tmp_path: Path, wrong: int
) -> None:
    hub = new_sample_hub(tmp_path / "hub")
    at_hand = [0]
    laptop = Replica.open(
        tmp_path / "laptop",
        plugins=with_only((SAMPLE,)),
        now=lambda: at_hand[0] or hub.now(),
    )
    with served(hub) as url:
        joined_to(hub, laptop, url)
        desk = desk_of(laptop)
        browser = entered(desk)
        at_hand[0] = wrong
        with laptop, pytest.raises(ClockWrong) as told:
            sync(laptop, post_to_hub(laptop))
        desk.last = told.value
        for address in ("/", "/sync-line", "/c/sample.visit"):
            shown = browser.get(address)
            assert "clock of this laptop is wrong" in shown.text, address
        with laptop, pytest.raises(ClockWrong):
            Visit.create(name="示例·甲")
        at_hand[0] = 0
        with laptop:
            Visit.create(name="示例·甲")
            assert sync(laptop, post_to_hub(laptop)).sent == 1
            assert count(EntryState.UNSENT) == 0
        assert "示例·甲" in page(browser, "/c/sample.visit")

"""`hongxian hub held`: what waits for the keeper after a restore is listed, and taken or refused."""

from pathlib import Path
from typing import Any

import pytest

from command_line import Place, new_hub
from hongxian.collections.builtin import Team
from hongxian.model.record import COMMUNITY
from hongxian.model.row import Row
from hongxian_server.hub import Hub
from hongxian_server.tables.held_offers import hold
from signing import enrolled


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = new_hub(tmp_path / "hub", "甲队")
    values: dict[str, Any] = {"scope": COMMUNITY, "deleted": False, "name": "丙队"}
    values |= {"key": "t-00000001", "written_by": None}
    row = Row("01890000-0000-7000-8000-000000000001", 1 << 60, values)
    with Hub.open(made.folder) as hub:
        laptop = enrolled(hub, "甲队").asker.laptop
        with hub.upkeep():
            hold("hongxian.team", [row], laptop, 0)
    return made


def teams(place: Place) -> set[str]:
    with Hub.open(place.folder):
        return {each.name for each in Team.select()}


@pytest.mark.parametrize(("word", "taken"), [("--take", True), ("--refuse", False)])
def test_what_is_held_is_listed_then_taken_or_refused(place: Place, word: str, taken: bool) -> None:
    [told] = place.json("hub", "held")
    assert told == {
        "device": 2,
        "what": "offer",
        "collection": "hongxian.team",
        "records": 1,
        "state": "waits",
    }
    assert "丙队" not in teams(place)
    place.json("hub", "held", word)
    assert ("丙队" in teams(place)) == taken
    assert place.json("hub", "held") == []


def test_both_at_once_is_refused(place: Place) -> None:
    place.json("hub", "held", "--take", "--refuse", code=2)
    assert len(place.json("hub", "held")) == 1


def test_the_ceiling_is_shown_and_set(place: Place) -> None:
    assert place.json("hub", "ceiling") == {"records": 20, "percent": 10}
    assert place.json("hub", "ceiling", "50", "5") == {"records": 50, "percent": 5}
    assert place.json("hub", "ceiling") == {"records": 50, "percent": 5}

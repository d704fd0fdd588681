"""A laptop's name, changed by its own people: it goes to the hub by network or stick; the keeper has the last word."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desks import desk_of, entered, page, unmarked
from hongxian.collections.directory import name_of_laptop
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.sync.bundle import bundle_in, bundle_out
from hongxian_plugins import roster
from hongxian_server.membership import devices
from hongxian_server.sync.bundle import answer_bundle
from hongxian_server.tables.access import Access
from meeting import Meeting, meeting

WANTED = "红马甲 1"


@pytest.fixture
def met(tmp_path: Path) -> Iterator[Meeting]:
    with meeting(tmp_path, roster) as met:
        met.team("甲队")
        for _each in range(2):
            met.laptop("甲队")
        met.sync()
        yield met


def renamed(laptop: Replica, name: str) -> None:
    answer = entered(desk_of(laptop)).post("/laptop/name", data={"name": name})
    assert answer.status_code == 302


def called(replica: Replica, laptop: Replica) -> str:
    with laptop:
        id = laptop.asker.laptop
    with replica:
        return name_of_laptop(id)


def names(met: Meeting) -> list[str]:
    with met.hub:
        return [each.name for each in Access.select()]


def test_its_people_give_it_another_name_that_everybody_sees_after_a_sync(met: Meeting) -> None:
    one, other = met.laptops
    renamed(one, WANTED)
    shown = unmarked(page(entered(desk_of(one)), "/laptop"))
    assert f"after the next sync: {WANTED}" in shown
    met.sync()
    met.sync()
    assert WANTED in names(met)
    assert called(one, one) == called(other, one) == WANTED
    assert "after the next sync" not in page(entered(desk_of(one)), "/laptop")


def test_the_keeper_names_it_otherwise_afterwards_and_that_stays(met: Meeting) -> None:
    one, other = met.laptops
    renamed(one, WANTED)
    met.sync()
    with met.hub:
        devices.rename(met.hub, 2, "示例机")
    met.sync()
    met.sync()
    assert called(one, one) == called(other, one) == "示例机"


def test_a_stick_carries_the_name(met: Meeting, tmp_path: Path) -> None:
    one, _other = met.laptops
    renamed(one, WANTED)
    bundle_out(one, tmp_path / "out")
    answer_bundle(met.hub, tmp_path / "out", tmp_path / "reply")
    assert WANTED in names(met)
    bundle_in(one, tmp_path / "reply")
    assert called(one, one) == WANTED
    with one:
        assert not LaptopState.read().name_wanted


@pytest.mark.parametrize("name", ["", "  ", "长" * 81, "甲\u202e乙", "甲\n乙"])
def test_what_is_no_name_is_refused_in_words_and_by_the_hub_passed_over(
    met: Meeting, name: str
) -> None:
    one, _other = met.laptops
    answer = entered(desk_of(one)).post("/laptop/name", data={"name": name})
    assert answer.status_code >= 400
    assert 'class="wrong"' in answer.text
    before = names(met)
    with one, one.upkeep(), LaptopState.changing() as state:
        state.name_wanted = name[:80]  # as a laptop would that somebody wrote anew
    met.sync()
    assert all(each in before or each == "长" * 80 for each in names(met))

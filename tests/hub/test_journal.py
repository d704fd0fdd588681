"""The journal is a chain: whatever somebody does to its blocks is found at the first that no longer fits."""

from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
import pytest

from hongxian import Record
from hongxian.collections.builtin import Team
from hongxian.engine.scrub import PART_MILLISECONDS, PASS_MILLISECONDS
from hongxian.plugins.loading import Plugins
from hongxian.records import COMMUNITY
from hongxian.wire.page import pack
from hongxian_server.hub import Hub
from hongxian_server.membership import devices
from hongxian_server.ops.journal_check import JournalCheck, check_journal
from hongxian_server.ops.overview import overview
from hongxian_server.tables.journal import Block, entries_in, first_broken_block
from meeting import meeting
from samples import plugin

TEAMS = ("甲队", "乙队", "丙队")


def change(number: int) -> None:
    Block.update(at=Block.at + 1).where(Block.number == number).execute()


def take_out(number: int) -> None:
    Block.delete().where(Block.number == number).execute()


def swap_with_the_next(number: int) -> None:
    for old, new in ((number, 0), (number + 1, number), (0, number + 1)):
        Block.update(number=new).where(Block.number == old).execute()


@pytest.mark.parametrize(("harm", "found"), [(change, 0), (take_out, 1), (swap_with_the_next, 0)])
@pytest.mark.parametrize("number", [1, 2])
def test_a_block_that_was_changed_taken_out_or_swapped_is_found(
    tmp_path: Path, number: int, harm: Callable[[int], None], found: int
) -> None:
    hub = Hub.init(tmp_path, "示例社区", plugins=Plugins(installed=False))
    with hub:
        for name in TEAMS:
            devices.add_team(hub, name)
        assert first_broken_block() is None
        harm(number)
        assert first_broken_block() == number + found


class Hours:
    """A clock that goes on by an hour at each look at it."""

    time = 1_800_000_000_000

    def __call__(self) -> int:
        self.time += PART_MILLISECONDS
        return self.time


def test_within_a_day_the_hub_looks_through_the_whole_journal_part_by_part(tmp_path: Path) -> None:
    hub = Hub.init(tmp_path, "示例社区", plugins=Plugins(installed=False))
    with hub:
        for number in range(60):
            devices.add_team(hub, f"{number} 队")
        hub.now = Hours()
        for _ in range(3):
            assert check_journal(hub) is None
        seen = JournalCheck.read()
        assert 0 < seen.journal_place[0] < 60
        assert seen.journal_checked is None
        change(50)
        for _ in range(PASS_MILLISECONDS // PART_MILLISECONDS):
            check_journal(hub)
        told = JournalCheck.read()
        assert told.journal_broken == 50
        assert told.journal_checked
        Block.update(at=Block.at - 1).where(Block.number == 50).execute()
        assert check_journal(hub) == 50  # until the next look has come to its end
        assert check_journal(hub, whole=True) is None
        assert overview(hub)["journal"]["first_broken"] is None
        assert overview(hub)["journal"]["bytes"] == sum(len(each.body) for each in Block.select())


def test_a_part_of_the_journal_is_looked_at_behind_the_block_that_was_seen(tmp_path: Path) -> None:
    hub = Hub.init(tmp_path, "示例社区", plugins=Plugins(installed=False))
    with hub:
        for name in TEAMS:
            devices.add_team(hub, name)
        hub.now = Hours()
        check_journal(hub)
        assert JournalCheck.read().journal_place[0] == 1
        take_out(2)
        for _ in range(3):
            check_journal(hub)
        assert JournalCheck.read().journal_broken == 3


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    """A hub whose journal makes three teams, and calls the first another name."""
    hub = Hub.init(tmp_path, "示例社区", plugins=Plugins(installed=False))
    with hub:
        for name in TEAMS:
            devices.add_team(hub, name)
        Team.update(name="丁队").where(Team.name == "甲队").execute()
        yield hub


def block(number: int) -> Block:
    return Block.get(Block.number == number)


def rewrite(number: int, old: str, new: str) -> None:
    text = orjson.dumps(block(number).open()).decode()
    assert old in text
    Block.update(body=pack(text.replace(old, new).encode())).where(Block.number == number).execute()


def test_a_part_that_is_forgotten_leaves_no_text_and_the_chain_whole(hub: Hub) -> None:
    for number in (1, 4):
        block(number).forget([0])
    block(4).forget([1])
    assert first_broken_block() is None
    for number in (1, 4):
        assert "甲队" not in orjson.dumps(block(number).open()).decode()
        assert "丁队" not in orjson.dumps(block(number).open()).decode()
        assert block(number).secret is None
    assert set(bytes(block(4).salts)) == {0}
    [(_, entry)] = entries_in(block(4))
    assert entry.after_gone
    assert entry.before_gone
    assert entry.after == {"name": None}


@pytest.mark.parametrize("gone", [[0], [1]])
def test_what_is_left_of_a_block_is_still_looked_at(hub: Hub, gone: list[int]) -> None:
    block(4).forget(gone)
    rewrite(4, "甲队" if gone == [0] else "丁队", "戊队")
    assert first_broken_block() == 4


def test_nothing_can_be_put_in_the_place_of_what_is_forgotten(hub: Hub) -> None:
    block(4).forget([0])
    rewrite(4, '"name":null', '"name":"戊队"')
    assert first_broken_block() == 4


def test_a_block_of_which_all_is_there_keeps_one_secret_for_all_salts(hub: Hub) -> None:
    assert len(bytes(block(1).secret)) == 32
    assert block(1).salts is None
    rewrite(1, "甲队", "戊队")
    assert first_broken_block() == 1


class Bare(Record):
    """Records that say nothing but that they are there."""

    class Meta:
        collection = "bare.bare"
        scope = COMMUNITY


def test_a_record_without_fields_is_taken_in_and_the_chain_holds(tmp_path: Path) -> None:
    with meeting(tmp_path, plugin("bare", Bare)) as met:
        laptop = met.laptop()
        with laptop:
            Bare.create()
        met.agree()
        with met.hub:
            assert Bare.select().count() == 1
            assert first_broken_block() is None

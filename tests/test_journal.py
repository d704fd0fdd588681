"""The journal is a chain: whatever somebody does to its blocks is found at the first that no longer fits."""

from collections.abc import Callable
from pathlib import Path

import pytest

from hongxian.plugins.loading import Plugins
from hongxian_server.hub import Hub
from hongxian_server.membership import devices
from hongxian_server.tables.journal import Block, first_broken_block

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

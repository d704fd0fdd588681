"""A laptop that a hub let in and that does not know of it: its answer was lost, or it ended before it was on disk."""

from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest

from dying import Killed, dying
from hongxian.errors import CodeRefused
from hongxian_client.replica.replica import Replica
from hongxian_client.sync.enrol import join
from hongxian_server.membership import devices
from hongxian_server.tables.access import Access, Incarnation
from hongxian_testing.laptop import with_only
from meeting import Meeting, meeting


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Meeting]:
    with meeting(tmp_path) as met:
        met.team("红队")
        yield met


def code_of(hub: Meeting, *teams: str) -> str:
    with hub.hub:
        return devices.make_code(hub.hub, teams)[0]


def known(hub: Meeting) -> tuple[int, int]:
    """How many laptops and incarnations the hub knows."""
    with hub.hub:
        return Access.select().count(), Incarnation.select().count()


def opened(hub: Meeting, name: str) -> Replica:
    return Replica.open(hub.folder / name, plugins=with_only(()))


def test_wherever_it_ended_it_joins_by_the_same_code_as_the_same_laptop(hub: Meeting) -> None:
    for statement in count():
        before, code = known(hub), code_of(hub, "红队")
        laptop = opened(hub, f"laptop-{statement}")
        try:
            with laptop, dying(laptop) as die_at:
                die_at(statement)
                join(laptop, hub.address, code)
        except Killed:
            with opened(hub, f"laptop-{statement}") as again:
                join(again, hub.address, code)
                assert list(again.teams().values()) == ["红队"]
            assert known(hub) == tuple(number + 1 for number in before)
        else:
            break
    assert statement > 3


def test_who_was_taken_off_its_team_meanwhile_is_not_back_in_it_and_nobody_else_comes_in(
    hub: Meeting,
) -> None:
    one, code = lost_answer(hub)
    with hub.hub:
        [number] = [each.number for each in Incarnation.select()]
        devices.withdraw(hub.hub, number, "红队")
    with opened(hub, "other") as other, pytest.raises(CodeRefused):
        join(other, hub.address, code)
    with one:
        join(one, hub.address, code)
        assert one.teams() == {}


def lost_answer(hub: Meeting) -> tuple[Replica, str]:
    """A laptop that the hub let in and that does not know it, and its code."""
    for statement in count():
        code, laptop = code_of(hub, "红队"), opened(hub, f"laptop-{statement}")
        with suppress(Killed), laptop, dying(laptop) as die_at:
            die_at(statement)
            join(laptop, hub.address, code)
        if known(hub) != (0, 0):
            return opened(hub, f"laptop-{statement}"), code
    raise AssertionError

"""A hub whose clock was ahead for a while: what it confirmed then is followed by right times."""

from pathlib import Path

import pytest

from hongxian.model.stamp import make_stamp
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.unsent.outbox import EntryState, count
from meeting import meeting
from samples import PEOPLE, Person

HOUR = 3_600_000
YEAR = 365 * 24 * HOUR


@pytest.mark.parametrize("ahead", [HOUR, YEAR])
def test_work_goes_out_after_the_hubs_clock_was_set_right(tmp_path: Path, ahead: int) -> None:
    with meeting(tmp_path, PEOPLE) as met:
        met.team("east")
        one, two = met.laptop("east"), met.laptop("east")
        right = met.hub.now
        met.hub.now = lambda: right() + ahead
        met.sync()
        with one:
            id = Person.create(name="示例·一").id
        met.agree()
        met.hub.now = right
        with two:
            Person.create(name="示例·二")
        with one:
            Person.update(name="示例·三").where(Person.id == id).execute()
        met.agree()
        for laptop in (one, two):
            with laptop:
                assert count(EntryState.UNSENT) == 0
                assert Person.get_by_id(id).name == "示例·三"


def test_a_laptop_whose_stamps_no_hub_takes_gives_up_until_the_next_sync(tmp_path: Path) -> None:
    with meeting(tmp_path, PEOPLE) as met:
        met.team("east")
        laptop = met.laptop("east")
        with laptop:
            Person.create(name="示例·一")
            with laptop.upkeep(), LaptopState.changing() as state:
                state.observed = make_stamp(laptop.now() + YEAR, 0, 2)  # the hub has not seen it
            Person.create(name="示例·二")
        [report] = met.sync()
        assert report.requests < 10
        with laptop:
            assert count(EntryState.UNSENT) == 1

"""Two laptops book without a network: a place is given once, and work that was done stands."""

from datetime import date, time

import pytest

import hongxian_plugins.knife_grinding as knife_grinding
from hongxian import Text
from hongxian_plugins.knife_grinding import Booking, Day

pytestmark = pytest.mark.plugins(knife_grinding)
HOME = "示例苑–3幢–2单元–501室"


@pytest.fixture
def two(neighbourhood):
    """A hub and two laptops of one team."""
    return neighbourhood, *(neighbourhood.laptop("红帽子帮帮团") for _ in range(2))


def sync(*laptops) -> None:
    """Each of them, in this order."""
    for each in laptops:
        each.sync()


def grinding_day(**values) -> str:
    """Four slots, 09:00 to 09:45, at two benches."""
    usual = {"title": "红管大篷车 5月", "date": date(2099, 5, 8), "ends": time(10)}
    return Day.create(**{**usual, **values}).id


def booking(**values) -> str:
    return Booking.create(**{"name": "示例·甲001", "knives": 2, **values}).id


def booked(day: str, slot: time = time(9), bench: int | None = 1, **values) -> str:
    return booking(**{"day": day, "slot": slot, "bench": bench, "state": "slotted", **values})


def edit(model, id: str, **values) -> None:
    model.update(**values).where(model.id == id).execute()


def do(laptop, name: str, id: str | None = None, /, **values) -> Text:
    """An action, by the name under which it is offered; refused where it does not fit."""
    return laptop.do(f"knife_grinding.{name}", id, **values)


def look(laptop, name: str, **values):
    return laptop.view(f"knife_grinding.{name}", **values)


def said(cell) -> str:
    """What a reader of Chinese reads in a cell."""
    if isinstance(cell, list):
        return "；".join(map(said, cell))
    return Text.of(getattr(cell, "title", cell)).zh


def place_of(id: str) -> tuple:
    held = Booking.get_by_id(id)
    return f"{held.slot:%H:%M}", held.bench


def test_two_laptops_offline_send_a_grinder_to_one_home(two):
    all_, one, other = two
    visit = {"at_home": True, "bench": None, "address": HOME, "grinder": "示例·师傅甲"}
    with one:
        days = [grinding_day(title=title, benches=0) for title in ("一号点", "二号点")]
    all_.meet()
    for laptop, day in zip((one, other), days, strict=True):
        with laptop:
            booked(day, **visit)
    sync(one, other)
    with other:
        [rejected] = other.attention
        assert "is at 一号点" in rejected.reasons[""][0].en


# -- two laptops -----------------------------------------------------------------------------


@pytest.mark.either_database
def test_two_laptops_offline_give_one_slot_and_the_later_one_moves_to_the_next(two):
    all_, first, second = two
    with first:
        day = grinding_day(benches=1)
    sync(*all_.laptops)
    ids = {}
    for laptop in (first, second):
        with laptop:
            ids[laptop] = booking(state="verified")
            do(laptop, "slot", ids[laptop], day=day)
            assert place_of(ids[laptop]) == ("09:00", 1)
    sync(second, first)
    with first:
        [rejected] = first.attention
        assert rejected.state == "bumped"
        assert rejected.taken.holder == ids[second]
        assert rejected.taken.free[0] == [day, 1, "09:15:00"]
        shown = look(first, "board", day=day)
        assert {each.tone for each in shown.shapes[0].held} == {"stop", "plan"}
        assert "1/4" in shown.note.zh
        assert "got no place" in shown.shapes[0].note.en
        do(first, "slot", ids[first])
        assert not look(first, "board", day=day).shapes[0].note
        assert place_of(ids[first]) == ("09:15", 1)
    sync(first, second)
    with second:
        assert {place_of(id) for id in ids.values()} == {("09:00", 1), ("09:15", 1)}
    with first:
        assert not first.attention


def test_a_bumped_booking_that_was_done_meanwhile_arrives_with_all_its_steps(two):
    all_, first, second = two
    with first:
        day = grinding_day(benches=1)
        id = booking()
    sync(*all_.laptops)
    with second:
        booked(day)
    with first:
        do(first, "verify", id)
        do(first, "slot", id, day=day)
        do(first, "done", id, materials="none")
    sync(second, first)
    with first:
        assert first.attention
        edit(Booking, id, slot=time(9, 30))
    sync(first, second)
    with second:
        assert (Booking.get_by_id(id).state, place_of(id)) == ("done", ("09:30", 1))
    with first:
        assert not first.attention


@pytest.mark.either_database
def test_a_place_that_the_day_lost_meanwhile_is_refused_by_the_hub(two):
    all_, first, second = two
    with first:
        day = grinding_day()
    sync(*all_.laptops)
    with first:
        edit(Day, day, benches=1)
    with second:
        id = booked(day, bench=2)
    sync(first, second)
    with second:
        [rejected] = second.attention
        assert "没有 2 号" in str(rejected.reasons)
        edit(Booking, id, bench=1)
    sync(second)
    with second:
        assert not second.attention


def test_one_resident_whom_two_laptops_booked_for_a_day_has_both_places_and_a_task(two):
    neighbourhood, first, second = two
    with first:
        day = grinding_day()
    neighbourhood.meet()
    with first:
        booked(day)
        booked(day, time(9, 15), name="示例·乙002")
    with second:
        id = booked(day, time(9, 30))
    neighbourhood.meet()
    assert ["示例·甲001 is booked twice" in each.en for each in second.tasks] == [True]
    with second:
        edit(Booking, id, state="cancelled", cancel_reason="重复")
    neighbourhood.meet()
    assert not first.tasks


def test_a_cancellation_that_comes_after_the_work_is_put_before_a_person(two):
    all_, first, second = two
    with first:
        id = booked(grinding_day())
    sync(*all_.laptops)
    with first:
        do(first, "done", id, materials="none")
    with second:
        do(second, "cancel", id, cancel_reason="没人接电话")
    sync(first, second)
    with second:
        [conflict] = second.conflicts
        assert "done" in conflict.kept
        assert "cancelled" in conflict.lost
        assert Booking.get_by_id(id).state == "done"


def test_work_that_was_done_outlives_a_cancellation_made_elsewhere(two):
    all_, first, second = two
    with first:
        id = booked(grinding_day())
    sync(*all_.laptops)
    with second:
        do(second, "cancel", id, cancel_reason="没人接电话")
    with first:
        do(first, "done", id, materials="none")
    sync(second, first, second)
    for laptop in (first, second):
        with laptop:
            assert Booking.get_by_id(id).state == "done"

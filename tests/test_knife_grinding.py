"""Knife grinding: no slot given twice, no step skipped, nothing paid, nobody's address told."""

import re
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

import hongxian_plugins.knife_grinding as knife_grinding
import hongxian_plugins.roster as roster
import hongxian_plugins.service as service
from hongxian import (
    Button,
    Device,
    Link,
    Refused,
    Taken,
    Task,
    Text,
    Workflow,
    give_back,
    local_today,
)
from hongxian.builtin import Conflict
from hongxian.errors import Invalid, NotAllowed
from hongxian.kinds.state import StepNotThere
from hongxian.plugins.offering import carry_out, find_offer
from hongxian.plugins.offers import Action, Document, View
from hongxian.plugins.viewer import DISPLAY
from hongxian.text import ZH, shown
from hongxian_client.review import attention
from hongxian_plugins.knife_grinding import Booking, Day, NumberBook, Slip
from hongxian_plugins.knife_grinding.steps import BOOKING, SLIP
from hongxian_server.membership import devices
from hongxian_testing.laptop import open_laptop
from laptops import problems_of
from meeting import meeting
from offering import ask, fits
from told import in_both, refusing

HOME = "示例苑–3幢–2单元–501室"
STATES = [each.name for each in BOOKING.states]


def following(workflow: Workflow, state: str) -> set[str]:
    """Where a step leads from a state."""
    return {each.to for each in workflow.after(state)}


@pytest.fixture
def laptop(tmp_path):
    with open_laptop(tmp_path / "laptop", knife_grinding) as laptop:
        yield laptop
        assert not problems_of(laptop)


@pytest.fixture
def two(tmp_path: Path, database_url: str | None):
    """A hub and two laptops of one team."""
    with meeting(tmp_path, knife_grinding, url=database_url) as all_:
        all_.team("红帽子帮帮团")
        yield all_, all_.laptop("红帽子帮帮团"), all_.laptop("红帽子帮帮团")


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


def do(laptop, name: str, id: str | None, /, **values) -> Text:
    """An action, by the name under which it is offered; refused where it does not fit."""
    if id is not None:
        assert fits(laptop, Action, f"knife_grinding.{name}", id), f"{name} is not offered"
    return ask(laptop, Action, f"knife_grinding.{name}", id, **values)


def look(laptop, name: str, **values):
    return ask(laptop, View, f"knife_grinding.{name}", **values)


def said(cell) -> str:
    """What a reader of Chinese reads in a cell."""
    if isinstance(cell, list):
        return "；".join(map(said, cell))
    return shown(cell.title if isinstance(cell, Button | Link) else cell, ZH)


def printed(laptop, name: str, id: str) -> str:
    return ask(laptop, Document, f"knife_grinding.{name}", id)


def place_of(id: str) -> tuple:
    held = Booking.get_by_id(id)
    return f"{held.slot:%H:%M}", held.bench


def test_every_field_has_a_label_and_a_help_in_both_languages(laptop):
    own = [each for name, each in laptop.collections.items() if name.startswith("knife_grinding.")]
    assert own
    for column in (column for each in own for column in each.columns.values()):
        assert in_both(column.label), column.name
        assert in_both(column.help), column.name


# -- what a booking says ---------------------------------------------------------------------


def test_an_elderly_resident_without_a_telephone_is_booked(laptop):
    assert Booking.get_by_id(booking()).phone is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phone", "没有"),
        ("address", "示例苑3幢"),
        ("address", "示例苑–3幢–501室"),
        ("knives", -1),
        ("scissors", 51),
        ("bench", 0),
        ("grinder", "示例·师傅甲 "),
    ],
)
def test_what_cannot_be_is_refused_by_field(laptop, field, value):
    with pytest.raises(Invalid) as refused:
        booking(**{field: value})
    assert list(refused.value.facts["reasons"]) == [field]


def test_a_booking_is_for_something(laptop):
    with refusing(Refused, match="At least one"):
        booking(knives=0)
    id = booking()
    with refusing(Refused, match="At least one"):
        edit(Booking, id, knives=0)
    edit(Booking, id, knives=0, screens=1)


def test_a_booking_never_leaves_the_team(laptop):
    assert Booking.get_by_id(booking()).scope == "team-1"
    with pytest.raises(NotAllowed):
        booking(scope="community")


# -- steps -----------------------------------------------------------------------------------


@pytest.mark.parametrize("before", STATES)
def test_every_impossible_step_is_refused_and_the_possible_ones_are_named(laptop, before):
    day = grinding_day(benches=len(STATES), date=local_today(laptop))
    for bench, after in enumerate(STATES, 1):
        id = booked(day, bench=bench, state=before, cancel_reason="下雨", materials="none")
        if after == before or after in following(BOOKING, before):
            edit(Booking, id, state=after)
        else:
            with pytest.raises(StepNotThere) as refused:
                edit(Booking, id, state=after)
            for each in map(BOOKING.title_of, following(BOOKING, before)):
                assert each.zh in refused.value.text.zh
                assert each.en in refused.value.text.en
            assert Booking.get_by_id(id).state == before


def test_a_booking_goes_all_the_way_by_its_actions(laptop):
    day, id = grinding_day(), booking()
    do(laptop, "verify", id)
    assert "09:00 1 号工位" in do(laptop, "slot", id, day=day).zh
    do(laptop, "done", id, materials="team", result="磨好 2 把")
    do(laptop, "call_back", id, callback="很好用")
    held = Booking.get_by_id(id)
    assert (held.state, held.result, held.callback) == ("called_back", "磨好 2 把", "很好用")


def test_who_supplied_the_materials_is_told_before_it_is_done(laptop):
    id = booked(grinding_day())
    with refusing(Invalid, match="材料来源"):
        edit(Booking, id, state="done")
    with refusing(Refused, match="say by whom"):
        do(laptop, "done", id, materials="donor")
    do(laptop, "done", id, materials="donor", donor="示例五金店")
    [row] = look(laptop, "materials").rows
    assert row == [Text("捐赠", "Given by a donor"), "示例五金店", 1, 0, 2, 0]


def test_a_booking_is_cancelled_with_a_reason_and_not_deleted(laptop):
    id = booking()
    with refusing(Refused, match="cancel it and say why"):
        Booking.delete().where(Booking.id == id).execute()
    with refusing(Invalid, match="取消原因"):
        do(laptop, "cancel", id, cancel_reason=" ")
    do(laptop, "cancel", id, cancel_reason="刀不磨了")
    Booking.delete().where(Booking.id == id).execute()  # erasure, once it is over
    assert not Booking.select().exists()


# -- places ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slot", "bench", "said"),
    [
        (time(8, 45), 1, "没有 08:45 这个时段.*09:00、09:15、09:30、09:45"),
        (time(9, 10), 1, "no slot at 09:10"),
        (time(10), 1, "no slot at 10:00"),
        (time(9), 3, "只有 2 个工位，没有 3 号.*has 2 benches"),
        (time(9), None, "排位还缺：工位"),
        (None, 1, "“已排位”要先填“时段”"),
    ],
)
def test_a_place_outside_the_day_is_refused(laptop, slot, bench, said):
    day = grinding_day()
    with refusing(Refused, match=said):
        booked(day, slot, bench)
    id = booked(day)
    with refusing(Refused, match=said):
        edit(Booking, id, slot=slot, bench=bench)


def test_a_day_keeps_the_places_of_those_who_are_booked(laptop):
    day = grinding_day()
    id = booked(day, time(9, 45), 2)
    for values in ({"benches": 1}, {"ends": time(9, 45)}, {"slot_minutes": 20}):
        with refusing(Refused, match="move them first"):
            edit(Day, day, **values)
    with refusing(Refused, match="还有 1 个排好的预约"):
        Day.delete().where(Day.id == day).execute()
    edit(Day, day, ends=time(12), benches=3)
    edit(Booking, id, slot=time(9), bench=1)
    edit(Day, day, ends=time(9, 15), benches=1)


def test_a_day_has_at_least_one_slot(laptop):
    for ends in (time(8), time(9), time(9, 14)):
        with refusing(Refused, match="No slot of 15 minutes"):
            grinding_day(ends=ends)


def test_a_taken_place_names_the_free_ones_inside_the_day_nearest_first(laptop):
    day = grinding_day()
    booked(day, time(9, 45), 1)
    with pytest.raises(Taken) as refused:
        booked(day, time(9, 45), 1)
    assert refused.value.facts["free"] == [
        [day, 2, "09:45:00"],
        [day, 1, "09:30:00"],
        [day, 2, "09:30:00"],
    ]


def test_a_full_day_gives_way_to_the_next_and_says_when_all_are_full(laptop):
    only = {"benches": 1, "ends": time(9, 15)}
    first, second = grinding_day(**only), grinding_day(**only, date=date(2099, 6, 5))
    grinding_day(**only, date=date(2020, 1, 1))  # over
    for day in (first, second):
        id = booking(state="verified")
        do(laptop, "slot", id)
        assert Booking.get_by_id(id).day == day
    id = booking(state="verified")
    with refusing(Refused, match="没有空位了"):
        do(laptop, "slot", id)


def test_a_booking_that_moves_stays_on_its_day(laptop):
    grinding_day(date=date(2099, 5, 1))
    day = grinding_day()
    id = booked(day)
    do(laptop, "slot", id)
    assert Booking.get_by_id(id).day == day
    assert place_of(id) == ("09:00", 2)


@pytest.mark.parametrize("over", ["cancelled", "no_show"])
def test_whoever_does_not_come_frees_the_place(laptop, over):
    day = grinding_day(date=local_today(laptop))
    id = booked(day)
    edit(Booking, id, state=over, cancel_reason="下雨")
    booked(day)


def test_a_home_visit_has_a_grinder_and_no_bench(laptop):
    day, visit = grinding_day(benches=0), {"at_home": True, "bench": None, "address": HOME}
    with refusing(Refused, match="工位留空"):
        booked(day, at_home=True)
    with refusing(Refused, match="排位还缺：上门师傅、住址"):
        booked(day, at_home=True, bench=None)
    id = booking(**visit, state="verified")
    with refusing(Refused, match="grinder=NAME"):
        do(laptop, "slot", id, day=day)
    do(laptop, "slot", id, day=day, grinder="示例·师傅甲")
    with pytest.raises(Taken) as refused:
        booked(day, **visit, grinder="示例·师傅甲")
    assert refused.value.facts["free"][0] == [day, "示例·师傅甲", "09:15:00"]
    booked(day, **visit, grinder="示例·师傅乙")
    later = booking(**visit, state="verified")
    assert "09:15" in do(laptop, "slot", later, day=day, grinder="示例·师傅甲").zh


def test_a_grinder_is_in_one_home_at_a_time_though_two_days_lie_on_one_date(laptop):
    visit = {"at_home": True, "bench": None, "address": HOME, "grinder": "示例·师傅甲"}
    first, second = (grinding_day(title=title, benches=0) for title in ("一号点", "二号点"))
    booked(first, **visit)
    with refusing(Refused, match="已经约在一号点"):
        booked(second, **visit)
    booked(second, **{**visit, "grinder": "示例·师傅乙"})
    booked(grinding_day(title="另一天", benches=0, date=date(2099, 5, 9)), **visit)
    waits = booking(**visit, state="verified")
    assert "09:15" in do(laptop, "slot", waits, day=second, grinder="示例·师傅甲").zh


def test_two_laptops_offline_send_a_grinder_to_one_home(two):
    all_, one, other = two
    visit = {"at_home": True, "bench": None, "address": HOME, "grinder": "示例·师傅甲"}
    with one:
        days = [grinding_day(title=title, benches=0) for title in ("一号点", "二号点")]
    all_.agree()
    for laptop, day in zip((one, other), days, strict=True):
        with laptop:
            booked(day, **visit)
    all_.sync(one, other)
    with other:
        [rejected] = attention.rejected_transactions()
        assert "is at 一号点" in rejected.reasons[""][0].en


def test_nobody_is_slotted_on_a_day_that_is_over_nor_missed_on_one_to_come(laptop):
    today = local_today(laptop)
    over, coming = (grinding_day(date=today + timedelta(days=days)) for days in (-1, 1))
    waits = booking(state="verified")
    with refusing(Refused, match="已经过去"):
        edit(Booking, waits, state="slotted", day=over, slot=time(9), bench=1)
    edit(Booking, waits, state="slotted", day=coming, slot=time(9), bench=1)
    with refusing(Refused, match="还没到"):
        edit(Booking, waits, state="no_show")
    edit(Booking, booked(over), state="no_show")  # what came from elsewhere may lie there


# -- two laptops -----------------------------------------------------------------------------


@pytest.mark.either_database
def test_two_laptops_offline_give_one_slot_and_the_later_one_moves_to_the_next(
    two,
):
    all_, first, second = two
    with first:
        day = grinding_day(benches=1)
    all_.sync()
    ids = {}
    for laptop in (first, second):
        with laptop:
            ids[laptop] = booking(state="verified")
            do(laptop, "slot", ids[laptop], day=day)
            assert place_of(ids[laptop]) == ("09:00", 1)
    all_.sync(second, first)
    with first:
        [rejected] = attention.rejected_transactions()
        assert rejected.state == "bumped"
        assert rejected.taken.holder == ids[second]
        assert rejected.taken.free[0] == [day, 1, "09:15:00"]
        shown = look(first, "board", day=day).as_table()
        assert [said(cell).count("⚠") for cell in shown.rows[0][1]] == [1, 0]
        assert "1/4" in shown.note.zh
        assert "⚠ got no place" in shown.note.en
        do(first, "slot", ids[first])
        assert "⚠" not in str(look(first, "board", day=day))
        assert place_of(ids[first]) == ("09:15", 1)
    all_.sync(first, second)
    with second:
        assert {place_of(id) for id in ids.values()} == {("09:00", 1), ("09:15", 1)}
    with first:
        assert not attention.rejected_transactions()


def test_a_bumped_booking_that_was_done_meanwhile_arrives_with_all_its_steps(two):
    all_, first, second = two
    with first:
        day = grinding_day(benches=1)
        id = booking()
    all_.sync()
    with second:
        booked(day)
    with first:
        do(first, "verify", id)
        do(first, "slot", id, day=day)
        do(first, "done", id, materials="none")
    all_.sync(second, first)
    with first:
        assert attention.rejected_transactions()
        edit(Booking, id, slot=time(9, 30))
    all_.sync(first, second)
    with second:
        assert (Booking.get_by_id(id).state, place_of(id)) == ("done", ("09:30", 1))
    with first:
        assert not attention.rejected_transactions()


@pytest.mark.either_database
def test_a_place_that_the_day_lost_meanwhile_is_refused_by_the_hub(two):
    all_, first, second = two
    with first:
        day = grinding_day()
    all_.sync()
    with first:
        edit(Day, day, benches=1)
    with second:
        id = booked(day, bench=2)
    all_.sync(first, second)
    with second:
        [rejected] = attention.rejected_transactions()
        assert "没有 2 号" in str(rejected.reasons)
        edit(Booking, id, bench=1)
    all_.sync(second)
    with second:
        assert not attention.rejected_transactions()


def test_a_cancellation_that_comes_after_the_work_is_put_before_a_person(two):
    all_, first, second = two
    with first:
        id = booked(grinding_day())
    all_.sync()
    with first:
        do(first, "done", id, materials="none")
    with second:
        do(second, "cancel", id, cancel_reason="没人接电话")
    all_.sync(first, second)
    with second:
        [conflict] = Conflict.select()
        assert "done" in conflict.kept
        assert "cancelled" in conflict.lost
        assert Booking.get_by_id(id).state == "done"


def test_work_that_was_done_outlives_a_cancellation_made_elsewhere(two):
    all_, first, second = two
    with first:
        id = booked(grinding_day())
    all_.sync()
    with second:
        do(second, "cancel", id, cancel_reason="没人接电话")
    with first:
        do(first, "done", id, materials="none")
    all_.sync(second, first, second)
    for laptop in (first, second):
        with laptop:
            assert Booking.get_by_id(id).state == "done"


# -- to look at and to print -----------------------------------------------------------------


def test_the_board_shows_each_place_and_who_has_it(laptop):
    day = grinding_day()
    booked(day, time(9, 15), 2, name="示例·乙002", scissors=1)
    booked(day, bench=None, at_home=True, address=HOME, grinder="示例·师傅甲")
    booked(day, state="cancelled", cancel_reason="下雨", name="示例·丙003")
    board = look(laptop, "board", day=day).as_table()
    assert [row[0] for row in board.rows] == ["09:00", "09:15", "09:30", "09:45"]
    shown = [[said(cell) for cell in row[1:]] for row in board.rows]
    assert shown[0] == ["空", "空", "示例·师傅甲 → 示例·甲001 菜刀2"]
    assert shown[1] == ["空", "示例·乙002 剪刀1 菜刀2", ""]
    assert "1/8" in board.note.zh


def test_a_free_place_of_the_board_is_pressed_to_book_it(laptop):
    day = grinding_day()
    press = look(laptop, "board").as_table().rows[1][2]
    assert press.values == {"day": day, "slot": "09:15", "bench": 2}
    place = {"day": day, "slot": time(9, 15), "bench": 2}
    nobody_waits = {"booking": None, "phone": None, "scissors": 1, "knives": 0, "screens": 0}
    do(laptop, "book", None, **place, **nobody_waits, name="示例·乙002")
    made = Booking.get(Booking.name == "示例·乙002")
    assert (made.state, *place_of(made.id)) == ("slotted", "09:15", 2)
    [link] = look(laptop, "board").as_table().rows[1][2]
    assert link == Link(Text("示例·乙002 剪刀1", "示例·乙002 Scissors 1"), Booking, made.id)


def test_a_free_place_is_given_to_a_booking_that_waits(laptop):
    day, waiting = grinding_day(), booking(state="verified")
    place = {"day": day, "slot": time(9), "bench": 1}
    do(laptop, "book", None, **place, booking=waiting, name=None)
    assert place_of(waiting) == ("09:00", 1)
    assert Booking.select().count() == 1
    with pytest.raises(Taken):
        do(laptop, "book", None, **place, booking=booking(state="verified"), name=None)


def test_the_board_without_a_day_shows_the_next_one(laptop):
    assert not look(laptop, "board").as_table().rows
    grinding_day(title="过去", date=date(2020, 1, 1))
    grinding_day(title="再后", date=date(2099, 6, 8))
    grinding_day(title="下次")
    assert look(laptop, "board").about.title == "2099-05-08 下次"


def test_grinding_days_are_in_the_calendar(laptop):
    day = grinding_day()
    [entry] = knife_grinding.hongxian_calendar_entries(date(2099, 5, 1), date(2099, 5, 31))
    assert (entry.day, entry.id) == (date(2099, 5, 8), day)
    assert knife_grinding.hongxian_calendar_entries(date(2099, 6, 1), date(2099, 6, 30)) == []


def test_the_days_list_has_a_code_by_which_the_record_is_found_and_escapes_what_was_typed(laptop):
    day = grinding_day()
    id = booked(day, name="<b>示例</b>", risks="刀柄松动", address=HOME)
    sheet = printed(laptop, "day_list", day)
    assert "2099年5月8日(周五)" in sheet
    assert "&lt;b&gt;示例&lt;/b&gt;" in sheet
    assert HOME in sheet
    [code] = re.findall(r"<code>(\w+)</code>", sheet)
    assert id.endswith(code)


# -- numbers at the stall --------------------------------------------------------------------


def number_of(laptop) -> int:
    with laptop:
        return laptop.writer().number


def own(laptop) -> int:
    with laptop:
        return laptop.writer().incarnation


def drawn(laptop, day: str, times: int, service: str = "knives") -> list[str]:
    """The numbers that some people draw at a laptop, one after the other."""
    with laptop:
        for _ in range(times):
            do(laptop, "draw", day, service=service)
        newest = Slip.select().where(Slip.stall == laptop.writer().number, Slip.day == day)
        return [each.number for each in newest.order_by(Slip.id.desc()).limit(times)][::-1]


def prepared(all_, *laptops, **values) -> str:
    """A day with a number book for each of these laptops, known to all of them."""
    all_.sync()
    with laptops[0]:
        day = grinding_day(**values)
        do(laptops[0], "prepare", day, service="knives")
    all_.sync(*laptops)
    return day


@pytest.mark.either_database
def test_two_stalls_without_a_network_never_give_one_number(two):
    all_, first, second = two
    day = prepared(all_, first, second, book_size=10)
    assert drawn(first, day, 3) == ["1", "2", "3"]
    assert drawn(second, day, 3) == ["11", "12", "13"]
    all_.sync()
    assert drawn(second, day, 1) == ["14"]
    assert drawn(first, day, 1) == ["4"]
    all_.sync(first, second, first)
    for laptop in (first, second):
        with laptop:
            assert not attention.rejected_transactions()
            assert {each.number for each in Slip.select()} == {
                "1", "2", "3", "4", "11", "12", "13", "14"
            }  # fmt: skip


def test_a_stall_without_a_book_gives_numbers_that_bear_its_own(two):
    all_, first, second = two
    with first:
        day = grinding_day(book_size=8)
    all_.sync()
    for laptop in (first, second):
        own = number_of(laptop)
        assert drawn(laptop, day, 2) == [f"1-B{own}", f"2-B{own}"]
    all_.sync(first)
    assert drawn(first, day, 2) == ["1", "2"]  # it had asked for a book by itself
    all_.sync(second, first)
    assert drawn(second, day, 1) == ["9"]
    with first:
        assert not attention.rejected_transactions()


def test_two_leaders_who_prepare_without_a_network_are_in_nobodys_way(two):
    all_, first, second = two
    with first:
        day = grinding_day(book_size=10)
    all_.sync()
    for laptop in (first, second):
        with laptop:
            do(laptop, "prepare", day, service="knives")
    all_.sync()
    all_.sync()
    numbers = [number for each in (first, second) for number in drawn(each, day, 3)]
    assert len(set(numbers)) == 6
    assert not any("B" in each for each in numbers)
    with second:
        assert not attention.rejected_transactions()


def test_a_book_is_handed_over_whole_and_goes_on_where_it_was(two):
    all_, first, second = two
    day = prepared(all_, first, second, book_size=10)
    drawn(second, day, 10)
    drawn(first, day, 4)
    with first:
        book = NumberBook.get(NumberBook.first == 1)
        [device] = Device.select().where(Device.number == number_of(second))
        do(first, "give_book", book.id, to=device.id)
    assert drawn(first, day, 1) == [f"1-B{number_of(first)}"]
    assert drawn(second, day, 1) == [f"1-B{number_of(second)}"]  # nothing has reached it yet
    all_.sync(first, second)
    assert drawn(second, day, 2) == ["5", "6"]


def test_books_are_for_the_teams_own_laptops_that_are_in_use(two):
    all_, first, second = two
    all_.team("青鸟")
    all_.laptop("青鸟")
    with all_.hub:
        devices.revoke(all_.hub, number_of(second))
    all_.sync(first)
    with first:
        do(first, "prepare", grinding_day(), service="knives")
        assert [set(each.numbers.rights) for each in NumberBook.select()] == [{own(first)}]


def test_a_number_that_was_typed_by_hand_is_not_given_again(two):
    all_, first, second = two
    day = prepared(all_, first, second)
    with first:
        do(first, "draw", day, service="knives")
        held = Slip.get()
        Slip.create(day=day, service="knives", number="2", stall=held.stall, taken_at=held.taken_at)
    assert drawn(first, day, 2) == ["3", "4"]


def test_of_two_slips_with_one_number_both_stay_as_they_are_on_paper_and_a_task_tells(two):
    all_, first, second = two
    with first:
        day = grinding_day()
    all_.sync()
    slip = {"day": day, "service": "knives", "number": "1", "taken_at": datetime(2099, 5, 8, 9)}
    for laptop in (first, second):
        with laptop:
            Slip.create(**slip, stall=number_of(laptop))
    all_.sync(first, second)
    with second:
        assert not attention.rejected_transactions()
        [task] = Task.select()
        assert task.record == Slip.get(Slip.stall == number_of(second)).id


def test_what_is_on_paper_stays(two):
    all_, first, second = two
    day = prepared(all_, first, second)
    drawn(first, day, 1)
    with first:
        slip, book = Slip.get().id, NumberBook.get(NumberBook.first == 1)
        with refusing(Refused, match="out on paper"):
            edit(Slip, slip, number="7")
        for model, id in ((Slip, slip), (NumberBook, book.id)):
            with refusing(Refused, match="收不回来"):
                model.delete().where(model.id == id).execute()
        with refusing(Refused, match="不能退回"):
            give_back(book, "numbers", 1)


@pytest.mark.parametrize("before", [each.name for each in SLIP.states])
def test_every_impossible_step_of_a_slip_is_refused(laptop, before):
    day = grinding_day()
    for number, after in enumerate(each.name for each in SLIP.states):
        slip = Slip.create(
            day=day,
            service="knives",
            number=str(number),
            stall=5,
            taken_at=datetime(2099, 5, 8, 9),
            state=before,
        )
        if after == before or after in following(SLIP, before):
            edit(Slip, slip.id, state=after)
        else:
            with refusing(StepNotThere, match="cannot become"):
                edit(Slip, slip.id, state=after)


def test_people_are_called_in_the_order_in_which_they_came_and_only_by_their_own_stall(two):
    all_, first, second = two
    day = prepared(all_, first, second)
    drawn(first, day, 3), drawn(second, day, 1)
    all_.sync(first, second, first)
    with first:
        assert do(first, "call_next", day).zh.startswith("1 号")
        one, two_, three = Slip.select().where(Slip.stall == number_of(first)).order_by(Slip.id)
        do(first, "skip", one.id)
        assert do(first, "call_next", day).zh.startswith("2 号")
        do(first, "serve", two_.id)
        do(first, "finish", two_.id)
        do(first, "call_again", one.id)
        assert do(first, "call_next", day).zh.startswith("3 号")
        with refusing(Refused, match="没有人在等"):
            do(first, "call_next", day)
        states = {row[0]: row[2].en for row in look(first, "queue", day=day).rows}
        assert states == {"1": "Called", "2": "Done", "3": "Called", "51": "Taken"}
        assert three.id in look(first, "queue", day=day).ids


def test_a_slip_becomes_a_home_visit(laptop):
    day = grinding_day()
    do(laptop, "draw", day, service="screens")
    do(laptop, "call_next", day)
    do(laptop, "visit_at_home", Slip.get().id, name="示例·甲001", address=HOME, count=3)
    visit = Booking.get_by_id(Slip.get().booking)
    assert (visit.at_home, visit.screens, visit.state) == (True, 3, "requested")
    assert Slip.get().state == "at_home"


def test_a_slip_says_how_many_are_before(laptop):
    day = grinding_day()
    for tag in (None, "<7>"):
        do(laptop, "draw", day, service="knives", tag=tag)
    id = Slip.select().order_by(Slip.id.desc()).get().id
    sheet = printed(laptop, "slip", id)
    assert f"<code>{id[-6:]}</code>" in sheet
    assert "<h1>2-B5 号</h1>" in sheet
    assert "前面还有 1 人" in sheet
    assert "&lt;7&gt;" in sheet


# -- with and without the other plugins ------------------------------------------------------


@pytest.mark.parametrize("others", [(), (roster, service)])
def test_the_demo_is_twelve_caravans_whether_or_not_other_plugins_are_here(tmp_path, others):
    with open_laptop(tmp_path / "laptop", knife_grinding, *others) as laptop:
        for _ in range(2):
            laptop.plugins.tell("hongxian_demo_was_asked", store=laptop, seed=7)
        assert not problems_of(laptop)
        assert Day.select().count() == 12
        assert {each.state for each in Booking.select()} == set(STATES)
        assert all(each.phone is None or each.phone.startswith("100") for each in Booking.select())
        assert Slip.select().exists()
        assert look(laptop, "materials").rows


def test_a_booking_is_moved_to_a_free_place_and_not_to_a_taken_one(laptop):
    day = grinding_day()
    moved, other = booked(day), booked(day, time(9, 15), 2)
    do(laptop, "move", moved, day=day, slot=time(9, 30), bench=2)
    assert place_of(moved) == ("09:30", 2)
    with pytest.raises(Taken):
        do(laptop, "move", moved, day=day, slot=time(9, 15), bench=2)
    assert (place_of(moved), place_of(other)) == (("09:30", 2), ("09:15", 2))


def test_the_screen_at_the_stall_shows_numbers_and_no_name(laptop):
    day = grinding_day(date=local_today(laptop))
    do(laptop, "draw", day, service="scissors", tag="示例·牌")
    shown = find_offer(laptop, View, "knife_grinding.calling", DISPLAY)
    assert carry_out(laptop, shown, None, {}, DISPLAY).rows == []
    do(laptop, "call_next", day)
    [row] = carry_out(laptop, shown, None, {}, DISPLAY).rows
    assert "示例" not in str(row)

"""Knife grinding: what a booking says, its steps, its place; nothing paid, nobody's address told."""

import re
from datetime import date, time, timedelta

import pytest

import hongxian_plugins.knife_grinding as knife_grinding
import hongxian_plugins.roster as roster
import hongxian_plugins.service as service
from hongxian import Refused, Text, local_today
from hongxian.errors import Taken
from hongxian_plugins.knife_grinding import Booking, Day, GrindingRules, Slip
from hongxian_plugins.knife_grinding.bookings import BOOKING

pytestmark = pytest.mark.plugins(knife_grinding)
HOME = "示例苑–3幢–2单元–501室"
STATES = [each.name for each in BOOKING.states]


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


def place_of(id: str) -> tuple:
    held = Booking.get_by_id(id)
    return f"{held.slot:%H:%M}", held.bench


def test_every_field_has_a_label_and_a_help_in_both_languages(laptop):
    own = [
        each
        for name, each in laptop.store.collections.items()
        if name.startswith("knife_grinding.")
    ]
    assert own
    for column in (column for each in own for column in each.columns.values()):
        for text in (column.label, column.help):
            assert re.search("[\u4e00-\u9fff]", text.zh), column.name
            assert re.fullmatch("[^\u4e00-\u9fff]*[A-Za-z]{2}[^\u4e00-\u9fff]*", text.en), (
                column.name
            )


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
        ("bench", 0),
        ("grinder", "示例·师傅甲 "),
    ],
)
def test_what_cannot_be_is_refused_by_field(laptop, field, value):
    with pytest.raises(Refused) as refused:
        booking(**{field: value})
    assert list(refused.value.facts["reasons"]) == [field]


def test_a_booking_is_for_something(laptop):
    with pytest.raises(Refused, match="At least one"):
        booking(knives=0)
    id = booking()
    with pytest.raises(Refused, match="At least one"):
        edit(Booking, id, knives=0)
    edit(Booking, id, knives=0, screens=1)


def test_how_many_of_a_kind_are_ground_is_a_setting(laptop):
    booking(knives=50)
    with pytest.raises(Refused, match="At most 50 of a kind"):
        booking(scissors=51)
    GrindingRules.change(most_pieces=3)
    with pytest.raises(Refused, match="At most 3 of a kind"):
        booking(screens=4)


def test_a_new_day_begins_with_what_the_community_agreed_on_and_says_its_own(laptop, desk):
    GrindingRules.change(begins=time(14), ends=time(16), slot_minutes=20, benches=3)
    page = desk.open("/c/knife_grinding.day/new")
    page.press("保存", title="示例磨刀日", date="2099-05-08", benches="1")
    day = Day.get()
    assert (day.begins, day.ends, day.slot_minutes, day.benches) == (time(14), time(16), 20, 1)


def test_a_booking_never_leaves_the_team(laptop):
    assert Booking.get_by_id(booking()).scope == "team-1"
    with pytest.raises(Refused):
        booking(scope="community")


# -- steps -----------------------------------------------------------------------------------


@pytest.mark.parametrize("before", STATES)
def test_every_impossible_step_is_refused_and_the_possible_ones_are_named(laptop, before):
    day = grinding_day(benches=len(STATES), date=local_today())
    following = {each.to for each in BOOKING.after(before)}
    for bench, after in enumerate(STATES, 1):
        id = booked(day, bench=bench, state=before, cancel_reason="下雨", materials="none")
        if after == before or after in following:
            edit(Booking, id, state=after)
        else:
            with pytest.raises(Refused) as refused:
                edit(Booking, id, state=after)
            for each in map(BOOKING.title_of, following):
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
    with pytest.raises(Refused, match="materials"):
        edit(Booking, id, state="done")
    with pytest.raises(Refused, match="say by whom"):
        do(laptop, "done", id, materials="donor")
    do(laptop, "done", id, materials="donor", donor="示例五金店")
    [row] = look(laptop, "materials").rows
    assert row == [Text("捐赠", "Given by a donor"), "示例五金店", 1, 0, 2, 0]


def test_a_booking_is_cancelled_with_a_reason_and_not_deleted(laptop):
    id = booking()
    with pytest.raises(Refused, match="cancel it and say why"):
        Booking.delete().where(Booking.id == id).execute()
    with pytest.raises(Refused, match="cancel_reason"):
        do(laptop, "cancel", id, cancel_reason=" ")
    do(laptop, "cancel", id, cancel_reason="刀不磨了")
    Booking.delete().where(Booking.id == id).execute()  # erasure, once it is over
    assert not Booking.select().exists()


# -- places ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slot", "bench", "said"),
    [
        (time(8, 45), 1, "no slot at 08:45; its slots are: 09:00, 09:15, 09:30, 09:45"),
        (time(9, 10), 1, "no slot at 09:10"),
        (time(10), 1, "no slot at 10:00"),
        (time(9), 3, "has 2 benches; there is no bench 3"),
        (time(9), None, "still needs: Bench"),
        (None, 1, "Slot"),
    ],
)
def test_a_place_outside_the_day_is_refused(laptop, slot, bench, said):
    day = grinding_day()
    with pytest.raises(Refused, match=said):
        booked(day, slot, bench)
    id = booked(day)
    with pytest.raises(Refused, match=said):
        edit(Booking, id, slot=slot, bench=bench)


def test_a_day_keeps_the_places_of_those_who_are_booked(laptop):
    day = grinding_day()
    id = booked(day, time(9, 45), 2)
    for values in ({"benches": 1}, {"ends": time(9, 45)}, {"slot_minutes": 20}):
        with pytest.raises(Refused, match="move them first"):
            edit(Day, day, **values)
    with pytest.raises(Refused, match="still has 1 booking;"):
        Day.delete().where(Day.id == day).execute()
    edit(Day, day, ends=time(12), benches=3)
    edit(Booking, id, slot=time(9), bench=1)
    edit(Day, day, ends=time(9, 15), benches=1)


def test_a_day_has_at_least_one_slot(laptop):
    for ends in (time(8), time(9), time(9, 14)):
        with pytest.raises(Refused, match="No slot of 15 minutes"):
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
    with pytest.raises(Refused, match="No free place"):
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
    day = grinding_day(date=local_today())
    id = booked(day)
    edit(Booking, id, state=over, cancel_reason="下雨")
    booked(day)


def test_a_home_visit_has_a_grinder_and_no_bench(laptop):
    day, visit = grinding_day(benches=0), {"at_home": True, "bench": None, "address": HOME}
    with pytest.raises(Refused, match="has no bench"):
        booked(day, at_home=True)
    with pytest.raises(Refused, match="still needs: Grinder, Address"):
        booked(day, at_home=True, bench=None)
    id = booking(**visit, state="verified")
    with pytest.raises(Refused, match="grinder=NAME"):
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
    with pytest.raises(Refused, match="is at 一号点"):
        booked(second, **visit)
    booked(second, **{**visit, "grinder": "示例·师傅乙"})
    booked(grinding_day(title="另一天", benches=0, date=date(2099, 5, 9)), **visit)
    waits = booking(**visit, state="verified")
    assert "09:15" in do(laptop, "slot", waits, day=second, grinder="示例·师傅甲").zh


def test_nobody_is_slotted_on_a_day_that_is_over_nor_missed_on_one_to_come(laptop):
    today = local_today()
    over, coming = (grinding_day(date=today + timedelta(days=days)) for days in (-1, 1))
    waits = booking(state="verified")
    with pytest.raises(Refused, match="is over"):
        edit(Booking, waits, state="slotted", day=over, slot=time(9), bench=1)
    edit(Booking, waits, state="slotted", day=coming, slot=time(9), bench=1)
    with pytest.raises(Refused, match="has not come yet"):
        edit(Booking, waits, state="no_show")
    edit(Booking, booked(over), state="no_show")  # what came from elsewhere may lie there


def test_a_booking_is_moved_to_a_free_place_and_not_to_a_taken_one(laptop):
    day = grinding_day()
    moved, other = booked(day), booked(day, time(9, 15), 2)
    do(laptop, "slot", moved, day=day, slot=time(9, 30), bench=2)
    assert place_of(moved) == ("09:30", 2)
    with pytest.raises(Taken):
        do(laptop, "slot", moved, day=day, slot=time(9, 15), bench=2)
    assert (place_of(moved), place_of(other)) == (("09:30", 2), ("09:15", 2))


# -- with and without the other plugins ------------------------------------------------------


@pytest.mark.parametrize(
    "others",
    [
        pytest.param(plugins, marks=pytest.mark.plugins(knife_grinding, *plugins))
        for plugins in ((), (roster, service))
    ],
)
def test_the_demo_is_twelve_caravans_whether_or_not_other_plugins_are_here(laptop, others):
    for _ in range(2):
        knife_grinding.hongxian_demo_was_asked(laptop.store, 7)
    assert Day.select().count() == 12
    assert {each.state for each in Booking.select()} == set(STATES)
    assert all(each.phone is None or each.phone.startswith("100") for each in Booking.select())
    assert Slip.select().exists()
    assert look(laptop, "materials").rows

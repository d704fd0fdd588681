"""The queue at the stall: no number given twice, called in order, and what is on paper stays."""

from datetime import date, datetime, time, timedelta

import pytest

import hongxian_plugins.knife_grinding as knife_grinding
from hongxian import Refused, Text, local_today
from hongxian.quotas import give_back
from hongxian.records import Device, Task
from hongxian_plugins.knife_grinding import Booking, Day, GrindingRules, NumberBook, Slip
from hongxian_plugins.knife_grinding.queue import SLIP

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


# -- numbers at the stall --------------------------------------------------------------------


def number_of(laptop) -> int:
    with laptop:
        return laptop.store.writer().number


def own(laptop) -> int:
    with laptop:
        return laptop.store.writer().incarnation


def drawn(laptop, day: str, times: int, service: str = "knives") -> list[str]:
    """The numbers that some people draw at a laptop, one after the other."""
    with laptop:
        for _ in range(times):
            do(laptop, "draw", day, service=service)
        newest = Slip.select().where(Slip.stall == laptop.store.writer().number, Slip.day == day)
        return [each.number for each in newest.order_by(Slip.id.desc()).limit(times)][::-1]


def prepared(all_, *laptops, **values) -> str:
    """A day with a number book for each of these laptops, known to all of them."""
    sync(*all_.laptops)
    with laptops[0]:
        day = grinding_day(**values)
        do(laptops[0], "prepare", day, service="knives")
    sync(*laptops)
    return day


@pytest.mark.either_database
def test_two_stalls_without_a_network_never_give_one_number(two):
    all_, first, second = two
    day = prepared(all_, first, second, book_size=10)
    assert drawn(first, day, 3) == ["1", "2", "3"]
    assert drawn(second, day, 3) == ["11", "12", "13"]
    sync(*all_.laptops)
    assert drawn(second, day, 1) == ["14"]
    assert drawn(first, day, 1) == ["4"]
    sync(first, second, first)
    for laptop in (first, second):
        with laptop:
            assert not laptop.attention
            assert {each.number for each in Slip.select()} == {
                "1", "2", "3", "4", "11", "12", "13", "14"
            }  # fmt: skip


def test_a_stall_without_a_book_gives_numbers_that_bear_its_own(two):
    all_, first, second = two
    with first:
        day = grinding_day(book_size=8)
    sync(*all_.laptops)
    for laptop in (first, second):
        own = number_of(laptop)
        assert drawn(laptop, day, 2) == [f"{own}-1", f"{own}-2"]
    sync(first)
    assert drawn(first, day, 2) == ["1", "2"]  # it had asked for a book by itself
    sync(second, first)
    assert drawn(second, day, 1) == ["9"]
    with first:
        assert not first.attention


def test_two_leaders_who_prepare_without_a_network_are_in_nobodys_way(two):
    all_, first, second = two
    with first:
        day = grinding_day(book_size=10)
    sync(*all_.laptops)
    for laptop in (first, second):
        with laptop:
            do(laptop, "prepare", day, service="knives")
    sync(*all_.laptops)
    sync(*all_.laptops)
    numbers = [number for each in (first, second) for number in drawn(each, day, 3)]
    assert len(set(numbers)) == 6
    assert not any("B" in each for each in numbers)
    with second:
        assert not second.attention


def test_a_book_is_handed_over_whole_and_goes_on_where_it_was(two):
    all_, first, second = two
    day = prepared(all_, first, second, book_size=10)
    drawn(second, day, 10)
    drawn(first, day, 4)
    with first:
        book = NumberBook.get(NumberBook.first == 1)
        [device] = Device.select().where(Device.number == number_of(second))
        do(first, "give_book", book.id, to=device.id)
    assert drawn(first, day, 1) == [f"{number_of(first)}-1"]
    assert drawn(second, day, 1) == [f"{number_of(second)}-1"]  # nothing has reached it yet
    sync(first, second)
    assert drawn(second, day, 2) == ["5", "6"]


def test_books_are_for_the_teams_own_laptops_that_are_in_use(two):
    all_, first, second = two
    all_.laptop("青鸟")
    all_.revoke(second)
    sync(first)
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
    sync(*all_.laptops)
    slip = {"day": day, "service": "knives", "number": "1", "taken_at": datetime(2099, 5, 8, 9)}
    for laptop in (first, second):
        with laptop:
            Slip.create(**slip, stall=number_of(laptop))
    sync(first, second)
    with second:
        assert not second.attention
        [task] = Task.select()
        assert task.record == Slip.get(Slip.stall == number_of(second)).id


def test_what_is_on_paper_stays(two):
    all_, first, second = two
    day = prepared(all_, first, second)
    drawn(first, day, 1)
    with first:
        slip, book = Slip.get().id, NumberBook.get(NumberBook.first == 1)
        with pytest.raises(Refused, match="out on paper"):
            edit(Slip, slip, number="7")
        with pytest.raises(Refused, match="out on paper"):
            Slip.delete().where(Slip.id == slip).execute()
        with pytest.raises(Refused, match="stays in its run"):
            NumberBook.delete().where(NumberBook.id == book.id).execute()
        with pytest.raises(Refused, match="stays in its run"):
            edit(NumberBook, book.id, service="screens")
        with pytest.raises(Refused, match="none that was torn off comes back"):
            give_back(book, "numbers", 1)


@pytest.mark.parametrize("before", [each.name for each in SLIP.states])
def test_every_impossible_step_of_a_slip_is_refused(laptop, before):
    day, following = grinding_day(), {each.to for each in SLIP.after(before)}
    for number, after in enumerate(each.name for each in SLIP.states):
        slip = Slip.create(
            day=day,
            service="knives",
            number=str(number),
            stall=5,
            taken_at=datetime(2099, 5, 8, 9),
            state=before,
            to_adult=True,
        )
        if after == before or after in following:
            edit(Slip, slip.id, state=after)
        else:
            with pytest.raises(Refused, match="cannot become"):
                edit(Slip, slip.id, state=after)


def test_people_are_called_in_the_order_in_which_they_came_and_only_by_their_own_stall(two):
    all_, first, second = two
    day = prepared(all_, first, second)
    drawn(first, day, 3), drawn(second, day, 1)
    sync(first, second, first)
    with first:
        assert do(first, "call_next", day).zh.startswith("1 号")
        one, two_, three = Slip.select().where(Slip.stall == number_of(first)).order_by(Slip.id)
        do(first, "skip", one.id)
        assert do(first, "call_next", day).zh.startswith("2 号")
        do(first, "call_again", one.id)
        assert Slip.get_by_id(two_.id).state == "serving", "one is called at a time"
        do(first, "finish", two_.id)
        assert do(first, "call_next", day).zh.startswith("3 号")
        with pytest.raises(Refused, match="Nobody is waiting"):
            do(first, "call_next", day)
        states = {row[0].en: row[2].en for row in look(first, "queue", day=day).rows}
        assert states == {"1": "Serving", "2": "Done", "3": "Called", "51": "Taken"}
        assert three.id in look(first, "queue", day=day).ids


def test_a_slip_becomes_a_home_visit(laptop):
    day = grinding_day()
    do(laptop, "draw", day, service="screens")
    do(laptop, "call_next", day)
    do(laptop, "visit_at_home", Slip.get().id, name="示例·甲001", address=HOME, count=3)
    visit = Booking.get_by_id(Slip.get().booking)
    assert (visit.at_home, visit.screens, visit.state) == (True, 3, "requested")
    assert Slip.get().state == "at_home"


BOARD = "/view/knife_grinding.board"


def test_all_of_the_queue_is_done_by_one_press_each_on_the_days_page(laptop, desk):
    grinding_day()
    shown = desk.open(BOARD)
    for words, state in (
        ("发 5-1 号，打小票", "taken"),
        ("叫 5-1 号", "called"),
        ("再叫一遍", "called"),
        ("过号", "skipped"),
        ("5-1", "called"),
        ("5-1 磨好了", "done"),
        ("5-1", "handed_back"),
    ):
        shown = shown.press(words)
        assert shown.path == BOARD
        assert Slip.get().state == state
    assert Slip.get().to_adult


def test_calling_the_next_lets_who_was_called_be_served(laptop, desk):
    day = grinding_day()
    for _ in range(2):
        do(laptop, "draw", day, service="scissors")
    page = desk.open(BOARD).press("叫 5-1 号")
    assert "已叫号；5-1 号" in page.text
    page.press("叫 5-2 号")
    assert [each.state for each in Slip.select().order_by(Slip.id)] == ["serving", "called"]


def test_the_number_that_is_called_stands_large_and_when_it_was_called(laptop, desk):
    laptop.at("2099-05-08 10:06")
    do(laptop, "draw", grinding_day(), service="knives")
    assert look(laptop, "board").shapes[1].called == ""
    do(laptop, "call", Slip.get().id)
    queue = look(laptop, "board").shapes[1]
    assert (queue.called, queue.said.zh) == ("5-1", "10:06 叫的")
    laptop.at("2099-05-08 10:09")
    do(laptop, "once_more", Slip.get().id)
    assert look(laptop, "board").shapes[1].said.zh == "10:09 叫的"


def test_each_service_has_its_own_queue_and_who_waits_is_told_with_how_long(laptop):
    GrindingRules.change(minutes_each=4)
    day = grinding_day()
    for service in ("knives", "knives", "scissors"):
        do(laptop, "draw", day, service=service)
    waiting = {
        name: look(laptop, "board", service=name).shapes[1].lines[0]
        for name in ("knives", "scissors", "screens")
    }
    assert waiting["knives"].title.zh == "在等 2 人，约 10 分钟"
    assert waiting["scissors"].numbers == ["5-1"]
    assert waiting["screens"].title.zh == "在等 0 人"


def test_what_was_ground_is_handed_to_an_adult_alone(laptop):
    do(laptop, "draw", grinding_day(), service="knives", tag="7")
    for step in ("call", "serve", "finish"):
        do(laptop, step, Slip.get().id)
    with pytest.raises(Refused, match="To an adult"):
        edit(Slip, Slip.get().id, state="handed_back")
    do(laptop, "hand_back", Slip.get().id, to_adult=True)


def test_beyond_a_days_work_numbers_are_given_and_one_task_tells(laptop):
    GrindingRules.change(most_numbers=2)
    day = grinding_day()
    for _ in range(2):
        do(laptop, "draw", day, service="knives")
    assert not laptop.tasks
    for service in ("scissors", "knives"):
        do(laptop, "draw", day, service=service)
    [task] = laptop.tasks
    assert "More than 2 numbers" in task.en
    assert Slip.select().count() == 4


def test_things_that_were_left_behind_are_told_after_some_days(laptop, desk):
    GrindingRules.change(keep_days=3)
    day = grinding_day(date=local_today() - timedelta(days=3))
    do(laptop, "draw", day, service="knives", tag="示例牌")
    assert "还没取走" not in desk.open("/").text
    edit(Slip, Slip.get().id, state="called")
    for step in ("serve", "finish"):
        do(laptop, step, Slip.get().id)
    assert "寄放牌 示例牌 还没取走" in desk.open("/").text
    do(laptop, "hand_back", Slip.get().id, to_adult=True)
    assert "还没取走" not in desk.open("/").text


def test_the_slip_is_printed_on_the_roll_that_the_settings_name(laptop, desk):
    grinding_day()
    for roll in ("80mm", "58mm"):
        GrindingRules.change(roll=roll)
        given = do(laptop, "draw", Day.get().id, service="knives")
        assert given.document == f"knife_grinding.slip_{roll}"
        assert "号" in desk.open(f"/print/{given.document}/{given.id}").text
    GrindingRules.change(roll="none")
    assert isinstance(do(laptop, "draw", Day.get().id, service="knives"), Text)
    assert look(laptop, "board", service="knives").shapes[1].give.title.zh == "发 5-4 号"


def test_a_slip_says_how_many_are_before(laptop):
    day = grinding_day()
    for tag in (None, "<7>"):
        do(laptop, "draw", day, service="knives", tag=tag)
    id = Slip.select().order_by(Slip.id.desc()).get().id
    sheet = laptop.print("knife_grinding.slip_80mm", id)
    assert f">{id[-6:]}</p>" in sheet
    assert ">5-2 号</p>" in sheet
    assert "前面还有 1 人" in sheet
    assert "&lt;7&gt;" in sheet


def test_the_screen_at_the_stall_shows_numbers_and_no_name(laptop, desk, hongxian_clock):
    day = grinding_day(date=local_today())
    for _ in range(2):
        do(laptop, "draw", day, service="scissors", tag="示例·牌")
    do(laptop, "call_next", day)
    shown = desk.open("/display/knife_grinding.calling")
    assert "5-1 请到摊位 接着 5-2 在等 1 人" in shown.text
    assert "没人等，来了就办" in shown.text
    assert "示例" not in shown.text
    assert shown.html.count("is-calling") == 1
    hongxian_clock.wait(minutes=1)
    assert "is-calling" not in desk.open("/display/knife_grinding.calling").html


def test_a_number_is_heard_of_each_time_that_it_is_called_and_only_on_its_day(laptop):
    laptop.at("2026-05-08 09:00")
    for date_ in (date(2026, 5, 8), date(2026, 5, 7)):
        day = grinding_day(date=date_)
        drawn(laptop, day, 2)
        do(laptop, "call_next", day)
    [first] = laptop.notices()
    assert "5-1" in first.said.zh
    laptop.at("2026-05-08 09:05")
    do(laptop, "once_more", first.record.id)
    [again] = laptop.notices()
    assert (again.said, again.record, again.at > first.at) == (first.said, first.record, True)
    do(laptop, "finish", first.record.id)
    assert laptop.notices() == []

"""A grinding day: its board and list, who asks, who waits, what is still owed; places pressed and moved."""

import re
from datetime import date, time

import pytest

import hongxian_plugins.knife_grinding as knife_grinding
import hongxian_plugins.roster as roster
from hongxian import Refused, Text
from hongxian.errors import Taken
from hongxian.shapes import Link
from hongxian_plugins.knife_grinding import Booking, Day

pytestmark = pytest.mark.plugins(knife_grinding)
HOME = "示例苑–3幢–2单元–501室"


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


def said(cell) -> str:
    """What a reader of Chinese reads in a cell."""
    if isinstance(cell, list):
        return "；".join(map(said, cell))
    return Text.of(getattr(cell, "title", cell)).zh


def test_the_board_shows_each_place_and_who_has_it(laptop):
    day = grinding_day()
    booked(day, time(9, 15), 2, name="示例·乙002", scissors=1)
    booked(day, bench=None, at_home=True, address=HOME, grinder="示例·师傅甲")
    booked(day, state="cancelled", cancel_reason="下雨", name="示例·丙003")
    day_ = look(laptop, "board", day=day)
    board = day_.shapes[0].as_table()
    assert [row[0] for row in board.rows] == ["09:00", "09:15", "09:30", "09:45"]
    shown = [[said(cell) for cell in row[1:]] for row in board.rows]
    assert shown[0] == ["空", "空", "示例·师傅甲 → 示例·甲001 菜刀2 约好了"]
    assert shown[1] == ["空", "示例·乙002 剪刀1 菜刀2 约好了", ""]
    assert "工位 1/8 · 上门 1" in day_.note.zh


def test_a_free_place_of_the_board_is_pressed_to_book_it(laptop):
    day = grinding_day()
    press = look(laptop, "board").shapes[0].as_table().rows[1][2]
    assert press.values == {"day": day, "slot": "09:15", "bench": 2}
    place = {"day": day, "slot": time(9, 15), "bench": 2}
    do(laptop, "book", None, **place, scissors=1, name="示例·乙002")
    made = Booking.get(Booking.name == "示例·乙002")
    assert (made.state, *place_of(made.id)) == ("slotted", "09:15", 2)
    [link] = look(laptop, "board").shapes[0].as_table().rows[1][2]
    told = Text("示例·乙002 剪刀1 约好了", "示例·乙002 Scissors 1 Booked")
    assert link == Link(told, Booking, made.id)


def test_whoever_asks_without_naming_a_place_gets_the_first_that_is_free(laptop, desk):
    with pytest.raises(Refused, match="No free place"):
        do(laptop, "book", None, name="示例·乙002", knives=1)
    assert not Booking.select().exists()
    booked(day := grinding_day())
    desk.open("/do/knife_grinding.book").press("办理", name="示例·乙002 10000000002", knives="1")
    made = Booking.get(Booking.bench == 2)
    assert (made.who, made.day, place_of(made.id)) == ("示例·乙002", day, ("09:00", 2))


def test_of_a_place_that_is_named_in_part_the_first_that_is_free_is_given(laptop):
    day = grinding_day()
    booked(day), booked(day, time(9, 30), 1)
    for named, place in (
        ({"bench": 1}, ("09:15", 1)),
        ({"slot": time(9, 30)}, ("09:30", 2)),
        ({"day": day}, ("09:00", 2)),
    ):
        id = booking(state="verified")
        do(laptop, "slot", id, **named)
        assert place_of(id) == place
    with pytest.raises(Refused, match="No free place"):
        do(laptop, "slot", booking(state="verified"), slot=time(9, 30))


def test_a_free_place_is_given_to_a_booking_that_waits(laptop):
    day, waiting = grinding_day(), booking(state="verified")
    place = {"day": day, "slot": time(9), "bench": 1}
    do(laptop, "book", None, **place, booking=waiting)
    assert place_of(waiting) == ("09:00", 1)
    assert Booking.select().count() == 1
    with pytest.raises(Taken):
        do(laptop, "book", None, **place, booking=booking(state="verified"))


def test_whoever_waits_longest_stands_first_and_gets_a_place_by_one_press(laptop, desk):
    day = grinding_day()
    first, second = booking(name="示例·甲001"), booking(name="示例·乙002", state="verified")
    assert look(laptop, "waiting_list").ids == [first, second]
    assert "还在等 2" in look(laptop, "board").note.zh
    desk.open("/view/knife_grinding.waiting_list").press("排位（第一个空位）")
    assert Booking.get_by_id(second).day == day
    assert look(laptop, "waiting_list").ids == [first]


def test_a_day_moves_with_all_its_places(laptop):
    day = grinding_day()
    id = booked(day)
    assert "tell its 1 resident" in do(laptop, "move_day", day, date="2099-05-15").en
    assert (Day.get().date, place_of(id)) == (date(2099, 5, 15), ("09:00", 1))


def test_a_day_does_not_move_to_where_its_grinder_is_in_another_home(laptop):
    visit = {"at_home": True, "bench": None, "address": HOME, "grinder": "示例·师傅甲"}
    first = grinding_day(title="一号点", benches=0)
    second = grinding_day(title="二号点", benches=0, date=date(2099, 5, 9))
    booked(first, **visit), booked(second, **visit)
    with pytest.raises(Refused, match="is at 一号点"):
        do(laptop, "move_day", second, date="2099-05-08")


def test_who_asks_is_of_the_roster_or_a_name_with_a_telephone(laptop, desk):
    plain = booking(name="示例·甲001", phone="100 0000 0001")
    typed = booking(name="示例·乙002 10000000002")
    reached = {id: Booking.get_by_id(id).reached_by for id in (plain, typed)}
    assert reached == {plain: "10000000001", typed: "10000000002"}
    booked(day := grinding_day(), name="示例·乙002 10000000002")
    sheet = laptop.print("knife_grinding.day_list", day)
    assert "示例·乙002 10000000002" in sheet
    assert "10000000002" not in desk.open(f"/view/knife_grinding.board?day={day}").text


@pytest.mark.plugins(knife_grinding, roster)
def test_somebody_of_the_roster_is_called_as_the_roster_does(laptop, desk):
    person = roster.Person.create(name="示例·丁004")
    page = desk.open("/c/knife_grinding.booking/new")
    page.press("保存", name="示例·丁004", knives="1")
    made = Booking.get()
    assert (made.name, made.who) == (person.id, "示例·丁004")
    assert "示例·丁004：已核实" in do(laptop, "verify", made.id).zh
    booked(grinding_day(), name=person.id)
    [title] = [each.title for each in look(laptop, "board").shapes[0].held]
    assert title == "示例·丁004"
    booked(Day.get().id, time(9, 15), name=person.id)
    assert [each.en for each in laptop.tasks] == ["This volunteer is booked twice on this day."]
    with pytest.raises(Refused, match="This volunteer is booked; move them first"):
        edit(Day, Day.get().id, ends=time(9, 15))
    assert desk.open(f"/c/knife_grinding.booking/{made.id}").text.count("示例·丁004") > 1


def test_what_a_team_still_owes_is_told_until_it_is_done(laptop, desk):
    laptop.at("2099-05-01 08:00")
    day = grinding_day(benches=1)
    id, other = booked(day), booked(day, time(9, 15), name="示例·乙002")
    laptop.at("2099-05-07 08:00")
    assert "：联网开号簿" in desk.open("/").text
    do(laptop, "prepare", day)
    assert "开号簿" not in desk.open("/").text
    laptop.at("2099-05-09 08:00")
    assert "：2 户没记结果" in desk.open("/").text
    do(laptop, "done", id, materials="none"), do(laptop, "no_show", other)
    assert "没记结果" not in desk.open("/").text
    assert "：1 户待回访" in desk.open("/").text
    do(laptop, "call_back", id, callback="好用")
    assert "待回访" not in desk.open("/").text


def test_what_a_day_came_to_is_a_text_for_the_chat_without_a_name(laptop):
    day = grinding_day()
    booked(day, scissors=1)
    do(laptop, "draw", day, service="knives")
    told = look(laptop, "chat", day=day).text.zh
    assert told == (
        "【磨刀】2099-05-08 预约 1 户（上门 0）：剪刀1 菜刀2 纱窗0；现场取号 1，磨好 0，过号 0"
    )


def test_the_board_without_a_day_shows_the_next_one(laptop):
    assert not look(laptop, "board").shapes[0].rows
    grinding_day(title="过去", date=date(2020, 1, 1))
    grinding_day(title="再后", date=date(2099, 6, 8))
    grinding_day(title="下次")
    assert look(laptop, "board").title.zh == "磨刀日 2099年5月8日"


def test_from_one_day_the_next_and_the_one_before_are_a_press_away(laptop, desk):
    grinding_day(date=date(2099, 4, 1)), grinding_day(), grinding_day(date=date(2099, 6, 1))
    shown = desk.open("/view/knife_grinding.board")
    for words, named in (("后一次", "5月8日"), ("后一次", "6月1日"), ("前一次", "5月8日")):
        shown = shown.press(words)
        assert f"磨刀日 2099年{named}" in shown.text
    assert "换磨刀日" in shown.text


def test_who_is_pressed_on_the_board_may_be_said_not_to_have_come(laptop, desk):
    day = grinding_day()
    id = booked(day, name="示例·乙002")
    laptop.at("2099-05-08 10:00")
    shown = desk.open(f"/view/knife_grinding.board?moving={id}").press("没有来")
    assert shown.path == "/view/knife_grinding.board"
    assert Booking.get_by_id(id).state == "no_show"
    [held] = look(laptop, "board", day=day).shapes[0].held
    assert (held.tone, held.moves) == ("rest", False)


@pytest.mark.parametrize(
    ("now", "row"), [("08:59", None), ("09:00", 1), ("09:20", 2), ("10:30", None)]
)
def test_the_line_for_now_stands_before_what_is_still_to_come(laptop, now, row):
    day = grinding_day(ends=time(9, 45))
    laptop.at(f"2099-05-08 {now}")
    assert look(laptop, "board", day=day).shapes[0].now == row
    laptop.at("2099-05-07 09:20")
    assert look(laptop, "board", day=day).shapes[0].now is None


def test_grinding_days_are_in_the_calendar(laptop):
    day = grinding_day()
    [entry] = knife_grinding.hongxian_calendar_entries(date(2099, 5, 1), date(2099, 5, 31))
    assert (entry.day, entry.id) == (date(2099, 5, 8), day)
    assert knife_grinding.hongxian_calendar_entries(date(2099, 6, 1), date(2099, 6, 30)) == []


def test_the_days_list_has_a_code_by_which_the_record_is_found_and_escapes_what_was_typed(laptop):
    day = grinding_day()
    id = booked(day, name="<b>示例</b>", risks="刀柄松动", address=HOME)
    sheet = laptop.print("knife_grinding.day_list", day)
    assert "2099年5月8日（周五）" in sheet
    assert "&lt;b&gt;示例&lt;/b&gt;" in sheet
    assert HOME in sheet
    [code] = re.findall(r"<td>(\w{6})</td></tr>", sheet)
    assert id.endswith(code)

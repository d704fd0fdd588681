"""At the study room's door: what was written by mistake is taken back whole, and what is asked first."""

import pytest

from hongxian_client.replica.undoing import NotUndone, last_deed, undo
from hongxian_plugins.study_room import Adult, Day, Visit
from hongxian_plugins.study_room.visits import inside
from study import EVENING, PLUGINS, SHUT, child, do, opened, person, room, visit_of

pytestmark = pytest.mark.plugins(*PLUGINS)


@pytest.fixture
def day(laptop) -> str:
    """An evening that is open, with one adult."""
    laptop.at(EVENING)
    room()
    return opened(laptop, person())


def told(laptop) -> list[str]:
    return [each.zh for each in laptop.tasks]


def test_who_was_handed_over_by_mistake_is_shown_in_again_and_no_half_undo_is_offered(
    laptop, day, desk
):
    one = child()
    do(laptop, "arrive", one)
    page = desk.open("/view/study_room.door?show=in").press("母亲接走")
    assert "不能撤回：没有走的，在门口“已走”里按“没走，还在里面”" in page.text
    assert "内可撤回" not in page.text
    [card] = laptop.view("study_room.door", show="gone").shapes[0].cards
    assert (card.title, card.state) == ("示例·童01", "母亲 示例·甲001")
    laptop.at("2026-03-02 17:05")
    do(laptop, card.presses[0].action.partition(".")[2], card.presses[0].id)
    [back] = laptop.view("study_room.door", show="in").shapes[0].cards
    assert back.number == "17:00"
    assert laptop.view("study_room.door", show="gone").shapes[0].cards == []
    assert "母亲" not in laptop.print("study_room.sign_sheet", day)
    laptop.at("2026-03-02 19:00")
    do(laptop, "hand_over", back.id, adult=Adult.get().id)
    assert inside(Visit.select()) == []
    assert laptop.print("study_room.sign_sheet", day).count("示例·童01") == 1


def test_an_alarm_that_was_a_mistake_is_over_once_the_child_is_shown_in_again(laptop, day):
    one = child()
    do(laptop, "arrive", one)
    do(laptop, "leave", visit_of(one).id, how="slipped")
    assert any("擅自离开" in each for each in told(laptop))
    do(laptop, "still_in", visit_of(one).id)
    assert told(laptop) == []
    assert [each.child for each in inside(Visit.select())] == [one]


def test_a_closing_confirms_hours_so_its_form_and_its_toast_say_that_it_stays(laptop, day, desk):
    laptop.at("2026-03-02 20:40")
    form = desk.open(f"/do/study_room.close/{day}")
    assert "不能撤回：值班时长由此确认" in form.text
    page = form.press("关门", **SHUT)
    assert "不能撤回：值班时长由此确认" in page.text
    assert "内可撤回" not in page.text
    with laptop, pytest.raises(NotUndone, match="confirms the hours"):
        undo(laptop.store, last_deed())
    assert (Day.get().state, Day.get().closed_by) == ("closed", "示例·队长")


def test_who_went_home_stands_under_gone_and_not_under_who_is_to_come(laptop, day):
    one, _ = child("示例·童01"), child("示例·童02")
    do(laptop, "arrive", one)
    do(laptop, "leave", visit_of(one).id, how="seen", said_by="示例·丁001")
    shown = {
        each: [card.title for card in laptop.view("study_room.door", show=each).shapes[0].cards]
        for each in ("due", "in", "gone")
    }
    assert shown == {"due": ["示例·童02"], "in": [], "gone": ["示例·童01"]}
    [card] = laptop.view("study_room.door", show="gone").shapes[0].cards
    again = card.presses[1]
    laptop.at("2026-03-02 17:05")
    laptop.do(again.action, again.id, **again.values)
    assert [each.child for each in inside(Visit.select())] == [one]

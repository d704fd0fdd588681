"""At the study room's door: what was written by mistake is taken back whole, and what is asked first."""

import pytest

from hongxian import Refused
from hongxian.errors import HongxianError
from hongxian_client.replica.undoing import NotUndone, last_deed, undo
from hongxian_plugins.study_room import Adult, Day, Visit
from hongxian_plugins.study_room.visits import inside
from hongxian_testing import refusing
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
    assert "不能撤回：没有走的，在门口“已走”里按“没走”" in page.text
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


# -- asked and said before -----------------------------------------------------------------------------


def test_the_forms_offer_a_childs_own_people_and_nobody_elses_and_say_who_must_not(
    laptop, day, desk
):
    one, two = child("示例·童01"), child("示例·童02")
    Adult.update(name="示例·乙002", relation="祖母").where(Adult.child == two).execute()
    do(laptop, "new_caution", None, child=one, who="示例·父亲", what="示例：先打电话给母亲")
    do(laptop, "arrive", one)
    for name in ("hand_over", "leave"):
        form = desk.open(f"/do/study_room.{name}/{visit_of(one).id}").text
        assert "母亲 示例·甲001" in form
        assert "示例·乙002" not in form
        assert "不得由 示例·父亲 接走；示例：先打电话给母亲" in form
    other = Adult.get(Adult.child == two).id
    with pytest.raises(HongxianError):
        do(laptop, "hand_over", visit_of(one).id, adult=other)
    with pytest.raises(HongxianError):
        do(laptop, "leave", visit_of(one).id, how="adult", fetched_by=other)
    assert visit_of(one).left is None


def test_who_is_not_on_the_list_is_asked_about_before_it_is_written(laptop, day):
    one = child()
    do(laptop, "arrive", one)
    visit = visit_of(one).id
    with refusing(Refused, match="邻居 示例·乙002不在示例·童01的名单上：先打监护人电话"):
        do(laptop, "leave", visit, how="adult", out_to="邻居 示例·乙002")
    with refusing(Refused, match="先打监护人电话"):
        do(laptop, "leave", visit, how="adult", asked=True)
    assert visit_of(one).left is None
    do(laptop, "leave", visit, how="adult", out_to="邻居 示例·乙002", asked=True)
    assert visit_of(one).out_to == "邻居 示例·乙002"
    assert any("不在名单上" in each for each in told(laptop)), "somebody looks into it all the same"


def test_who_is_on_the_list_and_written_by_name_is_known(laptop, day):
    one = child()
    do(laptop, "arrive", one)
    do(laptop, "leave", visit_of(one).id, how="adult", out_to="示例·甲001")
    assert visit_of(one).fetched_by == Adult.get().id
    assert told(laptop) == []


def test_the_form_that_closes_says_who_is_in_before_its_boxes(laptop, day, desk):
    one = child()
    assert "显示在里面" not in desk.open(f"/do/study_room.close/{day}").text
    do(laptop, "arrive", one)
    text = desk.open(f"/do/study_room.close/{day}").text
    assert text.index("还有 1 个孩子显示在里面：示例·童01") < text.index("关窗")
    refused = desk.open(f"/do/study_room.close/{day}").press("关门", **SHUT)
    assert refused.text.count("显示在里面：示例·童01") == 1, "it is said once"
    do(laptop, "clear", day)
    assert "还有 1 个孩子显示在里面" in desk.open(f"/c/study_room.day/{day}").text

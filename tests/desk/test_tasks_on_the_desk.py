"""Tasks on the desk: they stand on their record's page, and lead there."""

import pytest

import reading_room
from hongxian import Text
from hongxian.records import COMMUNITY, Task
from reading_room import Guest, Room

pytestmark = pytest.mark.plugins(reading_room)
FULL = "“示例·小屋”坐满了。"


def test_what_a_rule_marks_stands_on_its_records_page_until_it_is_right(laptop, desk):
    room = Room.create(name="示例·小屋", seats=1)
    first = Guest.create(name="示例·甲001", room=room.id)
    second = Guest.create(name="示例·乙002", room=room.id)
    page = desk.open(f"/c/reading_room.guest/{second.id}")
    assert FULL in page.text
    assert FULL not in desk.open(f"/c/reading_room.guest/{first.id}").text
    assert "有待办 示例·小屋" in desk.open("/c/reading_room.guest").text
    [task] = Task.select()
    own = page.press("它的待办")
    assert own.path == f"/c/hongxian.task/{task.id}"
    assert own.press("示例·乙002").path == page.path
    assert desk.open("/").press(FULL).path == page.path
    Guest.update(inside=False).where(Guest.id == first.id).execute()
    assert FULL not in desk.open(page.path).text + desk.open("/").text


def test_a_task_is_ticked_off_on_its_own_page(laptop, desk):
    room = Room.create(name="示例·小屋")
    text = Text("看一看。", "Look.")
    task = Task.create(text=text, collection="reading_room.room", record=room.id)
    own = desk.open(f"/c/reading_room.room/{room.id}").press("它的待办")
    own.press("修改").press("保存", done="1")
    assert Task.get_by_id(task.id).done
    assert "看一看" not in desk.open(f"/c/reading_room.room/{room.id}").text


def test_a_task_about_what_is_not_here_leads_to_its_own_page(laptop, desk):
    task = Task.create(text=Text("别处", "Elsewhere"), collection="gone.thing", record="x")
    bare = Task.create(text=Text("无所指", "About nothing"), scope=COMMUNITY)
    for each, words in ((task, "别处"), (bare, "无所指")):
        assert desk.open("/").press(words).path == f"/c/hongxian.task/{each.id}"

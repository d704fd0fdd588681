"""What an action wrote is undone as a whole, unless it says that it is final."""

import pytest

import notices

pytestmark = pytest.mark.plugins(notices)


def test_what_is_read_out_is_counted_back_and_what_is_posted_stays(laptop, desk):
    with laptop:
        id = notices.Notice.create(name="停水").id
    done = desk.open(f"/do/notices.read_out/{id}").press("办理")
    with laptop:
        assert notices.Notice[id].heard == 1
    [undo] = [each for each in done.buttons if each.startswith("撤回")]
    done.press(undo)
    with laptop:
        assert notices.Notice[id].heard == 0
    form = desk.open(f"/do/notices.post/{id}")
    assert "纸已经贴出去了" in form.text
    posted = form.press("张贴")
    assert "不能撤回：纸已经贴出去了" in posted.text
    assert not [each for each in posted.buttons if each.startswith("撤回 z")]


def test_who_hears_is_counted_by_one_press_each_or_typed(laptop, desk):
    notices.Notice.create(name="停水")
    page = desk.open("/view/notices.listeners").press("+").press("+").press("−")
    assert notices.Notice.get().heard == 1
    page.press("全部保存", **{f"{notices.Notice.get().id}.heard": "12"})
    assert notices.Notice.get().heard == 12

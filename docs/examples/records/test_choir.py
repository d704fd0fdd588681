"""The tests of choir.py: `pytest docs/examples`."""

import pytest

import choir
from hongxian.doubles import group

pytestmark = pytest.mark.plugins(choir)


def test_a_singer_and_their_voice_are_entered_on_one_form(desk):
    page = desk.open("/c/choir.singer").press("新增")
    page.press("保存", name="示例·甲", pieces=["送别", "大海"], part="low")
    assert choir.Singer.get().pieces == {"送别", "大海"}
    assert choir.Voice.get().part == "low"


def test_a_telephone_that_is_somebodys_is_told_before_it_is_saved(desk):
    held = choir.Singer.create(name="示例·乙", phone="10000000001")
    page = desk.open("/do/choir.new_singer")
    page = page.press("保存", name="示例·甲", phone="100 0000 0001", part="low")
    assert "这个电话已有人用" in page.text
    assert choir.Voice.select().count() == 0
    page.press("保存", apart=held.id)
    assert choir.Voice.select().count() == 1


def test_two_records_of_one_singer_lie_side_by_side_until_somebody_says_what_they_are(desk):
    one = choir.Singer.create(name="示例·甲", phone="10000000001", pieces={"送别"})
    other = choir.Singer.create(name="示例·甲婶", phone="10000000001", pieces={"大海"})
    page = desk.open(f"/c/choir.singer/{one.id}").press("合并重复").press("比一比")
    page.press("不是同一个人")
    assert choir.Namesakes.select().count() == 1
    page.press("是同一个人", **{"side.name": "other"})
    assert group("choir.singer", other.id) == [one.id, other.id]
    told = choir.Singer.get_by_id(one.id)
    assert (told.name, told.pieces) == ("示例·甲婶", {"送别", "大海"})


def test_a_list_of_singers_with_their_voices_is_one_import(neighbourhood, tmp_path):
    laptop = neighbourhood.laptop("示例·红队")
    sheet = tmp_path / "choir.csv"
    sheet.write_text("姓名,手机,声部\n示例·甲,100 0000 0001,低声部\n示例·乙,,没有的\n", "utf-8")
    first = laptop.bring_in("choir.singer", sheet)
    again = laptop.bring_in("choir.singer", sheet)
    assert (first.new, first.wrong, again.new, again.unchanged) == (1, 1, 0, 1)
    with laptop:
        [voice] = choir.Voice.select()
        assert (voice.part, voice.singer) == ("low", choir.Singer.get().id)

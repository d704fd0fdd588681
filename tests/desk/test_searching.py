"""Search: by parts of texts and by pinyin initials, always up to what was written last."""

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2 as sqlite

from desks import CHINESE, desk_of, entered, page
from hongxian.collections.collection import Collection
from hongxian_client.desk.reading import Reading
from hongxian_client.desk.records import listing
from hongxian_client.replica.replica import Replica
from hongxian_client.search import index as search_index
from hongxian_client.search.index import (
    A_FEW,
    Searched,
    Stale,
    read_on,
    unread,
)
from hongxian_client.search.pinyin import INITIALS, WHOLE, spellings
from hongxian_client.text.query import select_rows
from hongxian_testing.laptop import open_laptop
from samples import SAMPLE, Thing, Visit


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Replica]:
    laptop = open_laptop(tmp_path, SAMPLE)
    with laptop:
        yield laptop


def found(laptop: Replica, search: str, model: type = Visit) -> list[str]:
    """What a search finds: the same by hand, with one slice read in, and with all."""
    collection = laptop.collection(model._meta.collection)
    by_hand, begun, read = (_found(laptop, search, collection, slices) for slices in (0, 1, 99))
    assert by_hand == begun == read
    assert not unread(collection)
    return read


def _found(laptop: Replica, search: str, collection: Collection, slices: int) -> list[str]:
    for _ in range(slices):
        read_on(laptop, collection)
    rows = select_rows(laptop, collection, [], search=search)
    return [row.values["name"] for row in rows]


def test_search_finds_parts_of_texts_whatever_their_case_and_width(laptop: Replica) -> None:
    laptop.create(Visit, [{"name": "Lee Ming", "note": "磨刀 ＡＢＣ"}, {"name": "张三"}])
    for query in ("lee", "MING", "ming lee", "磨刀", "abc", " ee  ing "):
        assert found(laptop, query) == ["Lee Ming"]
    assert found(laptop, "张") == ["张三"]
    assert found(laptop, "lee 张") == []
    assert found(laptop, "") == ["Lee Ming", "张三"]


def test_search_finds_the_initials_of_pinyin_by_every_reading(laptop: Replica) -> None:
    laptop.create(Visit, [{"name": "张三"}, {"name": "曾小明"}, {"name": "Zs"}])
    assert found(laptop, "zs") == ["张三", "Zs"]
    assert found(laptop, "ZXM") == found(laptop, "cxm") == ["曾小明"]
    assert spellings("lee") == []
    assert len(spellings("曾曾曾曾曾")) == WHOLE + INITIALS


def test_search_finds_the_whole_pinyin_and_a_surname_as_it_is_read(laptop: Replica) -> None:
    laptop.create(Visit, [{"name": "单小明"}, {"name": "示例·甲001"}])
    assert found(laptop, "shanxiaoming") == found(laptop, "sxm") == ["单小明"]
    assert found(laptop, "danxiaoming") == ["单小明"], "whoever does not know it types it so"
    assert found(laptop, "slj001") == found(laptop, "shilijia") == ["示例·甲001"]


@pytest.mark.parametrize("typed", ["张　三", "张\u00a0三", "张\u200b三", "张三", "张·三", "张 三"])
def test_blanks_dots_and_what_has_no_width_do_not_count(laptop: Replica, typed: str) -> None:
    laptop.create(Visit, [{"name": typed}, {"name": "李四"}])
    for query in ("张三", "张·三", "张 三", "张\u200b三", "zhangsan"):
        assert found(laptop, query) == [typed]


def test_a_record_is_found_by_the_name_that_it_shows_of_another(laptop: Replica) -> None:
    [one] = laptop.create(Thing, [{"name": "张三"}])
    laptop.create(Thing, [{"name": "伞", "other": one}, {"name": "梯"}])
    assert found(laptop, "zs", Thing) == ["张三", "伞"]
    assert found(laptop, "zs 伞", Thing) == ["伞"]


def test_search_takes_its_words_as_they_are(laptop: Replica) -> None:
    laptop.create(Visit, [{"name": "100%"}, {"name": "a_b"}, {"name": "o'x"}, {"name": "axb"}])
    assert found(laptop, "%") == ["100%"]
    assert found(laptop, "a_b") == ["a_b"]
    assert found(laptop, "o'") == ["o'x"]
    assert found(laptop, '"') == []


def test_search_knows_what_was_written_since(laptop: Replica) -> None:
    [first, second] = laptop.create(Visit, [{"name": "张三"}, {"name": "李四"}])
    assert found(laptop, "zs") == ["张三"]
    laptop.edit(Visit, {first: {"name": "王五"}})
    laptop.delete(Visit, [second])
    laptop.create(Visit, [{"name": "赵思"}])
    assert found(laptop, "ww") == ["王五"]
    assert found(laptop, "zs") == ["赵思"]
    assert found(laptop, "ls") == []
    Visit.undelete(second)
    assert found(laptop, "ls") == ["李四"]
    laptop.collection("sample.visit").delete_rows([second])
    assert found(laptop, "ls") == []


def test_what_was_written_twice_since_a_search_is_written_twice(laptop: Replica) -> None:
    assert found(laptop, "zs") == []
    [id] = laptop.create(Visit, [{"name": "张三"}])
    laptop.edit(Visit, {id: {"name": "赵四"}})
    laptop.delete(Visit, [id])
    Visit.undelete(id)
    assert found(laptop, "zs") == ["赵四"]


def test_search_is_made_anew_when_a_rebuilt_table_lost_its_triggers(laptop: Replica) -> None:
    laptop.create(Visit, [{"name": "张三"}])
    assert found(laptop, "zs") == ["张三"]
    laptop.database.execute_sql('DROP TRIGGER "sample_visit_searched_new"')
    laptop.create(Visit, [{"name": "赵四"}])
    assert found(laptop, "zs") == ["张三", "赵四"]


def test_texts_of_before_are_not_believed_while_a_list_is_read_anew(laptop: Replica) -> None:
    [id] = laptop.create(Visit, [{"name": "张三"}])
    assert found(laptop, "zs") == ["张三"]
    laptop.database.execute_sql('DROP TRIGGER "sample_visit_searched_edit"')
    laptop.edit(Visit, {id: {"name": "王五"}})
    assert found(laptop, "zs") == []
    assert found(laptop, "ww") == ["王五"]


def names(count: int) -> list[dict[str, str]]:
    return [{"name": f"示例·{number:05d}"} for number in range(count)]


def test_a_search_writes_nothing_and_looks_through_the_newest_that_are_not_read_in(
    laptop: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_index, "BY_HAND", 10)
    laptop.create(Visit, names(30))
    collection = laptop.collection("sample.visit")
    with closing(sqlite.connect(laptop.folder / "laptop.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        rows = select_rows(laptop, collection, [], search="示例")
        other.execute("ROLLBACK")
    assert [row.values["name"] for row in rows] == [
        f"示例·{number:05d}" for number in range(20, 30)
    ]
    assert unread(collection, 10) == 11


def test_texts_are_read_in_by_slices_of_which_each_may_be_the_last(
    laptop: Replica, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(search_index, "SLICE", 7)
    ids = laptop.create(Visit, names(30))
    collection = laptop.collection("sample.visit")
    for _turn in range(3):
        assert read_on(laptop, collection)
    assert unread(collection) == 30 - 2 * 7
    laptop.edit(Visit, {ids[0]: {"name": "张三"}, ids[-1]: {"name": "李四"}})  # read, and not yet
    laptop.delete(Visit, [ids[1], ids[-2]])
    laptop.create(Visit, [{"name": "王五"}])
    again = Replica.open(laptop.folder, plugins=laptop.plugins)
    with again:
        collection = again.collection("sample.visit")
        while read_on(again, collection):
            monkeypatch.setattr(search_index, "BY_HAND", 0)
        for search, count in (("示例", 26), ("zs", 1), ("ls", 1), ("ww", 1), ("00000", 0)):
            assert len(select_rows(again, collection, [], search=search)) == count, search
        assert not Stale.select().exists()
        assert Searched.select().count() == 29


def test_an_open_desk_reads_in_what_was_looked_through_by_hand(laptop: Replica) -> None:
    laptop.create(Visit, names(A_FEW + 1))
    collection = laptop.collection("sample.visit")
    reading = Reading(laptop)
    reading.begin(collection)
    while unread(collection):
        time.sleep(0.01)
    reading.end()
    reading.begin(collection)  # nothing is read once the desk is shut
    assert len(found(laptop, "示例")) == A_FEW + 1


def test_a_page_says_that_not_all_was_looked_through_and_has_it_read(
    laptop: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop.create(Visit, names(A_FEW + 1))
    desk = desk_of(laptop)
    begun: list[str] = []
    desk.read_texts = lambda collection: begun.append(collection.name)
    browser = entered(desk)
    assert "Still reading" not in page(browser, "/c/sample.visit?q=示例")
    monkeypatch.setattr(listing, "BY_HAND", A_FEW)
    assert "Still reading" in page(browser, "/c/sample.visit?q=示例")
    assert "还在整理" in page(browser, "/c/sample.visit?q=示例", headers=CHINESE)
    assert begun == ["sample.visit"] * 3
    found(laptop, "示例")
    assert "Still reading" not in page(browser, "/c/sample.visit?q=示例")
    assert len(begun) == 3


def test_collections_are_searched_each_by_itself(laptop: Replica) -> None:
    laptop.create(Visit, [{"name": "张三"}])
    laptop.create(Thing, [{"name": "张四", "scope": "team-1"}])
    assert found(laptop, "z") == ["张三"]
    assert found(laptop, "z", Thing) == ["张四"]


def test_lists_are_sorted_as_a_chinese_directory_is(laptop: Replica) -> None:
    told = ["赵四", "单明", "阿宝", "Bob", "李四", "张三", "李三", "甲010", "甲002"]
    laptop.create(Visit, [{"name": each} for each in told])
    rows = select_rows(laptop, laptop.collection("sample.visit"), [], sort="name")
    assert [row.values["name"] for row in rows] == [
        *("阿宝", "Bob", "甲002", "甲010", "李三", "李四", "单明", "张三", "赵四"),
    ]
    back = select_rows(laptop, laptop.collection("sample.visit"), [], sort="-name")
    assert back == rows[::-1]


# -- the box above every page ------------------------------------------------------------------------


def test_one_box_finds_of_every_kind_and_leads_to_each_record_and_list(laptop: Replica) -> None:
    laptop.create(Visit, [{"name": f"示例·甲{n:03}"} for n in range(7)])
    [id] = laptop.create(Thing, [{"name": "<b>甲的梯</b>"}])
    browser = entered(desk_of(laptop))
    shown = page(browser, "/search?q=甲", headers=CHINESE)
    assert "示例·甲006" in shown
    assert "示例·甲001" not in shown, "of one kind the newest five"
    assert "/c/sample.visit?q=%E7%94%B2" in shown
    assert f"/c/sample.thing/{id}" in shown
    assert "&lt;b&gt;甲的梯" in shown
    part = browser.get("/search?q=slj003", headers={"HX-Request": "true"}).text
    assert "示例·甲003" in part
    assert "<html" not in part
    for nothing in ("", "   ", "·", "%00", "没有的" * 99):
        assert "姓名、拼音" in page(browser, f"/search?q={nothing}", headers=CHINESE)


def test_the_box_tells_no_telephone_to_whoever_looks_over_the_shoulder(laptop: Replica) -> None:
    laptop.create(Visit, [{"name": "示例·甲", "note": "家里 10012345678"}])
    shown = page(entered(desk_of(laptop)), "/search?q=示例")
    assert "100****5678" in shown
    assert "10012345678" not in shown


def test_what_is_out_of_the_menu_is_not_found_in_the_box(laptop: Replica) -> None:
    laptop.create(Visit, [{"name": "示例·甲"}])
    browser = entered(desk_of(laptop))
    assert "示例·甲" in page(browser, "/search?q=甲")
    browser.post("/menu/out", data={"plugin": "sample"})
    assert "示例·甲" not in page(browser, "/search?q=甲")

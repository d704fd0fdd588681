"""Search: by parts of texts and by pinyin initials, always up to what was written last."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hongxian_client.plugins.testing import open_laptop
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.search_index import initials
from hongxian_client.text.query import select_rows
from samples import SAMPLE, Thing, Visit


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Replica]:
    laptop = open_laptop(tmp_path, SAMPLE)
    with laptop:
        yield laptop


def found(laptop: Replica, search: str, model: type = Visit) -> list[str]:
    rows = select_rows(laptop, laptop.collection(model._meta.collection), [], search=search)
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
    assert initials("Lee") == []
    assert len(initials("曾曾曾曾曾")) == 4


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


def test_collections_are_searched_each_by_itself(laptop: Replica) -> None:
    laptop.create(Visit, [{"name": "张三"}])
    laptop.create(Thing, [{"name": "张四", "scope": "team-1"}])
    assert found(laptop, "z") == ["张三"]
    assert found(laptop, "z", Thing) == ["张四"]

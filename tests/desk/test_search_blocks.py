"""Search in many records: where two characters stand together is told by blocks, and forgotten with a text."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongxian.collections.builtin import Task
from hongxian.text import Text
from hongxian_client.replica.replica import Replica
from hongxian_client.search import look
from hongxian_client.search.index import Searched, blocks_of, blocks_untold, folded, read_on, unread
from hongxian_client.search.look import Look
from hongxian_client.search.pairs import BLOCK, Pair, Told, places, tell
from hongxian_client.text.query import count_rows, select_rows
from hongxian_testing.laptop import open_laptop
from samples import SAMPLE, Thing, Visit

LETTERS = st.sampled_from("张三甲·乙 zs01\n𠀀é")
TEXTS = st.text(LETTERS, max_size=12)


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Replica]:
    laptop = open_laptop(tmp_path, SAMPLE)
    with laptop:
        yield laptop


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Replica:
    """A laptop that every drawn example is written into."""
    return open_laptop(tmp_path_factory.mktemp("laptop"), SAMPLE)


@given(st.lists(TEXTS, max_size=9), st.integers(1, 400), TEXTS.map(folded).filter(bool))
def test_no_line_that_holds_a_word_is_passed_over(
    written: Replica, texts: list[str], times: int, word: str
) -> None:
    lines = [(BLOCK + place, text) for place, text in enumerate(texts * times)]
    with written, written.upkeep():
        for model in (Told, Pair):
            model.delete().execute()
        tell(written.database, 1, lines)
        found = [each for some in places(written.database, [0, 1, 2], word) for each in some]
        assert found == sorted(found, reverse=True)
        holding = {place for place, text in lines if word in text}
        assert holding == set(found) if len(word) < 3 else holding <= set(found)


@pytest.fixture
def many(laptop: Replica) -> Replica:
    """A laptop with a block that is full and told, and some records behind it."""
    laptop.create(Visit, [{"name": f"示例·{number:05d}"} for number in range(BLOCK + 9)])
    read_in(laptop)
    return laptop


def read_in(laptop: Replica) -> None:
    while read_on(laptop, laptop.collection("sample.visit")):
        pass


def found(laptop: Replica, search: str) -> list[str]:
    kind = laptop.collection("sample.visit")
    return [row.values["name"] for row in select_rows(laptop, kind, [], search=search)]


def test_a_block_is_told_when_it_is_full_and_forgotten_with_any_text_in_it(many: Replica) -> None:
    kind = many.collection("sample.visit")
    [block, _] = blocks_of(kind)
    assert [each.block for each in Told.select()] == [block]
    assert found(many, "00077") == ["示例·00077"]
    [row] = select_rows(many, kind, [], search="00077")
    many.edit(Visit, {row.id: {"note": None}})
    assert not blocks_untold(kind), "what is searched of it is as it was"
    many.edit(Visit, {row.id: {"name": "张三"}})
    assert blocks_untold(kind) == [block]
    assert not Pair.select().exists()
    assert (found(many, "00077"), found(many, "zs"), found(many, "00078")) == (
        [],
        ["张三"],
        ["示例·00078"],
    )
    read_in(many)
    assert not blocks_untold(kind)
    assert (found(many, "00077"), found(many, "zs")) == ([], ["张三"])
    many.delete(Visit, [row.id])
    assert found(many, "zs") == []
    assert not Searched.select().where(Searched.record == row.id).exists()


def test_a_word_that_many_hold_is_found_by_the_newest_first_and_counted(many: Replica) -> None:
    kind = many.collection("sample.visit")
    newest = select_rows(many, kind, [], sort="-id", limit=3, search="示例")
    assert [row.values["name"][-5:] for row in newest] == ["04104", "04103", "04102"]
    assert BLOCK + 9 > look.FEW
    assert count_rows(many, kind, [], search="示例") == {None: BLOCK + 9}
    assert count_rows(many, kind, [], search="示例 7") == {
        None: sum("7" in f"{number:05d}" for number in range(BLOCK + 9))
    }


def test_records_that_show_one_of_many_are_found(
    laptop: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(look, "FEW", 3)
    [*ids] = laptop.create(Thing, [{"name": f"示例{n}"} for n in range(9)])
    laptop.create(Thing, [{"name": "伞", "other": ids[0]}, {"name": "梯"}])
    kind = laptop.collection("sample.thing")
    for _ in range(2):
        rows = select_rows(laptop, kind, [], sort="-id", limit=99, search="示例 伞")
        assert [row.values["name"] for row in rows] == ["伞"]
        assert count_rows(laptop, kind, [], search="示例") == {None: 10}
        while read_on(laptop, kind):
            pass


def test_a_task_is_found_in_both_languages_and_not_by_how_it_is_stored(laptop: Replica) -> None:
    laptop.create(Task, [{"text": Text("水不够了", "Water runs out")}])
    kind = laptop.collection("hongxian.task")
    counts = [count_rows(laptop, kind, [], search=each) for each in ("水不够", "water", '"zh"')]
    assert counts == [{None: 1}, {None: 1}, {}]


def test_what_the_first_release_kept_of_searches_is_gone(laptop: Replica) -> None:
    laptop.create(Visit, [{"name": "张三"}])
    for sql in (
        "CREATE TABLE hongxian_searched (collection, record, text)",
        "INSERT INTO hongxian_searched VALUES ('sample.visit', '1', '张三')",
        "CREATE TRIGGER sample_visit_searched_new AFTER INSERT ON sample_visit BEGIN "
        "DELETE FROM hongxian_searched WHERE record = NEW.id; END",
    ):
        laptop.database.execute_sql(sql)
    again = Replica.open(laptop.folder, plugins=laptop.plugins)
    with again:
        assert "hongxian_searched" not in again.database.get_tables()
        again.create(Visit, [{"name": "张四"}])
        assert found(again, "z") == ["张三", "张四"]
        assert unread(again.collection("sample.visit")) == 2
        assert Look(again, " · ").words == []

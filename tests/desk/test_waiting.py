"""What waits for a person: one page for all of it, whose lines close by themselves; conflicts one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from hongxian import Due, reminder
from hongxian.collections.builtin import Conflict, Task
from hongxian.collections.local_time import local_today
from hongxian.model.stamp import make_stamp
from hongxian_testing import Desk, Laptop
from samples import Visit, plugin


@reminder()
def without_note(store: Any) -> Iterator[Due]:
    """A visit without a note is due."""
    for each in Visit.select().where(Visit.note == ""):
        yield Due(local_today(store), f"补写 {each.name}", each)


NOTED = plugin("sample", Visit, without_note=without_note)
pytestmark = pytest.mark.plugins(NOTED)


def conflict(laptop: Laptop, record: str, kept: str, lost: str) -> str:
    """A conflict as the hub would have told of it."""
    kind, number = laptop.store.collection("hongxian.conflict"), Conflict.select().count()
    id = f"01890000-0000-7000-8000-00000000000{number}"
    stamp = make_stamp(laptop.store.now() - 60_000, 0, 7)
    row = {
        "scope": "team-1",
        "collection": "sample.visit",
        "record": record,
        "field": "note",
        "resolved": False,
        "kept": orjson.dumps(kept).decode(),
        "kept_stamp": stamp,
        "lost": orjson.dumps(lost).decode(),
        "lost_stamp": stamp + 1,
    }
    with laptop.store.upkeep():
        kind.insert_columns(
            ["id", "stamp", *row], [[id], [stamp], *([each] for each in row.values())]
        )
    return id


def count_of(desk: Desk) -> int:
    """What the menu counts."""
    told = desk.open("/c/sample.visit").text.partition("待处理")[2].split()[0]
    return int(told) if told.isdecimal() else 0


def test_the_menu_counts_all_that_waits_and_each_line_leaves_once_it_is_solved(
    laptop: Laptop, desk: Desk
) -> None:
    visit = Visit.create(name="示例·甲001", note="")
    assert count_of(desk) == 1, "a duty"
    task = Task.create(text="示例：查一查", collection="sample.visit", record=visit.id)
    conflict(laptop, visit.id, "10000000912", "10000000021")
    assert count_of(desk) == 3
    page = desk.open("/attention")
    for told in ("补写 示例·甲001", "示例：查一查", "示例·甲001 的"):
        assert told in page.text
    page.press("已办")
    assert Task.get_by_id(task.id).done
    assert count_of(desk) == 2
    desk.open(f"/c/sample.visit/{visit.id}/edit").press("保存", note="都不对，这才对")
    assert count_of(desk) == 0, "a person wrote the field anew, which is the conflict's answer too"
    assert "没有待处理的" in desk.open("/attention").text


def test_of_a_rules_task_nobody_says_that_it_is_done(laptop: Laptop, desk: Desk) -> None:
    Task.create(text="示例：规则", rule="sample.rule")
    page = desk.open("/attention")
    assert "示例：规则" in page.text
    assert "已办" not in page.buttons


def test_a_conflict_marks_what_differs_and_the_next_one_is_a_press_away(
    laptop: Laptop, desk: Desk
) -> None:
    one, two = (Visit.create(name=f"示例·甲00{n}", note="10000000912") for n in (1, 2))
    conflict(laptop, one.id, "10000000912", "10000000021")
    conflict(laptop, two.id, "10000000912", "10000000333")
    page = desk.open("/attention/conflicts")
    assert "<mark>0</mark>" not in page.html
    assert "10000000<mark>912</mark>" in page.html
    assert "10000000<mark>021</mark>" in page.html
    assert "第 1 个，共 2 个" in page.text
    further = page.press("先放着")
    assert "10000000<mark>333</mark>" in further.html
    assert "第 2 个，共 2 个" in further.text

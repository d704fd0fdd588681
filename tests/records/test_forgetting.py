"""The journal forgets what was deleted or written over when its time is over, and nothing else."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hongxian.collections.builtin import Conflict
from hongxian.merges import plus
from hongxian.records import COMMUNITY
from hongxian_client.replica.replica import Replica
from hongxian_server.history.record_history import history_of
from hongxian_server.history.undo import planned
from hongxian_server.ops.tidy import Tidied, tidy
from hongxian_server.tables.journal import Block, first_broken_block
from meeting import Meeting, keep_for, meeting
from samples import PEOPLE, SAMPLE, Person, Thing


@pytest.fixture
def met(tmp_path: Path, database_url: str | None) -> Iterator[Meeting]:
    with meeting(tmp_path, SAMPLE, PEOPLE, url=database_url) as met:
        met.laptop()
        met.laptop()
        yield met


def tidied_up(met: Meeting) -> Tidied:
    """Whatever the hub has by now is older than its time."""
    keep_for(met.hub, -1)
    with met.hub:
        return tidy(met.hub)


def journal_text(met: Meeting) -> str:
    with met.hub:
        return "".join(block.text().decode() for block in Block.select())


def note(laptop: Replica, id: str, text: str) -> None:
    with laptop:
        Person.update(note=text).where(Person.id == id).execute()


def person(laptop: Replica, name: str) -> str:
    with laptop:
        return str(Person.create(name=name, note=f"{name}的备注").id)


@pytest.mark.either_database
def test_what_was_written_over_is_forgotten_and_what_stands_is_kept(met: Meeting) -> None:
    one, _ = met.laptops
    first, second = person(one, "示例·甲"), person(one, "示例·乙")
    met.sync(one)
    note(one, first, "先写的")
    met.sync(one)
    note(one, first, "后写的")
    met.agree()
    assert tidied_up(met).parts > 0
    text = journal_text(met)
    for gone in ("示例·甲的备注", "先写的"):
        assert gone not in text
    for kept in ("后写的", "示例·乙", "示例·乙的备注"):
        assert kept in text
    with met.hub:
        assert first_broken_block() is None
        lines = history_of(met.hub, met.hub.writer(), "people.person", first)
        assert [(each.after, each.forgotten) for each in lines][:2] == [
            ({"note": "后写的"}, False),
            ({"note": None}, True),
        ]
        assert lines[2].forgotten
        [made] = history_of(met.hub, met.hub.writer(), "people.person", second)
        assert not made.forgotten
    assert tidied_up(met).parts == 0
    met.agree()


@pytest.mark.either_database
def test_a_deleted_record_is_forgotten_whole_with_its_conflicts(met: Meeting) -> None:
    one, two = met.laptops
    id = person(one, "示例·甲")
    met.agree()
    note(one, id, "一边写的")
    note(two, id, "另一边写的")
    met.agree()
    with one:
        assert Conflict.select().exists()
        Person.delete().where(Person.id == id).execute()
    met.agree()
    for text in ("示例·甲", "一边写的", "另一边写的"):
        assert text in journal_text(met)
    tidied = tidied_up(met)
    assert tidied.conflicts == 1
    for text in ("示例·甲", "一边写的", "另一边写的"):
        assert text not in journal_text(met)
    with met.hub:
        assert first_broken_block() is None
    met.agree()
    with two:
        assert not Conflict.select().exists()


def test_what_is_made_and_deleted_in_one_request_is_forgotten(met: Meeting) -> None:
    one, _ = met.laptops
    id = person(one, "示例·甲")
    with one:
        Person.delete().where(Person.id == id).execute()
    met.agree()
    tidied_up(met)
    assert "示例·甲" not in journal_text(met)


def test_counting_and_writing_later_in_one_request_keep_what_stands(met: Meeting) -> None:
    one, _ = met.laptops
    with one:
        counted = Thing.create(name="磨石", people=1, scope=COMMUNITY).id
        id = Thing.create(name="水桶", scope=COMMUNITY).id
        Thing.update(note="甲").where(Thing.id == id).execute()
        Thing.update(note="乙").where(Thing.id == id).execute()
    met.sync(one)
    with one:
        Thing.update(people=plus(5)).where(Thing.id == counted).execute()
    met.agree()
    tidied_up(met)
    text = journal_text(met)
    assert '"甲"' not in text
    assert '"乙"' in text
    assert "磨石" in text
    met.agree()


def test_a_value_that_stood_for_years_goes_when_what_took_its_place_is_old(met: Meeting) -> None:
    one, _ = met.laptops
    id = person(one, "示例·甲")
    met.agree()
    assert tidied_up(met).parts == 0
    assert "示例·甲的备注" in journal_text(met)
    note(one, id, "新的")
    met.agree()
    tidied_up(met)
    assert "示例·甲的备注" not in journal_text(met)


def spoilt_by(met: Meeting, laptop: Replica) -> tuple[int, int]:
    """A record that all have is written over; returns by whom, and since when."""
    id = person(laptop, "示例·甲")
    met.agree()
    with laptop:
        incarnation = laptop.writer().incarnation
    with met.hub:
        since = met.hub.now()
    note(laptop, id, "写坏了")
    met.agree()
    return incarnation, since


def test_within_its_time_all_is_kept_and_can_be_undone(met: Meeting) -> None:
    one, _ = met.laptops
    incarnation, since = spoilt_by(met, one)
    with met.hub:
        assert tidy(met.hub).parts == 0
        [step] = planned(met.hub, [incarnation], since)
        assert step.values == {"note": "示例·甲的备注"}


def test_undo_reaches_no_further_than_what_is_kept(met: Meeting) -> None:
    one, _ = met.laptops
    incarnation, since = spoilt_by(met, one)
    tidied_up(met)
    with met.hub:
        [step] = planned(met.hub, [incarnation], since)
        assert not step.values
        assert "不再保留" in step.stays["note"].zh

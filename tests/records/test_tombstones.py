"""A deletion that all know of leaves no values behind; within a time the hub can bring them back."""

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest

from hongxian import Record
from hongxian.collections.builtin import Conflict
from hongxian.engine.store import Store
from hongxian.merges import plus
from hongxian.model.row import DELETED, Row
from hongxian.records import COMMUNITY
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.unsent.outbox import Entry
from hongxian_server.tables.held_offers import HeldOffer
from meeting import Meeting, keep_for, meeting
from put_back import Town, town
from samples import PEOPLE, SAMPLE, Thing

__all__ = ["town"]
FULL = {
    "name": "示例·甲",
    "note": "示例路ZZTOP77",
    "most": 7,
    "least": 2,
    "day": "2026-03-01",
    "moment": "2026-03-01 08:00:00",
    "hour": "08:00:00",
    "ready": True,
    "state": "busy",
    "other": "018f0000-0000-7000-8000-000000000077",
    "written_by": "示例·乙",
}


@pytest.fixture
def met(tmp_path: Path, database_url: str | None) -> Iterator[Meeting]:
    with meeting(tmp_path, SAMPLE, PEOPLE, url=database_url) as met:
        met.laptop()
        met.laptop()
        yield met


def made(laptop: Replica) -> str:
    """A record with something in every field."""
    with laptop, laptop.acting_as("示例·乙"):
        return str(
            Thing.create(
                name="示例·甲",
                note="示例路ZZTOP77",
                most=7,
                least=2,
                day=datetime.date(2026, 3, 1),
                moment=datetime.datetime(2026, 3, 1, 8),
                hour=datetime.time(8),
                ready=True,
                state="busy",
                other=FULL["other"],
                people=3,
                skills={"磨刀"},
                scope=COMMUNITY,
            ).id
        )


def row_of(store: Store, id: str, model: type[Record] = Thing) -> Row:
    with store:
        return store.collection(model._meta.collection).rows_by_id([id])[id]


def holds_all(row: Row) -> bool:
    return {name: row.values[name] for name in FULL} == FULL and set(row.values["skills"]) == {
        "磨刀"
    }


def delete(laptop: Replica, id: str) -> None:
    with laptop:
        Thing.delete().where(Thing.id == id).execute()


def stored(store: Store, id: str) -> str:
    """All that the table has of a record."""
    with store:
        sql = f"SELECT * FROM sample_thing WHERE id = {store.database.param}"
        return str(store.database.execute_sql(sql, (id,)).fetchone())


@pytest.mark.either_database
def test_a_deletion_that_is_agreed_leaves_id_scope_stamps_and_counts(met: Meeting) -> None:
    one, two = met.laptops
    id = made(one)
    met.agree()
    before = row_of(met.hub, id)
    delete(two, id)
    assert "ZZTOP77" in stored(two, id)  # nobody has agreed yet
    met.agree()
    for store in (met.hub, one, two):
        row, text = row_of(store, id), stored(store, id)
        assert row.deleted
        assert row.scope == COMMUNITY
        assert row.stamp == before.stamp
        assert row.values["people"] == before.values["people"]
        for part in ("示例", "ZZTOP77", "2026-03-01", "磨刀", "busy", str(FULL["other"])):
            assert part not in text


@pytest.mark.either_database
def test_an_edit_that_had_not_seen_the_deletion_brings_all_values_back(met: Meeting) -> None:
    one, two = met.laptops
    id = made(one)
    met.agree()
    delete(one, id)
    met.sync(one)
    with two:
        Thing.update(least=1, people=plus(4)).where(Thing.id == id).execute()
    met.sync(two)
    met.agree()
    for store in (met.hub, one, two):
        row = row_of(store, id)
        assert not row.deleted
        assert row.values["least"] == 1
        row.values["least"] = FULL["least"]
        assert holds_all(row)
        with store:
            assert Thing.get(Thing.id == id).people == 7
            assert [each.field for each in Conflict.select()] == [DELETED]


def test_what_was_deleted_can_be_brought_back_whole_by_somebody_who_has_it_no_more(
    met: Meeting,
) -> None:
    one, two = met.laptops
    id = made(one)
    with one:
        Thing.update(note="别的").where(Thing.id == id).execute()
        Thing.update(note=FULL["note"], skills={"木工"}).where(Thing.id == id).execute()
        Thing.update(skills={"磨刀"}).where(Thing.id == id).execute()
    met.agree()
    delete(one, id)
    met.agree()
    with two:
        two.edit(Thing, {id: {DELETED: False}})
    met.agree()
    with met.hub:
        assert Thing.get(Thing.id == id).skills == {"磨刀"}
        assert Thing.get(Thing.id == id).note == FULL["note"]
    delete(two, id)
    met.agree()
    with one:
        one.edit(Thing, {id: {DELETED: False}})
    met.agree()
    for store in (met.hub, one, two):
        assert not row_of(store, id).deleted
        assert row_of(store, id).values["note"] == FULL["note"]
        with store:
            assert Thing.get(Thing.id == id).skills == {"磨刀"}
            assert not Conflict.select().exists()


def test_a_deletion_taken_back_before_it_was_sent_loses_nothing(met: Meeting) -> None:
    one, two = met.laptops
    id = made(one)
    met.agree()
    delete(one, id)
    with one:
        one.edit(Thing, {id: {DELETED: False}})
    assert holds_all(row_of(one, id))
    met.agree()
    for store in (met.hub, one, two):
        assert holds_all(row_of(store, id))


def written_too_late(met: Meeting) -> str:
    """A record that one laptop deleted, and another wrote to after the time to bring it back was over."""
    one, two = met.laptops
    id = made(one)
    met.agree()
    delete(one, id)
    met.sync(one)
    keep_for(met.hub, -1)
    with two:
        Thing.update(note="我的改动").where(Thing.id == id).execute()
    return id


def test_after_its_time_a_deleted_record_stays_deleted_and_the_edit_is_kept_for_a_person(
    met: Meeting,
) -> None:
    one, two = met.laptops
    id = written_too_late(met)
    [report] = met.sync(two)
    assert report.refused == 1
    with two:
        [entry] = Entry.select()
        assert entry.refused
        assert entry.as_change().values["note"] == "我的改动"
        assert "不能恢复" in entry.reason
    met.agree()
    for store in (met.hub, one, two):
        assert row_of(store, id).deleted
        assert "我的改动" not in stored(store, id)


def test_a_refused_edit_of_a_deleted_record_goes_out_again_as_it_was_written(met: Meeting) -> None:
    one, two = met.laptops
    id = written_too_late(met)
    met.sync(two)
    keep_for(met.hub, 30)  # the keeper thinks better of it
    with two:
        two.edit(Thing, {id: {"most": 9}})
    met.agree()
    for store in (met.hub, one, two):
        assert row_of(store, id).values["name"] == FULL["name"]
        assert row_of(store, id).values["note"] == "我的改动"


def test_a_hub_that_was_put_back_learns_of_a_deletion_from_an_empty_tombstone(town: Town) -> None:
    with town.serving():
        laptop = town.laptop("east")
        id = made(laptop)
        town.agree()
    town.save()
    with town.serving():
        delete(laptop, id)
        town.agree()
    town.load()
    with town.serving(new_life=True):
        assert holds_all(row_of(town.hub, id))
        town.agree()
        for store in (town.hub, laptop):
            assert row_of(store, id).deleted
            assert "ZZTOP77" not in stored(store, id)
        with laptop:
            laptop.edit(Thing, {id: {DELETED: False}})
        town.agree()
        assert holds_all(row_of(town.hub, id))


def test_a_hub_that_was_put_back_to_a_deletion_learns_that_the_record_was_brought_back(
    town: Town,
) -> None:
    with town.serving():
        laptop = town.laptop("east")
        id = made(laptop)
        town.agree()
        delete(laptop, id)
        town.agree()
    town.save()
    with town.serving():
        with laptop:
            laptop.edit(Thing, {id: {DELETED: False}})
        town.agree()
    town.load()
    with town.serving(new_life=True):
        assert row_of(town.hub, id).deleted
        town.agree()
        for store in (town.hub, laptop):
            assert holds_all(row_of(store, id))


def test_a_hub_that_lost_record_and_deletion_takes_the_tombstone(town: Town) -> None:
    with town.serving():
        laptop = town.laptop("east")
        town.agree()
    town.save()
    with town.serving():
        id, living = made(laptop), made(laptop)
        town.agree()
        delete(laptop, id)
        town.agree()
    town.load()
    with town.serving(new_life=True):
        town.agree()
        assert row_of(town.hub, id).deleted
        assert holds_all(row_of(town.hub, living))
        with town.hub:
            assert not HeldOffer.select().exists()
        with laptop:
            laptop.edit(Thing, {id: {DELETED: False}})
        [report] = town.sync(laptop)
        assert report.refused == 1  # no hub ever had its values in this life

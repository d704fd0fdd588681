"""What refers to a record that is deleted: refused, emptied, gone too, or kept with a task."""

import importlib.util
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peewee import CharField

from hongxian import Record, Reference, Refused
from hongxian.errors import StillUsed
from hongxian.records import COMMUNITY, Task, new_id
from hongxian_client.replica.replica import Replica
from hongxian_client.review.attention import discard, rejected_transactions
from hongxian_testing.laptop import open_laptop
from meeting import Meeting, meeting
from places import EXAMPLES
from samples import plugin


class House(Record):
    name = CharField()
    above = Reference("refs.house", on_delete="refuse", null=True)

    class Meta:
        collection = "refs.house"
        scope = COMMUNITY


class Flat(Record):
    """A part of its house."""

    name = CharField()
    house = Reference("refs.house", on_delete="with")

    class Meta:
        collection = "refs.flat"
        scope = "any"


class Lease(Record):
    name = CharField()
    flat = Reference("refs.flat", null=True)
    guarantor = Reference("refs.house", on_delete="clear", null=True)
    seen = Reference("refs.house", on_delete="keep", null=True)

    class Meta:
        collection = "refs.lease"
        scope = "any"


REFS = plugin("refs", House, Flat, Lease)


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Replica]:
    with open_laptop(tmp_path, REFS) as laptop:
        yield laptop


@pytest.fixture
def met(tmp_path: Path) -> Iterator[Meeting]:
    with meeting(tmp_path, REFS) as met:
        yield met


def house(name: str = "示例苑", **values: Any) -> str:
    return str(House.create(name=name, **values).id)


def flat(of: str, scope: str = COMMUNITY, name: str = "101") -> str:
    return str(Flat.create(name=name, house=of, scope=scope).id)


def live(model: type[Record]) -> set[str]:
    return {each.name for each in model.select()}


def delete(model: type[Record], id: str) -> None:
    model.delete().where(model.id == id).execute()


def test_a_record_may_be_written_for_its_id(laptop: Replica) -> None:
    one, other = House.create(name="示例楼一"), House.create(name="示例楼二")
    flat = Flat.create(name="101", house=one)
    assert flat.house == Flat.get_by_id(flat.id).house == one.id
    Flat.insert_many([{"name": "102", "house": one}]).execute()
    assert {each.name for each in Flat.select().where(Flat.house == one)} == {"101", "102"}
    Flat.update(house=other).where(Flat.house == one).execute()
    assert {each.house for each in Flat.select()} == {other.id}


def test_a_record_of_another_collection_is_not_taken_for_one_that_a_reference_wants(
    laptop: Replica,
) -> None:
    house = House.create(name="示例楼")
    with pytest.raises(Refused, match=r"flat wants a record of refs\.flat, not of refs\.house"):
        Lease(name="示例", flat=house)
    with pytest.raises(Refused, match="flat wants"):
        Lease.insert_many([{"name": "示例", "flat": house}]).execute()


def test_a_record_that_is_referred_to_is_not_deleted(laptop: Replica) -> None:
    of = flat(house())
    Lease.create(name="示例·甲001", flat=of, scope=COMMUNITY)
    with pytest.raises(StillUsed) as refused:
        delete(Flat, of)
    assert "“101”还被引用" in refused.value.text.zh
    assert "1 条" in refused.value.text.zh
    assert live(Flat) == {"101"}


def test_it_is_once_nothing_refers_to_it_any_more_in_whatever_order_one_says_so(
    laptop: Replica,
) -> None:
    of = flat(house())
    lease = Lease.create(name="示例·甲001", flat=of, scope=COMMUNITY)
    with laptop.transaction():
        delete(Flat, of)
        lease.flat = None
        lease.save()
    assert live(Flat) == set()


def test_a_part_goes_with_the_whole(laptop: Replica) -> None:
    of = house()
    flat(of, name="101"), flat(of, name="102"), flat(house("示例新村"), name="201")
    delete(House, of)
    assert live(Flat) == {"201"}


def test_what_refers_to_a_part_holds_the_whole(laptop: Replica) -> None:
    of = house()
    Lease.create(name="示例·甲001", flat=flat(of), scope=COMMUNITY)
    with pytest.raises(StillUsed):
        delete(House, of)
    assert live(House) == {"示例苑"}
    assert live(Flat) == {"101"}


def test_a_part_of_another_scope_holds_the_whole(laptop: Replica) -> None:
    of = house()
    flat(of, scope="team-1")
    with pytest.raises(StillUsed):
        delete(House, of)


def test_what_refers_to_itself_can_be_deleted_and_a_circle_as_a_whole(laptop: Replica) -> None:
    alone = house("独栋")
    House.update(above=alone).where(House.id == alone).execute()
    one = house("甲")
    two = house("乙", above=one)
    House.update(above=two).where(House.id == one).execute()
    delete(House, alone)
    with pytest.raises(StillUsed):
        delete(House, one)
    House.delete().where(House.id.in_([one, two])).execute()
    assert live(House) == set()


def test_a_reference_that_is_to_be_emptied_may_be_empty(tmp_path: Path) -> None:
    class Odd(Record):
        house = Reference("refs.house", on_delete="clear")

        class Meta:
            collection = "odd.thing"

    laptop = open_laptop(tmp_path, plugin("odd", Odd))
    assert "null=True" in laptop.plugins.all[0].errors[0].en


# -- with a hub ----------------------------------------------------------------------------------


def pair(met: Meeting, *teams: str) -> tuple[Replica, Replica]:
    return met.laptop(*teams[:1]), met.laptop(*teams[1:])


def made(met: Meeting, laptop: Replica, make: Callable[[], str]) -> str:
    with laptop:
        id = make()
    met.agree()
    return id


def tasks(laptop: Replica) -> list[str]:
    with laptop:
        return [each.text.zh for each in Task.select().where(~Task.done)]


def test_the_hub_refuses_a_deletion_that_had_not_seen_what_refers_to_it(met: Meeting) -> None:
    one, two = pair(met)
    of = made(met, one, lambda: flat(house()))
    with two:
        Lease.create(name="示例·甲001", flat=of, scope=COMMUNITY)
    with one:
        delete(Flat, of)
    met.sync(two, one)
    with one:
        [rejected] = rejected_transactions()
    assert "leases: 1" in str(rejected).lower() or "1 条" in str(rejected)
    with met.hub:
        assert live(Flat) == {"101"}


def test_of_records_that_one_may_not_see_the_refusal_tells_nothing(met: Meeting) -> None:
    scopes = met.team("银和白"), met.team("青鸟")
    one, two = pair(met, *scopes)
    of = made(met, one, lambda: flat(house()))
    with two:
        Lease.create(name="示例·甲001", flat=of, scope=scopes[1])
    met.sync(two)
    with one:
        delete(Flat, of)
    met.sync(one)
    with one:
        [rejected] = rejected_transactions()
    assert "别的团队的记录" in str(rejected)
    assert "1 条" not in str(rejected)


@pytest.mark.parametrize("first", ["the referrer", "the deletion"])
def test_one_transaction_may_bring_the_referrer_and_the_deletion(met: Meeting, first: str) -> None:
    one = met.laptop()
    of = made(met, one, lambda: flat(house()))
    with one:
        if first == "the referrer":
            lease = Lease.create(name="示例·甲001", flat=of, scope=COMMUNITY)
            delete(Lease, lease.id)
            delete(Flat, of)
        else:
            delete(Flat, of)
            Lease.create(name="示例·甲001", flat=of, scope=COMMUNITY)
    met.agree()
    with met.hub:
        assert live(Flat) == set()
    assert len(tasks(one)) == (first == "the deletion")


def test_what_comes_after_the_deletion_is_kept_with_a_task(met: Meeting) -> None:
    one, two = pair(met)
    of = made(met, one, lambda: flat(house()))
    with two:
        Lease.create(name="示例·甲001", flat=of, scope=COMMUNITY)
        Lease.create(name="示例·甲002", flat=of, scope=COMMUNITY)
    with one:
        delete(Flat, of)
    met.sync(one, two)
    met.agree()
    with one:
        assert live(Lease) == {"示例·甲001", "示例·甲002"}
    [told] = tasks(one)
    assert "2 条" in told


def test_a_part_that_the_deletion_had_not_seen_is_kept_with_a_task(met: Meeting) -> None:
    one, two = pair(met)
    of = made(met, one, lambda: house())
    with two:
        flat(of)
    met.sync(two)
    with one:
        delete(House, of)
    met.sync(one)
    met.agree()
    with one:
        assert (live(House), live(Flat)) == (set(), {"101"})
    assert len(tasks(one)) == 1


@pytest.mark.parametrize("first", [0, 1])
def test_the_hub_empties_references_that_are_to_be_emptied(met: Meeting, first: int) -> None:
    laptops = pair(met)
    of = made(met, laptops[0], lambda: house())
    with laptops[1]:
        Lease.create(name="示例·甲001", guarantor=of, seen=of, scope=COMMUNITY)
    with laptops[0]:
        delete(House, of)
    met.sync(laptops[first], laptops[1 - first])
    met.agree()
    for each in laptops:
        with each:
            [lease] = Lease.select()
            assert (lease.guarantor, lease.seen) == (None, of)
        assert tasks(each) == []


def test_the_hubs_own_deletions_are_judged_and_settled_too(met: Meeting) -> None:
    one = met.laptop()
    of = made(met, one, lambda: house())
    with one:
        flat(of)
        Lease.create(name="示例·甲001", guarantor=of, scope=COMMUNITY)
    met.agree()
    with met.hub:
        delete(House, of)
    met.agree()
    with one:
        assert (live(House), live(Flat)) == (set(), set())
        assert [each.guarantor for each in Lease.select()] == [None]


WHICH = st.integers(0, 3)
STEPS = st.one_of(
    st.tuples(st.just("make"), st.integers(0, 1), st.integers(0, 2), WHICH),
    st.tuples(st.just("turn"), st.integers(0, 1), st.integers(0, 2), WHICH, WHICH),
    st.tuples(st.just("delete"), st.integers(0, 1), st.integers(0, 2), WHICH),
    st.tuples(st.just("delete two"), st.integers(0, 1), WHICH, WHICH),
    st.tuples(st.just("sync"), st.integers(0, 1)),
)
FIELDS: list[tuple[Any, dict[str, Any]]] = [
    (House, {"above": House}),
    (Flat, {"house": House}),
    (Lease, {"flat": Flat, "guarantor": House}),
]


def carry_out(what: str, kind: int, *which: int) -> None:
    model, fields = FIELDS[kind]
    known = sorted(each.id for each in model.select(model.id))

    def some(of: Any, place: int) -> str | None:
        ids = sorted(each.id for each in of.with_deleted(of.id))
        return ids[place % len(ids)] if ids else None

    refers = {name: some(of, which[-1]) for name, of in fields.items()}
    if what == "make" and (kind != 1 or refers["house"]):
        model.create(name="示例", scope=COMMUNITY, **refers)
    elif what == "turn" and known and (kind != 1 or refers["house"]):
        model.update(**refers).where(model.id == known[which[0] % len(known)]).execute()
    elif what == "delete" and known:
        delete(model, known[which[0] % len(known)])


@given(st.lists(STEPS, min_size=2, max_size=25))
def test_whatever_two_laptops_write_and_delete_all_references_are_whole_or_told_of(
    steps: list[tuple[Any, ...]],
) -> None:
    with TemporaryDirectory() as folder, meeting(Path(folder), REFS) as met:
        laptops = met.laptop(), met.laptop()
        with laptops[0]:
            for _ in range(2):
                of = flat(house())
                Lease.create(name="示例·甲001", flat=of, scope=COMMUNITY)
        met.agree()
        for what, place, *rest in steps:
            with laptops[place], suppress(Refused):
                if what == "sync":
                    met.sync(laptops[place])
                elif what == "delete two":
                    with laptops[place].transaction():
                        carry_out("delete", 0, rest[0])
                        carry_out("delete", 1, rest[1])
                else:
                    carry_out(what, *rest)
        for _ in range(2):
            met.sync()
            for each in laptops:
                with each:
                    for rejected in rejected_transactions():
                        discard(each, rejected.number)
        met.agree()
        with met.hub:
            told = {(each.record, each.scope) for each in Task.select().where(~Task.done)}
            for model, fields in FIELDS:
                for row in model.select():
                    for name, of in fields.items():
                        to = getattr(row, name)
                        is_whole = to is None or of.select().where(of.id == to).exists()
                        assert is_whole or (to, row.scope) in told


def test_the_manuals_example_does_what_its_page_says(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("tools", EXAMPLES / "records" / "tools.py")
    spec.loader.exec_module(tools := importlib.util.module_from_spec(spec))
    with open_laptop(tmp_path, tools) as laptop:
        assert laptop.plugins.all[0].errors == []
        plane, saw = (tools.Tool.create(name=each).id for each in ("刨子", "锯子"))
        tools.Part.create(name="刀片", tool=plane)
        tools.Loan.create(tool=saw, day=date(2026, 5, 1))
        delete(tools.Tool, plane)
        assert not tools.Part.select().exists()
        with pytest.raises(StillUsed):
            delete(tools.Tool, saw)
        one, other = new_id(), new_id()
        tools.Loan.create(tool=saw, day=date(2026, 5, 2), advised_by=one)
        assert (tools.loans_advised(one), tools.loans_advised(other)) == (1, 0)


def test_one_record_is_called_by_its_name_and_what_is_not_here_by_none(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("tools", EXAMPLES / "records" / "tools.py")
    spec.loader.exec_module(tools := importlib.util.module_from_spec(spec))
    with open_laptop(tmp_path, tools) as laptop:
        plane = tools.Tool.create(name="刨子").id
        assert laptop.name_of("tools.tool", plane) == "刨子"
        assert laptop.name_of("tools.tool", new_id()) == ""
        assert laptop.name_of("tools.tool", None) == ""
        assert laptop.name_of("nobody.thing", plane) == ""

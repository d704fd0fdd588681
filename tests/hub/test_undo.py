"""A keeper takes back what one laptop wrote since a time; what others wrote since stays."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from peewee import CharField

from command_line import Place, joined, new_hub, serving
from consoles import keepers, page, send
from hongxian import QuotaField, Record
from hongxian.merges import adding, plus, removing
from hongxian.quotas import grant
from hongxian.records import COMMUNITY
from hongxian_client.replica.replica import Replica
from hongxian_server.history.undo import Step, Way, planned, undo
from hongxian_server.hub_state import HubState
from meeting import Meeting, meeting
from samples import PEOPLE, SAMPLE, Person, Thing, plugin


class Shelf(Record):
    """Shelves."""

    name = CharField(max_length=20)
    stock = QuotaField(unit="件")

    class Meta:
        collection = "undone.shelf"
        scope = COMMUNITY


@pytest.fixture
def met(tmp_path: Path, database_url: str | None) -> Iterator[Meeting]:
    with meeting(tmp_path, SAMPLE, PEOPLE, plugin("undone", Shelf), url=database_url) as met:
        met.team("east")
        met.laptop("east")
        met.laptop("east")
        yield met


def now(met: Meeting) -> int:
    """A time that no earlier write of the hub bears."""
    time.sleep(0.002)
    return met.hub.now()


def undone(met: Meeting, laptop: Replica, since: int) -> list[tuple[Step, Any]]:
    with laptop:
        own = laptop.writer().incarnation
    with met.hub:
        return undo(met.hub, planned(met.hub, [own], since))


def seen(laptop: Replica) -> dict[str, dict[str, Any]]:
    """What a laptop shows of all things, by name and then field."""
    with laptop:
        rows = Thing.select()
        return {
            each.id: {n: getattr(each, n) for n in ("name", "note", "hour", "people", "skills")}
            for each in rows
        }


WRITES = st.lists(
    st.tuples(
        st.sampled_from(["make", "delete", "name", "note", "people", "join", "leave", "move"]),
        st.integers(0, 3),
        st.integers(0, 4),
    ),
    max_size=8,
)


def write(laptop: Replica, what: str, which: int, value: int) -> None:
    with laptop:
        things = list(Thing.select().order_by(Thing.id))
        if what == "make" or not things:
            Thing.create(name=f"物{value}", people=value, skills={"甲"}, scope=COMMUNITY)
            return
        thing = things[which % len(things)]
        one = Thing.id == thing.id
        if what == "delete":
            Thing.delete().where(one).execute()
        elif what == "move":
            scope = next(iter(laptop.teams())) if value % 2 else COMMUNITY
            Thing.update(scope=scope).where(one).execute()
        else:
            values = {
                "name": {"name": f"名{value}"},
                "note": {"note": f"注{value}" if value else None},
                "people": {"people": plus(value - 2)},
                "join": {"skills": adding(f"艺{value}")},
                "leave": {"skills": removing("甲")},
            }[what]
            Thing.update(**values).where(one).execute()


@pytest.mark.either_database
def test_what_one_laptop_alone_wrote_is_gone_without_a_trace_on_the_pages(met: Meeting) -> None:
    good, bad = met.laptops

    @settings(max_examples=max(settings().max_examples // 2, 1))
    @given(WRITES, WRITES)
    def put_back(before: list[tuple[str, int, int]], since: list[tuple[str, int, int]]) -> None:
        for each in before:
            write(good, *each)
        met.agree()
        held, began = seen(good), now(met)
        for each in since:
            write(bad, *each)
        met.agree()
        assert not undone(met, bad, began)
        met.agree()
        assert seen(good) == held

    put_back()


@pytest.mark.either_database
def test_what_others_wrote_since_stays_and_is_told(met: Meeting) -> None:
    good, bad = met.laptops
    with good:
        Person.create(name="示例·甲", note="旧")
    met.agree()
    began = now(met)
    with bad:
        Person.update(name="乱", note="乱").execute()
        Person.create(name="示例·乙")
    met.agree()
    with good:
        Person.update(note="新").where(Person.name == "乱").execute()
        Person.update(note="新").where(Person.name == "示例·乙").execute()
    met.agree()
    with bad:
        own = bad.writer().incarnation
    with met.hub:
        steps = {step.way: step for step in planned(met.hub, [own], began)}
        assert steps[Way.EDIT].values == {"name": "示例·甲"}
        assert set(steps[Way.EDIT].stays) == {"note"}
        assert set(steps[Way.DELETE].stays) == {""}
        assert [step.does_anything for step in (steps[Way.EDIT], steps[Way.DELETE])] == [
            True,
            False,
        ]
        assert not undo(met.hub, list(steps.values()))
    met.agree()
    with good:
        assert sorted((each.name, each.note) for each in Person.select()) == [
            ("示例·乙", "新"),
            ("示例·甲", "新"),
        ]


def test_a_plan_changes_nothing_and_of_another_laptop_nothing_is_in_it(met: Meeting) -> None:
    good, bad = met.laptops
    began = now(met)
    with good:
        Person.create(name="示例·好")
    with bad:
        Person.create(name="示例·乱")
    met.agree()
    with bad:
        own = bad.writer().incarnation
    with met.hub:
        seq = HubState.read().seq
        steps = planned(met.hub, [own], began)
        assert [step.way for step in steps] == [Way.DELETE]
        assert [each.name for each in Person.select().where(Person.id == steps[0].id)] == [
            "示例·乱"
        ]
        assert Person.select().count() == 2
        assert HubState.read().seq == seq
        assert not planned(met.hub, [own], now(met) + 1)


def test_what_was_granted_stays_and_is_told(met: Meeting) -> None:
    good, bad = met.laptops
    with good:
        Shelf.create(name="架", stock=5)
    met.agree()
    began = now(met)
    with bad:
        grant(Shelf.get(), "stock", 9)
        Shelf.update(name="乱").execute()
    met.agree()
    with bad:
        own = bad.writer().incarnation
    with met.hub:
        [step] = planned(met.hub, [own], began)
        assert step.values == {"name": "架"}
        assert "granted" in step.stays["stock"].en
        undo(met.hub, [step])
        assert (Shelf.get().name, Shelf.get().stock.granted) == ("架", 14)


def test_what_only_moves_forward_is_refused_by_itself_and_the_rest_goes_back(met: Meeting) -> None:
    good, bad = met.laptops
    with good:
        Thing.create(name="一", most=1, scope=COMMUNITY)
        Thing.create(name="二", most=1, scope=COMMUNITY)
    met.agree()
    began = now(met)
    with bad:
        Thing.update(most=9).where(Thing.name == "一").execute()
        Thing.update(note="乱").where(Thing.name == "二").execute()
    met.agree()
    [(step, why)] = undone(met, bad, began)
    assert set(step.values) == {"most"}
    assert why.en
    assert why.zh
    with met.hub:
        assert sorted((each.name, each.most, each.note) for each in Thing.select()) == [
            ("一", 9, None),
            ("二", 1, None),
        ]


def test_the_command_lists_first_and_undoes_when_told(tmp_path: Path) -> None:
    hub = new_hub(tmp_path / "hub", "甲队")
    with serving(hub) as url:
        laptop = joined(hub, url, tmp_path / "a", "甲队")
        laptop.json("add", "roster.person", "name=示例·甲")
        laptop.json("sync")
        number = hub.json("hub", "devices")[0]["number"]
        words = ("hub", "undo", str(number), "--since", "2026-01-01")
        [told] = hub.json(*words)
        assert (told["collection"], told["name"], told["way"]) == (
            "roster.person",
            "示例·甲",
            "delete",
        )
        said = hub(*words).out
        assert "示例·甲" in said
        assert "--do" in said
        laptop.json("sync")
        assert len(laptop.json("list", "roster.person")) == 1
        assert "Put back: 1" in hub.reading("en")(*words, "--do").out
        laptop.json("sync")
        assert laptop.json("list", "roster.person") == []
        assert hub.json(*words) == []


def test_the_console_shows_first_and_puts_back_when_pressed(met: Meeting) -> None:
    _, bad = met.laptops
    keeper = keepers(met.hub)
    with bad:
        Person.create(name="示例·乱")
        number = bad.writer().number
    met.agree()
    path = f"/console/laptops/{number}/undo"
    assert path in page(keeper, f"/console/laptops/{number}")
    shown = page(keeper, f"{path}?since=2026-01-01T00:00")
    assert "示例·乱" in shown
    with met.hub:
        assert Person.select().count() == 1
    assert page(keeper, f"{path}?since=2999-01-01T00:00").count("示例·乱") == 0
    assert page(keeper, f"{path}?since=nonsense").count("示例·乱") == 1  # an hour ago
    answer = send(keeper, path, since="2026-01-01T00:00")
    assert "Put back of what" in page(keeper, answer.location)
    with met.hub:
        assert Person.select().count() == 0
    assert keeper.get("/console/laptops/999/undo").status_code == 404


def test_a_wrong_number_is_named(tmp_path: Path) -> None:
    hub: Place = new_hub(tmp_path / "hub")
    assert hub("hub", "undo", "7", "--since", "2026-01-01").code == 1

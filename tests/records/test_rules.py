"""Rules: judged alike on the laptop and at the hub, over the whole of a transaction."""

import importlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from peewee import BooleanField, CharField, DateTimeField, IntegerField

from club import CLUB, WITHOUT_RULES, Activity, Stay, edit, open_marks
from hongxian import Mark, Record, Refused, Seen, Settings, Text, rule
from hongxian.kit.rules import standing
from hongxian.records import COMMUNITY, Task
from hongxian_client.replica.replica import Replica
from hongxian_client.review import attention
from hongxian_testing import Clock, Neighbourhood
from hongxian_testing.laptop import open_laptop
from meeting import Meeting, meeting
from samples import plugin

STILL_IN = Text("还有人在里面。", "Somebody is still in.")


class Thing(Record):
    """A door, or somebody who came in."""

    name = CharField(max_length=40)
    inside = BooleanField(default=False)
    closed = BooleanField(default=False)

    class Meta:
        collection = "room.thing"


@rule(of=Thing, when=("closed",))
def nobody_is_inside(thing: Thing, before: Thing | None, seen: Seen) -> None:
    if thing.closed and seen.all(Thing, inside=True):
        raise Refused(STILL_IN)


ROOM = plugin("room", Thing, nobody_is_inside=nobody_is_inside)


@pytest.fixture
def two(tmp_path: Path, database_url: str | None) -> Iterator[tuple[Meeting, Replica, Replica]]:
    with meeting(tmp_path, ROOM, CLUB, url=database_url) as all_:
        all_.team("east")
        yield all_, all_.laptop("east"), all_.laptop("east")


def refused(laptop: Replica) -> list[Any]:
    with laptop:
        return [attention.as_json(laptop, each) for each in attention.rejected_transactions()]


# -- refusing ------------------------------------------------------------------------------------


def test_a_rule_is_judged_over_the_whole_transaction_on_both_sides(two: Any) -> None:
    all_, laptop, other = two
    with laptop:
        door, guest = Thing.create(name="门"), Thing.create(name="客", inside=True)
        all_.sync(laptop)
        with pytest.raises(Refused, match=r"Somebody is still in\."):
            edit(door, closed=True)
        assert not Thing.get_by_id(door.id).closed
        with laptop.transaction():
            edit(door, closed=True)  # what is not right at this moment is right at the end
            edit(guest, inside=False)
    all_.agree()
    assert not refused(laptop)
    with other:
        assert Thing.get_by_id(door.id).closed


@pytest.mark.either_database
def test_cap_and_minutes_are_raised_together(two: Any) -> None:
    all_, laptop, _ = two
    with laptop:
        activity = Activity.create(day="2026-03-01", cap=60)
        stay = Stay.create(activity=activity.id, minutes=60)
        all_.sync(laptop)
        with pytest.raises(Refused, match="Over the cap of 60"):
            edit(stay, minutes=90)
        with laptop.transaction():
            edit(stay, minutes=90)
            edit(activity, cap=120)
    all_.agree()
    assert not refused(laptop)
    with all_.hub:
        assert Stay.get_by_id(stay.id).minutes == 90


def test_new_records_of_one_transaction_see_each_other_at_the_hub(two: Any) -> None:
    all_, laptop, _ = two
    with laptop, laptop.transaction():
        id = Stay.create(
            activity=(other := Activity.create(day="2026-03-02", cap=30)).id, minutes=30
        ).id
        edit(other, cap=45)
    all_.agree()
    with all_.hub:
        assert Stay.get_by_id(id).minutes == 30


def test_records_that_are_imported_are_judged_one_after_the_other(two: Any) -> None:
    all_, laptop, _ = two
    with laptop:
        with laptop.separately():
            activity = Activity.create(day="2026-03-01", cap=60).id
            Stay.insert_many([{"activity": activity, "minutes": n} for n in range(50)]).execute()
            with pytest.raises(Refused):
                Stay.insert_many([{"activity": activity, "minutes": n} for n in (7, 90)]).execute()
        assert Stay.select().count() == 50
    all_.agree()
    with all_.hub:
        assert Stay.select().count() == 50


def test_the_hub_refuses_what_is_right_on_the_laptop_alone(two: Any) -> None:
    all_, laptop, other = two
    with laptop:
        activity = Activity.create(day="2026-03-01", cap=60, scope=COMMUNITY)
    all_.agree()
    with other:
        edit(activity, cap=30)
    with laptop:
        Stay.create(activity=activity.id, minutes=60)
    all_.sync(other, laptop)
    [waits] = refused(laptop)
    assert "Over the cap of 30" in str(waits)


# -- marking -------------------------------------------------------------------------------------


def test_what_is_marked_is_kept_with_a_task_that_closes_when_it_is_right(two: Any) -> None:
    all_, laptop, other = two
    with laptop:
        activity = Activity.create(day="2026-03-01", cap=60).id
        Stay.create(activity=activity, minutes=10)
        second = Stay.create(activity=activity, minutes=10)
    assert open_marks(laptop) == [second.id]
    all_.agree()
    assert open_marks(all_.hub) == open_marks(other) == [second.id]
    with other:
        edit(second, minutes=11)
    assert open_marks(other) == []
    all_.agree()
    assert open_marks(all_.hub) == open_marks(laptop) == []


@pytest.mark.either_database
def test_a_mark_closes_when_what_its_rule_looked_at_changes(two: Any) -> None:
    all_, laptop, other = two
    with laptop:
        activity = Activity.create(day="2026-03-01", cap=60).id
        first = Stay.create(activity=activity, minutes=10)
        Stay.create(activity=activity, minutes=10)
    all_.agree()
    with other:
        Stay.delete().where(Stay.id == first.id).execute()
    all_.agree()
    assert open_marks(all_.hub) == open_marks(laptop) == open_marks(other) == []


def test_two_laptops_that_mark_the_same_open_one_task(two: Any) -> None:
    all_, laptop, other = two
    with laptop:
        activity = Activity.create(day="2026-03-01", cap=60).id
        first, second = (Stay.create(activity=activity, minutes=n) for n in (10, 11))
    all_.agree()
    for each in (laptop, other):
        with each:
            edit(second, minutes=10)
    all_.agree()
    with all_.hub:
        assert [task.record for task in Task.select()] == [second.id]
    assert open_marks(laptop) == open_marks(other) == [second.id]
    with laptop:
        edit(first, minutes=12)
    all_.agree()
    assert open_marks(all_.hub) == open_marks(other) == []


# -- what a rule may look at ---------------------------------------------------------------------


class Prices(Settings):
    """What a stay costs."""

    most = IntegerField(default=60)

    class Meta:
        collection = "odd.prices"


class Bill(Record):
    """What somebody pays."""

    name = CharField()
    amount = IntegerField(default=1)
    moment = DateTimeField(null=True)

    class Meta:
        collection = "odd.bill"


def odd(**rules: Any) -> Any:
    """A plugin of bills with these rules."""
    return plugin("odd", Bill, Prices, **rules)


def why_not(folder: Path, *rules: Any) -> str:
    """Why a bill is not stored by a laptop with these rules; "" if it is."""
    module = odd(**{each.__name__: each for each in rules})
    with open_laptop(folder, module):
        try:
            Bill.create(name="一")
        except Refused as refused:
            return refused.text.en
    return ""


def test_a_rule_that_reads_round_what_it_is_shown_is_an_error_of_its_plugin(tmp_path: Path) -> None:
    @rule(of=Bill)
    def reads(bill: Bill, before: Bill | None, seen: Seen) -> None:
        Bill.select().count()

    @rule(of=Bill)
    def answers(bill: Bill, before: Bill | None, seen: Seen) -> bool:
        return True

    assert "seen.get and seen.all alone" in why_not(tmp_path / "reads", reads)
    assert "answered bool" in why_not(tmp_path / "answers", answers)


def test_another_teams_records_are_not_seen_but_by_a_rule_of_the_hub_alone(tmp_path: Path) -> None:
    told: dict[str, list[int]] = {"both": [], "hub": []}

    @rule(of=Bill)
    def both(bill: Bill, before: Bill | None, seen: Seen) -> None:
        told["both"].append(len(seen.all(Bill)))

    @rule(of=Bill, hub_only=True)
    def hub_alone(bill: Bill, before: Bill | None, seen: Seen) -> None:
        told["hub"].append(len(seen.all(Bill)))

    with meeting(tmp_path, odd(both=both, hub_alone=hub_alone)) as all_:
        for team in ("east", "west"):
            all_.team(team)
            laptop = all_.laptop(team)
            with laptop:
                Bill.create(name=team)
            all_.sync(laptop)
    assert told == {"both": [1, 1, 1, 1], "hub": [1, 2]}


def test_time_and_settings_are_those_of_the_writing(tmp_path: Path) -> None:
    seen_there: list[tuple[datetime, int]] = []

    @rule(of=Bill)
    def looks(bill: Bill, before: Bill | None, seen: Seen) -> None:
        assert bill.moment is None or isinstance(bill.moment, datetime)
        seen_there.append((seen.now, seen.settings(Prices).most))

    with meeting(tmp_path, odd(looks=looks)) as all_:
        all_.team("east")
        laptop, other = all_.laptop("east"), all_.laptop("east")
        with laptop:
            Bill.create(name="一", moment=datetime(2026, 3, 1, 9))
        with other:
            Prices.change(most=10)
        all_.sync(other, laptop)
        with laptop, laptop.transaction():
            Prices.change(most=20)
            Bill.create(name="二")
        all_.sync(laptop)
    there, at_the_hub = seen_there[0::2], seen_there[1::2]
    assert there == at_the_hub
    assert [most for _, most in there] == [60, 20]


@rule(of=Stay)
def breaks(stay: Stay, before: Stay | None, seen: Seen) -> None:
    raise RuntimeError("broken")


@pytest.mark.parametrize("is_strangers", [False, True])
def test_a_rule_that_breaks_at_the_hub_refuses_its_own_plugins_records_alone(
    tmp_path: Path, is_strangers: bool
) -> None:
    name, models = ("strange", ()) if is_strangers else ("club", (Activity, Stay))
    broken = plugin(name, *models, breaks=breaks)
    others = (WITHOUT_RULES, ROOM) if is_strangers else (ROOM,)
    with meeting(tmp_path, broken, *others) as all_:
        all_.team("east")
        all_.modules = (WITHOUT_RULES, ROOM)
        laptop = all_.laptop("east")
        with laptop:
            activity = Activity.create(day="2026-03-01", cap=60).id
            Stay.create(activity=activity, minutes=5)
            Thing.create(name="门")
        all_.sync(laptop)
        assert ["RuntimeError" in str(each) for each in refused(laptop)] == [True] * (
            not is_strangers
        )
        assert all_.hub.plugins.all[0].errors
        with all_.hub:
            assert Thing.select().count() == 1


def test_a_plugin_whose_module_does_not_import_stores_nothing_for_its_rules_are_not_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "halfway"
    package.mkdir()
    (package / "__init__.py").write_text(HALFWAY, "utf-8")
    (package / "rules.py").write_text("import no_such_module", "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    halfway = importlib.import_module("halfway")
    with open_laptop(tmp_path / "laptop", halfway, ROOM):
        Thing.create(name="门")
        with pytest.raises(Refused, match=r"did not load whole.*no_such_module"):
            halfway.Half.create(name="一")


HALFWAY = '''
"""Halfway."""
from hongxian import Record, hookimpl
from peewee import CharField


class Half(Record):
    name = CharField()

    class Meta:
        collection = "halfway.half"


@hookimpl
def hongxian_collections():
    return [Half]
'''


# -- marks that stay -----------------------------------------------------------------------------


def test_what_is_wrong_again_opens_another_task(two: Any) -> None:
    all_, laptop, _ = two
    with laptop:
        activity = Activity.create(day="2026-03-01", cap=60).id
        Stay.create(activity=activity, minutes=10)
        second = Stay.create(activity=activity, minutes=10)
        edit(second, minutes=11)
        edit(second, minutes=10)
    all_.agree()
    assert open_marks(laptop) == open_marks(all_.hub) == [second.id]
    with all_.hub:
        assert sorted(task.done for task in Task.select()) == [False, True]
    with laptop:
        Stay.delete().where(Stay.id == second.id).execute()
    all_.agree()
    assert open_marks(laptop) == open_marks(all_.hub) == []


def test_more_marks_than_one_commit_judges_again_are_judged_by_the_next(
    two: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, laptop, _ = two
    monkeypatch.setattr(standing, "AT_ONCE", 2)
    with laptop:
        activity = Activity.create(day="2026-03-01", cap=60)
        stays = [Stay.create(activity=activity.id, minutes=10) for _ in range(6)]
        with laptop.transaction():
            for place, each in enumerate(stays[:5]):
                edit(each, minutes=20 + place)
        for _ in range(3):
            Activity.create(day="2026-03-02", cap=60)
    assert open_marks(laptop) == []


# -- judged again ----------------------------------------------------------------------------------


class Seats(Settings):
    """How many there are."""

    seats = IntegerField(default=30)

    class Meta:
        collection = "seats.rules"


class Guest(Record):
    """Who came."""

    name = CharField(max_length=40)

    class Meta:
        collection = "seats.guest"


@rule(of=Guest)
def more_than_seats(guest: Guest, before: Guest | None, seen: Seen) -> Mark | None:
    if len(seen.all(Guest)) > seen.settings(Seats).seats:
        return Mark(Text("超员", "Over the seats"))
    return None


SEATS = plugin("seats", Seats, Guest, more_than_seats=more_than_seats)


@pytest.mark.plugins(SEATS)
def test_a_mark_stands_by_the_settings_of_its_writing_though_the_clock_stood_still(
    neighbourhood: Neighbourhood, hongxian_clock: Clock
) -> None:
    laptop = neighbourhood.laptop()
    hongxian_clock.set("2026-03-01 09:00")
    with laptop:
        Seats.change(seats=1)
        for name in ("甲", "乙"):
            Guest.create(name=name)
    neighbourhood.meet()
    assert [task.en for task in laptop.tasks] == ["Over the seats"]
    with laptop:  # later settings are for those who come later
        Seats.change(seats=5)
    neighbourhood.meet()
    assert [task.en for task in laptop.tasks] == ["Over the seats"]
    with laptop:
        Guest.delete().where(Guest.name == "甲").execute()
    neighbourhood.meet()
    assert laptop.tasks == []


def test_a_rule_asks_for_models_that_nothing_in_this_process_has_asked_for_yet(
    tmp_path: Path,
) -> None:
    """As after every start: peewee makes a model's table when it is first asked."""

    def release() -> tuple[ModuleType, type[Record]]:
        class Seat(Record):
            name = CharField(max_length=20)
            there = BooleanField(default=True)

            class Meta:
                collection = "fresh.seat"

        class Sitter(Record):
            name = CharField(max_length=20)

            class Meta:
                collection = "fresh.sitter"

        module = plugin("fresh", Seat, Sitter)

        @rule(of=Sitter)
        def has_a_seat(sitter: Any, seen: Seen) -> None:
            if not seen.all(Seat, name="a", there=True):
                raise Refused("没有座位。", "No seat.")

        module.has_a_seat = has_a_seat
        return module, Sitter

    module, _ = release()
    with open_laptop(tmp_path, module) as laptop:
        laptop.collection("fresh.seat").model.create(name="a")
    module, sitter = release()
    with open_laptop(tmp_path, module):
        sitter.create(name="示例·甲")
        assert not sitter.select().count() - 1


def test_a_rule_asks_for_a_record_of_another_plugin_by_its_collections_name(tmp_path: Path) -> None:
    class Chair(Record):
        name = CharField(max_length=40)
        beside = CharField(max_length=40)

        class Meta:
            collection = "chairs.chair"

    module = plugin("chairs", Chair)

    @rule(of=Chair)
    def stands_beside_an_open_door(chair: Any, seen: Seen) -> None:
        assert seen.get("nowhere.thing", chair.beside) is None
        door = seen.get("room.thing", chair.beside)
        if door is None or door.closed:
            raise Refused("门关着。", "The door is shut.")

    module.stands_beside_an_open_door = stands_beside_an_open_door
    with open_laptop(tmp_path, ROOM, module):
        door = Thing.create(name="门")
        Chair.create(name="椅", beside=door.id)
        with pytest.raises(Refused, match="shut"):
            Chair.create(name="凳", beside="no such")

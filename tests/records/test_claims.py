"""What only one may have is confirmed once: two laptops, the same slot, no network."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from peewee import CharField, DateField, IntegerField

from command_line import Place
from hongxian import Claim, Record, Reference, Refused, Seen, rule
from hongxian.errors import Taken
from hongxian.text import Text
from hongxian.writing.claim_holders import shown_key
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.unsent.outbox import Entry
from hongxian_client.review import attention
from hongxian_client.review.claim_status import SHOWN
from hongxian_server.sync import incarnation
from meeting import Meeting, meeting
from samples import plugin

DAY = date(2026, 5, 1)
STATES = [(each, each) for each in ("asked", "slotted", "cancelled")]


class Booking(Record):
    """A bench at a day and time."""

    day = DateField()
    bench = IntegerField(default=1)
    slot = CharField(max_length=5, choices=[(each, each) for each in ("09:00", "09:20", "09:40")])
    state = CharField(max_length=10, default="slotted", choices=STATES)
    who = CharField(max_length=40)

    class Meta:
        collection = "claims.booking"
        claims = [Claim("day", "bench", "slot", only={"state": ("slotted",)})]


class Badge(Record):
    """A badge's number, and the hook of a person on whom it hangs."""

    number = IntegerField()
    hook = CharField(max_length=10, null=True)

    class Meta:
        collection = "claims.badge"
        scope = "community"
        claims = [("number",), ("hook",)]


@rule(of=Booking)
def stays_cancelled(booking: Booking, before: Booking | None, seen: Seen) -> None:
    if before and before.state == "cancelled" and booking.state != "cancelled":
        raise Refused(Text("已取消。", "Cancelled."))


def no_table(key: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A `near` whose author made a mistake: it asks for what is not there."""
    yield from Locker.raw("SELECT number FROM no_such_table").dicts()


class Locker(Record):
    """A locker, with a plugin's broken `near`."""

    number = IntegerField()

    class Meta:
        collection = "odd.locker"
        claims = [Claim("number", near=no_table)]


class Hook(Record):
    """A hook on the wall, by its name."""

    name = CharField(max_length=10)

    class Meta:
        collection = "odd.hook"
        scope = "any"


class Hung(Record):
    """What hangs on a hook."""

    hook = Reference("odd.hook", verbose_name="挂钩")
    name = CharField(max_length=20)

    class Meta:
        collection = "odd.hung"
        claims = [("hook",)]


ODD = plugin("odd", Locker, Hook, Hung)
CLAIMS = plugin("claims", Booking, Badge, stays_cancelled=stays_cancelled)


@pytest.fixture
def two(tmp_path: Path, database_url: str | None) -> Iterator[tuple[Meeting, Replica, Replica]]:
    with meeting(tmp_path, CLAIMS, url=database_url) as all_:
        all_.team("east")
        yield all_, all_.laptop("east"), all_.laptop("east")


def book(laptop: Replica, slot: str = "09:00", **values: Any) -> str:
    with laptop:
        return Booking.create(**{"day": DAY, "slot": slot, "who": "示例·甲001", **values}).id


def slots_of(laptop: Replica) -> dict[str, str]:
    with laptop:
        return {each.id: each.slot for each in Booking.select()}


def test_a_laptop_refuses_a_key_that_it_knows_to_be_held_and_names_free_ones(two) -> None:
    _, first, _ = two
    held = book(first)
    with pytest.raises(Taken) as refused:
        book(first)
    assert refused.value.facts["holder"] == held
    assert refused.value.facts["free"] == [["2026-05-01", 1, "09:20"], ["2026-05-01", 1, "09:40"]]
    book(first, "09:20")


@pytest.mark.either_database
def test_of_two_laptops_offline_the_first_to_arrive_has_the_slot(two) -> None:
    all_, first, second = two
    early, late = book(first), book(second)
    all_.sync(second, first)
    with first:
        [rejected] = attention.rejected_transactions()
    assert rejected.state == "bumped"
    assert rejected.taken.holder == late
    assert rejected.taken.free[0] == ["2026-05-01", 1, "09:20"]
    assert slots_of(first) == {early: "09:00", late: "09:00"}  # nothing that was typed is lost
    assert slots_of(second) == {late: "09:00"}
    with first:
        Booking.update(slot="09:20").where(Booking.id == early).execute()
    all_.sync(first, second)
    assert slots_of(first) == slots_of(second) == {early: "09:20", late: "09:00"}


def test_who_holds_the_key_is_not_told_to_another_team(tmp_path: Path) -> None:
    with meeting(tmp_path, CLAIMS) as all_:
        all_.team("east"), all_.team("west")
        first, second = all_.laptop("east"), all_.laptop("west")
        book(first), book(second)
        all_.sync()
        with second:
            [rejected] = attention.rejected_transactions()
        assert rejected.taken.holder is None
        assert rejected.taken.free


@pytest.mark.parametrize("freeing", ["deletion", "cancellation", "another key"])
def test_a_key_is_free_again_after(two, freeing: str) -> None:
    all_, first, second = two
    held = book(first)
    all_.sync()
    with first:
        if freeing == "deletion":
            Booking.delete().where(Booking.id == held).execute()
        elif freeing == "cancellation":
            Booking.update(state="cancelled").where(Booking.id == held).execute()
        else:
            Booking.update(slot="09:40").where(Booking.id == held).execute()
    taken = book(first)
    all_.sync()
    assert slots_of(second)[taken] == "09:00"
    with pytest.raises(Taken):
        book(second)
    with first:
        assert not attention.rejected_transactions()


@pytest.mark.either_database
def test_a_record_that_has_not_come_so_far_or_lacks_a_part_holds_nothing(two) -> None:
    all_, first, second = two
    book(first, state="asked"), book(second, state="asked"), book(first)
    with first:
        Badge.insert_many([{"number": 1}, {"number": 2}, {"number": 3, "hook": "a"}]).execute()
    all_.sync()
    with first:
        assert not attention.rejected_transactions()


@pytest.mark.either_database
def test_one_statement_may_exchange_two_keys(two) -> None:
    all_, first, second = two
    one, other = book(first), book(first, "09:20")
    all_.sync()
    with first:
        first.edit(Booking, {one: {"slot": "09:20"}, other: {"slot": "09:00"}})
    all_.sync()
    assert slots_of(second) == {one: "09:20", other: "09:00"}


def test_two_new_records_of_one_statement_may_not_share_a_key(two) -> None:
    _, first, _ = two
    rows = [{"day": DAY, "slot": "09:00", "who": name} for name in ("甲", "乙")]
    with first, pytest.raises(Taken):
        Booking.insert_many(rows).execute()
    assert slots_of(first) == {}


@pytest.mark.either_database
def test_a_bumped_transaction_is_bumped_whole(two) -> None:
    all_, first, second = two
    book(second)
    with first, first.transaction():
        badge = Badge.create(number=7).id
        Booking.create(day=DAY, slot="09:00", who="示例·乙002")
    all_.sync(second, first)
    with all_.hub:
        assert not Badge.select().exists()
    with first:
        assert Badge.get_by_id(badge).number == 7
        [rejected] = attention.rejected_transactions()
        assert len(rejected.entries) == 2


@pytest.mark.either_database
def test_an_edit_that_brings_a_deleted_record_back_does_not_take_its_key_back(two) -> None:
    all_, first, second = two
    held = book(first)
    all_.sync()
    with second:
        Booking.update(who="示例·丙003").where(Booking.id == held).execute()
    with first:
        Booking.delete().where(Booking.id == held).execute()
    taken = book(first)
    all_.sync(first, second, first)
    assert slots_of(first) == {taken: "09:00"}
    with second:
        [rejected] = attention.rejected_transactions()
        assert rejected.state == "bumped"


@pytest.mark.either_database
def test_many_bookings_at_once_lose_only_those_whose_key_is_held(two) -> None:
    all_, first, second = two
    with first:
        rows = [{"number": number} for number in range(1, 2_001)]
        Badge.insert_many(rows[:1_000]).execute()
    all_.sync(first)
    with second, second.separately():
        for row in rows[990:]:
            Badge.create(**row)
    all_.sync(second, first)
    with first:
        assert Badge.select().count() == 2_000
        assert len({each.number for each in Badge.select()}) == 2_000
    with second:
        assert len(attention.rejected_transactions()) == 10


@pytest.mark.parametrize("order", [("09:00", "09:20"), ("09:20", "09:00")])
def test_a_key_that_the_same_request_takes_is_not_told_as_free(two, order: tuple[str, str]) -> None:
    all_, first, second = two
    book(first, "09:00")
    for slot in order:
        book(second, slot)
    all_.sync(first, second)
    with second:
        [rejected] = attention.rejected_transactions()
    assert rejected.taken.key == ["2026-05-01", 1, "09:00"]
    assert rejected.taken.free == [["2026-05-01", 1, "09:40"]]


@pytest.mark.either_database
def test_what_one_request_frees_it_may_take_again(two) -> None:
    all_, first, second = two
    held = book(first)
    all_.sync()
    with first:
        Booking.update(slot="09:20").where(Booking.id == held).execute()
    fresh = book(first)
    with first:
        Booking.update(slot="09:40").where(Booking.id == fresh).execute()
    last = book(first)
    all_.sync()
    assert slots_of(second) == {held: "09:20", fresh: "09:40", last: "09:00"}


def test_a_rule_of_a_plugin_sees_what_came_earlier_in_the_same_request(two) -> None:
    all_, first, second = two
    held = book(first)
    all_.sync()
    with second:
        Booking.update(who="示例·丁004").where(Booking.id == held).execute()
    with first:
        Booking.update(state="cancelled").where(Booking.id == held).execute()
        with pytest.raises(Refused):
            Booking.update(state="asked").where(Booking.id == held).execute()
    all_.sync(second, first)
    with first:
        assert not attention.rejected_transactions()
        assert Booking.get_by_id(held).who == "示例·丁004"


def test_while_the_hub_is_being_refilled_claims_wait(two) -> None:
    all_, first, second = two
    with all_.hub:
        incarnation.start_epoch(all_.hub)
    held = book(first)
    all_.sync(first)
    with first:
        assert {each.state for each in Entry.select()} == {"deferred"}
    assert slots_of(second) == {}
    all_.sync(second, first, second)
    assert slots_of(second) == {held: "09:00"}
    with first:
        assert not Entry.select().exists()


@pytest.mark.either_database
def test_an_edit_waits_with_the_booking_that_waits(two) -> None:
    all_, first, second = two
    with all_.hub:
        incarnation.start_epoch(all_.hub)
    held = book(first)
    with first:
        Booking.update(who="示例·乙002").where(Booking.id == held).execute()
    all_.sync(first)
    with first:
        assert {each.state for each in Entry.select()} == {"deferred"}
    all_.sync(second, first, second)
    with second:
        assert Booking.get_by_id(held).who == "示例·乙002"


@pytest.mark.either_database
def test_a_deletion_that_is_undone_takes_no_key_that_the_same_request_takes(two) -> None:
    all_, first, second = two
    held = book(first)
    all_.sync()
    with first:
        Booking.update(slot="09:40").where(Booking.id == held).execute()
        Booking.delete().where(Booking.id == held).execute()
    all_.sync(first)
    with second:
        Booking.update(who="示例·乙002").where(Booking.id == held).execute()
    taken = book(second, "09:40")
    all_.sync(second)
    with all_.hub:
        slots = [(each.id, each.slot) for each in Booking.select()]
    assert [slot for _, slot in slots].count("09:40") == 1, (slots, taken)


@pytest.mark.either_database
def test_the_hub_itself_takes_no_key_that_is_held(two) -> None:
    all_, first, _ = two
    with first:
        Badge.create(number=1)
    all_.sync(first)
    with all_.hub, pytest.raises(Taken):
        Badge.create(number=1)


# -- as people and programs see it ---------------------------------------------------------------

FILE = "from test_claims import CLAIMS\n\nhongxian_collections = CLAIMS.hongxian_collections\n"


def place_of(laptop: Replica) -> Place:
    """The command line of a laptop that has the plugin as a file."""
    (laptop.folder / "plugins").mkdir(exist_ok=True)
    (laptop.folder / "plugins" / "claims.py").write_text(FILE)
    return Place(laptop.folder)


def claim_of(place: Place, id: str) -> str | None:
    shown = place.json("show", "claims.booking", id)["claim"]
    [listed] = [each for each in place.json("list", "claims.booking") if each["id"] == id]
    assert listed["claim"] == shown
    assert (SHOWN[shown].zh if shown else "送达") in place("show", "claims.booking", id).out
    assert (SHOWN[shown].zh if shown else "占位") in place("list", "claims.booking").out
    return shown


def test_a_claim_is_told_as_provisional_then_confirmed_or_bumped(two) -> None:
    all_, first, second = two
    theirs, ours = place_of(second), place_of(first)
    new = ["add", "claims.booking", "day=2026-05-01", "slot=09:00", "who=示例·甲001"]
    added = ours.json(*new)
    assert added["claim"] == "provisional"
    assert "暂定" in ours(*new[:3], "slot=09:40", "who=示例·乙002").out
    asked = ours.json(*new, "state=asked")
    assert asked["claim"] is None
    kept = theirs.json(*new)
    assert claim_of(ours, added["id"]) == claim_of(theirs, kept["id"]) == "provisional"
    all_.sync(second, first)
    assert claim_of(theirs, kept["id"]) == "confirmed"
    assert claim_of(ours, added["id"]) == "bumped"
    assert claim_of(ours, asked["id"]) is None
    assert claim_of(ours, kept["id"]) == "confirmed"
    ours.json("edit", "claims.booking", kept["id"], "who=示例·丙003")
    assert claim_of(ours, kept["id"]) == "confirmed"  # its key is as the hub has it
    theirs.json("edit", "claims.booking", kept["id"], "slot=09:20")
    assert claim_of(theirs, kept["id"]) == "provisional"


@pytest.mark.either_database
def test_attention_names_the_free_keys_and_the_command_that_takes_one(two) -> None:
    all_, first, second = two
    late, early = book(first), book(second)
    all_.sync(second, first)
    ours = place_of(first)
    [rejected] = ours.json("attention")
    assert (rejected["state"], rejected["taken"]["record"], rejected["taken"]["holder"]) == (
        "bumped",
        late,
        early,
    )
    said = ours("attention").out
    assert "被占用" in said
    assert early in said
    [command, *_] = [line.split() for line in said.splitlines() if "hongxian edit" in line]
    assert command == ["hongxian", "edit", "claims.booking", late[-8:], "slot=09:20"]
    ours.json(*command[1:])
    assert ours.json("attention") == []
    all_.sync(first)
    assert claim_of(ours, late) == "confirmed"


@pytest.mark.either_database
def test_a_near_that_breaks_offers_nothing_and_stops_nothing(
    tmp_path: Path, database_url: str | None
) -> None:
    with meeting(tmp_path, CLAIMS, ODD, url=database_url) as all_:
        all_.team("east")
        first, second = all_.laptop("east"), all_.laptop("east")
        for laptop in (first, second):
            with laptop:
                Locker.create(number=1)
        late = book(second)
        all_.sync(first, second)
        with second:
            [rejected] = attention.rejected_transactions()
            assert rejected.reasons == {
                "number": [Text("Number 1 已被占用。", "Number 1 is taken already.")]
            }
            lockers = second.collection("odd.locker")
            own = [each.record for each in rejected.entries]
            views = second.view(lockers, [each.id for each in Locker.select()])
            assert {id for id, view in views.items() if view.refused} == set(own)
            with pytest.raises(Taken, match="Nothing was written") as raised:
                Locker.create(number=1)
        assert raised.value.facts["free"] == []
        with all_.hub:
            assert Booking.get_by_id(late).slot == "09:00"
        for store in (all_.hub, second):
            [odd] = [each for each in store.plugins.all if each.name == "odd"]
            assert any(each.en.startswith("near: ") for each in odd.errors)


def test_a_key_of_another_record_is_told_by_its_name_to_whoever_sees_it(tmp_path: Path) -> None:
    with meeting(tmp_path, ODD) as all_:
        east = all_.team("east")
        first, second = all_.laptop("east"), all_.laptop("east")
        with first:
            hook = Hook.create(name="门后", scope=east).id
        all_.sync()
        for laptop, name in ((first, "雨伞"), (second, "草帽")):
            with laptop:
                Hung.create(hook=hook, name=name)
        all_.sync(first, second)
        with second:
            [rejected] = attention.rejected_transactions()
            assert rejected.reasons == {
                "hook": [Text("挂钩 门后 已被占用。", "挂钩 门后 is taken already.")]
            }
            with pytest.raises(Taken, match="挂钩 门后 is taken by record 雨伞"):
                Hung.create(hook=hook, name="围巾")
        with all_.hub:
            key = (all_.hub.collection("odd.hung"), Claim("hook"), (hook,))
            assert shown_key(all_.hub, *key, lambda scope: scope != east) == Text.of(
                f"…{hook[-8:]}"
            )


@pytest.mark.either_database
def test_attention_says_that_no_key_near_is_free(two) -> None:
    all_, first, second = two
    for slot in ("09:00", "09:20", "09:40"):
        book(second, slot)
    book(first)
    all_.sync(second, first)
    said = place_of(first)("attention").out
    assert "附近没有空着的" in said
    assert "hongxian edit" not in said

"""What phones spend is spent at the hub: by its own rights, by the same rules, and by what it calls back."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from peewee import BooleanField, CharField, IntegerField

from hongxian import Claim, Mark, QuotaField, Record, Reference, Refused, Seen, rule
from hongxian.errors import Taken
from hongxian.model.record import new_id
from hongxian.model.stamp import DAY_MILLISECONDS, wall_clock
from hongxian.quotas import (
    HUB,
    Lines,
    QuotaElsewhere,
    QuotaShort,
    ask,
    give_back,
    grant,
    spend,
    spendable,
)
from hongxian.records import COMMUNITY, Task
from hongxian.text import Text
from hongxian_client.replica.replica import Replica
from hongxian_server.phone.once import done_once
from hongxian_server.quota.transfer import rebalance_all
from hongxian_server.sync import incarnation
from meeting import Meeting, meeting
from samples import plugin


class Shelf(Record):
    """Bottles on a shelf, shared out among the laptops."""

    name = CharField(max_length=20)
    stock = QuotaField(unit="瓶")

    class Meta:
        collection = "phoned.shelf"
        scope = COMMUNITY


class Purse(Record):
    """Points of one person, which stay where they were granted."""

    who = CharField(max_length=20)
    points = QuotaField(unit="分", deal="kept")

    class Meta:
        collection = "phoned.purse"
        scope = COMMUNITY


class Box(Record):
    """Goods that are spent by lines alone."""

    name = CharField(max_length=20)
    stock = QuotaField(
        grants=Lines("phoned.move", "amount", of="box", only={"kind": ("came",)}),
        spends=Lines(
            "phoned.move",
            "amount",
            of="box",
            only={"kind": ("given",)},
            due=lambda line, look: not line.get("odd"),
        ),
    )

    class Meta:
        collection = "phoned.box"
        scope = COMMUNITY


class Move(Record):
    """Why a box's stock is another."""

    box = Reference(Box)
    kind = CharField(max_length=10)
    amount = IntegerField()
    odd = BooleanField(default=False)

    class Meta:
        collection = "phoned.move"
        scope = COMMUNITY


class Place(Record):
    """A place that one alone may have."""

    slot = CharField(max_length=10)

    class Meta:
        collection = "phoned.place"
        scope = COMMUNITY
        claims = [Claim("slot")]


@rule(of=Shelf)
def runs_low(shelf: Shelf, before: Shelf | None, seen: Seen) -> Mark | None:
    if shelf.stock.left == 13:
        raise Refused("十三不吉利。", "Thirteen are unlucky.")
    return Mark(Text("快没了。", "Nearly gone.")) if shelf.stock.left < 5 else None


PHONED = plugin("phoned", Shelf, Purse, Box, Move, Place, runs_low=runs_low)


@pytest.fixture
def two(tmp_path: Path, database_url: str | None) -> Iterator[tuple[Meeting, Replica, Replica]]:
    with meeting(tmp_path, PHONED, url=database_url) as all_:
        all_.team("east")
        yield all_, all_.laptop("east"), all_.laptop("east")


def shelf(laptop: Replica, stock: int) -> str:
    with laptop:
        return Shelf.create(name="水", stock=stock).id


def at_hub(all_: Meeting, id: str) -> int:
    """What a phone could have of a shelf now."""
    with all_.hub:
        return spendable(Shelf.get_by_id(id), "stock")


def phone(all_: Meeting, id: str, amount: int, **how: Any) -> None:
    """Somebody's phone takes some."""
    with all_.hub, all_.hub.transaction():
        spend(Shelf.get_by_id(id), "stock", amount, **how)


def takes_with(all_: Meeting, id: str, amount: int, slot: str) -> None:
    """The same, and a place with it."""
    with all_.hub, all_.hub.transaction():
        spend(Shelf.get_by_id(id), "stock", amount)
        Place.create(slot=slot)


def held(all_: Meeting, id: str) -> list[int]:
    """Who has how many, the hub first."""
    with all_.hub:
        rights = Shelf.get_by_id(id).stock.rights
        return [rights.get(HUB, 0), *sorted(each for key, each in rights.items() if key != HUB)]


@pytest.mark.either_database
def test_what_laptops_hold_a_phone_is_refused_and_finds_once_they_have_been_in_contact(two) -> None:
    all_, first, second = two
    id = shelf(first, 2)
    all_.sync(first, first, second)
    assert held(all_, id) == [0, 1, 1]
    with pytest.raises(QuotaElsewhere) as short:
        phone(all_, id, 1)
    assert (short.value.facts["here"], short.value.facts["left"]) == (0, 2)
    assert "asked for it" in short.value.text.en
    assert [amount for _, amount in short.value.facts["holders"]] == [1, 1]
    all_.sync(first, second, first, second)  # neither is handed it, though each would have a share
    assert at_hub(all_, id) == 1
    phone(all_, id, 1)
    all_.agree()
    assert held(all_, id) == [0, 1]  # nobody wants another


def test_what_nobody_has_is_called_back_from_nobody(two) -> None:
    all_, first, second = two
    id = shelf(first, 20)
    all_.sync(first, first, second)
    before = held(all_, id)
    with pytest.raises(QuotaElsewhere, match="not so many"):
        phone(all_, id, 21)
    all_.sync()
    all_.sync()
    assert held(all_, id) == before


def test_who_asks_again_and_again_has_no_more_called_back(two) -> None:
    all_, first, second = two
    id = shelf(first, 20)
    all_.sync(first, first, second)
    there = at_hub(all_, id)
    for _ in range(5):
        with pytest.raises(QuotaElsewhere):
            phone(all_, id, there + 2)
    all_.sync(first, second, first, second)
    assert at_hub(all_, id) == there + 2


def test_what_nobody_came_for_goes_back_to_the_laptops_after_a_week(two) -> None:
    all_, first, second = two
    id = shelf(first, 2)
    all_.sync(first, first, second)
    with pytest.raises(QuotaElsewhere):
        phone(all_, id, 1)
    all_.sync(first, second)
    assert held(all_, id) == [1, 1]
    all_.hub.now = lambda: wall_clock() + 8 * DAY_MILLISECONDS
    with all_.hub:
        rebalance_all(all_.hub)
    all_.sync(first, second)
    assert held(all_, id) == [0, 1, 1]


def test_the_hub_keeps_a_share_by_what_phones_spent_of_late(two) -> None:
    all_, first, second = two
    id, other = shelf(first, 100), shelf(first, 100)
    all_.sync(first, first, second, second)
    assert at_hub(all_, id) == 34
    phone(all_, id, 30)
    all_.sync(first, second, first, second)
    assert at_hub(all_, id) > 50  # of 70 that are left
    with all_.hub:
        rebalance_all(all_.hub)
    all_.sync(first, second)
    assert at_hub(all_, other) > 50  # for phones do so of the like of it too
    all_.hub.now = lambda: wall_clock() + 90 * DAY_MILLISECONDS
    with all_.hub:
        rebalance_all(all_.hub)
    all_.sync(first, second, first, second)
    assert at_hub(all_, id) < 30
    all_.agree()


def test_a_hub_where_no_phone_spends_deals_the_last_to_laptops(two) -> None:
    all_, first, second = two
    id = shelf(first, 2)
    all_.sync(first, first, second)
    with all_.hub:
        rebalance_all(all_.hub)
    all_.sync()
    assert held(all_, id) == [0, 1, 1]


def test_nothing_is_left_to_a_hub_by_itself(two) -> None:
    all_, first, second = two
    id = shelf(first, 20)
    all_.sync(first, first, second)
    with pytest.raises(QuotaShort):
        phone(all_, id, at_hub(all_, id) + 1, beyond="pend")
    assert held(all_, id) == [6, 7, 7]


@pytest.mark.either_database
def test_kept_rights_a_phone_lacks_come_from_whoever_has_them(two) -> None:
    all_, first, second = two
    with first:
        id = Purse.create(who="示例·甲001", points=30).id
    all_.sync(first, second)
    with all_.hub:
        purse = Purse.get_by_id(id)
        with pytest.raises(QuotaElsewhere):
            spend(purse, "points", 20)
        with second:
            ask(Purse.get_by_id(id), "points", 20)  # of which ten come: the phone's go first
    all_.sync(second, first, second, first, second)
    with all_.hub:
        assert spendable(Purse.get_by_id(id), "points") == 20
        spend(Purse.get_by_id(id), "points", 20)
    with second:
        assert spendable(Purse.get_by_id(id), "points") == 10
    all_.agree()


def test_a_plugin_asks_for_what_a_phone_will_need_and_no_more(two) -> None:
    all_, first, second = two
    id = shelf(first, 2)
    all_.sync(first, first, second)
    with all_.hub, suppress(Refused), all_.hub.transaction():
        ask(Shelf.get_by_id(id), "stock", 2)
        raise Refused("先等等。", "Wait.")  # what is asked for stays asked for
    all_.sync(first, second)
    assert held(all_, id) == [2]
    with all_.hub:
        ask(Shelf.get_by_id(id), "stock", 0)
        with pytest.raises(QuotaShort):
            ask(Shelf.get_by_id(id), "stock", 1)
    all_.sync(first, second)
    assert held(all_, id) == [0, 1, 1]


def test_a_phone_gives_no_more_back_than_was_spent(two) -> None:
    all_, first, _ = two
    id = shelf(first, 20)
    all_.sync(first)
    phone(all_, id, 2)
    with all_.hub:
        with pytest.raises(Refused, match="ever spent"):
            give_back(Shelf.get_by_id(id), "stock", 3)
        give_back(Shelf.get_by_id(id), "stock", 2)
        assert Shelf.get_by_id(id).stock.left == 20


def test_a_hub_that_is_refilled_spends_nothing_for_phones(two) -> None:
    all_, first, _ = two
    id = shelf(first, 20)
    all_.sync(first)
    with all_.hub:
        incarnation.start_epoch(all_.hub)
    with pytest.raises(Refused, match="waits for what laptops hold"):
        phone(all_, id, 1)
    with all_.hub:
        incarnation.end_recovery(all_.hub)
    phone(all_, id, 1)


# -- what is refused, and taken back whole -------------------------------------------------------


def test_rules_see_what_a_phone_spends_and_its_marks_stand(two) -> None:
    all_, first, _ = two
    id = shelf(first, 14)
    all_.sync(first)
    with all_.hub:
        grant(Shelf.get_by_id(id), "stock", 6)
    with pytest.raises(Refused, match="unlucky"):
        takes_with(all_, id, 7, "台 0")
    with all_.hub:
        assert not Place.select().exists()
        assert Shelf.get_by_id(id).stock.left == 20
    all_.hub.now = lambda: wall_clock() + 1
    small = shelf(first, 5)
    all_.sync(first)
    phone(all_, small, 1)
    with all_.hub:
        assert [each.record for each in Task.select().where(Task.done == False)] == [small]  # noqa: E712
        grant(Shelf.get_by_id(small), "stock", 3)
        assert not Task.select().where(Task.done == False).exists()  # noqa: E712
    all_.agree()


def test_a_key_that_a_laptop_holds_a_phone_does_not_get_and_nothing_beside_it(two) -> None:
    all_, first, second = two
    id = shelf(first, 20)
    with first:
        Place.create(slot="台 0")
    with second:
        Place.create(slot="台 1")  # it is offline
    all_.sync(first)
    with all_.hub:
        with pytest.raises(Taken):
            takes_with(all_, id, 1, "台 ０")
        assert Shelf.get_by_id(id).stock.left == 20
        Place.create(slot="台 1")
    all_.sync()
    with all_.hub:
        assert sorted(each.slot for each in Place.select()) == ["台 0", "台 1"]


def test_a_phone_spends_by_the_lines_of_the_books_alone(two) -> None:
    all_, first, _ = two
    with first, first.transaction():
        id = Box.create(name="米").id
        Move.create(box=id, kind="came", amount=9)
        grant(Box.get_by_id(id), "stock", 9)
    all_.sync(first)

    def give(amount: int, line: int, **odd: bool) -> Move:
        def do() -> dict[str, str]:
            spend(Box.get_by_id(id), "stock", amount)
            return {"id": Move.create(box=id, kind="given", amount=line, **odd).id} if line else {}

        return Move.get_by_id(done_once(all_.hub, new_id(), "", do)["id"])

    def bring() -> dict[str, str]:
        grant(Box.get_by_id(id), "stock", 1)
        return {}

    with all_.hub:
        with pytest.raises(Refused, match="cannot have been spent"):
            give(1, 0)
        with pytest.raises(Refused, match="cannot have been spent"):
            give(2, 1)
        with pytest.raises(Refused, match="the reason for this line"):
            give(1, 1, odd=True)
        with pytest.raises(Refused, match="cannot grow"):
            done_once(all_.hub, new_id(), "", bring)
        assert (Box.get_by_id(id).stock.left, Move.select().count()) == (9, 1)
        give(2, 2).delete_instance()
        assert Box.get_by_id(id).stock.left == 7
    all_.agree()

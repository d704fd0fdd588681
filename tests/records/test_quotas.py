"""What there is so much of is given out so often: rights, spends offline, and who decides."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from peewee import CharField

from hongxian import QuotaField, Record, Seen, rule
from hongxian.errors import Invalid, NotAQuota, Refused
from hongxian.quotas import HUB, QuotaShort, give_back, grant, pass_on, spend, spendable
from hongxian.records import COMMUNITY, Task, present_store, same_id
from hongxian.text import Text
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.unsent.outbox import Entry
from hongxian_client.review import attention
from hongxian_client.sync.bundle import bundle_in, bundle_out
from hongxian_server.hub import Hub
from hongxian_server.membership import devices
from hongxian_server.quota.transfer import rebalance_all
from hongxian_server.sync import incarnation
from hongxian_server.sync.bundle import answer_bundle
from hongxian_testing.laptop import with_only
from meeting import Meeting, meeting
from samples import plugin


class Shelf(Record):
    """Bottles on a shelf, shared out among the laptops."""

    name = CharField(max_length=20)
    stock = QuotaField(unit="瓶")

    class Meta:
        collection = "quotas.shelf"
        scope = COMMUNITY


class Purse(Record):
    """Points of one person, which stay where they were granted."""

    who = CharField(max_length=20)
    points = QuotaField(unit="分", deal="kept", at_once=False)

    class Meta:
        collection = "quotas.purse"
        scope = "any"


QUOTAS = plugin("quotas", Shelf, Purse)


@pytest.fixture
def two(tmp_path: Path, database_url: str | None) -> Iterator[tuple[Meeting, Replica, Replica]]:
    with meeting(tmp_path, QUOTAS, url=database_url) as all_:
        all_.team("east")
        yield all_, all_.laptop("east"), all_.laptop("east")


def own(laptop: Replica) -> int:
    with laptop:
        return LaptopState.read().incarnation


def number(laptop: Replica) -> int:
    """What the keeper calls it by."""
    with laptop:
        return LaptopState.read().number


def shelf(laptop: Replica, stock: int = 20) -> str:
    with laptop:
        return Shelf.create(name="水", stock=stock, scope=COMMUNITY).id


def purse(laptop: Replica, points: int) -> str:
    with laptop:
        return Purse.create(who="示例·甲001", points=points, scope=COMMUNITY).id


def take(laptop: Replica, id: str, amount: int, **how: Any) -> None:
    with laptop:
        spend(Shelf.get_by_id(id), "stock", amount, **how)


def here(laptop: Replica, id: str) -> int:
    with laptop:
        return spendable(Shelf.get_by_id(id), "stock")


def rights_of(store: Any, id: str, holder: int) -> int:
    """The rights that one has, whatever has gone out uncovered meanwhile."""
    with store:
        return Shelf.get_by_id(id).stock.rights.get(holder, 0)


def left_on(store: Any, id: str) -> int:
    with store:
        return Shelf.get_by_id(id).stock.left


def rejections(laptop: Replica) -> list[attention.Rejected]:
    with laptop:
        return attention.rejected_transactions()


def test_who_grants_may_spend_at_once_and_never_more(two) -> None:
    _, first, _ = two
    id = shelf(first, 3)
    take(first, id, 2)
    with pytest.raises(QuotaShort) as short:
        take(first, id, 2)
    assert (short.value.facts["here"], short.value.facts["left"]) == (1, 1)
    take(first, id, 1)
    assert left_on(first, id) == here(first, id) == 0


def test_the_hub_shares_out_what_one_laptop_brought(two) -> None:
    all_, first, second = two
    id = shelf(first, 20)
    all_.sync(first, first, second)
    assert here(first, id) == here(second, id) == 7  # six stay with the hub, for who needs more
    assert left_on(second, id) == 20


@pytest.mark.either_database
def test_nothing_is_handed_to_a_laptop_before_it_comes(two) -> None:
    all_, first, second = two
    id = shelf(first, 20)
    all_.sync(first, first, second)
    take(second, id, 7)
    all_.sync(second, first)
    third = all_.laptop("east")
    with all_.hub:
        grant(Shelf.get_by_id(id), "stock", 300)
        rebalance_all(all_.hub)
        assert Shelf.get_by_id(id).stock.rights[HUB] >= 300
    all_.sync(third)
    assert here(third, id) > 30
    with all_.hub:
        rebalance_all(all_.hub)
        assert Shelf.get_by_id(id).stock.rights[own(first)] <= 7
    all_.sync(first)
    assert here(first, id) > 30


def test_a_restored_laptop_is_dealt_what_it_used_before(two, tmp_path: Path) -> None:
    all_, first, second = two
    id = shelf(first, 100)
    all_.sync(first, first, second)
    take(second, id, 30)
    all_.sync(second)
    shutil.copytree(second.folder, tmp_path / "backup", ignore=shutil.ignore_patterns("*.lock"))
    take(second, id, 1)
    all_.sync(second, first)
    old, usual = number(second), here(second, id)
    restored = Replica.open(tmp_path / "backup", plugins=with_only((QUOTAS,)))
    all_.sync(restored)
    with all_.hub:
        with pytest.raises(Refused, match="only number"):
            devices.retire(all_.hub, number(first))
        devices.retire(all_.hub, old)
    all_.sync(restored)
    assert number(restored) != old
    assert here(restored, id) >= usual > 1.5 * here(first, id)


def test_two_laptops_offline_do_not_both_take_the_last_bottle(two) -> None:
    all_, first, second = two
    id = shelf(first, 2)
    all_.sync(first, first, second)
    assert (here(first, id), here(second, id)) == (1, 1)
    take(first, id, 1)
    take(second, id, 1)
    for laptop in (first, second):
        with pytest.raises(QuotaShort):
            take(laptop, id, 1)
    all_.sync()
    assert left_on(all_.hub, id) == 0


def test_a_refusal_names_who_holds_the_rest(two) -> None:
    all_, first, second = two
    with first:
        id = Purse.create(who="示例·甲001", points=100, scope=COMMUNITY).id
    all_.sync(first, second)
    with second, pytest.raises(QuotaShort) as short:
        spend(Purse.get_by_id(id), "points", 30)
    assert short.value.facts["left"] == 100
    assert [amount for _, amount in short.value.facts["holders"]] == [100]


def test_what_is_left_to_the_hub_is_covered_by_what_it_holds(two) -> None:
    all_, first, second = two
    id = shelf(first, 20)
    all_.sync(first, first, second)
    take(second, id, 11, beyond="pend")
    all_.sync(second)
    assert left_on(all_.hub, id) == 9
    assert not rejections(second)


def test_what_the_hub_cannot_cover_is_refused_and_nothing_is_lost(two) -> None:
    all_, first, second = two
    id = shelf(first, 20)
    all_.sync(first, first, second)
    take(second, id, 15, beyond="pend")
    all_.sync(second)
    [rejected] = rejections(second)
    assert "stock" in rejected.reasons
    assert left_on(all_.hub, id) == left_on(second, id) == 20
    assert here(second, id) >= 7
    take(second, id, 2)
    all_.sync(second)
    assert left_on(all_.hub, id) == 18


@pytest.mark.either_database
def test_what_really_happened_is_written_down_even_beyond_the_rights(two) -> None:
    all_, first, _ = two
    id = shelf(first, 2)
    take(first, id, 5, beyond="uncovered")
    all_.sync(first)
    with all_.hub:
        stock = Shelf.get_by_id(id).stock
    assert (stock.left, stock.spent, stock.uncovered) == (0, 2, 3)


@pytest.mark.either_database
def test_what_went_out_uncovered_is_nobodys_to_spend_any_more(two) -> None:
    all_, first, second = two
    id = shelf(first, 20)
    all_.sync(first, first, second)
    assert (here(first, id), here(second, id)) == (7, 7)
    take(first, id, 18, beyond="uncovered")
    assert here(first, id) == 0
    all_.sync(first, second)
    assert 0 < here(second, id) <= 2
    assert rights_of(second, id, own(second)) <= 2  # the rest of its 7 was called back
    with second, pytest.raises(QuotaShort) as short:
        spend(Shelf.get_by_id(id), "stock", 3)
    assert short.value.facts["left"] == 2


def test_rights_that_no_one_calls_back_are_spent_as_far_as_goods_are_there(two) -> None:
    all_, first, second = two
    id = shelf(first, 10)
    with first:
        pass_on(Shelf.get_by_id(id), "stock", 10, to=own(second))
    all_.sync(first, second)
    assert here(second, id) == 10
    take(first, id, 8, beyond="uncovered")
    all_.sync(first, second)
    assert here(second, id) == 2
    with second, pytest.raises(QuotaShort):
        spend(Shelf.get_by_id(id), "stock", 3)


def test_the_hub_covers_nothing_out_of_what_is_gone(two) -> None:
    all_, first, second = two
    id = shelf(first, 20)
    all_.sync(first, first, second)
    take(second, id, 12, beyond="pend")
    take(first, id, 13, beyond="uncovered")
    all_.sync(first, second)
    [rejected] = rejections(second)
    assert "stock" in rejected.reasons


@pytest.mark.either_database
def test_a_grant_pays_first_for_what_is_uncovered(two) -> None:
    all_, first, second = two
    id = shelf(first, 2)
    take(first, id, 5, beyond="uncovered")
    all_.sync(first, second)
    for laptop, granted in ((first, 4), (second, 10)):  # neither knows of the other's
        with laptop:
            grant(Shelf.get_by_id(id), "stock", granted)
    assert (here(first, id), here(second, id)) == (1, 7)
    with first:
        assert Shelf.get_by_id(id).stock.rights.get(HUB) == 3  # it paid, and holds what is over
    take(first, id, 1)
    take(second, id, 7)
    all_.sync(first, second, first, second)
    assert not rejections(first) + rejections(second)
    with all_.hub:
        stock = Shelf.get_by_id(id).stock
        assert stock.left - stock.uncovered == 3
    assert here(first, id) + here(second, id) >= 2  # of what was paid twice, which is dealt again


@pytest.mark.either_database
def test_what_is_given_back_may_be_spent_again(two) -> None:
    all_, first, second = two
    id = shelf(first, 4)
    take(first, id, 4)
    with first:
        give_back(Shelf.get_by_id(id), "stock", 3)
    assert here(first, id) == 3
    all_.sync(first, second)
    assert left_on(second, id) == 3


@pytest.mark.either_database
def test_what_another_laptop_spent_comes_back_when_the_hub_has_heard_of_it(two) -> None:
    all_, first, second = two
    id = purse(first, 10)
    all_.sync(first, second)
    with first:
        spend(Purse.get_by_id(id), "points", 10)
    all_.sync(first, second)
    with second:
        give_back(Purse.get_by_id(id), "points", 4)
        assert spendable(Purse.get_by_id(id), "points") == 0
    all_.sync(second)
    with second:
        assert spendable(Purse.get_by_id(id), "points") == 4


def test_more_than_was_spent_cannot_be_given_back(two) -> None:
    all_, first, _ = two
    id = shelf(first, 4)
    with first:
        give_back(Shelf.get_by_id(id), "stock", 1)
    all_.sync(first)
    assert "stock" in rejections(first)[0].reasons


def test_rights_can_be_passed_on(two) -> None:
    all_, first, second = two
    id = purse(first, 10)
    all_.sync(first)
    with first:
        pass_on(Purse.get_by_id(id), "points", 6, to=own(second))
        assert spendable(Purse.get_by_id(id), "points") == 4
    all_.sync(first, second)
    with second:
        spend(Purse.get_by_id(id), "points", 6)
        with pytest.raises(QuotaShort):
            spend(Purse.get_by_id(id), "points", 1)


def test_a_grant_may_wait_for_the_hub_before_it_is_spent(two) -> None:
    all_, first, _ = two
    id = purse(first, 10)
    with first, pytest.raises(QuotaShort):
        spend(Purse.get_by_id(id), "points", 1)
    all_.sync(first)
    with first:
        spend(Purse.get_by_id(id), "points", 1)


@pytest.mark.either_database
def test_rights_go_where_they_are_used(two) -> None:
    all_, first, second = two
    id = shelf(first, 200)
    all_.sync(first, first, second)
    for _ in range(4):
        take(second, id, 20)
        all_.sync(second, first, second)
    assert here(second, id) > 2 * here(first, id)
    assert left_on(all_.hub, id) == 120


def test_a_lost_laptops_rights_come_back_later_when_the_plugin_was_missing(two) -> None:
    met, first, second = two
    id = shelf(second)
    for _ in range(3):
        met.sync()
    lost = number(second)
    without = Hub.open(met.hub.folder, plugins=with_only(()))
    with without:
        devices.revoke(without, lost)
    with met.hub:
        rebalance_all(met.hub)
    met.sync(first)
    with met.hub:
        assert lost not in Shelf.get_by_id(id).stock.rights
        assert Shelf.get_by_id(id).stock.left == 20


@pytest.mark.either_database
def test_a_lost_laptops_rights_come_back_when_it_is_revoked(two) -> None:
    all_, first, second = two
    id = purse(first, 10)
    all_.sync(first, second)
    with all_.hub:
        devices.revoke(all_.hub, number(first))
    with second:
        spend(Purse.get_by_id(id), "points", 10, beyond="pend")
    all_.sync(second)
    assert not rejections(second)
    with all_.hub:
        assert Purse.get_by_id(id).points.left == 0


def test_a_refused_spend_takes_nothing_with_those_that_follow_it(two) -> None:
    all_, first, second = two
    id = shelf(first, 20)
    all_.sync(first, first, second)
    with second, second.transaction():
        spend(Shelf.get_by_id(id), "stock", 3)
        Shelf.update(name="坏").where(Shelf.id == id).execute()
    take(second, id, 2)
    refuse_name(all_)
    all_.sync(second)
    assert left_on(all_.hub, id) == 18
    assert left_on(second, id) == 18
    assert rejections(second)
    with second:
        Shelf.update(name="好").where(Shelf.id == id).execute()
    all_.sync(second)
    assert not rejections(second)
    assert left_on(all_.hub, id) == left_on(second, id) == 15
    with second:
        assert not Entry.select().exists()


@pytest.mark.either_database
def test_what_was_made_with_a_spend_that_goes_again_can_be_edited_meanwhile(two) -> None:
    all_, first, second = two
    id = shelf(first, 20)
    all_.sync(first, first, second)
    with second, second.transaction():
        spend(Shelf.get_by_id(id), "stock", 3)
        Shelf.update(name="坏").where(Shelf.id == id).execute()
    with second, second.transaction():
        spend(Shelf.get_by_id(id), "stock", 2)
        made = Purse.create(who="示例·乙002", scope=COMMUNITY).id
    with second:
        Purse.update(who="示例·丙003").where(Purse.id == made).execute()
    refuse_name(all_)
    all_.sync(second)
    assert len(rejections(second)) == 1
    with all_.hub:
        assert Purse.get_by_id(made).who == "示例·丙003"


def test_a_call_that_a_plugin_refuses_to_answer_stops_no_sync(two) -> None:
    all_, first, second = two
    id = shelf(first, 200)
    all_.sync(first, first, second)
    refuse_edits(first)
    for _ in range(3):
        take(second, id, 20)
        all_.sync(second, first, second)
    assert left_on(first, id) == left_on(all_.hub, id) == 140


def refuse_edits(laptop: Replica) -> None:
    """From now on a plugin of this laptop lets nobody change anything."""

    @rule(of=Shelf)
    def is_closed(shelf: Shelf, before: Shelf | None, seen: Seen) -> None:
        if before:
            raise Refused(Text("不可改。", "Closed."))

    laptop.plugins.add(plugin("closed", is_closed=is_closed))


def refuse_name(all_: Meeting) -> None:
    """From now on the hub's own rule refuses a name."""

    @rule(of=Shelf)
    def is_not_bad(shelf: Shelf, before: Shelf | None, seen: Seen) -> None:
        if shelf.name == "坏":
            raise Refused(Text("坏。", "Bad."))

    all_.hub.plugins.add(plugin("rule", is_not_bad=is_not_bad))


@pytest.mark.either_database
def test_a_copied_laptop_cannot_spend_its_rights_again(two, tmp_path: Path) -> None:
    all_, first, second = two
    id = shelf(first, 10)
    all_.sync(first, first, second)
    shutil.copytree(first.folder, tmp_path / "copy", ignore=shutil.ignore_patterns("*.lock"))
    copy = Replica.open(tmp_path / "copy", plugins=with_only((QUOTAS,)))
    had = here(first, id)
    take(first, id, had)
    take(copy, id, had)  # before any contact it cannot know
    all_.sync(first)
    all_.sync(copy)
    assert own(copy) != own(first)
    with all_.hub:
        stock = Shelf.get_by_id(id).stock
        assert (stock.left, stock.spent, stock.uncovered) == (10 - had, had, had)
        [task] = Task.select()
    assert task.record == id
    assert str(had) in task.text.en
    all_.sync(second)
    with second:
        assert Task.get_by_id(task.id).done is False
        assert Shelf.get_by_id(id).stock.uncovered == had


@pytest.mark.either_database
def test_quotas_work_by_stick(two, tmp_path: Path) -> None:
    all_, first, second = two
    id = shelf(first, 20)
    for laptop in (first, first, second):
        carry(all_, laptop, tmp_path)
    assert here(first, id) == here(second, id) == 7
    take(second, id, 11, beyond="pend")
    carry(all_, second, tmp_path)
    assert left_on(all_.hub, id) == left_on(second, id) == 9


def carry(all_: Meeting, laptop: Replica, folder: Path) -> None:
    out, back = folder / "out.hxb", folder / "back.hxb"
    bundle_out(laptop, out)
    with all_.hub:
        answer_bundle(all_.hub, out, back)
    bundle_in(laptop, back)
    out.unlink(), back.unlink()


@pytest.mark.either_database
def test_while_the_hub_is_being_refilled_it_deals_nothing(two) -> None:
    all_, first, second = two
    id = shelf(first, 20)
    all_.sync(first, first, second)
    with all_.hub:
        incarnation.start_epoch(all_.hub)
    take(second, id, 11, beyond="pend")
    take(second, id, 1, beyond="uncovered")
    all_.sync(second)
    with second:
        assert "deferred" in {each.state for each in Entry.select()}
    all_.sync(first, second)
    assert left_on(all_.hub, id) == 9
    assert not rejections(second)


@pytest.mark.parametrize("amount", [0, -1, 1.5, True, "3", 10**16])
def test_amounts_are_whole_and_positive(two, amount: Any) -> None:
    _, first, _ = two
    id = shelf(first)
    for word in (grant, spend, give_back):
        with first, pytest.raises(Invalid, match="whole number"):
            word(Shelf.get_by_id(id), "stock", amount)
    assert left_on(first, id) == 20


def test_a_quota_is_written_by_its_words_alone(two) -> None:
    _, first, _ = two
    id = shelf(first)
    with first:
        with pytest.raises(Invalid, match="granting"):
            Shelf.update(stock=5).where(Shelf.id == id).execute()
        with pytest.raises(NotAQuota):
            spend(Shelf.get_by_id(id), "name", 1)
        with pytest.raises(Invalid):
            pass_on(Shelf.get_by_id(id), "stock", 1, to=own(first))


def test_a_spend_and_its_reason_are_taken_in_together_or_not_at_all(two) -> None:
    _, first, _ = two
    id = shelf(first, 1)
    with first, pytest.raises(QuotaShort):
        give_a_purse_and_spend(id, 2)
    with first:
        assert not Purse.select().exists()


@pytest.mark.either_database
def test_one_persons_purse_is_one_however_many_laptops_open_it(two) -> None:
    all_, first, second = two
    for laptop, points in ((first, 10), (second, 5)):
        with laptop:
            Purse.create(
                id=same_id("purse", "甲"), who="示例·甲001", points=points, scope=COMMUNITY
            )
    all_.sync(first, second, first)
    for store in (all_.hub, first, second):
        with store:
            [one] = Purse.select()
            assert one.points.left == 15
            assert one.points.rights.get(HUB, 0) == 0


def give_a_purse_and_spend(id: str, amount: int) -> None:
    with present_store().transaction():
        Purse.create(who="示例·乙002", scope=COMMUNITY)
        spend(Shelf.get_by_id(id), "stock", amount)


def test_a_record_that_two_laptops_make_where_it_is_missing_is_one(two) -> None:
    """peewee's own `get_or_create`, by an id that follows from what the record is of."""
    all_, first, second = two
    wanted = {"id": same_id("purse", "乙"), "defaults": {"who": "示例·乙002", "scope": COMMUNITY}}
    for store in (first, second):
        with store, store.transaction():
            assert [Purse.get_or_create(**wanted)[1] for _ in "12"] == [True, False]
    all_.sync(first, second, first)
    for store in (all_.hub, first, second):
        with store:
            assert [each.id for each in Purse.select()] == [wanted["id"]]

"""Points that lie on another laptop are asked for, and come with the next syncs, each of them once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from peewee import CharField

from hongxian import QuotaField, Record, Refused
from hongxian.collections.builtin import Ask
from hongxian.model.stamp import DAY_MILLISECONDS
from hongxian.quotas import HUB, QuotaShort, ask, spend, spendable
from hongxian.records import COMMUNITY
from hongxian_client.replica.replica import Replica
from hongxian_server.membership import devices
from hongxian_server.quota.transfer import rebalance_all
from meeting import Meeting, meeting
from samples import plugin


class Purse(Record):
    """Points of one person, which stay where they were granted."""

    who = CharField(max_length=20)
    points = QuotaField(unit="分", deal="kept", at_once=False)
    stock = QuotaField(unit="瓶")

    class Meta:
        collection = "asks.purse"
        scope = COMMUNITY


class Own(Record):
    """Points that nobody writes but the laptop which keeps them."""

    points = QuotaField(unit="分", deal="kept")

    class Meta:
        collection = "asks.own"
        scope = COMMUNITY
        writers = "maker"


ASKS = plugin("asks", Purse, Own)
Three = tuple[Meeting, Replica, Replica, Replica]


@pytest.fixture
def three(tmp_path: Path, database_url: str | None) -> Iterator[Three]:
    with meeting(tmp_path, ASKS, url=database_url) as all_:
        all_.team("east")
        yield all_, all_.laptop("east"), all_.laptop("east"), all_.laptop("east")


def purse(laptop: Replica, points: int) -> str:
    with laptop:
        return str(Purse.create(who="示例·甲001", points=points, stock=9).id)


def here(laptop: Replica, id: str) -> int:
    with laptop:
        return spendable(Purse.get_by_id(id), "points")


def ask_for(laptop: Replica, id: str, amount: int) -> None:
    with laptop:
        ask(Purse.get_by_id(id), "points", amount)


def take(laptop: Replica, id: str, amount: int) -> None:
    with laptop:
        spend(Purse.get_by_id(id), "points", amount)


@pytest.mark.either_database
def test_what_is_asked_for_comes_with_the_syncs_and_once(three: Three) -> None:
    all_, first, second, _ = three
    id = purse(first, 10)
    all_.sync(first, second)
    ask_for(second, id, 6)
    all_.sync(second, first, second)
    assert (here(first, id), here(second, id)) == (4, 6)
    take(second, id, 6)
    all_.sync(second, first, second)
    assert (here(first, id), here(second, id)) == (4, 0)
    all_.agree()


def test_the_oldest_ask_goes_first_and_only_what_is_not_spent_goes(three: Three) -> None:
    all_, first, second, third = three
    id = purse(first, 10)
    all_.sync()
    ask_for(second, id, 6)
    all_.sync(second)
    ask_for(third, id, 6)
    all_.sync(third)
    take(first, id, 2)
    all_.sync(first, second, third)
    assert (here(first, id), here(second, id), here(third, id)) == (0, 6, 2)
    all_.agree()


def test_what_came_by_asking_may_be_asked_back_once_that_ask_has_ended(three: Three) -> None:
    all_, first, second, _ = three
    id = purse(first, 10)
    all_.sync()
    ask_for(second, id, 6)
    all_.sync(second, first, second)
    ask_for(first, id, 2)
    all_.sync(first, second, first)
    assert (here(first, id), here(second, id)) == (4, 6)
    ask_for(second, id, 0)
    all_.sync(second)
    with all_.hub:
        rebalance_all(all_.hub)
    all_.sync(second, first)
    assert (here(first, id), here(second, id)) == (6, 4)


def test_a_laptop_that_asks_is_not_called_for_another(three: Three) -> None:
    all_, first, second, _ = three
    id = purse(first, 10)
    all_.sync()
    ask_for(second, id, 5)
    all_.sync(second, first, second)
    ask_for(second, id, 4)
    ask_for(first, id, 4)
    all_.sync(second, first, second, first)
    assert here(first, id) + here(second, id) == 10
    all_.agree()


def test_an_ask_is_withdrawn_and_asked_anew_it_is_the_new_amount(three: Three) -> None:
    all_, first, second, _ = three
    id = purse(first, 10)
    all_.sync()
    ask_for(second, id, 6)
    ask_for(second, id, 3)
    all_.sync(second, first, second)
    assert here(second, id) == 3
    ask_for(second, id, 3)
    ask_for(second, id, 0)
    all_.sync(second, first, second)
    assert (here(first, id), here(second, id)) == (7, 3)


def test_an_ask_older_than_a_week_ends(three: Three) -> None:
    all_, first, second, _ = three
    id = purse(first, 10)
    all_.sync()
    ask_for(second, id, 6)
    late = all_.hub.now
    all_.hub.now = lambda: late() + 8 * DAY_MILLISECONDS
    all_.sync(second)
    with all_.hub:
        assert Purse.get_by_id(id).points.rights.get(HUB, 0) == 0
        rebalance_all(all_.hub)
        assert not Ask.select().exists()
    all_.hub.now = late
    all_.sync(first, second)
    assert (here(first, id), here(second, id)) == (10, 0)


def test_nobody_asks_for_what_is_not_there_or_comes_by_itself_or_is_not_theirs(
    three: Three,
) -> None:
    all_, first, second, _ = three
    id = purse(first, 10)
    with first:
        own = Own.create(points=5).id
    all_.sync()
    with second:
        record = Purse.get_by_id(id)
        with pytest.raises(QuotaShort):
            ask(record, "points", 11)
        with pytest.raises(Refused, match="positive"):
            ask(record, "points", -1)
        with pytest.raises(Refused, match="by itself"):
            ask(record, "stock", 1)
        with pytest.raises(Refused, match="may not write"):
            ask(Own.get_by_id(own), "points", 1)
        assert not Ask.select().exists()


def test_the_hub_hears_no_ask_of_who_may_not_write_or_in_the_name_of_another(three: Three) -> None:
    all_, first, second, third = three
    id = purse(first, 10)
    with first:
        own = Own.create(points=5).id
    all_.sync()
    asked = {"scope": COMMUNITY, "field": "points", "until": 3}
    with third:
        other = int(third.writer().incarnation)
    with second:
        mine = int(second.writer().incarnation)
        Ask.create(collection="asks.purse", record=id, holder=other, **asked)
        Ask.create(collection="asks.own", record=own, holder=mine, **asked)
        Ask.create(collection="asks.nothing", record=id, holder=mine, **asked)
    all_.sync(second, first, second, third)
    assert (here(first, id), here(third, id)) == (10, 0)
    with second:
        assert spendable(Own.get_by_id(own), "points") == 0


def test_nothing_comes_to_a_laptop_whose_access_has_ended(three: Three) -> None:
    all_, first, second, _ = three
    id = purse(first, 10)
    all_.sync()
    ask_for(second, id, 6)
    all_.sync(second)
    with second:
        number = second.writer().number
    with all_.hub:
        devices.revoke(all_.hub, number)
    all_.sync(first)
    with all_.hub:
        rights = Purse.get_by_id(id).points.rights
    assert sum(rights.values()) == 10
    assert min(rights.values()) >= 0
    with all_.hub:
        assert rights.get(HUB, 0) == 6
    with first:  # which may still be given out by who asks the hub
        spend(Purse.get_by_id(id), "points", 10, beyond="pend")
    all_.sync(first)
    assert here(first, id) == 0


def test_a_refusal_says_that_nobody_has_any(three: Three) -> None:
    _, first, _, _ = three
    id = purse(first, 1)
    with first, pytest.raises(QuotaShort) as short:
        spend(Purse.get_by_id(id), "points", 2)
    assert short.value.text.zh.endswith("别处也没有。")

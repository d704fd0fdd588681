"""Points: earned once by the community's rules, never overdrawn, and the ledger adds up to zero."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hongxian_plugins.reward_station as reward_station
from hongxian import Refused, local_today
from hongxian.records import new_id, present_store
from hongxian_plugins.reward_station.codes import short_code
from hongxian_plugins.reward_station.gifts.records import Redemption
from hongxian_plugins.reward_station.points import ledger
from hongxian_plugins.reward_station.points.records import Account, Day, Entry
from hongxian_plugins.reward_station.setting import Setting
from hongxian_plugins.service import Activity, Attendance
from hongxian_testing import refusing
from hongxian_testing.neighbourhood import open_neighbourhood
from station import PLUGINS, balance, open_town, redeem, state_of, usable, void

pytestmark = pytest.mark.plugins(*PLUGINS)


@pytest.fixture
def town(neighbourhood):
    with open_town(neighbourhood) as town:
        yield town


def test_confirmed_service_earns_by_the_communitys_rules(town):
    town.serve(town.first, town.person, 90)
    assert balance(town.first, town.person) == 15
    town.sync(town.first, town.second)
    assert usable(town.second, town.person) == balance(town.hub, town.person) == 15
    with town.second:
        table = town.second.view("reward_station.points", person=town.person)
    assert [*table.rows[0][2:4], table.rows[0][4].zh] == ["+15", 15, "90"]


@pytest.mark.parametrize(
    "values",
    [
        {"confirmed_by": None},
        {"late_entry": True},
        {"minutes": 0},
        {"voided": True, "void_reason": "示例"},
        {"day": date(2026, 1, 31)},
    ],
)
def test_what_the_rules_leave_out_earns_nothing(town, values: dict[str, Any]):
    with town.first:
        Setting.change(starts=date(2026, 2, 1))
    town.serve(town.first, town.person, **values)
    with town.first:
        assert not Entry.select().exists()


def test_a_drill_earns_nothing_and_a_cap_of_the_shift_is_kept(town):
    shift = town.serve(town.first, town.person, 90, confirmed_by=None)
    with town.first:
        activity = Attendance.get_by_id(shift).activity
        Activity.update(shift_cap=60).where(Activity.id == activity).execute()
        Attendance.update(confirmed_by="示例·队长").where(Attendance.id == shift).execute()
        assert ledger.balance(town.person) == 10
        drill = Activity.create(title="演练", day=date(2026, 5, 2), drill=True).id
    town.serve(town.first, town.person, day=date(2026, 5, 2), activity=drill)
    assert balance(town.first, town.person) == 10


def test_a_day_earns_up_to_its_cap_on_whatever_laptops(town):
    for hour in (9, 11):
        town.serve(town.first, town.person, 90, hour=hour)
    assert balance(town.first, town.person) == 20
    town.serve(town.second, town.person, 60, hour=14)
    town.serve(town.second, town.person, 60, day=date(2026, 5, 2))
    town.sync(town.first, town.second, town.first)
    [why] = town.second.refused
    assert "每日封顶" in why.zh
    town.second.discard()
    assert town.second.do("reward_station.book_missing").zh.startswith("补记 0 笔")
    town.sync()
    for store in (town.hub, town.first, town.second):
        assert balance(store, town.person) == usable(store, town.person) == 30


def test_service_earns_once_however_many_laptops_book_it(town):
    attendance = town.serve(town.first, town.person, confirmed_by=None)
    town.sync(town.first, town.second)
    for laptop in (town.first, town.second):
        with laptop:
            Attendance.update(confirmed_by="示例·队长").where(Attendance.id == attendance).execute()
    town.sync(town.first, town.second)
    assert balance(town.hub, town.person) == usable(town.hub, town.person) == 10
    [why] = town.second.refused
    assert "booked already" in why.en
    town.second.discard()
    assert balance(town.second, town.person) == usable(town.second, town.person) == 10


def test_a_void_takes_points_back_and_frees_the_day(town):
    attendance = town.serve(town.first, town.person, 120)
    town.sync(town.first)
    with town.first:
        void(attendance)
        assert ledger.balances(town.person)["reversed"] == 20
        assert Day.get(Day.person == town.person).minutes == 0
    town.serve(town.first, town.person, 30)
    town.sync()
    assert balance(town.second, town.person) == usable(town.second, town.person) == 5


def test_void_service_is_taken_back_once_whichever_laptop_wrote_it_first(town):
    attendance = town.earn()
    town.sync(town.second)
    for laptop in (town.second, town.first):
        with laptop:
            void(attendance)
    town.sync(town.first, town.second)
    assert any("记过的账" in why.zh for why in town.second.refused)
    town.second.discard()
    town.sync()
    for store in (town.hub, town.first, town.second):
        assert balance(store, town.person) == usable(store, town.person) == 0
        with store:
            assert Day.get(Day.person == town.person).minutes == 0


def test_points_that_were_spent_before_the_void_are_owed_and_kept_back(town):
    bag = town.gift()
    attendance = town.earn()
    redeem(town.first, bag, town.person)
    with town.first:
        void(attendance)
    assert any("收不回" in each.zh for each in town.first.tasks)
    assert balance(town.first, town.person) == -10
    town.serve(town.first, town.person, 90, day=date(2026, 5, 2))
    town.sync(town.first, town.first)
    assert balance(town.first, town.person) == usable(town.first, town.person) == 5
    assert not town.first.tasks


def test_old_points_expire_once_and_the_oldest_are_spent_first(town, hongxian_clock):
    hongxian_clock.set("2026-11-01 09:00")
    bag = town.gift()
    old = date(2020, 3, 1)
    town.serve(town.first, town.person, 120, day=old)
    town.serve(town.first, town.person, 60, day=old + timedelta(days=1))
    town.serve(town.first, town.person, 120, day=date(2026, 11, 1))
    town.sync(town.first, town.second)
    made = redeem(town.first, bag, town.person)
    town.sync(town.first)
    assert state_of(town.first, made) == "code_given"
    with town.second:
        assert "1 人的在别的电脑上" in town.second.do("reward_station.expire").zh
    with town.first:
        assert "The points of 1 have expired" in town.first.do("reward_station.expire").en
        assert "The points of 0 have expired" in town.first.do("reward_station.expire").en
    town.sync()
    for store in (town.hub, town.first, town.second):
        assert balance(store, town.person) == usable(store, town.person) == 20
        with store:
            assert ledger.balances(town.person)["expired"] == 20


def test_a_month_is_a_month_at_its_end_too():
    assert ledger.months_before(date(2026, 3, 31), 1) == date(2026, 2, 28)
    assert ledger.months_before(date(2028, 2, 29), 12) == date(2027, 2, 28)
    assert ledger.months_before(date(2026, 1, 15), 36) == date(2023, 1, 15)


def test_rules_come_before_points(laptop):
    with refusing(Refused, match="先填写"):
        laptop.do("reward_station.book_missing")
    assert "not expire" in laptop.do("reward_station.expire").en


LONG_AGO = date(2020, 3, 1)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["earn", "spend", "return", "reverse", "expire"]), st.integers(1, 60)
    ),
    max_size=12,
)


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A hub, which holds the rights to all that it grants."""
    with open_neighbourhood(tmp_path_factory.mktemp("hub"), reward_station) as opened:
        with opened.hub:
            Setting.change(expiry_months=1)
        yield opened.hub


def redeemed(person: str, points: int, about: str) -> None:
    """A gift and its points, as `redeem` books them."""
    with present_store().transaction():
        named = {"gift": new_id(), "merchant": new_id(), "short": short_code(about)}
        Redemption.create(id=about, person=person, price=points, **named)
        ledger.book_spent(person, points, about)


@given(STEPS)
def test_the_ledger_adds_up_to_zero_and_nobody_overdraws_whatever_is_booked(books, steps):
    person, earned, spent = new_id(), [], []
    balance = left = debt = 0
    with books:
        day = local_today(books)
        for word, points in steps:
            about = new_id()
            if word == "earn":
                ledger.book_earned(person, points, about, day=LONG_AGO)
                earned.append((about, points))
                kept_back = min(points, debt)
                balance, debt, left = balance + points, debt - kept_back, left + points - kept_back
            elif word == "spend" and points <= min(balance, left):
                redeemed(person, points, about)
                spent.append((about, points))
                balance, left = balance - points, left - points
            elif word == "spend":
                with pytest.raises(Refused):
                    redeemed(person, points, about)
            elif word == "return" and spent:
                about, points = spent.pop()
                ledger.book_returned(person, about)
                with pytest.raises(Refused):  # by the ledger, or as more than was ever spent
                    ledger.book_returned(person, about)
                balance, left = balance + points, left + points
            elif word == "reverse" and earned:
                about, points = earned.pop()
                ledger.book_reversed(person, points, about)
                balance, debt, left = balance - points, debt + max(points - left, 0), left
                left = max(left - points, 0)
            elif word == "expire":
                old, last = ledger.to_expire(person, day + timedelta(days=1))
                if old and old <= left and not ledger.is_booked("expired", last):
                    ledger.book_expired(person, old, last)
                    balance, left = balance - old, left - old
        account = Account.get_or_none(Account.person == person)
        assert sum(ledger.balances(person).values()) == sum(ledger.balances().values()) == 0
        assert ledger.balance(person) == balance
        assert (account.points.left if account else 0) == left >= 0
        assert (ledger.owed(account) if account else 0) == debt
    assert not [error for plugin in books.plugins.all for error in plugin.errors]


def test_void_service_does_not_eat_up_what_else_is_due_to_expire(books):
    person, void = new_id(), new_id()
    with books:
        day = local_today(books)
        ledger.book_earned(person, 10, new_id())
        ledger.book_earned(person, 7, void)
        ledger.book_reversed(person, 7, void)
        assert ledger.to_expire(person, day + timedelta(days=1))[0] == 10

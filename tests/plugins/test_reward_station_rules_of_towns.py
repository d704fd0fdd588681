"""Each town's rule for points is a setting: it holds on a laptop, and at the hub for one that has not heard of it."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongxian import Refused
from hongxian.records import COMMUNITY
from hongxian_plugins import roster
from hongxian_plugins.reward_station.gifts.records import Redemption
from hongxian_plugins.reward_station.points import ledger
from hongxian_plugins.reward_station.points.records import Entry
from hongxian_plugins.reward_station.setting import Setting
from hongxian_plugins.service import Activity
from hongxian_testing import refusing
from hongxian_testing.neighbourhood import open_neighbourhood
from station import MAY, PLUGINS, Town, balance, code_of, collect, open_town, redeem, state_of

pytestmark = pytest.mark.plugins(*PLUGINS)


@pytest.fixture
def town(neighbourhood) -> Iterator[Town]:
    with open_town(neighbourhood) as town:
        yield town


def rule_of(town: Town, **rules: Any) -> None:
    """Only the first laptop and the hub have heard of it."""
    with town.first:
        Setting.change(**rules)
    town.sync(town.first)


def test_points_of_a_year_end_with_it_where_a_town_says_so(town, hongxian_clock):
    rule_of(town, expiry_months=None, expires_with_year=True)
    hongxian_clock.set("2026-12-31 09:00")
    town.serve(town.first, town.person, 60, day=date(2026, 1, 1))
    town.serve(town.first, town.person, 90, day=date(2026, 12, 31))
    town.sync()
    assert "of 0 have expired" in town.first.do("reward_station.expire").en
    hongxian_clock.set("2027-01-01 09:00")
    town.serve(town.first, town.person, 120, day=date(2027, 1, 1))
    town.sync()
    assert "of 1 have expired" in town.first.do("reward_station.expire").en
    town.sync()
    for store in (town.hub, town.first, town.second):
        assert balance(store, town.person) == 20


def test_of_two_rules_the_one_that_ends_points_first_counts():
    setting = Setting(expiry_months=2, expires_with_year=True)
    assert ledger.cutoff_of(setting, date(2027, 1, 15)) == date(2027, 1, 1)
    assert ledger.cutoff_of(setting, date(2027, 6, 15)) == date(2027, 4, 15)


def test_nobody_loses_points_before_the_rules_say_so(town):
    earned = town.earn()
    with town.first, refusing(Refused, match="只有 0 分过期"):
        ledger.book_expired(town.person, 10, earned)
    assert balance(town.hub, town.person) == 10


def test_hours_that_were_entered_later_earn_none_at_the_hub_either(town, hongxian_clock):
    rule_of(town, late_entries_earn=True)
    town.sync(town.first, town.second)
    rule_of(town, late_entries_earn=False)
    hongxian_clock.wait(minutes=1)
    town.serve(town.first, town.person, 60, late_entry=True)
    assert balance(town.first, town.person) == 0
    town.serve(town.second, town.person, 60, hour=14, late_entry=True)  # which has not heard of it
    assert balance(town.second, town.person) == 10
    town.sync()
    assert town.second.refused
    town.second.discard()
    town.sync()
    for store in (town.hub, town.first, town.second):
        assert balance(store, town.person) == 0


@pytest.fixture(scope="module")
def long_lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town that lives through all drawn examples: an activity earns two hours at most, a day any number."""
    with (
        open_neighbourhood(tmp_path_factory.mktemp("town"), *PLUGINS) as all,
        open_town(all) as town,
    ):
        rule_of(town, daily_cap_minutes=None, activity_cap_minutes=120)
        town.sync(town.first, town.second)
        yield town


STAYS = st.lists(
    st.tuples(st.booleans(), st.integers(0, 1), st.sampled_from([30, 60, 90, 150])),
    min_size=1,
    max_size=5,
)


@given(STAYS, st.booleans())
def test_an_activity_earns_up_to_its_cap_however_often_one_comes_and_on_whatever_laptops(
    long_lived: Town, stays: list[tuple[bool, int, int]], second_first: bool
):
    town = long_lived
    two = [town.second, town.first] if second_first else [town.first, town.second]
    with town.first:
        person = roster.Person.create(name="示例·乙001", scope=COMMUNITY).id
        both = [Activity.create(title="值班", day=MAY).id for _ in range(2)]
    town.sync(town.first, town.second)
    for place, (on_first, which, minutes) in enumerate(stays):
        laptop = town.first if on_first else town.second
        town.serve(laptop, person, minutes, activity=both[which], hour=3 * place)
    for _ in range(2):
        town.sync(*two)
        for laptop in two:
            laptop.discard()
            laptop.do("reward_station.book_missing")
    town.sync(*two, *two)
    served = [sum(m for _, w, m in stays if w == which) for which in range(2)]
    for store in (town.hub, town.first, town.second):
        assert balance(store, person) == sum(min(each, 120) * 10 // 60 for each in served)
        with store:
            there = list(Entry.select().where(Entry.person == person))
            assert [ledger.minutes_at(there, each) for each in both] == [
                min(each, 120) for each in served
            ]


def test_one_redeems_once_a_quarter_where_a_town_says_so_on_whatever_laptops(town, hongxian_clock):
    hongxian_clock.set("2026-11-30 09:00")
    rule_of(town, quarterly_redemptions=1)
    bag = town.gift()
    with town.first:
        double = roster.Person.create(name="示例甲001", scope=COMMUNITY).id
        town.first.do("roster.join", double, other=town.person)
    for laptop in (town.first, town.second):
        for day in (date(2026, 11, 1), date(2026, 11, 2)):
            town.serve(laptop, town.person, 60, day=day, hour=9 if laptop is town.first else 14)
    town.serve(town.first, double, 60, day=date(2026, 11, 3))
    town.sync(town.first, town.second, town.first)
    away = redeem(town.first, bag, town.person)
    with town.first:
        for person in (town.person, double):
            with refusing(Refused, match="每季最多换 1 次"):
                town.first.do("reward_station.redeem", bag, person=person)
    late = redeem(town.second, bag, town.person)  # which has not heard of the other
    town.sync(town.first, town.second)
    [why] = town.second.refused
    assert "每季最多换 1 次" in why.zh
    town.second.discard()
    with town.hub:
        assert {each.id for each in Redemption.select()} == {away} != {late}
    hongxian_clock.set("2027-01-01 09:00")
    again = redeem(town.first, bag, town.person)
    town.sync(town.first)
    assert state_of(town.first, again) == "code_given"


def test_a_redemption_that_was_given_back_leaves_the_quarter_free(town):
    rule_of(town, quarterly_redemptions=1)
    bag = town.gift()
    town.earn()
    made = redeem(town.first, bag, town.person)
    town.first.do("reward_station.cancel", made)
    redeem(town.first, bag, town.person)
    with town.first:
        assert ledger.balance(town.person) == 0


def test_no_code_goes_back_where_a_town_says_so_and_what_nobody_can_collect_still_does(town):
    rule_of(town, codes_go_back=False)
    bag = town.gift()
    town.earn()
    reserved = redeem(town.first, bag, town.person)
    town.first.do("reward_station.cancel", reserved)  # no code is out yet
    made = redeem(town.first, bag, town.person)
    town.sync()
    with town.counter, refusing(Refused, match="按规则发码后不退"):
        collect(town.counter, code_of(town.first, made), "take_back")
    town.counter.do("reward_station.close_counter", town.counter_of(town.counter))
    town.sync(town.counter, town.first)
    town.first.do("reward_station.cancel", made)
    town.sync()
    assert state_of(town.hub, made) == "reversed"
    assert balance(town.hub, town.person) == 10


def test_points_pass_to_nobody_else(town):
    bag = town.gift()
    earned = town.earn()
    with town.first:
        other = roster.Person.create(name="示例·丙001", scope=COMMUNITY).id
        with refusing(Refused, match="账上 0 分"):
            town.first.do("reward_station.redeem", bag, person=other)
        for sides in (("person", "person"), ("person", "earned")):
            both = dict(zip(("source", "target"), sides, strict=True))
            with refusing(Refused, match="没有这样的记账"):
                Entry.create(person=town.person, points=10, about=earned, day=MAY, **both)
    rule_of(town, starts=date(2026, 5, 2))  # so that what was served before is not booked by itself
    elsewhere = town.serve(town.first, town.person, 60, hour=14)
    with town.first:
        ledger.book_earned(other, 10, elsewhere, day=MAY, minutes=60)
    town.sync(town.first)
    assert town.first.refused
    assert balance(town.hub, other) == 0

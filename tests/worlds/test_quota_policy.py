"""Who is to hold how many rights of a quota, as arithmetic: nothing is made, lost or taken twice."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongxian_server.quota.policy import (
    HALF_LIFE_MILLISECONDS,
    NEWCOMER_MILLISECONDS,
    Holder,
    Own,
    Standing,
    called_back,
    called_for,
    handed,
    hubs_share,
    lacking,
    met,
    newness,
    shares,
    worth_now,
)

amounts = st.integers(0, 10_000)
uses = st.floats(0, 1_000)


@st.composite
def holders(draw: st.DrawFn) -> Holder:
    held = draw(amounts)
    return Holder(
        used=draw(uses),
        usual=draw(uses),
        newness=draw(st.floats(0, 1)),
        held=held,
        by_hand=draw(st.integers(0, held)),
    )


@st.composite
def standings(draw: st.DrawFn) -> Standing:
    """A quota all of whose rights are the hub's and the laptops'."""
    laptops = draw(st.dictionaries(st.integers(2, 60), holders(), max_size=8))
    hub = draw(amounts)
    return Standing(hub + sum(each.held for each in laptops.values()), hub, laptops)


@st.composite
def with_phones(draw: st.DrawFn) -> Standing:
    """The same where phones spend at the hub, or wanted something there."""
    usual = draw(uses)
    own = Own(used=min(draw(uses), usual), usual=usual, wanted=draw(amounts))
    return replace(draw(standings()), own=own)


def with_held(standing: Standing, device: int, more: int) -> Standing:
    holder = standing.holders[device]
    changed = replace(holder, held=holder.held + more)
    return replace(standing, holders={**standing.holders, device: changed})


def after_calls(standing: Standing, calls: Mapping[int, int]) -> Standing:
    """As it is seen while the called have not passed anything back yet."""
    for device, amount in calls.items():
        standing = with_held(standing, device, -amount)
    coming = standing.own.coming + sum(calls.values())
    return replace(standing, own=replace(standing.own, coming=coming))


def all_answered(standing: Standing, calls: Mapping[int, int]) -> Standing:
    """As it is once all of them have passed on what was called back."""
    then = after_calls(standing, calls)
    came = replace(then.own, coming=0)
    return replace(then, hub=standing.hub + sum(calls.values()), own=came)


@given(standings())
def test_what_is_handed_out_comes_from_the_hub_until_it_has_no_more(standing: Standing) -> None:
    rights = standing.left
    for device, lacks in lacking(standing).items():
        amount = handed(standing, lacks)
        assert 0 <= amount <= max(lacks, 0)
        assert amount == lacks or lacks < 0 or amount == standing.hub
        standing = replace(with_held(standing, device, amount), hub=standing.hub - amount)
        assert standing.hub >= 0
        assert standing.hub + sum(each.held for each in standing.holders.values()) == rights


@given(standings())
def test_who_was_handed_its_share_lacks_no_more_of_it(standing: Standing) -> None:
    for device, lacks in lacking(standing).items():
        amount = handed(standing, lacks)
        then = replace(with_held(standing, device, amount), hub=standing.hub - amount)
        assert handed(then, lacking(then)[device]) == 0


@given(standings())
def test_only_what_lies_beyond_a_share_and_came_from_the_hub_is_called_back(
    standing: Standing,
) -> None:
    share = shares(standing)
    for device, amount in called_back(standing, lacking(standing)).items():
        holder = standing.holders[device]
        assert 0 < amount <= holder.held - share[device]
        assert holder.held - amount >= holder.by_hand


@given(standings())
def test_no_more_is_called_back_than_is_lacking_elsewhere(standing: Standing) -> None:
    lacks = lacking(standing)
    owed = sum(amount for amount in lacks.values() if amount > 0)
    calls = called_back(standing, lacks)
    if calls:
        assert standing.hub + sum(calls.values()) <= owed + 0.35 * standing.left + 1e-6


@given(standings())
def test_once_all_calls_are_answered_the_hub_can_hand_everyone_its_share(
    standing: Standing,
) -> None:
    none_by_hand = {n: replace(each, by_hand=0) for n, each in standing.holders.items()}
    standing = replace(standing, holders=none_by_hand)
    calls = called_back(standing, lacking(standing))
    then = all_answered(standing, calls)
    short = sum(amount for amount in lacking(then).values() if amount > 0) - then.hub
    assert short <= 0 or short <= len(standing.holders)  # shares are rounded up


@given(with_phones())
def test_of_what_the_hub_is_to_keep_for_phones_nothing_is_handed(standing: Standing) -> None:
    for device, lacks in lacking(standing).items():
        amount = handed(standing, lacks)
        standing = replace(with_held(standing, device, amount), hub=standing.hub - amount)
        assert amount == 0 or standing.hub >= hubs_share(standing)


@given(with_phones())
def test_what_the_hub_lacks_for_phones_it_has_once_all_have_answered(standing: Standing) -> None:
    then = all_answered(standing, called_back(standing, lacking(standing)))
    by_hand = sum(each.by_hand for each in standing.holders.values())
    assert then.hub >= min(hubs_share(then), then.left - by_hand)
    assert then.hub <= max(standing.hub, then.left)


@given(with_phones(), st.floats(1, 1_000))
def test_the_more_phones_spend_the_more_the_hub_keeps_and_what_is_dealt_is_dealt_once(
    standing: Standing, more: float
) -> None:
    own = standing.own
    keen = replace(own, used=own.used + more, usual=own.usual + more)
    after = replace(standing, own=keen)
    assert hubs_share(after) >= hubs_share(standing)
    by_use = hubs_share(replace(after, own=replace(keen, wanted=0)))
    told = shares(after)
    assert by_use + sum(told.values()) <= 0.65 * standing.left + len(told) + 0.501


def test_what_is_wanted_at_the_hub_comes_from_those_who_hold_most() -> None:
    held = {
        2: Holder(0.0, 0.0, 0.0, 1),
        3: Holder(9.0, 9.0, 0.0, 1),
        4: Holder(9.0, 9.0, 0.0, 3, 3),
    }
    standing = Standing(5, 0, held, Own(wanted=1))
    calls = called_back(standing, lacking(standing))
    assert calls == {2: 1}
    then = after_calls(standing, calls)
    assert called_back(then, lacking(then)) == {}


@given(with_phones())
def test_what_is_called_back_already_is_not_called_again(standing: Standing) -> None:
    calls = called_back(standing, lacking(standing))
    then = after_calls(standing, calls)
    assert called_back(then, lacking(then)) == {}


@given(standings())
def test_the_laptops_shares_leave_the_hub_a_third(standing: Standing) -> None:
    told = shares(standing)
    assert told.keys() == standing.holders.keys()
    assert all(share >= 0 for share in told.values())
    if told:
        assert 0 <= sum(told.values()) - 0.65 * standing.left < len(told) + 0.001


@given(standings(), st.floats(1, 1_000), st.data())
def test_who_used_more_is_to_hold_no_less(
    standing: Standing, more: float, data: st.DataObject
) -> None:
    if standing.holders:
        device = data.draw(st.sampled_from(sorted(standing.holders)))
        old = {n: replace(each, newness=0.0) for n, each in standing.holders.items()}
        before = replace(standing, holders=old)
        keen = replace(old[device], used=old[device].used + more)
        after = replace(standing, holders={**old, device: keen})
        gained = {each: shares(after)[each] - shares(before)[each] for each in old}
        assert gained.pop(device) >= -1  # by which a share may be rounded otherwise
        assert all(more <= 1 for more in gained.values())


@given(standings())
def test_a_newcomer_is_to_hold_about_what_the_others_do(standing: Standing) -> None:
    old = {n: replace(each, newness=0.0) for n, each in standing.holders.items()}
    new = Holder(used=0.0, usual=0.0, newness=1.0, held=0)
    told = shares(replace(standing, holders={**old, 61: new}))
    others = [told[device] for device in old]
    assert told[61] >= sum(others) / (len(others) + 1) - 1  # the average with itself among them


def test_two_laptops_share_by_what_they_used_of_this_and_of_the_like() -> None:
    keen, idle = Holder(30.0, 30.0, 0.0, 0), Holder(0.0, 0.0, 0.0, 0)
    elsewhere = Holder(0.0, 30.0, 0.0, 0)
    assert shares(Standing(100, 100, {2: idle, 3: idle})) == {2: 33, 3: 33}
    assert shares(Standing(100, 100, {2: keen, 3: idle})) == {2: 65, 3: 1}
    assert shares(Standing(100, 100, {2: elsewhere, 3: idle})) == {2: 63, 3: 3}


def test_a_laptop_is_new_for_a_week_and_ever_less_so() -> None:
    assert newness(0) == newness(-5_000) == 1.0
    assert newness(NEWCOMER_MILLISECONDS // 2) == 0.5
    assert newness(NEWCOMER_MILLISECONDS) == newness(9 * NEWCOMER_MILLISECONDS) == 0.0


def test_a_use_counts_half_after_a_week() -> None:
    assert worth_now(8.0, HALF_LIFE_MILLISECONDS) == pytest.approx(4.0)
    assert worth_now(8.0, 3 * HALF_LIFE_MILLISECONDS) == pytest.approx(1.0)
    assert worth_now(8.0, -5_000) == 8.0  # by a clock that went back


def test_of_what_a_hub_gave_out_twice_nothing_is_handed() -> None:
    standing = Standing(10, -4, {2: Holder(1.0, 1.0, 0.0, 10), 3: Holder(1.0, 1.0, 0.0, 0)})
    assert handed(standing, lacking(standing)[3]) == 0
    assert called_back(standing, lacking(standing)) == {2: 6}


askers = st.dictionaries(st.integers(2, 60), amounts, max_size=6)


@given(askers, amounts)
def test_the_oldest_ask_is_met_first_and_never_more_than_the_hub_has(
    asked: dict[int, int], hub: int
) -> None:
    passed = met(asked, hub)
    assert sum(passed.values()) == min(sum(asked.values()), hub)
    before = 0
    for holder, amount in asked.items():
        assert passed.get(holder, 0) == min(amount, max(hub - before, 0))
        before += amount


@given(st.integers(-100, 20_000), st.dictionaries(st.integers(2, 60), st.integers(-50, 10_000)))
def test_for_an_ask_is_called_what_is_short_and_of_nobody_more_than_they_hold(
    short: int, held: dict[int, int]
) -> None:
    calls = called_for(short, held)
    there = sum(max(each, 0) for each in held.values())
    assert sum(calls.values()) == max(min(short, there), 0)
    assert all(0 < amount <= held[holder] for holder, amount in calls.items())

"""Two laptops of an alliance that were offline and meet: seats, purposes and withdrawals."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hongxian_plugins.alliance as alliance
import hongxian_plugins.reward_station as reward_station
import hongxian_plugins.roster as roster
from allied import WATER, agreed, deliver, invite, offered, seats_given, state_of, together, two_of
from hongxian import Refused
from hongxian.errors import Taken
from hongxian.quotas import QuotaShort, spendable
from hongxian_plugins.alliance import Delivery, Invite, Offer
from hongxian_testing import Laptop, refusing
from hongxian_testing.neighbourhood import open_neighbourhood

pytestmark = pytest.mark.plugins(alliance, reward_station, roster)


def test_of_eighty_seats_given_on_two_laptops_never_one_more(neighbourhood):
    first, second = two_of(neighbourhood)
    with first:
        offer = agreed(first)
    for each in (first, second, first, second):
        each.sync()
    for laptop, who in ((first, "甲"), (second, "乙")):
        with laptop:
            for n in range(81):
                try:
                    invite(laptop, offer, f"示例·{who}{n:03}")
                except QuotaShort:
                    break
            assert spendable(Offer.get_by_id(offer), "stock") == 0
    together(neighbourhood)
    with neighbourhood.hub:
        held = [each.seat for each in Invite.select()]
        stock = Offer.get_by_id(offer).stock
    assert 40 < len(held) <= 80
    assert len(set(held)) == len(held)
    assert (stock.left + len(held), stock.uncovered) == (80, 0)
    assert not first.refused
    assert not second.refused


def test_two_laptops_begin_at_other_ends_of_the_hall_so_nobody_loses_a_seat(neighbourhood):
    first, second = two_of(neighbourhood)
    with first:
        offer = agreed(first)
    for each in (first, second, first, second):
        each.sync()
    for laptop, who in ((first, "甲"), (second, "乙")):
        with laptop:
            for n in range(20):
                invite(laptop, offer, f"示例·{who}{n:03}")
    together(neighbourhood)
    assert len(seats_given(first, offer)) == len(set(seats_given(second, offer))) == 40


def test_one_seat_pressed_on_both_is_one_persons_and_the_other_is_told_the_next_free(neighbourhood):
    first, second = two_of(neighbourhood)
    with first:
        offer = agreed(first)
    for each in (first, second, first, second):
        each.sync()
    for laptop, who in ((first, "示例·甲001"), (second, "示例·乙002")):
        with laptop:
            invite(laptop, offer, who, row=1, place=5)
    for each in (first, second):
        each.sync()
    [bumped] = second.attention
    assert bumped.taken.free[0] == [offer, 6]
    assert not first.attention
    assert seats_given(first, offer) == [5]
    second.discard()


def test_one_person_has_one_seat_and_gives_it_up_for_somebody_else(neighbourhood):
    first, second = two_of(neighbourhood)
    with first:
        offer = agreed(first)
        invite(first, offer, "示例·甲001")
        with pytest.raises(Taken):
            invite(first, offer, "示例·甲001")
        [held] = Invite.select()
        first.do("alliance.give_up", held.id)
        first.do("alliance.hand_on", held.id, person="示例·乙002")
        assert [each.called for each in Invite.select()] == ["示例·乙002"]
        assert Offer.get_by_id(offer).stock.left == 79
    first.sync()
    second.sync()
    assert len(seats_given(second, offer)) == 1


def test_what_was_meant_for_patrols_is_refused_to_others_on_both(neighbourhood):
    first, second = two_of(neighbourhood)
    with first:
        offer = agreed(first, **WATER)
    for each in (first, second):
        each.sync()
    for laptop in (first, second):
        with laptop:
            with refusing(Refused, match="捐赠人指定用于“巡查”，不能给“居民”"):
                deliver(laptop, offer, whom="resident")
            assert not Delivery.select().exists()
            deliver(laptop, offer, whom="patrol")
    together(neighbourhood)
    with neighbourhood.hub:
        assert Delivery.select().count() == 2
        assert Offer.get_by_id(offer).stock.left == 48


def test_a_purpose_is_changed_with_the_donors_consent_alone(neighbourhood):
    first, second = two_of(neighbourhood)
    with first:
        offer = agreed(first, **WATER)
    for each in (first, second):
        each.sync()
    with second:
        with refusing(Refused, match="记下捐赠人的同意"):
            Offer.update(purpose="anyone").where(Offer.id == offer).execute()
        second.do(
            "alliance.change_purpose",
            offer,
            became="anyone",
            consented_by="示例·店长，电话",
            day="2026-05-01",
        )
    together(neighbourhood)
    with first:
        deliver(first, offer, whom="resident")
    together(neighbourhood)
    assert not first.refused


def test_what_is_withdrawn_on_one_and_agreed_on_the_other_gives_nothing_and_both_are_told(
    neighbourhood,
):
    first, second = two_of(neighbourhood)
    with first:
        offer = offered()
    for each in (first, second):
        each.sync()
    with first:
        first.do("alliance.withdraw", offer, why="示例：影厅检修")
    with second:
        second.do("alliance.agree", offer)
        invite(second, offer, "示例·甲001")
    for each in (first, second, first, second):
        each.sync()
    assert "撤回" in str([why.zh for why in second.refused])
    second.discard()
    for laptop in (first, second):
        assert state_of(laptop, offer) == "withdrawn"
        assert any("约定后撤回了" in each.zh for each in laptop.tasks), laptop.tasks
        with laptop, refusing(Refused, match="撤回"):
            invite(laptop, offer, "示例·乙002")
    assert seats_given(neighbourhood.hub, offer) == []
    with second:
        second.do("alliance.tell", offer)
    together(neighbourhood)
    assert not any("约定后撤回了" in each.zh for each in first.tasks)


# -- drawn worlds ------------------------------------------------------------------------------------

ACTS = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(("next", "seat", "deliver", "sync", "up"))),
    max_size=20,
)


@pytest.mark.thorough
@given(ACTS)
def test_in_no_order_of_seats_and_syncs_on_three_laptops_is_one_given_twice(
    tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[int, str]]
) -> None:
    with open_neighbourhood(tmp_path_factory.mktemp("hall"), alliance, roster) as met:
        laptops = [met.laptop("示例·红队") for _ in range(3)]
        with laptops[0]:
            hall, water = agreed(laptops[0], pieces=7), agreed(laptops[0], **{**WATER, "pieces": 7})
        for each in laptops * 2:
            each.sync()
        for n, (which, act) in enumerate(acts):
            _do(laptops[which], act, hall, water, f"示例·甲{n:03}")
        for each in laptops * 2:
            each.sync()
            each.discard()
        together(met)
        with met.hub:
            seats = [each.seat for each in Invite.select()]
            assert len(seats) == len(set(seats)) <= 7
            assert set(seats) <= set(range(1, 8))
            stock = Offer.get_by_id(water).stock
            came = sum(each.amount for each in Delivery.select())
            assert (stock.left + came, stock.uncovered) == (7, 0)
            assert Offer.get_by_id(hall).stock.left + len(seats) == 7


def _do(laptop: Laptop, act: str, hall: str, water: str, who: str) -> None:
    if act == "sync":
        laptop.sync()
        return
    with laptop:
        held = Invite.select().where(Invite.state == "invited").first()
        try:
            if act == "next":
                invite(laptop, hall, who)
            elif act == "seat":
                invite(laptop, hall, who, row=1, place=4)
            elif act == "deliver":
                deliver(laptop, water, amount=2)
            elif held is not None:
                laptop.do("alliance.give_up", held.id)
                laptop.do("alliance.hand_on", held.id, person=who)
        except (QuotaShort, Taken):
            pass

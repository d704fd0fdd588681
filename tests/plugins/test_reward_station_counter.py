"""The merchant's counter: one laptop, a secret of its team's, and each code once."""

from datetime import datetime

import pytest

from hongxian import Refused
from hongxian.errors import NotAllowed
from hongxian.records import COMMUNITY, new_id
from hongxian_plugins.reward_station import codes
from hongxian_plugins.reward_station.gifts.counter import handover_id
from hongxian_plugins.reward_station.gifts.records import Counter, Handover, Key, Redemption
from hongxian_plugins.reward_station.goods.records import Merchant
from hongxian_testing import refusing
from station import PLUGINS, balance, code_of, collect, open_town, redeem, state_of, usable

pytestmark = pytest.mark.plugins(*PLUGINS)
NINE = datetime(2026, 5, 1, 9)


@pytest.fixture
def town(neighbourhood):
    with open_town(neighbourhood) as town:
        yield town


def test_a_code_is_read_however_it_is_typed_and_one_wrong_letter_shows():
    secret, shop, gift = codes.new_secret(), new_id(), new_id()
    short = codes.short_code(new_id())
    letters = codes.letters_of(secret, shop, short, gift)
    typed = codes.written(short, letters)
    assert codes.read(typed.lower().replace("0", "o").replace("1", "l")) == (short, letters)
    assert codes.read(typed.replace("-", " ")) == (short, letters)
    assert codes.proves(letters, secret, shop, short, gift)
    other = next(each for each in codes.ALPHABET if each != short[0])
    assert not codes.proves(letters, secret, shop, other + short[1:], gift)
    assert not codes.proves(letters, codes.new_secret(), shop, short, gift)
    assert not codes.proves(letters, secret, shop, short, new_id())
    for wrong in ("", "K7M2", typed + "9", typed.replace(typed[0], "U")):
        assert codes.read(wrong) is None


def test_a_code_is_checked_on_its_own_counters_laptop_and_nowhere_else(town):
    bag = town.gift()
    town.earn()
    made = redeem(town.first, bag, town.person)
    town.sync()
    code = code_of(town.first, made)
    for laptop in (town.first, town.beside):
        with refusing(Refused, match="不是核销电脑"):
            collect(laptop, code)
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    with refusing(Refused, match="不对"):
        collect(town.counter, wrong)
    with town.counter:
        assert code in town.counter.print("reward_station.day_list", town.shop)
    with town.first, refusing(Refused, match="核销电脑上打印"):
        town.first.print("reward_station.day_list", town.shop)
    collect(town.counter, code)


def test_two_laptops_cannot_both_be_the_counter(town):
    with town.beside:
        Merchant.create(name="示例·松果书店", id=(shop := new_id()), scope=COMMUNITY)
    town.sync(town.beside, town.counter)
    for laptop in (town.beside, town.counter):
        with laptop:
            laptop.do("reward_station.open_counter", shop)
    town.sync(town.beside, town.counter)
    [bumped] = town.counter.attention
    assert bumped.state == "bumped"
    with town.counter:
        [key] = Key.select().where(Key.merchant == shop)
    with town.beside:
        assert key.laptop == town.beside.store.writer().laptop


def test_the_secret_is_held_by_the_counters_team_alone(town):
    town.sync()
    for laptop, held in ((town.first, 0), (town.counter, 1), (town.beside, 1)):
        with laptop:
            assert Key.select().count() == held


def test_a_handover_of_another_laptop_is_refused_by_the_hub(town):
    """A copy of the counter's laptop, or one that does not keep the rules."""
    bag = town.gift()
    town.earn()
    made = redeem(town.first, bag, town.person)
    town.sync()
    code = code_of(town.first, made)
    short = codes.read(code)[0]
    forged = {"merchant": town.shop, "short": short, "gift": bag, "kind": "collected", "at": NINE}
    with town.beside:
        key = Key.get()
        with refusing(Refused, match="不是该商户的核销电脑"):
            Handover.create(**forged, laptop=town.beside.store.writer().laptop)
        Handover.create(**forged, laptop=key.laptop, id=handover_id(town.shop, short))
    collect(town.counter, code)
    town.sync(town.counter, town.beside)
    [why] = town.beside.refused
    assert "记过的账" in why.zh


def test_a_cancellation_that_crossed_with_the_code_steps_aside_whole(town):
    bag = town.gift()
    town.earn()
    made = redeem(town.first, bag, town.person)
    with town.hub:
        Counter.update(state="closed").where(Counter.merchant == town.shop).execute()
    town.sync(town.first, town.second)  # no counter, no code
    assert state_of(town.second, made) == "reserved"
    town.sync(town.counter)
    with town.counter:
        town.counter.do("reward_station.open_counter", town.shop)
    town.sync(town.counter)
    assert state_of(town.hub, made) == "code_given"
    with town.second:
        town.second.do("reward_station.cancel", made)
    town.sync(town.second)
    assert balance(town.hub, town.person) == usable(town.hub, town.person) == 0
    [why] = town.second.refused
    assert "取货码已发出" in why.zh
    town.second.discard()
    assert state_of(town.second, made) == "code_given"


def test_a_lost_counter_can_be_closed_and_its_codes_taken_back(town):
    bag = town.gift()
    town.earn()
    made = redeem(town.first, bag, town.person)
    town.sync(town.first)
    opened = town.counter_of(town.beside)
    with refusing(Refused, match="does not apply to record"):
        town.beside.do("reward_station.close_counter", opened)
    with town.beside, pytest.raises(NotAllowed):
        Counter.update(state="closed").where(Counter.id == opened).execute()
    town.all.revoke(town.counter)
    town.sync(town.first, town.beside)
    with town.first:
        town.first.do("reward_station.cancel", made)
    with town.beside:
        town.beside.do("reward_station.open_counter", town.shop)
    town.sync(town.first, town.beside)
    assert balance(town.hub, town.person) == 10
    with town.beside:
        assert Key.get().laptop == town.beside.store.writer().laptop


def test_a_code_is_the_hubs_to_give(town):
    bag = town.gift()
    town.earn()
    made = redeem(town.first, bag, town.person)
    with town.first, pytest.raises(NotAllowed):
        Redemption.update(letters="AAAA", state="code_given").where(Redemption.id == made).execute()


def test_a_counter_moves_after_it_was_closed_and_without_one_nothing_is_redeemed(town):
    bag = town.gift()
    town.earn()
    made = redeem(town.first, bag, town.person)
    town.sync()
    with town.beside, refusing(Refused, match="does not apply to record"):
        town.beside.do("reward_station.open_counter", town.shop)
    with town.counter:
        town.counter.do("reward_station.close_counter", town.counter_of(town.counter))
        with refusing(Refused, match="柜台已经关了"):
            town.counter.do("reward_station.collect", code=code_of(town.first, made))
    town.sync(town.counter, town.first, town.beside)
    with town.first, refusing(Refused, match="还没有核销电脑"):
        town.first.do("reward_station.redeem", bag, person=town.person)
    old = code_of(town.first, made)
    with town.beside:
        town.beside.do("reward_station.open_counter", town.shop)
    town.sync(town.beside, town.first)
    with refusing(Refused, match="旧码"):
        collect(town.beside, old)
    assert "可以交付" in collect(town.beside, code_of(town.first, made)).zh


def test_each_opening_has_another_secret_and_another_team_gets_none_by_its_edits(town):
    town.sync(town.first)
    with town.first:
        for laptop in (None, town.first.store.writer().laptop):
            with pytest.raises(NotAllowed):
                Merchant.update(counter_laptop=laptop).where(Merchant.id == town.shop).execute()
    with town.counter:
        before = Key.get().secret
        town.counter.do("reward_station.close_counter", town.counter_of(town.counter))
    town.sync(town.counter, town.first)
    with town.first:
        town.first.do("reward_station.open_counter", town.shop)
    town.sync(town.first, town.first, town.counter, town.beside)
    with town.first:
        assert Key.get().secret != before
    for laptop in (town.counter, town.beside):
        with laptop:
            assert Key.select().count() == 0
            with refusing(Refused, match="does not apply to record"):
                laptop.do("reward_station.open_counter", town.shop)


def test_a_counter_that_was_closed_and_a_redemption_that_is_over_begin_no_new_turn(town):
    bag = town.gift()
    town.earn()
    made = redeem(town.first, bag, town.person)
    town.first.do("reward_station.cancel", made)
    opened = town.counter_of(town.counter)
    town.counter.do("reward_station.close_counter", opened)
    for laptop, model, id, state in (
        (town.first, Redemption, made, "00>1>reserved"),  # as a changed program would write it
        (town.counter, Counter, opened, "00>1>open"),
    ):
        with laptop, refusing(Refused, match="不能再变成"):
            laptop.store.edit(model, {id: {"state": state}})

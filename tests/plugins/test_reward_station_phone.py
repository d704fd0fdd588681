"""Gifts on phones: a person redeems at the hub and has the code at once; a merchant's phone honours it once."""

import pytest

import hongxian_plugins.roster as roster
from hands import Hand
from hongxian import Refused
from hongxian.codes import scannable
from hongxian.collections.builtin import Phone
from hongxian.quotas import HUB, pass_on, spendable
from hongxian_plugins.reward_station.gifts.records import Gift, Handover, Key, Redemption
from hongxian_plugins.reward_station.goods.records import Lot, Merchant, Pledge
from hongxian_plugins.reward_station.goods.shelf import count
from hongxian_plugins.reward_station.points.records import Account
from hongxian_plugins.reward_station.setting import Setting
from hongxian_testing import refusing
from station import PLUGINS, balance, code_of, collect, open_town, redeem, state_of, usable

pytestmark = pytest.mark.plugins(*PLUGINS)
WANT = "reward_station.want"
COLLECT = "reward_station.collect"


@pytest.fixture
def town(neighbourhood):
    with open_town(neighbourhood) as town:
        yield town


@pytest.fixture
def shop(town):
    """The merchant's phone, on which it collects."""
    with town.counter:
        town.counter.do("reward_station.close_counter", town.counter_of(town.counter))
    town.sync(town.counter)
    hand = hand_of(town, Merchant, town.shop)
    assert "已开通" in hand.do("reward_station.collect_on_phones")
    return hand


def hand_of(town, model, id):
    with town.hub:
        return Hand(town.hub, model.get_by_id(id))


def mine(town):
    """The phone of a person who has ten points, for which no laptop is asked."""
    town.earn()
    town.sync(town.first)
    with town.first:
        pass_on(Account.get(Account.person == town.person), "points", 10, to=HUB)
    town.sync(town.first)
    return hand_of(town, roster.Person, town.person)


def the_code(town):
    with town.hub:
        [made] = [each for each in Redemption.select() if each.state == "code_given"]
    return made.id, code_of(town.hub, made.id)


def test_what_a_phone_redeems_has_its_code_at_once_and_is_redeemed_once_however_often_it_is_sent(
    town, shop
):
    bag, phone = town.gift(), mine(town)
    assert "帆布袋" in phone.open()
    first = phone.do(WANT, bag, once="sent-from-a-phone-0001")
    again = phone.do(WANT, bag, once="sent-from-a-phone-0001")
    assert "帆布袋" in first
    assert "帆布袋" in again
    made, code = the_code(town)
    assert code in phone.open(f"/of/reward_station.redemption/{made}")
    assert balance(town.hub, town.person) == usable(town.hub, town.person) == 0
    with town.hub:
        assert Lot.get_by_id(Gift.get_by_id(bag).lot).stock.left == 4


def test_of_two_phones_one_gets_the_last_piece_and_the_other_keeps_its_points(town, shop):
    bag, phone = town.gift(pieces=1), mine(town)
    with town.first:
        other = str(roster.Person.create(name="示例·甲002", scope="community").id)
    town.serve(town.first, other)
    town.sync(town.first, town.first)
    with town.first:
        pass_on(Account.get(Account.person == other), "points", 10, to=HUB)
        town.first.do("reward_station.count", Lot.get().id, counted=0, reason="盘点")
    town.sync(town.first)
    with town.hub:  # so that the last one is nobody's but the hub's
        count(town.hub, Lot.get(), 1, "盘点")
    second = hand_of(town, roster.Person, other)
    assert "换好了" in phone.do(WANT, bag)
    assert "换完了" in second.open()
    assert "没有这么多了" in second.do(WANT, bag)
    with town.hub:
        assert Redemption.get().person == town.person
    assert usable(town.hub, other) == 10


def test_a_phone_says_what_is_missing_and_calls_goods_and_points_from_the_laptops_at_once(
    town, shop
):
    bag, dear = town.gift(), town.gift(price=25)
    town.earn()
    town.sync(town.first)
    with town.first:
        incarnation = town.first.store.writer().incarnation
    with town.hub:
        lot = Lot.get_by_id(Gift.get_by_id(bag).lot)
        pass_on(lot, "stock", spendable(lot, "stock"), to=incarnation)
    town.sync(town.first)
    phone = hand_of(town, roster.Person, town.person)
    page = phone.open()
    assert "还差 15 分" in page
    assert page.count('<li class="gift is-out">') == 1
    assert "要等队里电脑调来" in page
    assert "其中在队里电脑上" in page
    told = phone.do(WANT, bag)
    assert "已请它调来" in told
    assert "账上 10 分，要 25 分" in phone.do(WANT, dear)
    town.sync(town.first, town.first)  # which it was asked by that
    assert "换好了" in phone.do(WANT, bag)


def test_a_shops_phone_honours_a_code_once_and_says_when_it_was(town, shop):
    bag, phone = town.gift(), mine(town)
    phone.do(WANT, bag)
    made, code = the_code(town)
    with town.hub:
        scanned = scannable(town.hub, code).text
    assert scanned.startswith("http")
    assert "可以交付" in shop.do(COLLECT, code=scanned)
    assert state_of(town.hub, made) == "collected"
    second = hand_of(town, Merchant, town.shop)
    with town.hub:
        at = Handover.get().at
    for hand in (shop, second):
        assert f"已于 {at:%Y-%m-%d %H:%M} 交付" in hand.do(COLLECT, code=code.lower())
    assert "已取货" in phone.open(f"/of/reward_station.redemption/{made}")
    page = shop.open()
    assert "示例·甲" not in page
    assert "帆布袋" in page
    town.sync(town.first)
    assert state_of(town.first, made) == "collected"


def test_a_code_is_honoured_at_its_own_shop_alone_and_is_not_made_up(town, shop):
    bag, phone = town.gift(), mine(town)
    phone.do(WANT, bag)
    _made, code = the_code(town)
    with town.hub:
        other = Merchant.create(name="示例·松果书店")
    beside = hand_of(town, Merchant, other.id)
    assert "还没有开通手机核销" in beside.do(COLLECT, code=code)
    beside.do("reward_station.collect_on_phones")
    assert "不对" in beside.do(COLLECT, code=code)
    assert "不对" in shop.do(COLLECT, code=code[:-1] + ("0" if code[-1] != "0" else "1"))
    assert phone.do(COLLECT, code=code) == ""
    assert phone.status == 404


def test_a_shop_collects_on_its_laptop_or_on_its_phones_and_never_on_both(town):
    bag, phone = town.gift(), mine(town)
    hand = hand_of(town, Merchant, town.shop)
    phone.do(WANT, bag)
    made, code = the_code(town)
    assert (
        hand.do("reward_station.collect_on_phones") == ""
    )  # the laptop may have handed it out, offline
    assert "在电脑上核销" in hand.do(COLLECT, code=code)
    assert phone.do("reward_station.cancel", made) == ""
    assert "柜台退" in phone.open()
    with town.counter:
        town.counter.do("reward_station.close_counter", town.counter_of(town.counter))
    assert hand.do("reward_station.collect_on_phones") == ""  # the hub has not heard of it
    town.sync(town.counter)
    assert "已开通" in hand.do("reward_station.collect_on_phones")
    with town.counter:
        town.counter.do("reward_station.open_counter", town.shop)  # nor this laptop of that
    town.sync(town.counter)
    [bumped] = town.counter.attention
    assert bumped.state == "bumped"
    town.counter.discard()
    _made, fresh = the_code(town)
    with refusing(Refused, match="不是核销电脑"):
        collect(town.counter, fresh)
    assert "不对" in hand.do(COLLECT, code=code)  # another opening, other letters
    assert "可以交付" in hand.do(COLLECT, code=fresh)


def test_a_counter_on_phones_closes_with_the_last_of_them_or_for_a_laptop(town, shop):
    with town.hub:
        assert Key.select().count() == 1
        town.hub.edit(Phone, {Phone.get().id: {"ended": True}})
        assert Key.select().count() == 0
        assert Merchant.get_by_id(town.shop).counter_laptop is None
    other = hand_of(town, Merchant, town.shop)
    assert "已开通" in other.do("reward_station.collect_on_phones")
    assert "已关" in other.do("reward_station.leave_to_laptop")
    town.sync(town.counter)
    with town.counter:
        town.counter.do("reward_station.open_counter", town.shop)
    town.sync(town.counter)
    with town.hub:
        assert Key.get().laptop != "phones"


def test_a_gift_that_is_not_wanted_goes_back_from_the_phone_where_the_rules_let_it(town, shop):
    bag, phone = town.gift(), mine(town)
    phone.do(WANT, bag)
    made, code = the_code(town)
    with town.hub:
        Setting.change(codes_go_back=False)
    assert phone.do("reward_station.cancel", made) == ""
    with town.hub:
        Setting.change(codes_go_back=True)
    assert "帆布袋 1 件" in phone.read(f"/do/reward_station.cancel/{made}")
    assert "退回 10 分" in phone.do("reward_station.cancel", made)
    assert usable(town.hub, town.person) == balance(town.hub, town.person) == 10
    assert "已退还" in shop.do(COLLECT, code=code)
    phone.do(WANT, bag)
    made, code = the_code(town)
    shop.do(COLLECT, code=code)
    assert phone.do("reward_station.cancel", made) == ""


def test_a_laptop_that_gives_back_what_a_phone_handed_out_is_refused(town, shop):
    bag, phone = town.gift(), mine(town)
    phone.do(WANT, bag)
    made, code = the_code(town)
    town.sync(town.first)
    shop.do(COLLECT, code=code)
    with town.first:
        town.first.do("reward_station.cancel", made)
    town.sync(town.first)
    [why] = town.first.refused
    assert "已取货" in why.zh
    town.first.discard()
    assert state_of(town.first, made) == "collected"
    assert balance(town.hub, town.person) == 0


def test_what_a_laptop_redeemed_is_handed_out_by_a_phone(town, shop):
    bag = town.gift()
    town.earn()
    made = redeem(town.first, bag, town.person)
    town.sync(town.first)
    assert "可以交付" in shop.do(COLLECT, code=code_of(town.first, made))
    town.sync(town.first)
    assert state_of(town.first, made) == "collected"


def test_nobody_sees_or_gives_back_what_another_redeemed(town, shop):
    bag, phone = town.gift(), mine(town)
    phone.do(WANT, bag)
    made, code = the_code(town)
    with town.first:
        other = str(roster.Person.create(name="示例·甲002", scope="community").id)
    town.sync(town.first)
    stranger = hand_of(town, roster.Person, other)
    for hand in (stranger, shop):
        assert code not in hand.open(f"/of/reward_station.redemption/{made}") + hand.open()
        assert hand.do("reward_station.cancel", made) == ""
    assert state_of(town.hub, made) == "code_given"


def test_a_shop_promises_goods_on_its_phone_and_sees_what_became_of_them(town, shop):
    told = shop.do("reward_station.promise", item="雨伞", amount="12", purpose="anyone")
    assert "雨伞 12 件" in told
    town.sync(town.first)
    with town.first:
        [pledge] = Pledge.select().where(Pledge.item == "雨伞")
        assert pledge.merchant == town.shop
        town.first.do("reward_station.receive", pledge.id, received=12)
    town.sync(town.first)
    assert "已签收" in shop.open()

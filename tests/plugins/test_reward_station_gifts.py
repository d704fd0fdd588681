"""Gifts for points: both are held together, and nobody gets the last piece twice."""

import pytest

import hongxian_plugins.reward_station as reward_station
import hongxian_plugins.roster as roster
from hongxian import Refused
from hongxian.errors import StillUsed
from hongxian.kit.rules.rule import Rules
from hongxian.quotas import QuotaShort
from hongxian.records import COMMUNITY, new_id
from hongxian_plugins.reward_station.codes import short_code
from hongxian_plugins.reward_station.gifts.records import Gift, Redemption
from hongxian_plugins.reward_station.goods.records import Lot, Merchant, Movement
from hongxian_plugins.reward_station.goods.shelf import on_shelf
from hongxian_plugins.reward_station.points import ledger
from hongxian_plugins.reward_station.points.records import Account, Entry
from hongxian_plugins.reward_station.reach import hold
from hongxian_plugins.reward_station.setting import Setting
from hongxian_testing import Desk, refusing
from hongxian_testing.laptop import with_only
from station import (
    PLUGINS,
    SOME_RULES,
    balance,
    code_of,
    collect,
    open_town,
    redeem,
    state_of,
    stocked,
    usable,
)

pytestmark = pytest.mark.plugins(*PLUGINS)


@pytest.fixture
def town(neighbourhood):
    with open_town(neighbourhood) as town:
        yield town


def test_points_are_usable_when_the_hub_has_them_and_only_those_there_are(town):
    bag = town.gift()
    town.serve(town.first, town.person, 60)
    with town.first, pytest.raises(QuotaShort):
        town.first.do("reward_station.redeem", bag, person=town.person)
    town.sync(town.first)
    redeem(town.first, bag, town.person)
    with town.first:
        before = (Redemption.select().count(), Movement.select().count())
        with refusing(Refused, match="积分不够：账上 0 分"):
            town.first.do("reward_station.redeem", bag, person=town.person)
        assert (Redemption.select().count(), Movement.select().count()) == before


def test_a_gift_or_merchant_with_a_code_out_is_not_deleted_nor_is_who_redeemed(town):
    bag = town.gift()
    town.earn()
    redeem(town.first, bag, town.person)
    with town.first:
        for model, id in ((Gift, bag), (Merchant, town.shop), (roster.Person, town.person)):
            with refusing(StillUsed, match="兑换 1 条"):
                model.delete().where(model.id == id).execute()
    with town.second:  # which knows nothing of it
        Gift.delete().where(Gift.id == bag).execute()
    town.sync(town.first, town.second)
    [why] = town.second.refused
    assert "帆布袋”还被引用：兑换 1 条" in why.zh
    town.second.discard()


def test_a_shelf_that_was_counted_to_be_empty_gives_no_gift(town):
    bag = town.gift(pieces=6)
    town.earn()
    with town.first:
        town.first.do("reward_station.count", Gift.get_by_id(bag).lot, counted=0, reason="盘点")
    town.sync()
    town.sync()
    for laptop in (town.first, town.second):
        with laptop, pytest.raises(QuotaShort):
            laptop.do("reward_station.redeem", bag, person=town.person)
    with town.first:  # and what is found again can be given
        town.first.do("reward_station.count", Gift.get_by_id(bag).lot, counted=1, reason="盘点")
    redeem(town.first, bag, town.person)
    town.sync()
    with town.hub:
        assert on_shelf(Lot.get()) == 0


def test_two_laptops_offline_do_not_both_spend_the_same_points(town):
    bag = town.gift()
    town.serve(town.first, town.person, 60)
    town.sync(town.first, town.second)
    made = redeem(town.first, bag, town.person)
    with town.second, pytest.raises(QuotaShort) as short:
        town.second.do("reward_station.redeem", bag, person=town.person)
    assert [amount for _, amount in short.value.facts["holders"]] == [10]
    town.sync()
    assert state_of(town.second, made) == "code_given"
    assert balance(town.second, town.person) == usable(town.second, town.person) == 0


def test_points_of_another_laptop_come_at_one_press_and_two_syncs(town):
    bag = town.gift()
    town.serve(town.first, town.person, 60)
    town.sync(town.first, town.second)
    desk = Desk(town.second)
    refused = desk.open(f"/do/reward_station.redeem/{bag}").press("办理", person=town.person)
    asked = refused.press("申请调到这台电脑")
    assert "对方电脑联网、这台电脑再联网后就到" in asked.text
    assert "已申请 10 分" in desk.open("/attention").text
    town.sync(town.second, town.first, town.second)
    assert "已申请 10 分" not in desk.open("/attention").text
    made = redeem(town.second, bag, town.person)
    town.sync()
    assert state_of(town.second, made) == "code_given"


def test_an_ask_is_withdrawn_where_it_waits(town):
    bag = town.gift()
    town.serve(town.first, town.person, 60)
    town.sync(town.first, town.second)
    desk = Desk(town.second)
    desk.open(f"/do/reward_station.redeem/{bag}").press("办理", person=town.person).press(
        "申请调到这台电脑"
    )
    assert "已申请" not in desk.open("/attention").press("撤回申请").text
    town.sync(town.second, town.first, town.second)
    with town.second, pytest.raises(QuotaShort):
        town.second.do("reward_station.redeem", bag, person=town.person)


def test_two_laptops_offline_do_not_both_promise_the_last_piece(town):
    bag = town.gift(pieces=1)
    other = "示例·乙002"
    with town.second:
        other = roster.Person.create(name=other, scope=COMMUNITY).id
    town.serve(town.first, town.person, 60)
    town.serve(town.second, other, 60)
    town.sync(town.first, town.second, town.first, town.second)
    outcomes = []
    for laptop, person in ((town.first, town.person), (town.second, other)):
        try:
            outcomes.append(redeem(laptop, bag, person))
        except QuotaShort:
            outcomes.append(None)
    town.sync(town.first, town.second, town.first)
    given = [each for each in outcomes if each and state_of(town.first, each) == "code_given"]
    assert len(given) == 1
    with town.hub:
        [lot] = Lot.select()
        assert (lot.stock.left, lot.stock.uncovered) == (0, 0)
        assert Redemption.select().count() == 1
        assert sorted(each.points.left for each in Account.select()) == [0, 10]


def test_a_gift_goes_from_the_reservation_to_the_counter_and_its_code_works_once(town):
    bag = town.gift()
    town.earn()
    made = redeem(town.first, bag, town.person)
    with town.first, refusing(Refused, match="先联网"):
        town.first.print("reward_station.slip", made)
    town.sync(town.first)
    code = code_of(town.first, made)
    with town.first:
        assert code in town.first.print("reward_station.slip", made)
        [(_, drawn), (_, shown)] = town.first.view("reward_station.code", made).facts
        assert shown == drawn.text == code
    # The counter has not heard of the redemption: the code alone says what it is for.
    assert "帆布袋" in collect(town.counter, code).zh
    with refusing(Refused, match="works once only"):
        collect(town.counter, code)
    town.sync(town.counter, town.first)
    assert state_of(town.first, made) == "collected"
    with town.first, refusing(Refused, match="does not apply to record"):
        town.first.do("reward_station.cancel", made)
    assert balance(town.first, town.person) == 0


def test_a_redemption_that_is_cancelled_gives_points_and_piece_back_together(town):
    bag = town.gift(pieces=1)
    town.serve(town.first, town.person, 60)
    town.sync(town.first, town.first)
    made = redeem(town.first, bag, town.person)
    with town.first:
        town.first.do("reward_station.cancel", made)
        with refusing(Refused, match="does not apply to record"):
            town.first.do("reward_station.cancel", made)
        with refusing(Refused, match="booked already"):
            ledger.book_returned(town.person, made)
    town.sync(town.first, town.first, town.second)
    for store in (town.hub, town.first, town.second):
        assert state_of(store, made) == "reversed"
        assert balance(store, town.person) == usable(store, town.person) == 10
        with store:
            assert Lot.get().stock.left == 1
    again = redeem(town.first, bag, town.person)
    town.sync(town.first)
    assert state_of(town.first, again) == "code_given"


@pytest.mark.parametrize("paid", ["by who gets it", "by another", "by nobody", "in part", "unseen"])
def test_the_hub_takes_no_gift_that_others_pay_for(town, paid: str):
    """Whatever the laptop's own program would say."""
    bag = town.gift()
    town.earn()
    with town.first:
        other = roster.Person.create(name="示例·乙002", scope=COMMUNITY).id
    town.serve(town.first, other, 60)
    town.sync(town.first)
    town.first.store.judge.rules = Rules(with_only(()))
    with town.first, town.first.store.transaction():
        gift, id = Gift.get_by_id(bag), new_id()
        named = {"gift": bag, "merchant": gift.merchant, "short": short_code(id)}
        Redemption.create(id=id, person=town.person, price=gift.price, **named)
        hold(Lot.get_by_id(gift.lot), "stock", 1)
        Movement.create(lot=gift.lot, kind="redeemed", amount=1, redemption=id)
        if paid == "unseen":  # in the ledger by one, out of the account of another
            ledger._write("spent", town.person, 10, id)
            hold(ledger.account_of(other), "points", 10)
        elif paid != "by nobody":
            payer = other if paid == "by another" else town.person
            ledger.book_spent(payer, 5 if paid == "in part" else 10, id)
    town.sync(town.first)
    is_right = paid == "by who gets it"
    assert bool(town.first.refused) is not is_right
    assert (balance(town.hub, town.person), balance(town.hub, other)) == (0 if is_right else 10, 10)
    with town.hub:
        assert Redemption.select().count() == is_right
    town.first.discard()


def test_who_was_entered_twice_spends_the_points_of_both_records_together_and_never_twice(
    town,
):
    bag = town.gift(price=15)
    with town.first:
        double = roster.Person.create(name="示例甲001", scope=COMMUNITY).id
    town.serve(town.first, town.person, 60)
    town.serve(town.first, double, 60)
    town.sync(town.first, town.second, town.first)
    with town.first, refusing(Refused, match="账上 10 分"):
        town.first.do("reward_station.redeem", bag, person=town.person)
    with town.first:
        town.first.do("roster.join", double, other=town.person)
        assert ledger.balance(double) == ledger.balance(town.person) == 20
    town.sync(town.first, town.second)
    made = redeem(town.first, bag, double)
    with town.second, pytest.raises(Refused):  # whose rights to the points the other laptop has
        town.second.do("reward_station.redeem", bag, person=town.person)
    town.sync(town.first, town.second)
    for store in (town.hub, town.first, town.second):
        assert state_of(store, made) == "code_given"
        assert balance(store, double) == 5
        assert usable(store, town.person) + usable(store, double) == 5
    collect(town.counter, code_of(town.second, made), "take_back")
    town.sync(town.counter, town.first, town.second)
    for store in (town.hub, town.first, town.second):
        assert state_of(store, made) == "reversed"
        assert usable(store, town.person) == usable(store, double) == 10


def test_who_cancels_while_the_code_goes_out_is_refused_and_nothing_is_given_twice(town):
    bag = town.gift()
    town.earn()
    made = redeem(town.first, bag, town.person)
    town.sync(town.first, town.second)
    assert state_of(town.second, made) == "code_given"
    with town.second, refusing(Refused, match="只能在商户柜台退还"):
        town.second.do("reward_station.cancel", made)
    code = code_of(town.second, made)
    collect(town.counter, code, "take_back")
    with refusing(Refused, match="Returned"):
        collect(town.counter, code)
    town.sync(town.counter, town.first, town.second)
    for store in (town.hub, town.first, town.second):
        assert state_of(store, made) == "reversed"
        assert balance(store, town.person) == usable(store, town.person) == 10
        with store:
            assert on_shelf(Lot.get()) == 5


def test_a_merchant_that_left_is_redeemed_from_no_more(town):
    bag = town.gift()
    town.serve(town.first, town.person, 60)
    town.sync(town.first, town.second)
    with town.second:
        Merchant.update(state="left").where(Merchant.id == town.shop).execute()
        with refusing(Refused, match="has left"):
            town.second.do("reward_station.redeem", bag, person=town.person)
    made = redeem(town.first, bag, town.person)  # this laptop has not heard of it
    town.sync(town.second, town.first)
    [why] = town.first.refused
    assert "已退出" in why.zh
    with town.first:
        assert Redemption.get_by_id(made).price == 10  # what was typed is still there
    assert balance(town.hub, town.person) == usable(town.hub, town.person) == 10


@pytest.mark.plugins(reward_station)
def test_without_roster_and_service_there_are_gifts_points_and_codes(laptop, neighbourhood):
    Setting.change(**SOME_RULES)
    assert laptop.do("reward_station.book_missing").zh.startswith("补记 0 笔")
    person, bag = alone_with_a_gift(neighbourhood, laptop, pieces=1)
    made = redeem(laptop, bag, person)
    laptop.sync()
    assert collect(laptop, code_of(laptop, made))
    laptop.sync()
    assert [
        (each.label.en, each.value) for each in laptop.view("reward_station.redemptions").stats
    ] == [
        ("Reserved", 0),
        ("Code given", 0),
        ("Collected", 1),
        ("Reversed", 0),
    ]
    assert laptop.view("reward_station.points", person=person).note.zh.startswith("…")
    assert state_of(neighbourhood.hub, made) == "collected"


@pytest.mark.either_database
@pytest.mark.plugins(reward_station)
def test_the_gift_goes_its_way_on_a_hub_over_either_database(laptop, neighbourhood):
    person, bag = alone_with_a_gift(neighbourhood, laptop, pieces=2)
    first, second = redeem(laptop, bag, person), redeem(laptop, bag, person)
    laptop.sync()
    collect(laptop, code_of(laptop, first))
    collect(laptop, code_of(laptop, second), "take_back")
    laptop.sync()
    assert (state_of(laptop, first), state_of(laptop, second)) == ("collected", "reversed")
    for store in (neighbourhood.hub, laptop):
        assert balance(store, person) == usable(store, person) == 5
        with store:
            assert on_shelf(Lot.get()) == 1


def alone_with_a_gift(neighbourhood, laptop, pieces):
    """Somebody with ten points, and a gift for five at a merchant's whose counter this laptop is."""
    person = new_id()
    shop = Merchant.create(name="示例·晨露超市").id
    laptop.do("reward_station.open_counter", shop)
    lot = stocked(laptop, pieces, merchant=shop, purpose="rewards")
    bag = Gift.create(title="袋", merchant=shop, lot=lot, price=5).id
    with neighbourhood.hub:  # without service it alone may
        ledger.book_earned(person, 10, new_id())
    laptop.sync()
    return person, bag


@pytest.mark.thorough
def test_the_demo_is_a_station_with_lots_near_expiry_and_people_with_points(laptop):
    for _ in range(2):
        laptop.store.plugins.tell("hongxian_demo_was_asked", store=laptop.store, seed=7)
    assert Merchant.select().count() == 5
    assert "wait" in {each.tone for each in laptop.view("reward_station.shelf").shapes[0].cards}
    assert laptop.view("reward_station.public_account").rows
    assert Gift.select().count() == 3
    assert laptop.tasks
    by_service = Entry.select().where(Entry.minutes.is_null(False))
    assert by_service.exists()
    assert sum(ledger.balances().values()) == 0
    known = {id for (id,) in roster.Person.select(roster.Person.id).tuples()}
    assert {each.person for each in Entry.select()} <= known


def test_in_the_demonstration_a_gift_is_redeemed_and_handed_out_where_one_stands(neighbourhood):
    laptop = neighbourhood.laptop("示例·东队")
    with laptop:
        laptop.store.plugins.tell("hongxian_demo_was_asked", store=laptop.store, seed=7)
    laptop.sync()
    laptop.sync()
    with laptop:
        account = max(Account.select(), key=lambda each: each.points.left)
        person, gift = account.person, Gift.get(Gift.price <= account.points.left).id
    made = redeem(laptop, gift, person)
    laptop.sync()
    laptop.sync()
    assert "交付" in collect(laptop, code_of(laptop, made)).zh
    laptop.sync()
    assert state_of(laptop, made) == "collected"

"""One thread: what an institution offers becomes a gift and goods of the shelf, in one book each."""

from __future__ import annotations

import pytest
from peewee import CharField

import hongxian_plugins.alliance as alliance
import hongxian_plugins.reward_station as reward_station
import hongxian_plugins.roster as roster
import hongxian_plugins.service as service
from allied import WATER, agreed, deliver, offered, state_of, together, two_of
from hongxian import Record, Refused, Text, gives
from hongxian.contracts import Goods, Institution, Offering, given
from hongxian.quotas import QuotaShort
from hongxian_plugins.alliance import Member, Offer
from hongxian_plugins.reward_station.gifts.records import Gift, Redemption
from hongxian_plugins.reward_station.goods.records import Lot, Pledge
from hongxian_testing import refusing
from samples import plugin
from station import SOME_RULES


class Unit(Record):
    """Units that report to the community, as another plugin keeps them."""

    name = CharField(max_length=60)

    class Meta:
        collection = "reported.unit"
        title = Text("单位", "Units")
        scope = "community"


@gives(Institution, of=Unit)
def institution_of(unit: Unit) -> Institution:
    return Institution(name=unit.name, branch="示例·一支部")


reported = plugin("reported", Unit, institution_of=institution_of)
pytestmark = pytest.mark.plugins(alliance, reward_station, roster, service, reported)
TICKETS = {
    "title": "电影票",
    "kind": "tickets",
    "pieces": 50,
    "unit": "张",
    "purpose": "rewards",
    "whom": "积分兑换",
}


def test_what_is_agreed_is_offered_and_what_is_withdrawn_has_no_pieces(laptop):
    offer = offered(**TICKETS)
    assert list(given(laptop.store, Offering)) == [(offer, None)]
    laptop.do("alliance.agree", offer)
    [(_, offering)] = given(laptop.store, Offering)
    assert (offering.item, offering.pieces, offering.purpose) == ("电影票", 50, "rewards")
    laptop.do("alliance.withdraw", offer, why="示例")
    [(_, offering)] = given(laptop.store, Offering)
    assert offering.pieces == 0


def test_a_donor_who_wants_no_name_is_given_without_one(laptop):
    member = Member.create(name="示例·某店", unnamed=True).id
    agreed(laptop, member=member)
    [(_, offering)] = given(laptop.store, Offering)
    assert offering.donor == "不具名"


def test_an_offer_for_rewards_is_a_gift_once_people_say_its_points_and_its_goods_came(laptop):
    agreed(laptop, **TICKETS)
    [gift] = Gift.select()
    assert (gift.title, gift.price, gift.on_offer) == ("电影票", 0, False)
    assert any("还没有定积分价" in each.zh for each in laptop.tasks)
    with refusing(Refused, match="先定积分价"):
        Gift.update(on_offer=True).execute()
    Gift.update(price=380, on_offer=True).execute()
    assert not any("还没有定积分价" in each.zh for each in laptop.tasks)
    [pledge] = Pledge.select()
    laptop.do("reward_station.receive", pledge.id, received=48)
    laptop.do("reward_station.shelve", pledge.id, amount=48)
    assert Lot.get_by_id(gift.lot).stock.left == 48
    assert Lot.select().count() == 1, "one piece stands in one book"


def test_two_laptops_that_agree_offline_make_one_gift(neighbourhood):
    first, second = two_of(neighbourhood)
    with first:
        offer = offered(**TICKETS)
    for each in (first, second):
        each.sync()
    for each in (first, second):
        with each:
            each.do("alliance.agree", offer)
            assert Gift.select().count() == 1
    together(neighbourhood)
    assert not first.refused + second.refused
    with neighbourhood.hub:
        assert (Gift.select().count(), Pledge.select().count(), Lot.select().count()) == (1, 1, 1)


def test_of_an_offer_withdrawn_while_it_was_agreed_elsewhere_no_code_goes_out(neighbourhood):
    first, second = two_of(neighbourhood)
    with first:
        reward_station.Setting.change(**SOME_RULES)
        person = roster.Person.create(name="示例·甲001", scope="community").id
        offer = offered(**TICKETS)
    for each in (first, second):
        each.sync()
    with first:
        first.do("alliance.withdraw", offer, why="示例")
    with second:
        second.do("alliance.agree", offer)
        gift = Gift.get()
        Gift.update(price=10, on_offer=True).execute()
        with pytest.raises((Refused, QuotaShort)):
            second.do("reward_station.redeem", gift.id, person=person)
    together(neighbourhood)
    assert state_of(second, offer) == "withdrawn"
    neighbourhood.tidy()
    together(neighbourhood)
    with neighbourhood.hub:
        assert not Redemption.select().exists()
        assert not Gift.get_by_id(gift.id).on_offer
        assert Pledge.get().state == "withdrawn"


def test_what_a_donor_meant_for_patrols_is_no_gift_on_either(neighbourhood):
    first, second = two_of(neighbourhood)
    with first:
        offer = agreed(first, **WATER)
        assert not Gift.select().exists()
        deliver(first, offer, amount=20, whom="station")
        [pledge] = Pledge.select()
        assert (pledge.item, pledge.amount, pledge.purpose) == ("瓶装水", 20, "patrols")
        first.do("reward_station.receive", pledge.id, received=20)
        first.do("reward_station.shelve", pledge.id, amount=20)
    together(neighbourhood)
    for laptop in (first, second):
        with laptop:
            lot = Lot.get()
            with refusing(Refused, match="不是捐来兑换积分的"):
                Gift.create(title="瓶装水", merchant=Pledge.get().merchant, lot=lot, price=5)
            with refusing(Refused, match="捐赠人指定用于“巡查”"):
                laptop.do("reward_station.take", lot.id, amount=1, whom="resident")


def test_a_delivery_to_the_shelf_that_was_a_mistake_is_promised_no_more(laptop):
    offer = agreed(laptop, **WATER)
    deliver(laptop, offer, amount=20, whom="station")
    [(source, goods)] = given(laptop.store, Goods)
    assert (goods.donor, goods.purpose, goods.pieces) == ("示例·拾光影院", "patrols", 20)
    laptop.do("alliance.void_delivery", source, void_reason="示例：记错")
    assert Pledge.get().state == "withdrawn"
    assert Offer.get_by_id(offer).stock.left == 50


def test_a_unit_that_reports_elsewhere_is_a_member_whose_kind_people_say(laptop):
    Unit.create(name="示例·供电所")
    [member] = Member.select()
    assert (member.name, member.branch, member.kind) == (
        "示例·供电所",
        "示例·一支部",
        "institution",
    )
    Member.update(kind="society").execute()
    Unit.update(name="示例·供电公司").execute()
    [member] = Member.select()
    assert (member.name, member.kind) == ("示例·供电公司", "society")
    by_hand = Member.create(name="示例·供电公司")
    assert any("登记了两次" in each.zh for each in laptop.tasks)
    by_hand.name = "示例·自己登记的"
    by_hand.save()
    assert not any("登记了两次" in each.zh for each in laptop.tasks)

"""The station's shelf: what came and went adds up, the donor's wish is kept, and a shortfall never blocks."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hongxian_plugins.reward_station as reward_station
from hongxian import Refused, Text, Viewer, local_today
from hongxian.errors import Invalid
from hongxian.plugins.offering import offers
from hongxian.plugins.offers import Action
from hongxian.quotas import QuotaShort
from hongxian.records import COMMUNITY, new_id
from hongxian_plugins.reward_station.gifts.records import Gift
from hongxian_plugins.reward_station.goods.records import Lot, Merchant, Movement, Pledge
from hongxian_plugins.reward_station.goods.shelf import on_shelf, signed
from hongxian_plugins.reward_station.setting import Setting
from hongxian_testing import Clock, Laptop, in_both, refusing
from hongxian_testing.laptop import open_laptop
from station import PLUGINS, open_town, pledged, stocked

pytestmark = pytest.mark.plugins(*PLUGINS)


@pytest.fixture
def town(neighbourhood):
    with open_town(neighbourhood) as town:
        yield town


def test_every_field_has_a_label_and_a_help_in_both_languages(laptop):
    offered = offers(laptop.store, Action, Viewer("leader")).items()
    own = [each.offer for name, each in offered if name.startswith("reward_station.")]
    asked = [field for offer in own for field in offer.asks.values()]
    told = [(field.verbose_name, field.help_text) for field in asked]
    for model in reward_station.hongxian_collections():
        columns = laptop.store.collection(model._meta.collection).columns.values()
        told += [(column.label, column.help) for column in columns]
    for label, help in told:
        assert in_both(label)
        assert in_both(help), label


def test_goods_go_from_the_pledge_to_the_shelf_and_out_and_the_public_can_follow(laptop):
    pledge = pledged(10, purpose="outdoor")
    laptop.do("reward_station.receive", pledge, received=9)
    laptop.do("reward_station.shelve", pledge, amount=6, expires=local_today() + timedelta(days=9))
    laptop.do("reward_station.shelve", pledge, amount=3, expires=None)
    lot = Lot.get(Lot.expires.is_null(False))
    laptop.do("reward_station.take", lot.id, amount=2, whom="courier")
    held = Pledge.get_by_id(pledge)
    assert (held.state, held.received, held.to_shelve.left) == ("shelved", 9, 0)
    [row] = laptop.view("reward_station.public_account").rows
    assert [row[at].zh for at in (1, 2, 5)] == ["瓶装水", "户外劳动者", held.receipt]
    assert [row[at] for at in (3, 4, 6, 7, 8)] == [10, 9, 9, Text("取用 2", "Taken 2"), 7]


def test_no_more_is_shelved_than_was_received(laptop):
    pledge = pledged(10)
    with refusing(Refused, match="reward_station.receive"):
        laptop.do("reward_station.shelve", pledge, amount=1)
    laptop.do("reward_station.receive", pledge, received=4)
    with pytest.raises(QuotaShort):
        laptop.do("reward_station.shelve", pledge, amount=5)
    assert not Lot.select().exists()
    assert not Movement.select().exists()


def test_what_was_received_is_neither_received_again_nor_rewritten(laptop):
    pledge = pledged(4)
    laptop.do("reward_station.receive", pledge, received=4)
    with refusing(Refused, match="does not apply to record"):
        laptop.do("reward_station.receive", pledge, received=4)
    with refusing(Refused, match="“接收单号”已填"):
        Pledge.update(received=40).where(Pledge.id == pledge).execute()
    with refusing(Refused, match="does not apply to record"):
        laptop.do("reward_station.withdraw", pledge)
    with refusing(Refused, match="never deleted"):
        Pledge.delete().where(Pledge.id == pledge).execute()


def test_a_pledge_of_an_earlier_release_goes_on_from_where_it_stood(laptop):
    pledge = pledged(4)
    laptop.do("reward_station.receive", pledge, received=4)
    table = "UPDATE reward_station_pledge SET state = 'received'"  # as 0.2 wrote it
    laptop.store.database.execute_sql(table)
    assert Pledge.get(Pledge.state == "received").id == pledge
    laptop.do("reward_station.shelve", pledge, amount=4, expires=None)
    assert Pledge.get_by_id(pledge).state == "shelved"


def test_a_donors_purpose_is_respected(laptop):
    lot = stocked(laptop, purpose="emergency")
    with refusing(Refused, match="捐赠人指定"):
        laptop.do("reward_station.take", lot, amount=1, whom="resident")
    with refusing(Refused, match="捐赠人指定"):
        Lot.update(purpose="anyone").where(Lot.id == lot).execute()
    laptop.do("reward_station.take", lot, amount=1, whom="emergency")
    with refusing(Refused, match="不能作礼品"):
        Gift.create(title="礼", merchant=new_id(), lot=lot, price=1, scope=COMMUNITY)


@pytest.mark.parametrize("amount", [0, -1, "1.5", "三", 10**9])
def test_odd_amounts_are_refused_in_both_languages_and_nothing_moves(laptop, amount):
    pledge, lot = pledged(), stocked(laptop)
    came = pledged()
    laptop.do("reward_station.receive", came, received=5)
    before = Movement.select().count()
    for name, id, values in (
        ("receive", pledge, {"received": amount}),
        ("shelve", came, {"amount": amount}),
        ("take", lot, {"amount": amount}),
    ):
        with pytest.raises(Refused) as refused:
            laptop.do(f"reward_station.{name}", id, **values)
        assert in_both(refused.value.text)
    if amount != 0:
        with pytest.raises(Refused):
            laptop.do("reward_station.count", lot, counted=amount, reason="示例")
    with pytest.raises(Invalid):
        pledged(amount)
    assert Movement.select().count() == before
    assert on_shelf(Lot.get_by_id(lot)) == 10


def test_an_expired_lot_is_not_taken_and_is_written_off(laptop, hongxian_clock):
    with refusing(Refused, match="过期"):
        stocked(laptop, expires=local_today() - timedelta(days=1))
    lot = stocked(laptop, expires=local_today())
    laptop.do("reward_station.take", lot, amount=1)
    hongxian_clock.wait(days=1)
    with refusing(Refused, match=r"过期.*write it off"):
        laptop.do("reward_station.take", lot, amount=1)
    assert cards(laptop)[0].state.zh.startswith("已过期")
    laptop.do("reward_station.write_off", lot, reason="过期", by="示例·甲001")
    assert on_shelf(Lot.get_by_id(lot)) == 0
    assert cards(laptop) == []


def test_what_expired_stands_apart_until_it_is_destroyed_and_who_did_it_when_and_how_is_kept(
    laptop, desk, hongxian_clock
):
    lot = stocked(laptop, expires=local_today())
    hongxian_clock.wait(days=1)
    assert "瓶装水 已过期：单独存放，销毁后下架" in desk.open("/").text
    with pytest.raises(Invalid):
        laptop.do("reward_station.write_off", lot, reason="过期")  # by nobody
    assert on_shelf(Lot.get_by_id(lot)) == 10
    laptop.do("reward_station.write_off", lot, reason="过期", how="treated", by="示例·甲001、乙002")
    noted = Movement.get(Movement.kind == "written_off")
    assert (noted.amount, noted.how, noted.by) == (10, "treated", "示例·甲001、乙002")
    assert noted.at.date() == local_today()
    assert "已过期" not in desk.open("/").text


def test_a_pledge_that_has_not_come_by_its_day_is_due_with_its_donor(laptop, hongxian_clock):
    pledge = pledged(6, comes_by=local_today() + timedelta(days=4))
    assert laptop.due() == []  # not yet
    hongxian_clock.wait(days=6)
    [due] = laptop.due()
    assert due.title.zh == "示例·晨露超市的瓶装水该送到了"
    assert due.day < local_today()
    laptop.do("reward_station.withdraw", pledge)
    assert laptop.due() == []


@pytest.mark.parametrize("later", [3_000, None])
def test_an_expired_lot_is_not_made_fresh_by_another_date(laptop, hongxian_clock, later):
    today = local_today()
    lot = stocked(laptop, expires=today)
    other = later and today + timedelta(days=later)
    Lot.update(expires=today + timedelta(days=2)).where(Lot.id == lot).execute()  # was mistyped
    hongxian_clock.wait(days=3)
    with refusing(Refused, match=r"过期.*write it off"):
        Lot.update(expires=other).where(Lot.id == lot).execute()
    Lot.update(expires=today, place="乙").where(Lot.id == lot).execute()


def test_a_shortfall_never_blocks_and_is_looked_into(laptop):
    lot = stocked(laptop, 2)
    assert "其中 1 件本机账上没有" in laptop.do("reward_station.take", lot, amount=3).zh
    assert [each.zh for each in laptop.tasks] == ["瓶装水 账上差 1 件，请盘点。"]
    assert Movement.get(Movement.kind == "taken").uncovered == 1
    laptop.do("reward_station.take", lot, amount=1)
    assert on_shelf(Lot.get_by_id(lot)) == -2
    laptop.do("reward_station.count", lot, counted=5, reason="示例：补登")
    assert on_shelf(Lot.get_by_id(lot)) == 5
    [told] = laptop.tasks  # that the shelf is short is over
    assert told.zh == "盘点 瓶装水：账上差 +7 件，已调整，请查原因。"


@pytest.mark.parametrize("counted", [0, 4, 10, 12])
def test_after_a_count_the_books_say_what_was_counted(laptop, counted: int):
    lot = stocked(laptop, 10)
    laptop.do("reward_station.count", lot, counted=counted, reason="月末")
    assert on_shelf(Lot.get_by_id(lot)) == counted
    assert len(laptop.tasks) == (counted != 10)
    assert sum(map(signed, Movement.select())) == counted


def test_the_shelf_has_buttons_for_what_may_be_handed_out(laptop):
    today = local_today()
    free, old = stocked(laptop), stocked(laptop, expires=today, purpose="outdoor")
    prize = stocked(laptop, purpose="rewards")
    Lot.update(expires=today - timedelta(days=1)).where(Lot.id == old).execute()
    buttons = {each.id: list(each.presses) for each in cards(laptop)}
    one, several = buttons[free]
    assert (one.action, one.id, one.at_once) == ("reward_station.take", free, True)
    assert not several.at_once
    laptop.do("reward_station.take", one.id, **one.values)
    assert on_shelf(Lot.get_by_id(free)) == 9
    assert [each.action for each in buttons[old]] == ["reward_station.write_off"]
    assert buttons[prize] == []


def cards(laptop, **chosen):
    """The cards of the shelf."""
    return laptop.view("reward_station.shelf", **chosen).shapes[0].cards


def test_one_press_takes_one_for_whom_was_chosen_and_the_page_stays(laptop, desk):
    stocked(laptop, 5)
    shown = desk.open("/view/reward_station.shelf").press("环卫").press("取 1")
    assert shown.path == "/view/reward_station.shelf"
    assert "瓶装水取了 1 件，还有 4 件" in shown.text
    assert Movement.get(Movement.kind == "taken").whom == "sanitation"
    assert "今天取了 1 件" in shown.text


def test_what_is_not_for_them_stands_last_and_says_whom_it_is_for(laptop):
    outdoor, anyone = stocked(laptop, purpose="outdoor"), stocked(laptop)
    shown = {each.id: each for each in cards(laptop, whom="resident")}
    assert list(shown) == [anyone, outdoor]
    assert shown[outdoor].state.zh == "给户外劳动者"
    assert (shown[outdoor].tone, shown[outdoor].presses) == ("rest", ())
    assert cards(laptop, whom="courier")[0].presses


def test_the_shelf_is_narrowed_to_what_runs_low_and_what_expires(laptop):
    Setting.change(points_per_hour=10, low_stock=5, near_expiry_days=30)
    low = stocked(laptop, 4)
    assert [each.id for each in cards(laptop, only="low")] == [low]
    assert cards(laptop)[0].state.zh == "快没了"
    soon = stocked(laptop, 10, expires=local_today() + timedelta(days=6))
    assert [each.id for each in cards(laptop, only="soon")] == [soon]
    assert cards(laptop, only="soon")[0].state.zh == "6 天后到期"
    assert cards(laptop, only="low") == [], "of one item both lots count"


def test_two_lots_of_one_item_are_told_apart_and_what_was_taken_by_mistake_says_how_it_goes_back(
    laptop, desk
):
    shop = Merchant.create(name="示例·松果书店", scope=COMMUNITY).id
    stocked(laptop, merchant=shop)
    stocked(laptop, expires=date(local_today().year + 1, 3, 1))
    first, second = sorted(str(each.note.zh) for each in cards(laptop))
    assert first.startswith("示例·晨露超市 · ")
    assert first.endswith("年3月1日到期")
    assert second.startswith("示例·松果书店 · ")
    assert second.endswith("到货")
    shown = desk.open("/view/reward_station.shelf")
    assert "示例·松果书店" in shown.text
    assert "用“盘点”记上实有几件" in shown.press("取 1").text


def test_a_bar_tells_how_much_is_left_of_all_that_came(laptop):
    lot = stocked(laptop, 10)
    laptop.do("reward_station.take", lot, amount=4)
    assert cards(laptop)[0].part == 0.6


def test_a_lot_is_due_on_its_last_day_while_any_is_left(laptop, desk):
    lot = stocked(laptop, expires=local_today() + timedelta(days=5))
    assert "瓶装水 到期" in desk.open("/").text
    laptop.do("reward_station.take", lot, amount=10)
    assert "瓶装水 到期" not in desk.open("/").text


def test_movements_are_never_rewritten(laptop):
    lot = stocked(laptop)
    with refusing(Refused, match="booked already"):
        Movement.update(amount=1).where(Movement.lot == lot).execute()
    with pytest.raises(Refused):
        Lot.create(item="水", stock=5, scope=COMMUNITY)


def test_a_merchant_that_left_pledges_no_more(laptop):
    merchant = Merchant.create(name="示例·松果书店", state="left", scope=COMMUNITY).id
    with refusing(Refused, match="has left"):
        pledged(merchant=merchant)


def test_low_stock_is_told_by_the_rules_line(laptop):
    stocked(laptop, 4)
    assert laptop.view("reward_station.low_stock").rows == []
    Setting.change(points_per_hour=10, low_stock=5)
    assert laptop.view("reward_station.low_stock").rows == [("瓶装水", 4)]


def test_sheets_say_what_the_books_say_and_let_no_markup_in(laptop):
    shop = Merchant.create(name="<b>示例</b>", scope=COMMUNITY).id
    pledge = pledged(3, merchant=shop)
    with refusing(Refused, match="没有接收单"):
        laptop.print("reward_station.receipt", pledge)
    laptop.do("reward_station.receive", pledge, received=3)
    laptop.do("reward_station.shelve", pledge, amount=3)
    sheet = laptop.print("reward_station.receipt", pledge)
    assert "&lt;b&gt;示例" in sheet
    assert Pledge.get_by_id(pledge).receipt in sheet
    assert "<td>3</td>" in laptop.print("reward_station.stock_take")


def test_what_was_received_is_shelved_by_who_received_it_however_often_all_were_in_contact(
    town,
):
    with town.first:
        pledge = pledged(24, merchant=town.shop)
        town.first.do("reward_station.receive", pledge, received=24)
    town.sync()
    town.sync()
    with town.second, pytest.raises(QuotaShort) as short:
        town.second.do("reward_station.shelve", pledge, amount=1)
    assert [amount for _, amount in short.value.facts["holders"]] == [24]
    with town.first:
        town.first.do("reward_station.shelve", pledge, amount=24)
    town.sync()
    with town.hub:
        assert on_shelf(Lot.get()) == 24


MOVES = st.lists(
    st.tuples(st.sampled_from(["shelve", "take", "count", "write_off"]), st.integers(0, 30)),
    max_size=12,
)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Laptop:
    """A laptop that lives through all drawn examples."""
    store = open_laptop(tmp_path_factory.mktemp("laptop"), reward_station)
    return Laptop(store, Clock())


@given(MOVES)
def test_what_came_and_went_adds_up_to_what_is_on_the_shelf(alone, moves):
    with alone:
        lot, there = stocked(alone, 20), 20
        pledge = Lot.get_by_id(lot).pledge
        for word, pieces in moves:
            if word == "shelve":
                with pytest.raises(Refused):  # all that was received is on the shelf
                    alone.do("reward_station.shelve", pledge, amount=pieces)
            elif word == "take" and pieces:
                alone.do("reward_station.take", lot, amount=pieces)
                there -= pieces
            elif word == "count":
                alone.do("reward_station.count", lot, counted=pieces, reason="示例")
                there = pieces
            elif word == "write_off" and there > 0:
                alone.do("reward_station.write_off", lot, reason="示例", by="示例·甲001")
                there = 0
        moved = list(Movement.select().where(Movement.lot == lot))
        assert on_shelf(Lot.get_by_id(lot)) == sum(map(signed, moved)) == there


def test_a_count_is_typed_lot_by_lot_and_adjusts_what_differs(laptop, desk):
    lot = stocked(laptop, amount=5)
    page = desk.open("/view/reward_station.counting")
    page.press("全部保存", **{f"{lot}.counted": "3"})
    assert on_shelf(Lot.get_by_id(lot)) == 3
    [counted] = Movement.select().where(Movement.kind == "counted_less")
    assert (counted.amount, counted.reason) == (2, "本机")

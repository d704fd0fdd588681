"""The station's story: goods and points are held together, and nobody gets the last bottle twice."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hongxian_plugins.reward_station as reward_station
import hongxian_plugins.roster as roster
import hongxian_plugins.service as service
from hongxian import Text, local_today
from hongxian.errors import Invalid, NotAllowed, Refused, StillUsed
from hongxian.kit.duties import due_between
from hongxian.plugins.offering import offers
from hongxian.plugins.offers import Action, Document, Offer, View
from hongxian.quotas import QuotaShort
from hongxian.records import COMMUNITY, Task, new_id
from hongxian_client.replica.replica import Replica
from hongxian_client.review import attention
from hongxian_plugins.reward_station import (
    Account,
    Counter,
    Day,
    Entry,
    Gift,
    Handover,
    Key,
    Lot,
    Merchant,
    Movement,
    Pledge,
    Redemption,
    Setting,
    codes,
    earning,
    ledger,
)
from hongxian_plugins.reward_station.counter import handover_id
from hongxian_plugins.reward_station.shelf import on_shelf, signed
from hongxian_plugins.service import Activity, Attendance
from hongxian_server.hub import Hub
from hongxian_server.membership import devices
from hongxian_testing.laptop import open_laptop, with_only
from hongxian_testing.told import in_both, refusing
from laptops import problems_of
from meeting import meeting
from offering import LEADER, ask

NINE = datetime(2026, 5, 1, 9)
ONE_TOWN = {"points_per_hour": 10, "daily_cap_minutes": 120, "expiry_months": 36}
KINDS: dict[str, type[Offer]] = {
    **dict.fromkeys(("receipt", "slip", "stock_take", "day_list"), Document),
    **dict.fromkeys(
        ("code", "shelf", "low_stock", "public_account", "points", "redemptions"), View
    ),
}


def do(name: str, store: Any, id: str | None = None, **values: Any) -> Any:
    """Ask what the plugin offers, as the command line does."""
    return ask(store, KINDS.get(name, Action), f"reward_station.{name}", id, **values)


# -- the shelf, on one laptop that is alone ------------------------------------------------------


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Replica]:
    with open_laptop(tmp_path / "laptop", reward_station) as laptop:
        yield laptop
        assert not problems_of(laptop)


def pledged(amount: int = 10, **values: Any) -> str:
    merchant = values.pop("merchant", None)
    merchant = merchant or Merchant.create(name="示例·晨露超市", scope=COMMUNITY).id
    usual = {"item": "瓶装水", "amount": amount, "merchant": merchant, "scope": COMMUNITY}
    return Pledge.create(**{**usual, **values}).id


def stocked(store: Any, amount: int = 10, expires: date | None = None, **values: Any) -> str:
    pledge = pledged(amount, **values)
    do("receive", store, pledge, received=amount)
    do("shelve", store, pledge, amount=amount, expires=expires)
    return Lot.get(Lot.pledge == pledge).id


def test_every_field_has_a_label_and_a_help_in_both_languages(laptop: Replica) -> None:
    actions = offers(laptop, Action, LEADER).values()
    asked = [field for each in actions for field in each.offer.asks.values()]
    told = [(field.verbose_name, field.help_text) for field in asked]
    for model in reward_station.hongxian_collections():
        columns = laptop.collection(model._meta.collection).columns.values()
        told += [(column.label, column.help) for column in columns]
    for label, help in told:
        assert in_both(label)
        assert in_both(help), label


def test_goods_go_from_the_pledge_to_the_shelf_and_out_and_the_public_can_follow(laptop) -> None:
    pledge = pledged(10, purpose="outdoor")
    do("receive", laptop, pledge, received=9)
    do("shelve", laptop, pledge, amount=6, expires=local_today(laptop) + timedelta(days=9))
    do("shelve", laptop, pledge, amount=3, expires=None)
    lot = Lot.get(Lot.expires.is_null(False))
    do("take", laptop, lot.id, amount=2, whom="courier")
    held = Pledge.get_by_id(pledge)
    assert (held.state, held.received, held.to_shelve.left) == ("shelved", 9, 0)
    [row] = do("public_account", laptop).rows
    assert row[1:5] == ("瓶装水", Text("户外劳动者", "Outdoor workers"), 10, 9)
    assert row[5] == held.receipt
    assert row[6:] == (9, Text("取用 2", "Taken 2"), 7)


def test_no_more_is_shelved_than_was_received(laptop: Replica) -> None:
    pledge = pledged(10)
    with refusing(Refused, match="先签收"):
        do("shelve", laptop, pledge, amount=1)
    do("receive", laptop, pledge, received=4)
    with pytest.raises(QuotaShort):
        do("shelve", laptop, pledge, amount=5)
    assert not Lot.select().exists()
    assert not Movement.select().exists()


def test_what_was_received_is_neither_received_again_nor_rewritten(laptop: Replica) -> None:
    pledge = pledged(4)
    do("receive", laptop, pledge, received=4)
    with refusing(Refused, match="already; it is not received again"):
        do("receive", laptop, pledge, received=4)
    with refusing(Refused, match="收据号"):
        Pledge.update(received=40).where(Pledge.id == pledge).execute()
    with refusing(Refused, match="不能撤回"):
        do("withdraw", laptop, pledge)
    with refusing(Refused, match="not deleted"):
        Pledge.delete().where(Pledge.id == pledge).execute()


def test_a_donors_purpose_is_respected(laptop: Replica) -> None:
    lot = stocked(laptop, purpose="emergency")
    with refusing(Refused, match="捐赠人指定"):
        do("take", laptop, lot, amount=1, whom="resident")
    with refusing(Refused, match="捐赠人指定"):
        Lot.update(purpose="anyone").where(Lot.id == lot).execute()
    do("take", laptop, lot, amount=1, whom="emergency")
    with refusing(Refused, match="不能作礼品"):
        Gift.create(title="礼", merchant=new_id(), lot=lot, price=1, scope=COMMUNITY)


@pytest.mark.parametrize("amount", [0, -1, 1.5, True, "3", 10**9])
def test_odd_amounts_are_refused_in_both_languages_and_nothing_moves(laptop, amount: Any) -> None:
    pledge, lot = pledged(), stocked(laptop)
    before = Movement.select().count()
    for name, id, values in (
        ("receive", pledge, {"received": amount}),
        ("shelve", pledge, {"amount": amount}),
        ("take", lot, {"amount": amount}),
    ):
        with refusing(Refused, match=r"数量应为.*A whole number"):
            do(name, laptop, id, **values)
    if amount != 0:
        with refusing(Refused, match="A whole number"):
            do("count", laptop, lot, counted=amount, reason="示例")
    with pytest.raises(Invalid):
        pledged(amount)
    assert Movement.select().count() == before
    assert on_shelf(Lot.get_by_id(lot)) == 10


def test_an_expired_lot_is_not_taken_and_is_written_off(laptop: Replica) -> None:
    with refusing(Refused, match="不能上架"):
        stocked(laptop, expires=local_today(laptop) - timedelta(days=1))
    lot = stocked(laptop, expires=local_today(laptop))
    do("take", laptop, lot, amount=1)
    laptop.now = lambda wall=laptop.now: wall() + 24 * 3600 * 1000
    with refusing(Refused, match=r"过期.*write it off"):
        do("take", laptop, lot, amount=1)
    assert do("shelf", laptop).rows[0][3].zh.startswith("已过期")
    do("write_off", laptop, lot, reason="过期")
    assert on_shelf(Lot.get_by_id(lot)) == 0
    assert do("shelf", laptop).rows == []


@pytest.mark.parametrize("later", [3_000, None])
def test_an_expired_lot_is_not_made_fresh_by_another_date(laptop: Replica, later) -> None:
    today = local_today(laptop)
    lot = stocked(laptop, expires=today)
    other = later and today + timedelta(days=later)
    Lot.update(expires=today + timedelta(days=2)).where(Lot.id == lot).execute()  # was mistyped
    laptop.now = lambda wall=laptop.now: wall() + 3 * 24 * 3600 * 1000
    with refusing(Refused, match=r"过期.*write it off"):
        Lot.update(expires=other).where(Lot.id == lot).execute()
    Lot.update(expires=today, place="乙").where(Lot.id == lot).execute()


def test_a_shortfall_never_blocks_and_is_looked_into(laptop: Replica) -> None:
    lot = stocked(laptop, 2)
    assert "其中 1 件账上没有" in do("take", laptop, lot, amount=3).zh
    [task] = Task.select()
    assert task.record == lot
    assert Movement.get(Movement.kind == "taken").uncovered == 1
    do("take", laptop, lot, amount=1)
    assert on_shelf(Lot.get_by_id(lot)) == -2
    do("count", laptop, lot, counted=5, reason="示例：补登")
    assert on_shelf(Lot.get_by_id(lot)) == 5
    assert Task.select().count() == 3


@pytest.mark.parametrize("counted", [0, 4, 10, 12])
def test_after_a_count_the_books_say_what_was_counted(laptop: Replica, counted: int) -> None:
    lot = stocked(laptop, 10)
    do("count", laptop, lot, counted=counted, reason="月末")
    assert on_shelf(Lot.get_by_id(lot)) == counted
    assert Task.select().count() == (counted != 10)
    assert sum(map(signed, Movement.select())) == counted


def test_the_shelf_has_buttons_for_what_may_be_handed_out(laptop: Replica) -> None:
    today = local_today(laptop)
    free, old = stocked(laptop), stocked(laptop, expires=today, purpose="outdoor")
    prize = stocked(laptop, purpose="rewards")
    laptop.edit(Lot, {old: {"expires": (today - timedelta(days=1)).isoformat()}})
    table = do("shelf", laptop)
    buttons = dict(zip(table.ids, (row[-2:] for row in table.rows), strict=True))
    one, several = buttons[free]
    assert (one.action, one.id, one.at_once) == ("reward_station.take", free, True)
    assert not several.at_once
    do("take", laptop, one.id, **one.values)
    assert on_shelf(Lot.get_by_id(free)) == 9
    assert buttons[old] == buttons[prize] == ("", "")


def test_a_lot_is_in_the_calendar_on_its_last_day_while_any_is_left(laptop: Replica) -> None:
    day = local_today(laptop) + timedelta(days=9)
    lot = stocked(laptop, expires=day)
    assert [due.record.id for due in due_between(laptop, [], day, day)] == [lot]
    do("take", laptop, lot, amount=10)
    assert due_between(laptop, [], day, day) == []


def test_movements_are_never_rewritten(laptop: Replica) -> None:
    lot = stocked(laptop)
    with refusing(Refused, match="neither changed"):
        Movement.update(amount=1).where(Movement.lot == lot).execute()
    with pytest.raises(Refused):
        Lot.create(item="水", stock=5, scope=COMMUNITY)


def test_a_merchant_that_left_pledges_no_more(laptop: Replica) -> None:
    merchant = Merchant.create(name="示例·松果书店", state="left", scope=COMMUNITY).id
    with refusing(Refused, match="has left"):
        pledged(merchant=merchant)


def test_low_stock_is_told_by_the_rules_line(laptop: Replica) -> None:
    stocked(laptop, 4)
    assert do("low_stock", laptop).rows == []
    Setting.change(points_per_hour=10, low_stock=5)
    assert do("low_stock", laptop).rows == [("瓶装水", 4)]


def test_sheets_say_what_the_books_say_and_let_no_markup_in(laptop: Replica) -> None:
    shop = Merchant.create(name="<b>示例</b>", scope=COMMUNITY).id
    pledge = pledged(3, merchant=shop)
    with refusing(Refused, match="没有收据"):
        do("receipt", laptop, pledge)
    do("receive", laptop, pledge, received=3)
    do("shelve", laptop, pledge, amount=3)
    sheet = do("receipt", laptop, pledge)
    assert "&lt;b&gt;示例" in sheet
    assert Pledge.get_by_id(pledge).receipt in sheet
    assert "<td>3</td>" in do("stock_take", laptop, None)


# -- codes ---------------------------------------------------------------------------------------


def test_a_code_is_read_however_it_is_typed_and_one_wrong_letter_shows() -> None:
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


# -- points and gifts, between laptops -----------------------------------------------------------


@pytest.fixture
def town(tmp_path: Path) -> Iterator[SimpleNamespace]:
    """A hub; two leaders' laptops of one team; a merchant's counter with two laptops."""
    with meeting(tmp_path, reward_station, roster, service) as all_:
        all_.team("east"), all_.team("shop")
        first, second = all_.laptop("east"), all_.laptop("east")
        counter, beside = all_.laptop("shop"), all_.laptop("shop")
        town = SimpleNamespace(all=all_, first=first, second=second, counter=counter, beside=beside)
        with first:
            Setting.change(**ONE_TOWN)
            town.person = roster.Person.create(name="示例·甲001", scope=COMMUNITY).id
            town.shop = Merchant.create(name="示例·晨露超市", scope=COMMUNITY).id
        all_.sync(first, counter)
        with counter:
            do("open_counter", counter, town.shop)
        all_.sync()
        all_.sync()
        yield town
        for store in (all_.hub, *all_.laptops):
            assert not problems_of(store)
            with store:
                assert sum(ledger.balances().values()) == 0
                for lot in Lot.select():
                    moved = Movement.select().where(Movement.lot == lot.id)
                    refused = {each.record for each in rejections(store)}
                    assert on_shelf(lot) == sum(signed(m) for m in moved if m.id not in refused)


def rejections(store: Any) -> list[Any]:
    """What the hub refused of a laptop's entries."""
    if store.kind == "hub":
        return []
    return [entry for each in attention.rejected_transactions() for entry in each.entries]


def serve(
    laptop: Replica,
    person: str,
    minutes: int = 60,
    day: date = date(2026, 5, 1),
    hour: int = 9,
    **values: Any,
) -> str:
    """One confirmed attendance; returns its id."""
    with laptop:
        begin = datetime(day.year, day.month, day.day, hour)
        usual = {"signed_out": begin + timedelta(minutes=minutes), "confirmed_by": "示例·队长"}
        if "activity" not in values:
            usual["activity"] = Activity.create(title="值班", day=day).id
        return Attendance.create(person=person, signed_in=begin, **{**usual, **values}).id


def balance(store: Any, person: str) -> int:
    with store:
        return ledger.balance(person)


def usable(store: Any, person: str) -> int:
    with store:
        account = Account.get_or_none(Account.person == person)
        return account.points.left if account else 0


def gift(town: SimpleNamespace, pieces: int = 5, price: int = 10) -> str:
    """A gift on offer that every laptop knows."""
    with town.first:
        lot = stocked(town.first, pieces, merchant=town.shop, purpose="rewards", item="帆布袋")
        id = Gift.create(
            title="帆布袋", merchant=town.shop, lot=lot, price=price, scope=COMMUNITY
        ).id
    town.all.sync(town.first, town.first, town.second, town.counter, town.beside)
    return id


def redeem(laptop: Replica, gift: str, person: str) -> str:
    with laptop:
        known = {each.id for each in Redemption.select()}
        do("redeem", laptop, gift, person=person)
        [made] = [each.id for each in Redemption.select() if each.id not in known]
        return made


def state_of(store: Any, redemption: str) -> str:
    with store:
        return Redemption.get_by_id(redemption).state


def code_of(laptop: Replica, redemption: str) -> str:
    with laptop:
        held = Redemption.get_by_id(redemption)
        return codes.written(held.short, held.letters)


def collect(laptop: Replica, code: str, name: str = "collect") -> str:
    with laptop:
        return do(name, laptop, None, code=code)


def test_confirmed_service_earns_by_the_communitys_rules(town) -> None:
    serve(town.first, town.person, 90)
    assert balance(town.first, town.person) == 15
    town.all.sync(town.first, town.second)
    assert usable(town.second, town.person) == balance(town.all.hub, town.person) == 15
    with town.second:
        table = do("points", town.second, person=town.person)
    assert table.rows[0][2:] == ("+15", 15, 90)


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
def test_what_the_rules_leave_out_earns_nothing(town, values: dict[str, Any]) -> None:
    with town.first:
        Setting.change(starts=date(2026, 2, 1))
    serve(town.first, town.person, **values)
    with town.first:
        assert not Entry.select().exists()


def test_a_drill_earns_nothing_and_a_cap_of_the_shift_is_kept(town) -> None:
    shift = serve(town.first, town.person, 90, confirmed_by=None)
    with town.first:
        activity = Attendance.get_by_id(shift).activity
        Activity.update(shift_cap=60).where(Activity.id == activity).execute()
        Attendance.update(confirmed_by="示例·队长").where(Attendance.id == shift).execute()
        assert ledger.balance(town.person) == 10
        drill = Activity.create(title="演练", day=date(2026, 5, 2), drill=True).id
    serve(town.first, town.person, day=date(2026, 5, 2), activity=drill)
    assert balance(town.first, town.person) == 10


def test_a_day_earns_up_to_its_cap_on_whatever_laptops(town) -> None:
    for hour in (9, 11):
        serve(town.first, town.person, 90, hour=hour)
    assert balance(town.first, town.person) == 20
    serve(town.second, town.person, 60, hour=14)
    serve(town.second, town.person, 60, day=date(2026, 5, 2))
    town.all.sync(town.first, town.second, town.first)
    with town.second:
        [rejected] = attention.rejected_transactions()
        assert "每日封顶" in rejected.reasons[""][0].zh
        attention.discard(town.second, rejected.number)
        assert do("book_missing", town.second, None).zh.startswith("补记 0 笔")
    town.all.sync()
    for store in (town.all.hub, town.first, town.second):
        assert balance(store, town.person) == usable(store, town.person) == 30


def test_service_earns_once_however_many_laptops_book_it(town) -> None:
    attendance = serve(town.first, town.person, confirmed_by=None)
    town.all.sync(town.first, town.second)
    for laptop in (town.first, town.second):
        with laptop:
            Attendance.update(confirmed_by="示例·队长").where(Attendance.id == attendance).execute()
    town.all.sync(town.first, town.second)
    assert balance(town.all.hub, town.person) == usable(town.all.hub, town.person) == 10
    with town.second:
        [rejected] = attention.rejected_transactions()
        assert "booked already" in rejected.reasons[""][0].en
        attention.discard(town.second, rejected.number)
    assert balance(town.second, town.person) == usable(town.second, town.person) == 10


def test_a_void_takes_points_back_and_frees_the_day(town) -> None:
    attendance = serve(town.first, town.person, 120)
    town.all.sync(town.first)
    with town.first:
        Attendance.update(voided=True, void_reason="记错").where(
            Attendance.id == attendance
        ).execute()
        assert ledger.balances(town.person)["reversed"] == 20
        assert Day.get(Day.person == town.person).minutes == 0
    serve(town.first, town.person, 30)
    town.all.sync()
    assert balance(town.second, town.person) == usable(town.second, town.person) == 5


def test_points_that_were_spent_before_the_void_are_owed_and_kept_back(town) -> None:
    bag = gift(town)
    attendance = serve(town.first, town.person, 60)
    town.all.sync(town.first)
    redeem(town.first, bag, town.person)
    with town.first:
        Attendance.update(voided=True, void_reason="记错").where(
            Attendance.id == attendance
        ).execute()
        assert Task.select().where(Task.text.contains("收不回")).exists()
    assert balance(town.first, town.person) == -10
    serve(town.first, town.person, 90, day=date(2026, 5, 2))
    town.all.sync(town.first, town.first)
    assert balance(town.first, town.person) == usable(town.first, town.person) == 5


def test_points_are_usable_when_the_hub_has_them_and_only_those_there_are(town) -> None:
    bag = gift(town)
    serve(town.first, town.person, 60)
    with town.first, pytest.raises(QuotaShort):
        do("redeem", town.first, bag, person=town.person)
    town.all.sync(town.first)
    redeem(town.first, bag, town.person)
    with town.first:
        before = (Redemption.select().count(), Movement.select().count())
        with refusing(Refused, match="积分不够：账上 0 分"):
            do("redeem", town.first, bag, person=town.person)
        assert (Redemption.select().count(), Movement.select().count()) == before


def test_a_gift_or_merchant_with_a_code_out_is_not_deleted_nor_is_who_redeemed(town) -> None:
    bag = gift(town)
    serve(town.first, town.person, 60)
    town.all.sync(town.first)
    redeem(town.first, bag, town.person)
    with town.first:
        for model, id in ((Gift, bag), (Merchant, town.shop), (roster.Person, town.person)):
            with refusing(StillUsed, match="兑换 1 条"):
                model.delete().where(model.id == id).execute()
    with town.second:  # which knows nothing of it
        Gift.delete().where(Gift.id == bag).execute()
    town.all.sync(town.first, town.second)
    with town.second:
        [refused] = attention.rejected_transactions()
        assert "帆布袋”还被引用：兑换 1 条" in refused.reasons[""][0].zh
        attention.discard(town.second, refused.number)


def test_what_was_received_is_shelved_by_who_received_it_however_often_all_were_in_contact(
    town,
) -> None:
    with town.first:
        pledge = pledged(24, merchant=town.shop)
        do("receive", town.first, pledge, received=24)
    town.all.sync()
    town.all.sync()
    with town.second, pytest.raises(QuotaShort) as short:
        do("shelve", town.second, pledge, amount=1)
    assert [amount for _, amount in short.value.facts["holders"]] == [24]
    with town.first:
        do("shelve", town.first, pledge, amount=24)
    town.all.sync()
    with town.all.hub:
        assert on_shelf(Lot.get()) == 24


def test_a_shelf_that_was_counted_to_be_empty_gives_no_gift(town) -> None:
    bag = gift(town, pieces=6)
    serve(town.first, town.person, 60)
    town.all.sync(town.first)
    with town.first:
        do("count", town.first, Gift.get_by_id(bag).lot, counted=0, reason="盘点")
    town.all.sync()
    town.all.sync()
    for laptop in (town.first, town.second):
        with laptop, pytest.raises(QuotaShort):
            do("redeem", laptop, bag, person=town.person)
    with town.first:  # and what is found again can be given
        do("count", town.first, Gift.get_by_id(bag).lot, counted=1, reason="盘点")
    redeem(town.first, bag, town.person)
    town.all.sync()
    with town.all.hub:
        assert on_shelf(Lot.get()) == 0


def test_two_laptops_offline_do_not_both_spend_the_same_points(town) -> None:
    bag = gift(town)
    serve(town.first, town.person, 60)
    town.all.sync(town.first, town.second)
    made = redeem(town.first, bag, town.person)
    with town.second, pytest.raises(QuotaShort) as short:
        do("redeem", town.second, bag, person=town.person)
    assert [amount for _, amount in short.value.facts["holders"]] == [10]
    town.all.sync()
    assert state_of(town.second, made) == "code_given"
    assert balance(town.second, town.person) == usable(town.second, town.person) == 0


def test_two_laptops_offline_do_not_both_promise_the_last_piece(town) -> None:
    bag = gift(town, pieces=1)
    other = "示例·乙002"
    with town.second:
        other = roster.Person.create(name=other, scope=COMMUNITY).id
    serve(town.first, town.person, 60), serve(town.second, other, 60)
    town.all.sync(town.first, town.second, town.first, town.second)
    outcomes = []
    for laptop, person in ((town.first, town.person), (town.second, other)):
        try:
            outcomes.append(redeem(laptop, bag, person))
        except QuotaShort:
            outcomes.append(None)
    town.all.sync(town.first, town.second, town.first)
    given = [each for each in outcomes if each and state_of(town.first, each) == "code_given"]
    assert len(given) == 1
    with town.all.hub:
        [lot] = Lot.select()
        assert (lot.stock.left, lot.stock.uncovered) == (0, 0)
        assert Redemption.select().count() == 1
        assert sorted(each.points.left for each in Account.select()) == [0, 10]


def test_a_gift_goes_from_the_reservation_to_the_counter_and_its_code_works_once(town) -> None:
    bag = gift(town)
    serve(town.first, town.person, 60)
    town.all.sync(town.first)
    made = redeem(town.first, bag, town.person)
    with town.first, refusing(Refused, match="先联网"):
        do("slip", town.first, made)
    town.all.sync(town.first)
    code = code_of(town.first, made)
    with town.first:
        assert code in do("slip", town.first, made)
        [[shown, drawn]] = do("code", town.first, made).rows
        assert shown == drawn.text == code
    # The counter has not heard of the redemption: the code alone says what it is for.
    assert "帆布袋" in collect(town.counter, code).zh
    with refusing(Refused, match="works once only"):
        collect(town.counter, code)
    town.all.sync(town.counter, town.first)
    assert state_of(town.first, made) == "collected"
    with town.first, refusing(Refused, match="不能取消"):
        do("cancel", town.first, made)
    assert balance(town.first, town.person) == 0


def test_a_code_is_checked_on_its_own_counters_laptop_and_nowhere_else(town) -> None:
    bag = gift(town)
    serve(town.first, town.person, 60)
    town.all.sync(town.first)
    made = redeem(town.first, bag, town.person)
    town.all.sync()
    code = code_of(town.first, made)
    for laptop in (town.first, town.beside):
        with refusing(Refused, match="不是核销电脑"):
            collect(laptop, code)
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    with refusing(Refused, match="不对"):
        collect(town.counter, wrong)
    with town.counter:
        assert code in do("day_list", town.counter, town.shop)
    with town.first, refusing(Refused, match="核销电脑上打印"):
        do("day_list", town.first, town.shop)
    collect(town.counter, code)


def test_two_laptops_cannot_both_be_the_counter(town) -> None:
    with town.beside:
        Merchant.create(name="示例·松果书店", id=(shop := new_id()), scope=COMMUNITY)
    town.all.sync(town.beside, town.counter)
    for laptop in (town.beside, town.counter):
        with laptop:
            do("open_counter", laptop, shop)
    town.all.sync(town.beside, town.counter)
    with town.counter:
        [rejected] = attention.rejected_transactions()
        assert rejected.state == "bumped"
        [key] = Key.select().where(Key.merchant == shop)
    with town.beside:
        assert key.laptop == town.beside.writer().laptop


def test_the_secret_is_held_by_the_counters_team_alone(town) -> None:
    town.all.sync()
    for laptop, held in ((town.first, 0), (town.counter, 1), (town.beside, 1)):
        with laptop:
            assert Key.select().count() == held


def test_a_handover_of_another_laptop_is_refused_by_the_hub(town) -> None:
    """A copy of the counter's laptop, or one that does not keep the rules."""
    bag = gift(town)
    serve(town.first, town.person, 60)
    town.all.sync(town.first)
    made = redeem(town.first, bag, town.person)
    town.all.sync()
    code = code_of(town.first, made)
    short = codes.read(code)[0]
    forged = {"merchant": town.shop, "short": short, "gift": bag, "kind": "collected", "at": NINE}
    with town.beside:
        key = Key.get()
        with refusing(Refused, match="不是该商户的核销电脑"):
            Handover.create(**forged, laptop=town.beside.writer().laptop)
        Handover.create(**forged, laptop=key.laptop, id=handover_id(town.shop, short))
    collect(town.counter, code)
    town.all.sync(town.counter, town.beside)
    with town.beside:
        [rejected] = attention.rejected_transactions()
        assert "核销已经记过" in rejected.reasons[""][0].zh


def test_a_redemption_that_is_cancelled_gives_points_and_piece_back_together(town) -> None:
    bag = gift(town, pieces=1)
    serve(town.first, town.person, 60)
    town.all.sync(town.first, town.first)
    made = redeem(town.first, bag, town.person)
    with town.first:
        do("cancel", town.first, made)
        with refusing(Refused, match="booked already"):
            do("cancel", town.first, made)
    town.all.sync(town.first, town.first, town.second)
    for store in (town.all.hub, town.first, town.second):
        assert state_of(store, made) == "reversed"
        assert balance(store, town.person) == usable(store, town.person) == 10
        with store:
            assert Lot.get().stock.left == 1
    again = redeem(town.first, bag, town.person)
    town.all.sync(town.first)
    assert state_of(town.first, again) == "code_given"


def test_who_was_entered_twice_spends_the_points_of_both_records_together_and_never_twice(
    town,
) -> None:
    bag = gift(town, price=15)
    with town.first:
        double = roster.Person.create(name="示例甲001", scope=COMMUNITY).id
    serve(town.first, town.person, 60)
    serve(town.first, double, 60)
    town.all.sync(town.first, town.second, town.first)
    with town.first, refusing(Refused, match="账上 10 分"):
        do("redeem", town.first, bag, person=town.person)
    with town.first:
        ask(town.first, Action, "roster.join", double, other=town.person)
        assert ledger.balance(double) == ledger.balance(town.person) == 20
    town.all.sync(town.first, town.second)
    made = redeem(town.first, bag, double)
    with town.second, pytest.raises(Refused):  # whose rights to the points the other laptop has
        do("redeem", town.second, bag, person=town.person)
    town.all.sync(town.first, town.second)
    for store in (town.all.hub, town.first, town.second):
        assert state_of(store, made) == "code_given"
        assert balance(store, double) == 5
        assert usable(store, town.person) + usable(store, double) == 5
    collect(town.counter, code_of(town.second, made), "take_back")
    town.all.sync(town.counter, town.first, town.second)
    for store in (town.all.hub, town.first, town.second):
        assert state_of(store, made) == "reversed"
        assert usable(store, town.person) == usable(store, double) == 10


def test_who_cancels_while_the_code_goes_out_is_refused_and_nothing_is_given_twice(town) -> None:
    bag = gift(town)
    serve(town.first, town.person, 60)
    town.all.sync(town.first)
    made = redeem(town.first, bag, town.person)
    town.all.sync(town.first, town.second)
    assert state_of(town.second, made) == "code_given"
    with town.second, refusing(Refused, match="只能在商户柜台退还"):
        do("cancel", town.second, made)
    code = code_of(town.second, made)
    collect(town.counter, code, "take_back")
    with refusing(Refused, match="returned"):
        collect(town.counter, code)
    town.all.sync(town.counter, town.first, town.second)
    for store in (town.all.hub, town.first, town.second):
        assert state_of(store, made) == "reversed"
        assert balance(store, town.person) == usable(store, town.person) == 10
        with store:
            assert on_shelf(Lot.get()) == 5


def test_a_cancellation_that_crossed_with_the_code_steps_aside_whole(town) -> None:
    bag = gift(town)
    serve(town.first, town.person, 60)
    town.all.sync(town.first)
    made = redeem(town.first, bag, town.person)
    with town.all.hub:
        Counter.update(state="closed").where(Counter.merchant == town.shop).execute()
    town.all.sync(town.first, town.second)  # no counter, no code
    assert state_of(town.second, made) == "reserved"
    town.all.sync(town.counter)
    with town.counter:
        do("open_counter", town.counter, town.shop)
    town.all.sync(town.counter)
    assert state_of(town.all.hub, made) == "code_given"
    with town.second:
        do("cancel", town.second, made)
    town.all.sync(town.second)
    assert balance(town.all.hub, town.person) == usable(town.all.hub, town.person) == 0
    with town.second:
        [rejected] = attention.rejected_transactions()
        assert "取货码已发出" in rejected.reasons[""][0].zh
        attention.discard(town.second, rejected.number)
    assert state_of(town.second, made) == "code_given"


def test_a_merchant_that_left_is_redeemed_from_no_more(town) -> None:
    bag = gift(town)
    serve(town.first, town.person, 60)
    town.all.sync(town.first, town.second)
    with town.second:
        Merchant.update(state="left").where(Merchant.id == town.shop).execute()
        with refusing(Refused, match="has left"):
            do("redeem", town.second, bag, person=town.person)
    made = redeem(town.first, bag, town.person)  # this laptop has not heard of it
    town.all.sync(town.second, town.first)
    with town.first:
        [rejected] = attention.rejected_transactions()
        assert "已退出" in rejected.reasons[""][0].zh
        assert Redemption.get_by_id(made).price == 10  # what was typed is still there
    assert balance(town.all.hub, town.person) == usable(town.all.hub, town.person) == 10


def test_a_lost_counter_can_be_closed_and_its_codes_taken_back(town) -> None:
    bag = gift(town)
    serve(town.first, town.person, 60)
    town.all.sync(town.first)
    made = redeem(town.first, bag, town.person)
    town.all.sync(town.first)
    with town.first, refusing(Refused, match="只能在核销电脑上关"):
        do("close_counter", town.first, town.shop)
    with town.counter:
        number = town.counter.writer().number
    with town.all.hub:
        devices.revoke(town.all.hub, number)
    town.all.sync(town.first, town.beside)
    with town.first:
        do("cancel", town.first, made)
    with town.beside:
        do("open_counter", town.beside, town.shop)
    town.all.sync(town.first, town.beside)
    assert balance(town.all.hub, town.person) == 10
    with town.beside:
        assert Key.get().laptop == town.beside.writer().laptop


def test_old_points_expire_once_and_the_oldest_are_spent_first(town) -> None:
    bag = gift(town)
    old = date(2020, 3, 1)
    serve(town.first, town.person, 120, day=old)
    serve(town.first, town.person, 60, day=old + timedelta(days=1))
    serve(town.first, town.person, 120, day=today_of(town.first))
    town.all.sync(town.first, town.second)
    made = redeem(town.first, bag, town.person)
    town.all.sync(town.first)
    assert state_of(town.first, made) == "code_given"
    with town.second:
        assert "1 人的积分在别的电脑上" in do("expire", town.second, None).zh
    with town.first:
        expired = Text("1 人的积分过期", "The points of 1 have expired")
        assert do("expire", town.first, None) == expired
        expired = Text("0 人的积分过期", "The points of 0 have expired")
        assert do("expire", town.first, None) == expired
    town.all.sync()
    for store in (town.all.hub, town.first, town.second):
        assert balance(store, town.person) == usable(store, town.person) == 20
        with store:
            assert ledger.balances(town.person)["expired"] == 20


def today_of(laptop: Replica) -> date:
    with laptop:
        return local_today(laptop)


def test_a_month_is_a_month_at_its_end_too() -> None:
    assert earning.months_before(date(2026, 3, 31), 1) == date(2026, 2, 28)
    assert earning.months_before(date(2028, 2, 29), 12) == date(2027, 2, 28)
    assert earning.months_before(date(2026, 1, 15), 36) == date(2023, 1, 15)


def test_without_roster_and_service_there_are_gifts_points_and_codes(tmp_path: Path) -> None:
    with meeting(tmp_path, reward_station) as all_:
        all_.team("east")
        laptop, person = all_.laptop("east"), new_id()
        with laptop:
            Setting.change(**ONE_TOWN)
            assert do("book_missing", laptop, None).zh.startswith("补记 0 笔")
            shop = Merchant.create(name="示例·晨露超市", scope=COMMUNITY).id
            do("open_counter", laptop, shop)
            lot = stocked(laptop, 1, merchant=shop, purpose="rewards")
            bag = Gift.create(title="袋", merchant=shop, lot=lot, price=5, scope=COMMUNITY).id
        with all_.hub:  # without service it alone may
            ledger.book_earned(all_.hub, person, 5, local_today(all_.hub), new_id())
        all_.sync()
        made = redeem(laptop, bag, person)
        all_.sync()
        assert collect(laptop, code_of(laptop, made))
        all_.sync()
        with laptop:
            [row] = do("redemptions", laptop).rows
            assert row[3].startswith("…")
        assert state_of(all_.hub, made) == "collected"


def test_rules_come_before_points(laptop: Replica) -> None:
    with refusing(Refused, match="先填写"):
        do("book_missing", laptop, None)
    assert "not expire" in do("expire", laptop, None).en


# -- what always holds ---------------------------------------------------------------------------

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["earn", "spend", "return", "reverse", "expire"]), st.integers(1, 60)
    ),
    max_size=12,
)


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Hub:
    """A store that holds the rights to all that it grants."""
    folder = tmp_path_factory.mktemp("hub")
    return Hub.init(folder, "示例社区", plugins=with_only((reward_station,)))


@given(STEPS)
def test_the_ledger_adds_up_to_zero_and_nobody_overdraws_whatever_is_booked(books, steps) -> None:
    person, earned, spent = new_id(), [], []
    balance = left = debt = 0
    with books:
        day = local_today(books)
        for word, points in steps:
            about = new_id()
            if word == "earn":
                ledger.book_earned(books, person, points, day, about)
                earned.append((about, points))
                kept_back = min(points, debt)
                balance, debt, left = balance + points, debt - kept_back, left + points - kept_back
            elif word == "spend" and points <= min(balance, left):
                ledger.book_spent(books, person, points, day, about)
                spent.append((about, points))
                balance, left = balance - points, left - points
            elif word == "spend":
                with pytest.raises(Refused):
                    ledger.book_spent(books, person, points, day, about)
            elif word == "return" and spent:
                about, points = spent.pop()
                ledger.book_returned(books, person, points, day, about)
                with refusing(Refused, match="booked already"):
                    ledger.book_returned(books, person, points, day, about)
                balance, left = balance + points, left + points
            elif word == "reverse" and earned:
                about, points = earned.pop()
                ledger.book_reversed(books, person, points, day, about)
                balance, debt, left = balance - points, debt + max(points - left, 0), left
                left = max(left - points, 0)
            elif word == "expire":
                old, last = ledger.to_expire(person, day + timedelta(days=1))
                if old and old <= left and not ledger.is_booked("expired", last):
                    ledger.book_expired(books, person, old, day, last)
                    balance, left = balance - old, left - old
        account = Account.get_or_none(Account.person == person)
        assert sum(ledger.balances(person).values()) == sum(ledger.balances().values()) == 0
        assert ledger.balance(person) == balance
        assert (account.points.left if account else 0) == left >= 0
        assert (ledger.owed(account) if account else 0) == debt
    assert not problems_of(books)


MOVES = st.lists(
    st.tuples(st.sampled_from(["shelve", "take", "count", "write_off"]), st.integers(0, 30)),
    max_size=12,
)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Replica:
    return open_laptop(tmp_path_factory.mktemp("laptop"), reward_station)


@given(MOVES)
def test_what_came_and_went_adds_up_to_what_is_on_the_shelf(alone, moves) -> None:
    with alone:
        lot, there = stocked(alone, 20), 20
        pledge = Lot.get_by_id(lot).pledge
        for word, pieces in moves:
            if word == "shelve":
                with pytest.raises(Refused):  # all that was received is on the shelf
                    do("shelve", alone, pledge, amount=pieces)
            elif word == "take" and pieces:
                do("take", alone, lot, amount=pieces)
                there -= pieces
            elif word == "count":
                do("count", alone, lot, counted=pieces, reason="示例")
                there = pieces
            elif word == "write_off" and there > 0:
                do("write_off", alone, lot, reason="示例")
                there = 0
        moved = list(Movement.select().where(Movement.lot == lot))
        assert on_shelf(Lot.get_by_id(lot)) == sum(map(signed, moved)) == there


@pytest.mark.either_database
def test_the_gift_goes_its_way_on_a_hub_over_either_database(
    tmp_path: Path, database_url: str | None
) -> None:
    with meeting(tmp_path, reward_station, url=database_url) as all_:
        all_.team("east")
        laptop, person = all_.laptop("east"), new_id()
        with laptop:
            shop = Merchant.create(name="示例·晨露超市", scope=COMMUNITY).id
            do("open_counter", laptop, shop)
            lot = stocked(laptop, 2, merchant=shop, purpose="rewards")
            bag = Gift.create(title="袋", merchant=shop, lot=lot, price=5, scope=COMMUNITY).id
        with all_.hub:  # without service it alone may
            ledger.book_earned(all_.hub, person, 10, local_today(all_.hub), new_id())
        all_.sync()
        first, second = redeem(laptop, bag, person), redeem(laptop, bag, person)
        all_.sync()
        collect(laptop, code_of(laptop, first))
        collect(laptop, code_of(laptop, second), "take_back")
        all_.sync()
        assert (state_of(laptop, first), state_of(laptop, second)) == ("collected", "reversed")
        for store in (all_.hub, laptop):
            assert balance(store, person) == usable(store, person) == 5
            with store:
                assert on_shelf(Lot.get_by_id(lot)) == 1
            assert not problems_of(store)


@pytest.mark.thorough
def test_the_demo_is_a_station_with_lots_near_expiry_and_people_with_points(tmp_path) -> None:
    with open_laptop(tmp_path / "laptop", reward_station, roster, service) as laptop:
        for _ in range(2):
            laptop.plugins.tell("hongxian_demo_was_asked", store=laptop, seed=7)
        assert not problems_of(laptop)
        assert Merchant.select().count() == 5
        assert any("临期" in row[3].zh for row in do("shelf", laptop).rows)
        assert do("public_account", laptop).rows
        assert Gift.select().count() == 3
        assert Task.select().exists()
        by_service = Entry.select().where(Entry.minutes.is_null(False))
        assert by_service.exists()
        assert sum(ledger.balances().values()) == 0
        known = {id for (id,) in roster.Person.select(roster.Person.id).tuples()}
        assert {each.person for each in Entry.select()} <= known


def test_void_service_does_not_eat_up_what_else_is_due_to_expire(books: Hub) -> None:
    person, void = new_id(), new_id()
    with books:
        day = local_today(books)
        ledger.book_earned(books, person, 10, day, new_id())
        ledger.book_earned(books, person, 7, day, void)
        ledger.book_reversed(books, person, 7, day, void)
        assert ledger.to_expire(person, day + timedelta(days=1))[0] == 10


def test_a_code_is_the_hubs_to_give(town) -> None:
    bag = gift(town)
    serve(town.first, town.person, 60)
    town.all.sync(town.first)
    made = redeem(town.first, bag, town.person)
    with town.first, pytest.raises(NotAllowed):
        Redemption.update(letters="AAAA", state="code_given").where(Redemption.id == made).execute()


def test_a_counter_moves_after_it_was_closed_and_without_one_nothing_is_redeemed(town) -> None:
    bag = gift(town)
    serve(town.first, town.person, 60)
    town.all.sync(town.first)
    made = redeem(town.first, bag, town.person)
    town.all.sync()
    with town.beside, refusing(Refused, match="已有核销电脑"):
        do("open_counter", town.beside, town.shop)
    with town.counter:
        do("close_counter", town.counter, town.shop)
        with refusing(Refused, match="柜台已经关了"):
            do("collect", town.counter, None, code=code_of(town.first, made))
    town.all.sync(town.counter, town.first, town.beside)
    with town.first, refusing(Refused, match="还没有核销电脑"):
        do("redeem", town.first, bag, person=town.person)
    old = code_of(town.first, made)
    with town.beside:
        do("open_counter", town.beside, town.shop)
    town.all.sync(town.beside, town.first)
    with refusing(Refused, match="旧码"):
        collect(town.beside, old)
    assert "可以交付" in collect(town.beside, code_of(town.first, made)).zh


def test_each_opening_has_another_secret_and_another_team_gets_none_by_its_edits(town) -> None:
    town.all.sync(town.first)
    with town.first:
        for laptop in (None, town.first.writer().laptop):
            with pytest.raises(NotAllowed):
                Merchant.update(counter_laptop=laptop).where(Merchant.id == town.shop).execute()
    with town.counter:
        before = Key.get().secret
        do("close_counter", town.counter, town.shop)
    town.all.sync(town.counter, town.first)
    with town.first:
        do("open_counter", town.first, town.shop)
    town.all.sync(town.first, town.first, town.counter, town.beside)
    with town.first:
        assert Key.get().secret != before
    for laptop in (town.counter, town.beside):
        with laptop:
            assert Key.select().count() == 0
            with refusing(Refused, match="已有核销电脑"):
                do("open_counter", laptop, town.shop)

"""Invented merchants, goods and gifts: the same for the same seed and day.

No such brand is known; lots are made near to expiry on the day of the demonstration.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from hongxian import Store, local_today
from hongxian.days import month_away
from hongxian.records import COMMUNITY
from hongxian_plugins.reward_station.gifts.records import Counter, Gift
from hongxian_plugins.reward_station.goods.records import Lot, Merchant, Pledge
from hongxian_plugins.reward_station.goods.shelf import count, receive, shelve, take
from hongxian_plugins.reward_station.points import ledger
from hongxian_plugins.reward_station.setting import Setting

MERCHANTS = ("示例·晨露超市", "示例·松果书店", "示例·云朵面包房", "示例·青禾药房", "示例·拾光影院")
GOODS = (
    # item, pieces, purpose, days until it expires
    ("瓶装水", 96, "outdoor", 12),
    ("瓶装水", 48, "anyone", 200),
    ("雨伞", 20, "anyone", None),
    ("创可贴", 60, "anyone", 25),
    ("清凉油", 30, "outdoor", 5),
    ("应急手电", 10, "emergency", None),
    ("口罩", 100, "volunteers", 90),
)
GIFTS = (("帆布袋", 800), ("面包券", 1_200), ("电影票", 3_800))
SOME_RULES = {
    "points_per_hour": 10,
    "daily_cap_minutes": 120,
    "expiry_months": 36,
    "late_entries_earn": False,
    "low_stock": 15,
    "near_expiry_days": 30,
}
"""Invented, and no town's; every community writes its own."""
EARNING_MONTHS = -1
"""The month from which service earns, counted from the present one."""
OPENING_PEOPLE, OPENING_DAYS, DAY_MINUTES = 15, (5, 20), 720
DAYS_BEFORE = 700
"""So long ago that no figure of this year has it."""
_OTHERS = ("roster.person", "service.activity", "service.attendance")


def fill(store: Store, seed: int) -> None:
    """Fill a laptop with a station, unless there is one."""
    if Merchant.select().where(Merchant.name == MERCHANTS[0]).exists():
        return
    chance = random.Random(seed)
    since = month_away(local_today(store), EARNING_MONTHS)
    with store.transaction():
        Setting.change(starts=since, **SOME_RULES)
        shops = [Merchant.create(name=name).id for name in MERCHANTS]
    for item, pieces, purpose, keeps in GOODS:
        _stock(store, chance.choice(shops), item, pieces, purpose, keeps)
    for title, price in GIFTS:
        _offer(store, chance.choice(shops), title, price, chance.randint(5, 20))
    _promised(store, shops)
    _open_counters(store)
    _some_traffic(store, chance)
    _opening_points(store, chance, since)


def _stock(store: Store, shop: str, item: str, pieces: int, purpose: str, keeps: int | None) -> str:
    """One pledge from the promise to the shelf; returns its lot."""
    day = local_today(store)
    pledge = Pledge.create(
        merchant=shop,
        item=item,
        amount=pieces,
        purpose=purpose,
        pledged_on=day - timedelta(days=20),
    )
    expires = None if keeps is None else day + timedelta(days=keeps)
    with store.transaction():
        pledge.received, pledge.received_on = pieces, day
        receive(store, pledge)
        pledge.state = "received"
        pledge.save()
    with store.transaction():
        shelve(store, Pledge.get_by_id(pledge.id), pieces, expires, "红房子 A 架")
        pledge.state = "shelved"
        pledge.save()
    return str(Lot.get(Lot.pledge == pledge.id).id)


def _offer(store: Store, shop: str, title: str, price: int, pieces: int) -> None:
    lot = _stock(store, shop, title, pieces, "rewards", None)
    Gift.create(title=f"示例·{title}", merchant=shop, lot=lot, price=price)


def _promised(store: Store, shops: Sequence[str]) -> None:
    """What is still to come, and what came and waits to be shelved."""
    day = local_today(store)
    promised = {"pledged_on": day - timedelta(days=3), "purpose": "anyone"}
    late = day - timedelta(days=1)
    Pledge.create(merchant=shops[0], item="一次性杯", amount=200, comes_by=late, **promised)
    pledge = Pledge.create(merchant=shops[1], item="急救包", amount=6, **promised)
    with store.transaction():
        pledge.received, pledge.received_on = 6, day
        receive(store, pledge)
        pledge.state = "received"
        pledge.save()


def _open_counters(store: Store) -> None:
    """Gifts are handed out at this laptop, once the hub has agreed: so that they can be redeemed here."""
    teams = sorted(store.writer().teams)
    for shop in sorted({each.merchant for each in Gift.select()}) if teams else ():
        Counter.create(merchant=shop, laptop=store.writer().laptop, scope=teams[0])


def _some_traffic(store: Store, chance: random.Random) -> None:
    """A few taps at the shelf, and one count that does not agree."""
    whom = {"outdoor": "courier", "anyone": "resident", "volunteers": "patrol"}
    lots = list(Lot.select().where(Lot.purpose.in_(list(whom))).order_by(Lot.item, Lot.id))
    for lot in lots:
        for _ in range(chance.randint(1, 4)):
            take(store, Lot.get_by_id(lot.id), chance.randint(1, 3), whom[lot.purpose])
    lot = Lot.get_by_id(lots[0].id)
    count(store, lot, int(lot.stock) - 1, "示例：月末盘点")


def _opening_points(store: Store, chance: random.Random, since: date) -> None:
    """Points for the service of years before, from the paper book, so that there is something to redeem."""
    roster, activities, attendances = map(store.collections.get, _OTHERS)
    teams = sorted(store.writer().teams)
    if not teams or roster is None or activities is None or attendances is None:
        return
    ids = [id for (id,) in roster.model.select(roster.model.id).order_by(roster.model.id).tuples()]
    begin = datetime.combine(since - timedelta(days=DAYS_BEFORE), time(9))
    title = "往年服务（纸质台账结转）"
    with store.transaction():
        days = [
            (came, activities.model.create(title=title, day=came.date(), scope=COMMUNITY).id)
            for came in (begin + timedelta(days=day) for day in range(max(OPENING_DAYS)))
        ]
        for person in chance.sample(ids, min(len(ids), OPENING_PEOPLE)):
            for came, activity in days[: chance.randint(*OPENING_DAYS)]:
                served = attendances.model.create(
                    activity=activity,
                    person=person,
                    signed_in=came,
                    signed_out=came + timedelta(minutes=DAY_MINUTES),
                    confirmed_by="示例·队长",
                    scope=teams[0],
                ).id
                points = DAY_MINUTES * int(SOME_RULES["points_per_hour"]) // 60
                ledger.book_earned(person, points, served, day=since, minutes=DAY_MINUTES)

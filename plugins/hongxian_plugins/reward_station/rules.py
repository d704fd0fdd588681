"""What may not be written, asked on the laptop as on the hub.

Where a rule asks another record (has the merchant left, was the gift handed out), it asks for
what is known where it is asked; the hub's answer is the last.
"""

from __future__ import annotations

from hongxian import Store, Tally, Text, Values
from hongxian_plugins.reward_station import ledger
from hongxian_plugins.reward_station.asking import refuse
from hongxian_plugins.reward_station.counter import handover_id
from hongxian_plugins.reward_station.gifts import Handover
from hongxian_plugins.reward_station.goods import Lot, Merchant, Pledge
from hongxian_plugins.reward_station.setting import Setting

WRITTEN_ONCE = {
    "reward_station.movement": Text("出入库", "Goods"),
    "reward_station.entry": Text("积分流水", "Points"),
    "reward_station.handover": Text("核销", "Handovers"),
}
"""Books: what stands in them is set right by another line, never changed."""
NEVER_DELETED = {*WRITTEN_ONCE} | {
    f"reward_station.{name}"
    for name in ("pledge", "lot", "account", "day", "redemption", "counter")
}


def refuse_what_the_books_forbid(
    store: Store, collection: str, id: str, values: Values, before: Values | None, after: Values
) -> None:
    """Raise `PluginRefused` for a write that the station's books cannot bear."""
    if collection in NEVER_DELETED and values.get("deleted"):
        raise refuse(
            "驿站的账不能删除；记错了请冲正。",
            "The station's books are not deleted; set it right by another line.",
        )
    if collection in WRITTEN_ONCE and before is not None:
        _refuse_change_of_books(collection, values, before)
    if collection in _RULES:
        _RULES[collection](store, id, values, before or {}, after)


def _refuse_change_of_books(collection: str, values: Values, before: Values) -> None:
    """The voucher tells a second booking of one thing from the same one coming again."""
    if any(before.get(name) != value for name, value in values.items()):
        raise refuse(
            "{book}已经记过这一笔，不改也不重记；放弃这次即可。",
            "{book}: this has been booked already and is neither changed nor booked again; "
            "discard it.",
            book=WRITTEN_ONCE[collection],
        )


def _counter(store: Store, id: str, values: Values, before: Values, after: Values) -> None:
    if not before:
        _refuse_of_who_left(after["merchant"])
    elif any(values.get(name, before[name]) != before[name] for name in ("merchant", "laptop")):
        raise refuse(
            "柜台不能改，请关了另开。", "A counter is not changed: close it and open another."
        )


def _pledge(store: Store, id: str, values: Values, before: Values, after: Values) -> None:
    if not before:
        _refuse_of_who_left(after["merchant"])
        if values.get("to_shelve"):
            raise refuse("先认捐，再签收。", "Pledge first, then receive.")
    if any(entry.get("r") for entry in (values.get("to_shelve") or {}).values()):
        raise refuse(
            "已上架的不能退回待上架；数不对请盘点。",
            "What is shelved does not go back; count the shelf if it is wrong.",
        )
    receipt = before.get("receipt")
    if receipt and any(
        name in values and values[name] != before.get(name)
        for name in ("received", "received_on", "receipt", "purpose", "merchant", "item")
    ):
        raise refuse(
            f"已签收，收据号 {receipt}，内容不能再改。",
            f"Received under receipt {receipt}; what it says stays.",
        )


def _lot(store: Store, id: str, values: Values, before: Values, after: Values) -> None:
    # On its way to the hub a new lot carries what the same transaction granted.
    if store.kind == "laptop" and not before and values.get("stock"):
        raise refuse(
            "新批次从零开始，库存由上架或盘点产生。",
            "A lot begins empty: its stock comes by shelving or counting.",
        )
    pledge = Pledge.get_or_none(Pledge.id == after.get("pledge"))
    meant = pledge.purpose if pledge else before.get("purpose", after["purpose"])
    if after["purpose"] != meant:
        raise refuse(
            "用途由捐赠人指定，不能改。", "The donor said whom it is for; that is not changed."
        )


def _gift(store: Store, id: str, values: Values, before: Values, after: Values) -> None:
    lot = Lot.get_or_none(Lot.id == after["lot"])
    if lot is not None and lot.purpose != "rewards":
        raise refuse(
            "这一批不是捐来兑换积分的，不能作礼品。",
            "This lot was not given for rewards; it cannot be a gift.",
        )


def _redemption(store: Store, id: str, values: Values, before: Values, after: Values) -> None:
    if not before:
        _refuse_of_who_left(after["merchant"])
    was, now = before.get("state"), after["state"]
    if was != now and not _may_become(was, now, after):
        raise refuse(*_STAYS[was])


_STAYS = {
    None: ("新的兑换从“已预留”开始。", "A redemption begins as reserved."),
    "reserved": ("还没有发码。", "No code has been given yet."),
    "code_given": (
        "取货码已发出，只能在商户柜台退还；柜台刚关的，请先联网再办。",
        "Its code is out: only the merchant's counter takes it back; if that was just closed, "
        "sync first.",
    ),
    "collected": ("已经取货，不能取消。", "It has been collected and cannot be cancelled."),
    "reversed": ("已经退还。", "It has been given back already."),
}


def _may_become(was: str | None, now: str, after: Values) -> bool:
    """Whether there is the evidence that a step of a redemption wants."""
    if was is None:
        return now == "reserved"
    if was == "reserved":
        return now == "reversed" or (now == "code_given" and bool(after.get("letters")))
    if was != "code_given":
        return False
    handover = Handover.get_or_none(Handover.id == handover_id(after["merchant"], after["short"]))
    if handover is None:
        merchant = Merchant.get_or_none(Merchant.id == after["merchant"])
        return now == "reversed" and merchant is not None and merchant.counter_laptop is None
    return bool(now == {"collected": "collected", "returned": "reversed"}[handover.kind])


def _refuse_of_who_left(merchant: str) -> None:
    known = Merchant.get_or_none(Merchant.id == merchant)
    if known is not None and known.state == "left":
        raise refuse(
            "{name} 已退出，不再收捐赠、不再兑换。",
            "{name} has left and takes no more pledges or redemptions.",
            name=known.name,
        )


def _day(store: Store, id: str, values: Values, before: Values, after: Values) -> None:
    cap = Setting.now(store).daily_cap_minutes
    counted = Tally.total(after["minutes"])
    if cap is not None and counted > max(int(cap), Tally.total(before.get("minutes"))):
        raise refuse(
            f"这人这天已计 {Tally.total(before.get('minutes'))} 分钟，再计就超过每日封顶 {cap} 分钟；"
            "请放弃这次，再办“补记积分”。",
            f"That day would count {counted} minutes, over the cap of {cap}: discard this, then run "
            "reward_station.book_missing.",
        )


def _entry(store: Store, id: str, values: Values, before: Values, after: Values) -> None:
    if (after["source"], after["target"]) not in ledger.SIDES.values():
        raise refuse("没有这样的记账。", "There is no such booking.")
    if not before and after["target"] == "spent":
        held = ledger.balance(after["person"])
        if held < after["points"]:
            raise refuse(
                f"积分不够：账上 {held} 分，要 {after['points']} 分。",
                f"Not enough points: {held} in the ledger, {after['points']} wanted.",
            )


def _handover(store: Store, id: str, values: Values, before: Values, after: Values) -> None:
    merchant = Merchant.get_or_none(Merchant.id == after["merchant"])
    if merchant is None or merchant.counter_laptop != after["laptop"]:
        raise refuse("这台电脑不是该商户的核销电脑。", "This laptop is not the merchant's counter.")


_RULES = {
    "reward_station.counter": _counter,
    "reward_station.pledge": _pledge,
    "reward_station.lot": _lot,
    "reward_station.gift": _gift,
    "reward_station.redemption": _redemption,
    "reward_station.day": _day,
    "reward_station.entry": _entry,
    "reward_station.handover": _handover,
}

"""What may not be written, asked on the laptop as on the hub.

Where a rule asks another record (has the merchant left, was the gift handed out), it asks for
what is known where it is asked; the hub's answer is the last.
"""

from __future__ import annotations

from hongxian import Record, Refused, Seen, Text, rule
from hongxian_plugins.reward_station import ledger
from hongxian_plugins.reward_station.asking import refuse
from hongxian_plugins.reward_station.counter import handover_id
from hongxian_plugins.reward_station.due import entry_id
from hongxian_plugins.reward_station.gifts import Counter, Gift, Handover, Redemption
from hongxian_plugins.reward_station.goods import Lot, Merchant, Movement, Pledge
from hongxian_plugins.reward_station.points import Account, Day, Entry
from hongxian_plugins.reward_station.redeeming import CODE_IS_OUT, refuse_if_left
from hongxian_plugins.reward_station.setting import Setting

WRITTEN_ONCE: dict[type[Record], Text] = {
    Movement: Text("出入库", "Goods"),
    Entry: Text("积分流水", "Points"),
    Handover: Text("核销", "Handovers"),
}
"""Books: what stands in them is set right by another line, never changed."""
NEVER_DELETED = (*WRITTEN_ONCE, Pledge, Lot, Account, Day, Redemption, Counter)
_ON_RECEIPT = ("received", "received_on", "receipt", "purpose", "merchant", "item")


def stays_in_the_books(record: Record, before: Record | None, seen: Seen) -> None:
    if record.deleted:
        raise refuse(
            "驿站的账不能删除；记错了请冲正。",
            "The station's books are not deleted; set it right by another line.",
        )


def is_written_once(record: Record, before: Record | None, seen: Seen) -> None:
    """The voucher tells a second booking of one thing from the same one coming again."""
    if before is not None:
        raise refuse(
            "{book}已经记过这一笔，不改也不重记；放弃这次即可。",
            "{book}: this has been booked already and is neither changed nor booked again; "
            "discard it.",
            book=WRITTEN_ONCE[type(record)],
        )


for _model in NEVER_DELETED:
    rule(of=_model, when=("deleted",))(stays_in_the_books)
for _model in WRITTEN_ONCE:
    rule(of=_model)(is_written_once)


@rule(of=Counter)
def is_closed_and_not_changed(counter: Counter, before: Counter | None, seen: Seen) -> None:
    if before is None:
        _refuse_of_who_left(counter.merchant, seen)
    elif (counter.merchant, counter.laptop) != (before.merchant, before.laptop):
        raise refuse(
            "柜台不能改，请关了另开。", "A counter is not changed: close it and open another."
        )


@rule(of=Pledge)
def is_pledged_before_it_comes(pledge: Pledge, before: Pledge | None, seen: Seen) -> None:
    if before is None:
        _refuse_of_who_left(pledge.merchant, seen)
        if pledge.to_shelve.granted:
            raise refuse("先认捐，再签收。", "Pledge first, then receive.")
    if pledge.to_shelve.given_back:
        raise refuse(
            "已上架的不能退回待上架；数不对请盘点。",
            "What is shelved does not go back; count the shelf if it is wrong.",
        )
    if (
        before is not None
        and before.receipt
        and any(getattr(pledge, name) != getattr(before, name) for name in _ON_RECEIPT)
    ):
        raise refuse(
            f"已签收，收据号 {before.receipt}，内容不能再改。",
            f"Received under receipt {before.receipt}; what it says stays.",
        )


@rule(of=Lot, when=("stock",))
def begins_empty(lot: Lot, before: Lot | None, seen: Seen) -> None:
    lines = seen.all(Movement, lot=lot.id) if before is None and lot.stock.granted else []
    if before is None and lot.stock.granted > sum(each.amount for each in lines):
        raise refuse(
            "新批次从零开始，库存由上架或盘点产生。",
            "A lot begins empty: its stock comes by shelving or counting.",
        )


@rule(of=Lot, when=("purpose", "pledge"))
def is_for_whom_the_donor_meant(lot: Lot, before: Lot | None, seen: Seen) -> None:
    said_by = seen.get(Pledge, lot.pledge) or before or lot
    if lot.purpose != said_by.purpose:
        raise refuse(
            "用途由捐赠人指定，不能改。", "The donor said whom it is for; that is not changed."
        )


@rule(of=Lot, when=("expires",))
def stays_expired(lot: Lot, before: Lot | None, seen: Seen) -> None:
    was = before.expires if before is not None else None
    if was is None or was >= seen.now.date():
        return
    if lot.expires is None or lot.expires > was:
        raise refuse(
            f"这一批已于 {was} 过期，保质期不能再延后；请下架。",
            f"This lot expired on {was}, and no later day is written over that: write it off.",
        )


@rule(of=Gift, when=("lot",))
def was_given_for_rewards(gift: Gift, before: Gift | None, seen: Seen) -> None:
    lot = seen.get(Lot, gift.lot)
    if lot is not None and lot.purpose != "rewards":
        raise refuse(
            "这一批不是捐来兑换积分的，不能作礼品。",
            "This lot was not given for rewards; it cannot be a gift.",
        )


@rule(of=Redemption, when=("state",))
def begins_with_a_merchant(redemption: Redemption, before: Redemption | None, seen: Seen) -> None:
    if before is None:
        _refuse_of_who_left(redemption.merchant, seen)
        if redemption.state != "reserved":
            raise Refused(_STAYS[None])
    elif before.state != "code_given" and not _may_become(before.state, redemption):
        raise Refused(_STAYS[before.state])


@rule(of=Redemption, when=("state",), hub_only=True)
def is_handed_out_at_the_counter(
    redemption: Redemption, before: Redemption | None, seen: Seen
) -> None:
    """What the counter wrote is its team's alone, so nobody else can ask for it."""
    if before is None or before.state != "code_given":
        return
    handover = seen.get(Handover, handover_id(redemption.merchant, redemption.short))
    if handover is not None:
        expected = {"collected": "collected", "returned": "reversed"}[handover.kind]
        may_be = redemption.state == expected
    else:
        merchant = seen.get(Merchant, redemption.merchant)
        no_counter = merchant is not None and merchant.counter_laptop is None
        may_be = redemption.state == "reversed" and no_counter
    if not may_be:
        raise Refused(CODE_IS_OUT)


_STAYS = {
    None: Text("新的兑换从“已预留”开始。", "A redemption begins as reserved."),
    "reserved": Text("还没有发码。", "No code has been given yet."),
    "collected": Text("已经取货，不能取消。", "It has been collected and cannot be cancelled."),
    "reversed": Text("已经退还。", "It has been given back already."),
}


def _may_become(was: str, redemption: Redemption) -> bool:
    """Whether a redemption whose code is not out may be as it is."""
    now = redemption.state
    has_code = now == "code_given" and bool(redemption.letters)
    return now == was or (was == "reserved" and (now == "reversed" or has_code))


def _refuse_of_who_left(merchant: str, seen: Seen) -> None:
    known = seen.get(Merchant, merchant)
    if known is not None:
        refuse_if_left(known)


@rule(of=Day, when=("minutes",))
def counts_no_more_than_a_day(day: Day, before: Day | None, seen: Seen) -> None:
    cap, counted = seen.settings(Setting).daily_cap_minutes, before.minutes if before else 0
    if cap is not None and day.minutes > max(cap, counted):
        raise refuse(
            f"这人这天已计 {counted} 分钟，再计就超过每日封顶 {cap} 分钟；请放弃这次，再办“补记积分”。",
            f"That day would count {day.minutes} minutes, over the cap of {cap}: discard this, then run "
            "reward_station.book_missing.",
        )


@rule(of=Entry)
def is_covered_by_the_ledger(entry: Entry, before: Entry | None, seen: Seen) -> None:
    if (entry.source, entry.target) not in ledger.SIDES.values():
        raise refuse("没有这样的记账。", "There is no such booking.")
    if before is None and entry.target == "spent":
        others = [each for each in seen.all(Entry, person=entry.person) if each.id != entry.id]
        held = sum(_brings(each) for each in others)
        if held < entry.points:
            raise ledger.short_of(held, entry.points)


@rule(of=Entry)
def takes_back_what_was_earned(entry: Entry, before: Entry | None, seen: Seen) -> None:
    """What earned may have been refused, and then nothing is to be taken back."""
    if before is not None or entry.target != "reversed":
        return
    earned = seen.get(Entry, entry_id("earned", entry.about))
    if earned is None or (earned.person, earned.points) != (entry.person, entry.points):
        raise refuse(
            "没有发过这笔积分，不能冲销。", "These points were never earned: none are taken back."
        )


def _brings(entry: Entry) -> int:
    """Points that an entry brings its person."""
    return int(entry.points * ((entry.target == "person") - (entry.source == "person")))


@rule(of=Handover)
def is_of_the_merchants_counter(handover: Handover, before: Handover | None, seen: Seen) -> None:
    merchant = seen.get(Merchant, handover.merchant)
    if merchant is None or merchant.counter_laptop != handover.laptop:
        raise refuse("这台电脑不是该商户的核销电脑。", "This laptop is not the merchant's counter.")

"""Of the goods: what may not be written, asked on the laptop as on the hub, and what is to be looked into."""

from __future__ import annotations

from hongxian import Mark, Refused, Seen, Text, rule
from hongxian_plugins.reward_station.goods.records import (
    PURPOSES,
    SERVES,
    WHOM,
    Lot,
    Movement,
    Pledge,
)
from hongxian_plugins.reward_station.goods.shelf import on_shelf


@rule(of=Pledge, when=("to_shelve",))
def is_received_before_it_is_shelved(pledge: Pledge, before: Pledge | None) -> None:
    if before is None and pledge.to_shelve.granted > (pledge.received or 0):
        raise Refused("先签收，再上架。", "Receive first, then shelve.")
    if pledge.to_shelve.given_back:
        raise Refused(
            "已上架的不能退回待上架；数不对请盘点。",
            "What is shelved does not go back; count the shelf if it is wrong.",
        )


@rule(of=Lot, when=("stock",))
def is_there(lot: Lot, before: Lot | None, seen: Seen) -> Mark | None:
    """A lot begins empty, and a shortfall never blocks: it is looked into until a count sets it right."""
    lines = seen.all(Movement, lot=lot.id) if before is None else []
    if before is None and lot.stock.granted > sum(each.amount for each in lines):
        raise Refused(
            "新批次从零开始，库存由上架或盘点产生。",
            "A lot begins empty: its stock comes by shelving or counting.",
        )
    if on_shelf(lot) >= 0:
        return None
    return Mark(
        "{item} 账上差 {short} 件，请盘点。",
        "{item} is {short} short by the books: count the shelf.",
        item=lot.item,
        short=-on_shelf(lot),
    )


@rule(of=Lot, when=("purpose", "pledge"))
def is_for_whom_the_donor_meant(lot: Lot, before: Lot | None, seen: Seen) -> None:
    said_by = seen.get(Pledge, lot.pledge) or before or lot
    if lot.purpose != said_by.purpose:
        raise Refused(
            "用途由捐赠人指定，不能改。", "The donor said whom it is for; that is not changed."
        )


@rule(of=Lot, when=("expires",))
def stays_expired(lot: Lot, before: Lot | None, seen: Seen) -> None:
    was = before.expires if before is not None else None
    if was and was < seen.now.date() and (lot.expires is None or lot.expires > was):
        raise Refused(
            "这一批已于 {was} 过期，保质期不能再延后；请下架。",
            "This lot expired on {was}, and no later day is written over that: write it off.",
            was=was,
        )


@rule(of=Movement)
def is_of_a_good_lot(movement: Movement, seen: Seen) -> None:
    """Our rules, after 食品安全法 34, 54 with 实施条例 29 (for traders) and 公益事业捐赠法 5 (for charities)."""
    lot = seen.get(Lot, movement.lot)
    if lot is None:  # it may arrive later
        return
    goes_out = movement.kind in ("shelved", "taken", "redeemed")
    if goes_out and lot.expires is not None and lot.expires < seen.now.date():
        raise Refused(
            "{item} 已于 {expires} 过期，请下架。",
            "{item} expired on {expires}: write it off.",
            item=lot.item,
            expires=lot.expires,
        )
    if movement.kind == "taken" and movement.whom not in SERVES[lot.purpose]:
        raise Refused(
            "捐赠人指定用于“{meant}”，不能给“{whom}”。",
            "The donor meant it for “{meant}”, not for “{whom}”.",
            meant=dict(PURPOSES)[lot.purpose],
            whom=dict(WHOM).get(movement.whom, Text("不明", "nobody in particular")),
        )


@rule(of=Movement)
def is_as_the_books_say(movement: Movement, seen: Seen) -> Mark | None:
    lot = seen.get(Lot, movement.lot)
    if lot is None or movement.kind not in ("counted_more", "counted_less"):
        return None
    return Mark(
        "盘点 {item}：账上差 {difference:+} 件，已调整，请查原因。",
        "{item}: counted {difference:+} against the books; adjusted, find out why.",
        item=lot.item,
        difference=movement.amount if movement.kind == "counted_more" else -movement.amount,
    )

"""The shelf: goods are received, shelved, taken out, counted and written off.

Each step writes the stock and the movement that tells why in one transaction, so that for every
lot the movements add up to what is on the shelf. What may not leave it `rules.py` says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

from hongxian import Due, Refused, Store, Text, action, local_today, reminder, step
from hongxian.quotas import grant, spend, spendable
from hongxian.records import Value, asked_as, same_id
from hongxian.shapes import Print
from hongxian_plugins.reward_station.codes import short_code
from hongxian_plugins.reward_station.goods.records import CAME, Lot, Movement, Pledge
from hongxian_plugins.reward_station.reach import hold


def on_shelf(lot: Lot) -> int:
    """How many there should be: what is left, less what went out that no stock covered."""
    return int(lot.stock.left - lot.stock.uncovered)


def is_over(lot: Lot) -> bool:
    """Whether its last day is over."""
    return lot.expires is not None and lot.expires < local_today()


def left_by_item(lots: Iterable[Lot]) -> Counter[str]:
    """How many there are of each item that may still be taken."""
    left = Counter[str]()
    for lot in lots:
        left[lot.item] += 0 if is_over(lot) else on_shelf(lot)
    return left


def signed(movement: Movement) -> int:
    """What a movement adds to the shelf."""
    return int(movement.amount if movement.kind in CAME else -movement.amount)


@step(Pledge, "receive")
def receive(store: Store, pledge: Pledge) -> Text:
    """The goods of a pledge came: its receipt is made out.

    Its number follows from the pledge, so two laptops that receive it offline write the same on paper.
    """
    pledge.receipt = f"{pledge.received_on:%Y%m%d}-{short_code(pledge.id)}"
    grant(pledge, "to_shelve", pledge.received)
    return Text(f"接收单号 {pledge.receipt}", f"receipt {pledge.receipt}")


@step(Pledge, "shelve", asks=[Movement.amount, Lot.expires, Lot.place])
def shelve(
    store: Store, pledge: Pledge, amount: int, expires: date | None, place: str | None
) -> Text:
    """Put received goods on the shelf: one lot for each day of expiry."""
    id = same_id("reward_station.lot", pledge.id, str(expires))
    hold(pledge, "to_shelve", amount)
    of = {"pledge": pledge, "item": pledge.item, "purpose": pledge.purpose}
    Lot.get_or_create(id=id, defaults={**of, "expires": expires, "place": place})
    grant(Lot.get_by_id(id), "stock", amount)
    Movement.create(lot=id, kind="shelved", amount=amount)
    return Text("{amount} 件 {item}", "{amount} of {item}").format(amount=amount, item=pledge.item)


@action(
    title=Text("收货上架", "Bring goods in"),
    icon="box-seam",
    asks=[Pledge.merchant, Pledge.item, Movement.amount, Pledge.purpose, Lot.expires, Lot.place],
)
def bring_in(
    store: Store,
    merchant: str,
    item: str,
    amount: int,
    purpose: str,
    expires: date | None,
    place: str | None,
) -> Print:
    """Goods that nobody had promised came and stand on the shelf: all steps of a pledge at once, and its receipt."""
    with store.transaction():
        pledge = Pledge.create(merchant=merchant, item=item, amount=amount, purpose=purpose)
        pledge.received, pledge.received_on = amount, local_today(store)
        told = receive(store, pledge)
        pledge.state = "received"
        pledge.save()
        held = Pledge.get_by_id(pledge.id)
        shelve(store, held, amount, expires, place)
        held.state = "shelved"
        held.save()
    on = Text("{item} {amount} 件已上架，{told}", "{amount} of {item} on the shelf, {told}")
    on = on.format(item=item, amount=amount, told=told)
    return Print(on, "reward_station.receipt", pledge.id)


@action(
    of=Lot,
    title=Text("取用", "Take out"),
    when=lambda lot: lot.purpose != "rewards",
    asks={
        "amount": asked_as(Movement.amount, default=1),
        "whom": asked_as(Movement.whom, null=False, default="volunteer"),
    },
)
def take(store: Store, lot: Lot, amount: int, whom: str) -> Text:
    """Someone took goods from the shelf, which is so whatever the books say.

    Beyond this laptop's stock it is recorded as uncovered; a shelf below zero is marked.
    """
    with store.transaction():
        uncovered = _take_from(lot, "taken", amount, whom=whom)
    if uncovered:
        return Text(
            f"已记 {amount} 件，其中 {uncovered} 件本机账上没有",
            f"{amount} recorded, {uncovered} of them beyond this laptop's stock",
        )
    told = Text("{item}取了 {amount} 件，还有 {left} 件", "{amount} of {item} taken, {left} left")
    return told.format(amount=amount, item=lot.item, left=on_shelf(Lot.get_by_id(lot.id)))


@action(
    of=Lot,
    title=Text("盘点", "Count"),
    asks={
        "counted": asked_as(
            Movement.amount,
            verbose_name=Text("实有", "Counted"),
            help_text=Text("架上实有多少件。", "How many are there."),
        ),
        "reason": asked_as(
            Movement.reason,
            null=False,
            help_text=Text("为什么，或谁盘的。", "Why, or who counted."),
        ),
    },
)
def count(store: Store, lot: Lot, counted: int, reason: str) -> Text:
    """A count of the shelf; a difference adjusts the stock, and is marked."""
    if counted < 0:
        raise Refused("实有不能少于零。", "There cannot be fewer than none.")
    difference = counted - on_shelf(lot)
    if not difference:
        return Text(f"盘点相符：{counted} 件", f"The count agrees: {counted}")
    with store.transaction():
        if difference > 0:
            grant(lot, "stock", difference)
            Movement.create(lot=lot, kind="counted_more", amount=difference, reason=reason)
        else:
            _take_from(lot, "counted_less", -difference, reason=reason)
    return Text(f"已调整 {difference:+} 件，请查原因", f"Adjusted by {difference:+}: find out why")


@action(
    of=Lot,
    title=Text("下架", "Write off"),
    asks={
        "reason": asked_as(Movement.reason, null=False),
        "how": asked_as(Movement.how, null=False, default="destroyed"),
        "by": asked_as(Movement.by, null=False),
    },
)
def write_off(store: Store, lot: Lot, reason: str, how: str, by: str) -> Text:
    """All that is left of a lot, which has expired or is spoilt, was destroyed: who did it, when and how."""
    there = on_shelf(lot)
    if there <= 0:
        raise Refused("这一批已经没有了。", "None of this lot is left.")
    with store.transaction():
        _take_from(lot, "written_off", there, reason=reason, how=how, by=by)
    return Text("已下架 {there} 件 {item}", "{there} of {item} written off").format(
        there=there, item=lot.item
    )


def _take_from(lot: Lot, kind: str, amount: int, **why: Value) -> int:
    """Take goods off the books; returns how many of them no stock of this laptop covered."""
    uncovered = max(amount - max(spendable(lot, "stock"), 0), 0)
    spend(lot, "stock", amount, beyond="uncovered")
    Movement.create(lot=lot, kind=kind, amount=amount, uncovered=uncovered, **why)
    return uncovered


@reminder(ahead=7)
def lots_that_expire(store: Store) -> Iterator[Due]:
    """The last day of each lot of which any is left: hand it out before, destroy it after."""
    for lot in Lot.select().where(Lot.expires.is_null(False)):
        if on_shelf(lot) > 0:
            yield Due(lot.expires, (_OVER if is_over(lot) else _ENDS).format(item=lot.item), lot)


_ENDS = Text("{item} 到期", "{item} expires")
_OVER = Text(
    "{item} 已过期：单独存放，销毁后下架", "{item} has expired: set apart, destroy, write off"
)


@reminder(ahead=3)
def pledges_to_come(store: Store) -> Iterator[Due]:
    """What was promised by a day and has not come: ask the donor."""
    query = Pledge.select().where(Pledge.state == "pledged", Pledge.comes_by.is_null(False))
    pledges = list(query)
    names = store.names_of("reward_station.merchant", {each.merchant for each in pledges})
    title = Text("{name}的{item}该送到了", "{item} of {name} is to come")
    for each in pledges:
        yield Due(
            each.comes_by, title.format(item=each.item, name=names.get(each.merchant, "")), each
        )

"""The shelf: goods are received, shelved, taken out, counted and written off.

Each step writes the stock and the movement that tells why in one transaction, so that for every
lot the movements add up to what is on the shelf.
"""

from __future__ import annotations

from datetime import date

from peewee import CharField, DateField, IntegerField

from hongxian import Store, Text, action, local_now, local_today
from hongxian.quotas import grant, spend, spendable
from hongxian.records import COMMUNITY, Task, Value, same_id
from hongxian_plugins.reward_station.asking import edit, found, hold, is_in, refuse, whole
from hongxian_plugins.reward_station.codes import short_code
from hongxian_plugins.reward_station.goods import (
    CAME,
    PLEDGE_STATES,
    PURPOSES,
    SERVES,
    WHOM,
    Lot,
    Movement,
    Pledge,
)

_REASON = CharField(
    verbose_name=Text("原因", "Reason"),
    max_length=200,
    help_text=Text("为什么，或谁盘的。", "Why, or who counted."),
)


def on_shelf(lot: Lot) -> int:
    """How many there should be: what is left, less what went out that no stock covered."""
    return int(lot.stock.left - lot.stock.uncovered)


def signed(movement: Movement) -> int:
    """What a movement adds to the shelf."""
    return int(movement.amount if movement.kind in CAME else -movement.amount)


@action(
    of=Pledge,
    title=Text("签收", "Receive"),
    when=is_in("pledged"),
    asks={
        "received": IntegerField(
            verbose_name=Text("签收数量", "Received"),
            help_text=Text("实际收到多少件。", "How many really came."),
        )
    },
)
def receive(store: Store, pledge: Pledge, received: int) -> Text:
    """The goods of a pledge came: its receipt is made out."""
    received = whole(received)
    if pledge.state != "pledged":
        raise refuse(
            "这笔捐赠已是“{state}”，不能再签收。",
            "This pledge is “{state}” already; it is not received again.",
            state=dict(PLEDGE_STATES)[pledge.state],
        )
    day = local_today(store)
    receipt = f"{day:%Y%m%d}-{short_code(pledge.id)}"
    with store.transaction():
        edit(pledge, state="received", received=received, received_on=day, receipt=receipt)
        grant(pledge, "to_shelve", received)
    return Text(
        f"已签收 {received} 件，收据号 {receipt}", f"{received} received, receipt {receipt}"
    )


@action(of=Pledge, title=Text("撤回认捐", "Withdraw"), when=is_in("pledged"))
def withdraw(store: Store, pledge: Pledge) -> Text:
    """The donor takes a pledge back before anything came."""
    if pledge.state != "pledged":
        raise refuse("已签收的捐赠不能撤回。", "What was received cannot be withdrawn.")
    edit(pledge, state="withdrawn")
    return Text("已撤回", "Withdrawn")


@action(
    of=Pledge,
    title=Text("上架", "Shelve"),
    when=is_in("received", "shelved"),
    asks={
        "amount": IntegerField(
            verbose_name=Text("数量", "Amount"), help_text=Text("上架多少件。", "Pieces to shelve.")
        ),
        "expires": DateField(
            verbose_name=Text("保质期至", "Expires"),
            null=True,
            help_text=Text("不会过期则留空。", "Empty if it keeps."),
        ),
        "place": CharField(
            verbose_name=Text("货架", "Place"),
            max_length=40,
            null=True,
            help_text=Text("放在哪里。", "Where it stands."),
        ),
    },
)
def shelve(
    store: Store,
    pledge: Pledge,
    amount: int,
    expires: date | None = None,
    place: str | None = None,
) -> Text:
    """Put received goods on the shelf: one lot for each day of expiry."""
    amount = whole(amount)
    if pledge.state not in ("received", "shelved"):
        raise refuse("还没有签收，先签收再上架。", "Not received yet: receive it first.")
    if expires is not None and expires < local_today(store):
        raise refuse(
            f"保质期 {expires} 已过，不能上架。", f"It expired on {expires}; it is not shelved."
        )
    lot_id = same_id("reward_station.lot", pledge.id, str(expires))
    with store.transaction():
        hold(pledge, "to_shelve", amount)
        edit(pledge, state="shelved")
        lot = Lot.get_or_none(Lot.id == lot_id) or found(
            Lot,
            Lot.create(
                id=lot_id,
                pledge=pledge.id,
                item=pledge.item,
                purpose=pledge.purpose,
                expires=expires,
                place=place,
                scope=COMMUNITY,
            ).id,
        )
        grant(lot, "stock", amount)
        move(store, lot, "shelved", amount)
    return Text("已上架 {amount} 件 {item}", "{amount} of {item} shelved").format(
        amount=amount, item=lot.item
    )


@action(
    of=Lot,
    title=Text("取用", "Take out"),
    when=lambda lot: lot.purpose != "rewards",
    asks={
        "amount": IntegerField(
            verbose_name=Text("数量", "Amount"),
            help_text=Text("多少件，整数。", "Whole pieces."),
            default=1,
        ),
        "whom": CharField(
            verbose_name=Text("给谁", "Whom"),
            max_length=12,
            default="volunteer",
            choices=WHOM,
            help_text=Text("取用的人是哪一类。", "What kind of person takes it."),
        ),
    },
)
def take(store: Store, lot: Lot, amount: int = 1, whom: str = "volunteer") -> Text:
    """Someone took goods from the shelf, which is so whatever the books say.

    Beyond the stock it is recorded as uncovered, and a task asks someone to look. Refused only
    where the donor meant it for others or the lot has expired: then nothing may be handed out.
    """
    amount = whole(amount)
    if lot.expires is not None and lot.expires < local_today(store):
        raise refuse(
            "{item} 已于 {expires} 过期，不能取用，请下架。",
            "{item} expired on {expires}: write it off instead.",
            item=lot.item,
            expires=lot.expires,
        )
    if whom not in SERVES[lot.purpose]:
        raise refuse(
            "捐赠人指定用于“{meant}”，不能给“{whom}”。",
            "The donor meant it for “{meant}”, not for “{whom}”.",
            meant=dict(PURPOSES)[lot.purpose],
            whom=dict(WHOM)[whom],
        )
    with store.transaction():
        uncovered = take_from(store, lot, "taken", amount, whom=whom)
    if uncovered:
        return Text(
            f"已记 {amount} 件，其中 {uncovered} 件账上没有，已开待办",
            f"{amount} recorded, {uncovered} of them beyond the books; a task is open",
        )
    return Text("已取 {amount} 件 {item}", "{amount} of {item} taken").format(
        amount=amount, item=lot.item
    )


@action(
    of=Lot,
    title=Text("盘点", "Count"),
    asks={
        "counted": IntegerField(
            verbose_name=Text("实有", "Counted"),
            help_text=Text("架上实有多少件。", "How many are there."),
        ),
        "reason": _REASON,
    },
)
def count(store: Store, lot: Lot, counted: int, reason: str) -> Text:
    """A count of the shelf; a difference adjusts the stock and opens a task."""
    counted = whole(counted, 0)
    if not reason.strip():
        raise refuse("请写明原因或盘点人。", "Say why, or who counted.")
    difference = counted - on_shelf(lot)
    if not difference:
        return Text(f"盘点相符：{counted} 件", f"The count agrees: {counted}")
    with store.transaction():
        if difference > 0:
            grant(lot, "stock", difference)
            move(store, lot, "counted_more", difference, reason=reason)
        else:
            take_from(store, lot, "counted_less", -difference, reason=reason)
        open_task(
            lot,
            Text(
                "盘点 {item}：实有 {counted} 件，账上差 {difference:+} 件，已调整，请查原因。",
                "{item}: counted {counted}, {difference:+} against the books; adjusted, find out "
                "why.",
            ).format(item=lot.item, counted=counted, difference=difference),
        )
    return Text(f"已调整 {difference:+} 件并开待办", f"Adjusted by {difference:+}, a task is open")


@action(of=Lot, title=Text("下架", "Write off"), asks={"reason": _REASON})
def write_off(store: Store, lot: Lot, reason: str) -> Text:
    """Take all that is left of a lot off the shelf: it has expired or is spoilt."""
    if not reason.strip():
        raise refuse("请写明下架原因。", "Say why it is written off.")
    there = on_shelf(lot)
    if there <= 0:
        raise refuse("这一批已经没有了。", "None of this lot is left.")
    with store.transaction():
        take_from(store, lot, "written_off", there, reason=reason)
    return Text("已下架 {there} 件 {item}", "{there} of {item} written off").format(
        there=there, item=lot.item
    )


# -- parts of a step -----------------------------------------------------------------------------


def take_from(store: Store, lot: Lot, kind: str, amount: int, **why: Value) -> int:
    """Take goods off the books; returns how many of them no stock of this laptop covered."""
    uncovered = max(amount - max(spendable(lot, "stock"), 0), 0)
    spend(lot, "stock", amount, beyond="uncovered")
    move(store, lot, kind, amount, uncovered=uncovered, **why)
    if uncovered and kind == "taken":
        open_task(
            lot,
            Text(
                "{item} 取用 {amount} 件，其中 {uncovered} 件本机账上没有，请盘点。",
                "{item}: {amount} taken, {uncovered} of them beyond this laptop's stock; count "
                "the shelf.",
            ).format(item=lot.item, amount=amount, uncovered=uncovered),
        )
    return uncovered


def move(store: Store, lot: Lot, kind: str, amount: int, **more: Value) -> None:
    """Write down what came or went."""
    Movement.create(
        lot=lot.id, kind=kind, amount=amount, at=local_now(store), scope=COMMUNITY, **more
    )


def open_task(lot: Lot, text: Text) -> None:
    """Ask someone to look into a lot."""
    Task.create(text=text, collection="reward_station.lot", record=lot.id, scope=COMMUNITY)

"""The merchant's counter: one laptop on which codes are collected, each once, with no network.

Which laptop that is, its team writes in a record of its own, and the hub decides: it writes it in the
merchant's for all to see, and gives the team, and nobody else, a secret by which codes are checked. Each
opening has another. What a counter handed out is told to the hub by a handover, and the hub moves the
redemption on.
"""

from __future__ import annotations

from peewee import CharField

from hongxian import Store, Text, action, local_now
from hongxian.records import Device, same_id
from hongxian_plugins.reward_station import codes
from hongxian_plugins.reward_station.asking import edit, refuse
from hongxian_plugins.reward_station.gifts import Counter, Gift, Handover, Key, Redemption
from hongxian_plugins.reward_station.goods import Merchant

_CODE = CharField(
    verbose_name=Text("取货码", "Code"),
    max_length=20,
    help_text=Text("三段十二位，大小写都行。", "Three parts of four."),
)


@action(
    of=Merchant,
    title=Text("开柜台", "Open the counter here"),
    when=lambda merchant: merchant.counter_laptop is None,
)
def open_counter(store: Store, merchant: Merchant) -> Text:
    """Make this laptop the counter of a merchant; it may collect once the hub has agreed."""
    here = store.writer().laptop
    counter = _open_one(merchant.id)
    if merchant.counter_laptop not in (None, here) or (counter and counter.laptop != here):
        raise refuse(
            "{name} 已有核销电脑，请先在那台上关柜台。",
            "Another laptop is the counter of {name}: close it there first.",
            name=merchant.name,
        )
    if counter is None:
        Counter.create(merchant=merchant.id, laptop=here)
    return Text(
        "已申请，联网确认后可以核销", "Asked for; this laptop may collect after the next sync"
    )


@action(
    of=Merchant,
    title=Text("关柜台", "Close the counter"),
    when=lambda merchant: merchant.counter_laptop is not None,
)
def close_counter(store: Store, merchant: Merchant) -> Text:
    """End a merchant's counter on its own laptop; that of a revoked laptop the hub ends itself."""
    here = store.writer().laptop
    counter = _open_one(merchant.id)
    if counter is None and merchant.counter_laptop is None:
        raise refuse("没有开着的柜台。", "No counter is open.")
    if here != (counter.laptop if counter else merchant.counter_laptop):
        raise refuse(
            "只能在核销电脑上关柜台；电脑丢了，请管理员停用它，柜台就关了。",
            "Close it on the counter's own laptop; if that is lost, have it revoked, which closes it.",
        )
    if counter:
        edit(counter, state="closed")
    return Text("已关柜台，联网后别人才知道", "Closed; others learn of it with the next sync")


def _open_one(merchant: str) -> Counter | None:
    """A merchant's open counter, where it is of a team of this laptop's."""
    return Counter.get_or_none(  # type: ignore[no-any-return]
        Counter.merchant == merchant, Counter.state == "open"
    )


def is_in_use(laptop: str) -> bool:
    """Whether a laptop still belongs to the community."""
    return bool(
        Device.select().where(Device.laptop == laptop, Device.revoked == False).exists()  # noqa: E712
    )


@action(title=Text("核销取货码", "Collect by code"), asks={"code": _CODE})
def collect(store: Store, code: str) -> Text:
    """A person brought a code: hand the gift out if it is real, of this counter and not used."""
    return _hand_over(store, code, "collected")


@action(title=Text("柜台退还", "Take a code back"), asks={"code": _CODE})
def take_back(store: Store, code: str) -> Text:
    """A person gives a code back unused: its points and its piece return with the next sync."""
    return _hand_over(store, code, "returned")


def handover_id(merchant: str, short: str) -> str:
    """The id of what became of a code, the same wherever it is written."""
    return same_id("reward_station.handover", merchant, short)


def _hand_over(store: Store, code: str, kind: str) -> Text:
    key, gift, short = _read(store, code)
    if _open_one(key.merchant) is None:
        raise refuse("这家的柜台已经关了。", "This merchant's counter is closed.")
    done = Handover.get_or_none(Handover.id == handover_id(key.merchant, short))
    if done is not None:
        was = Text("交付", "handed out") if done.kind == "collected" else Text("退还", "returned")
        raise refuse(
            "这个取货码已于 {at:%Y-%m-%d %H:%M} {was}，不能再用。",
            "This code was {was} on {at:%Y-%m-%d %H:%M} and works once only.",
            at=done.at,
            was=was,
        )
    redemption = Redemption.get_or_none(
        Redemption.merchant == key.merchant, Redemption.short == short
    )
    if redemption is not None and redemption.state == "reversed":
        raise refuse("这笔兑换已退还，不能取货。", "This redemption was given back already.")
    Handover.create(
        id=handover_id(key.merchant, short),
        merchant=key.merchant,
        short=short,
        gift=gift.id,
        kind=kind,
        at=local_now(store),
        laptop=key.laptop,
        scope=key.scope,
    )
    if kind == "returned":
        return Text(
            "已退还 {title}，联网后退回积分", "{title} is returned; the points follow with the sync"
        ).format(title=gift.title)
    return Text("可以交付：{title} 1 件", "Hand out one {title}").format(title=gift.title)


def _read(store: Store, code: str) -> tuple[Key, Gift, str]:
    """Whose code it is and what for; raises where it is none of this counter's."""
    here = store.writer().laptop
    keys = list(Key.select().where(Key.laptop == here))
    if not keys:
        raise refuse(
            "这台电脑不是核销电脑，请到商户的柜台核销。",
            "This laptop is no merchant's counter: collect where the merchant's counter is.",
        )
    parts = codes.read(code)
    if parts is not None:
        short, letters = parts
        for key in keys:
            for gift in Gift.with_deleted().where(Gift.merchant == key.merchant):
                if codes.proves(letters, key.secret, key.merchant, short, gift.id):
                    return key, gift, short
    raise refuse(
        "取货码 {code} 不对，请核对每一位；也可能是别家的码，或柜台重开前的旧码，请看新码。",
        "The code {code} is not right: check each character; it may be another merchant's, or of before "
        "the counter was opened anew: then there is a new one.",
        code=code,
    )

"""The merchant's counter: one laptop on which codes are collected, each once, with no network.

Which laptop that is, its team writes in a record of its own, and the hub decides: it writes it in the
merchant's for all to see, and gives the team, and nobody else, a secret by which codes are checked. Each
opening has another. What a counter handed out is told to the hub by a handover, and the hub moves the
redemption on.
"""

from __future__ import annotations

from peewee import CharField

from hongxian import Refused, Store, Text, action
from hongxian.records import same_id
from hongxian_plugins.reward_station import codes
from hongxian_plugins.reward_station.gifts.records import (
    HANDOVERS,
    Counter,
    Gift,
    Handover,
    Key,
    Redemption,
)
from hongxian_plugins.reward_station.goods.records import Merchant

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
    Counter.create(merchant=merchant, laptop=store.writer().laptop)
    return Text(
        "已申请，联网确认后可以核销", "Asked for; this laptop may collect after the next sync"
    )


@action(
    title=Text("核销取货码", "Collect by code"),
    asks={"code": _CODE},
    card=True,
    icon="ticket-perforated",
)
def collect(store: Store, code: str) -> Text:
    """A person brought a code: hand the gift out if it is real, of this counter and not used."""
    gift = _hand_over(store, code, "collected")
    return Text("可以交付：{title} 1 件", "Hand out one {title}").format(title=gift.title)


@action(title=Text("柜台退还", "Take a code back"), asks={"code": _CODE}, menu=False)
def take_back(store: Store, code: str) -> Text:
    """A person gives a code back unused: its points and its piece return with the next sync."""
    gift = _hand_over(store, code, "returned")
    return Text(
        "已退还 {title}，联网后退回积分", "{title} is returned; the points follow with the sync"
    ).format(title=gift.title)


def handover_id(merchant: str, short: str) -> str:
    """The id of what became of a code, the same wherever it is written."""
    return same_id("reward_station.handover", merchant, short)


def _hand_over(store: Store, code: str, kind: str) -> Gift:
    key, gift, short = _read(store, code)
    id = handover_id(key.merchant, short)
    here = Counter.merchant == key.merchant, Counter.laptop == key.laptop, Counter.state == "open"
    if not Counter.select().where(*here).exists():
        raise Refused("这家的柜台已经关了。", "This merchant's counter is closed.")
    if done := Handover.get_or_none(Handover.id == id):
        raise Refused(
            "这个取货码已于 {at:%Y-%m-%d %H:%M} {was}，不能再用。",
            "This code was used on {at:%Y-%m-%d %H:%M} ({was}) and works once only.",
            at=done.at,
            was=dict(HANDOVERS)[done.kind],
        )
    of = Redemption.merchant == key.merchant, Redemption.short == short
    if Redemption.select().where(*of, Redemption.state == "reversed").exists():
        raise Refused("这笔兑换已退还，不能取货。", "This redemption was given back already.")
    what = {"merchant": key.merchant, "short": short, "gift": gift, "kind": kind}
    Handover.create(id=id, laptop=key.laptop, scope=key.scope, **what)
    return gift


def _read(store: Store, code: str) -> tuple[Key, Gift, str]:
    """Whose code it is and what for; raises where it is none of this counter's."""
    keys = list(Key.select().where(Key.laptop == store.writer().laptop))
    if not keys:
        raise Refused(
            "这台电脑不是核销电脑，请到商户的柜台核销。",
            "This laptop is no merchant's counter: collect where the merchant's counter is.",
        )
    short, letters = codes.read(code) or ("", "")
    for key in keys:
        for gift in Gift.select().where(Gift.merchant == key.merchant):
            if codes.proves(letters, key.secret, key.merchant, short, gift.id):
                return key, gift, short
    raise Refused(
        "取货码 {code} 不对，请核对每一位；也可能是别家的码，或柜台重开前的旧码，请看新码。",
        "The code {code} is not right: check each character; it may be another merchant's, or of before "
        "the counter was opened anew: then there is a new one.",
        code=code,
    )

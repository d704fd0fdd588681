"""The merchant's counter: one laptop on which codes are collected, each once, with no network; or its phones.

Which laptop that is, its team writes in a record of its own, and the hub decides: it writes it in the
merchant's for all to see, and gives the team, and nobody else, a secret by which codes are checked. Each
opening has another. What a counter handed out is told to the hub by a handover, and the hub moves the
redemption on. A laptop collects offline and phones at the hub, so it is the one or the other: nothing
offline could tell that a code was honoured on the other already.
"""

from __future__ import annotations

from peewee import CharField

from hongxian import Refused, Store, Text, Viewer, action
from hongxian.codes import code_in
from hongxian.records import KEEPER, same_id
from hongxian_plugins.reward_station import codes
from hongxian_plugins.reward_station.gifts.records import (
    HANDOVERS,
    ON_PHONES,
    Counter,
    Gift,
    Handover,
    Key,
    Redemption,
)
from hongxian_plugins.reward_station.goods.records import Merchant

_CODE = CharField(
    verbose_name=Text("取货码", "Code"),
    max_length=190,  # scanned, it may stand behind an address
    help_text=Text(
        "三段十二位，大小写都行；看到“可以交付”再给。",
        "Three parts of four; hand out when you read “Hand out”.",
    ),
)


def _is_code(store: Store, code: str) -> bool:
    return codes.read(code) is not None


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
    of=Merchant,
    title=Text("用手机核销", "Collect on this phone"),
    when=lambda merchant: merchant.counter_laptop is None,
    audience="self",
    whose=Merchant,
    icon="telephone",
)
def collect_on_phones(store: Store, merchant: Merchant) -> Text:
    """Make a merchant's phones its counter: each asks the hub, so that two of them honour no code twice."""
    Counter.create(merchant=merchant, laptop=ON_PHONES, scope=KEEPER)
    return Text(
        "已开通：客人出示取货码，用手机扫一扫",
        "Done: scan the codes that people bring with this phone",
    )


@action(
    of=Merchant,
    title=Text("不再用手机核销", "Collect on phones no more"),
    when=lambda merchant: merchant.counter_laptop == ON_PHONES,
    audience="self",
    whose=Merchant,
    menu=False,
)
def leave_to_laptop(store: Store, merchant: Merchant) -> Text:
    """Close the counter on phones, so that a laptop may be the counter."""
    of_phones = Counter.merchant == merchant.id, Counter.laptop == ON_PHONES
    Counter.update(state="closed").where(*of_phones, Counter.state == "open").execute()
    return Text(
        "已关。请在店里的电脑上开柜台；在那之前不能兑换。",
        "Closed. Open the counter on the shop's laptop; until then nothing is redeemed here.",
    )


@action(
    title=Text("核销取货码", "Collect by code"),
    asks={"code": _CODE},
    audience=("leader", "self"),
    whose=Merchant,
    scans=_is_code,
    card=True,
    icon="ticket-perforated",
)
def collect(store: Store, code: str, viewer: Viewer) -> Text:
    """A person brought a code: hand the gift out if it is real, of this counter and not used."""
    gift = _hand_over(store, _keys(store, viewer), code, "collected")
    return Text("可以交付：{title} 1 件", "Hand out one {title}").format(title=gift.title)


@action(
    title=Text("柜台退还", "Take a code back"),
    asks={"code": _CODE},
    audience=("leader", "self"),
    whose=Merchant,
    menu=False,
)
def take_back(store: Store, code: str, viewer: Viewer) -> Text:
    """A person gives a code back unused: its points and its piece return, from a laptop with the next sync."""
    gift = _hand_over(store, _keys(store, viewer), code, "returned")
    return Text(
        "已退还 {title}，联网后退回积分", "{title} is returned; the points follow with the sync"
    ).format(title=gift.title)


def handover_id(merchant: str, short: str) -> str:
    """The id of what became of a code, the same wherever it is written."""
    return same_id("reward_station.handover", merchant, short)


def _keys(store: Store, viewer: Viewer) -> list[Key]:
    """Those of whoever collects: of this laptop, or of the merchant whose phone it is; raises where there are none."""
    if viewer.audience != "self":
        keys = list(Key.select().where(Key.laptop == store.writer().laptop))
        if not keys:
            raise Refused(
                "这台电脑不是核销电脑，请到商户的柜台核销。",
                "This laptop is no merchant's counter: collect where the merchant's counter is.",
            )
        return keys
    keys = list(Key.select().where(Key.laptop == ON_PHONES, Key.merchant == viewer.person))
    if not keys and Merchant.get_by_id(viewer.person).counter_laptop:
        raise Refused(
            "本店在电脑上核销，手机上不再核销：两边都收，一个码会用两次。要改用手机，请先在那台电脑上关柜台并联网。",
            "This shop collects on a laptop and not on phones too: a code could be used on both. To use the phone, "
            "close the counter on that laptop and sync it.",
        )
    if not keys:
        raise Refused(
            "还没有开通手机核销，请先回首页按“用手机核销”。",
            "Not opened on phones yet: press “Collect on this phone” on the first page.",
        )
    return keys


def _hand_over(store: Store, keys: list[Key], code: str, kind: str) -> Gift:
    key, gift, short = _read(keys, code_in(code))
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
    known = Redemption.get_or_none(*of)
    if known is not None and known.state == "reversed":
        raise Refused("这笔兑换已退还，不能取货。", "This redemption was given back already.")
    if store.kind == "hub" and (known is None or known.state != "code_given"):
        raise _not_right(code)  # of which a counter that is offline need not have heard
    what = {"merchant": key.merchant, "short": short, "gift": gift, "kind": kind}
    Handover.create(id=id, laptop=key.laptop, scope=key.scope, **what)
    return gift


def _read(keys: list[Key], code: str) -> tuple[Key, Gift, str]:
    """Whose code it is and what for; raises where it is none of this counter's."""
    short, letters = codes.read(code) or ("", "")
    for key in keys:
        for gift in Gift.select().where(Gift.merchant == key.merchant):
            if codes.proves(letters, key.secret, key.merchant, short, gift.id):
                return key, gift, short
    raise _not_right(code)


def _not_right(code: str) -> Refused:
    return Refused(
        "取货码 {code} 不对，请核对每一位；也可能是别家的码，或柜台重开前的旧码，请看新码。",
        "The code {code} is not right: check each character; it may be another merchant's, or of before "
        "the counter was opened anew: then there is a new one.",
        code=code,
    )

"""What points buy: gifts of merchants, redemptions, and what the merchant's counter handed out."""

from __future__ import annotations

from peewee import BooleanField, CharField, DateTimeField, IntegerField

from hongxian import (
    Claim,
    Lasting,
    Record,
    Reference,
    State,
    StateField,
    Text,
    Transition,
    Workflow,
    local_now,
)
from hongxian.checks import RecordSchema
from hongxian.records import COMMUNITY, new_id
from hongxian_plugins.reward_station.goods.records import BOOKED
from hongxian_plugins.reward_station.setting import pieces

REDEMPTION = Workflow(
    State("reserved", Text("已预留", "Reserved")),
    State("code_given", Text("已发码", "Code given"), needs=("letters",)),
    State("collected", Text("已取货", "Collected")),
    State("reversed", Text("已退还", "Reversed")),
    Transition("give_code", Text("发码", "Give the code"), "reserved", "code_given", by="hub"),
    Transition("hand_out", Text("交付", "Hand out"), "code_given", "collected", by="hub"),
    Transition("cancel", Text("取消兑换", "Cancel"), ("reserved", "code_given"), "reversed"),
)
"""What has a code moves by what the counter wrote; see `rules.py`."""
COUNTER = Workflow(
    State("open", Text("开着", "Open")),
    State("closed", Text("已关", "Closed")),
    Transition("close_counter", Text("关柜台", "Close"), "open", "closed", by="maker"),
)
"""Closed for good, by its own laptop, or by the hub where that was revoked or the merchant's last phone ended."""
ON_PHONES = "phones"
"""In the place of a laptop's id: the counter is whatever phones the merchant has, and the hub decides."""
HANDOVERS = (("collected", Text("交付", "Collected")), ("returned", Text("退还", "Returned")))


class GiftChecks(RecordSchema):
    """Of a gift: a whole price; 0 until people have said it."""

    price = pieces(0, required=True)


class RedemptionChecks(RecordSchema):
    """Of a redemption: a whole price."""

    price = pieces(required=True)


class Gift(Record):
    """Gifts."""

    title = CharField(
        verbose_name=Text("礼品", "Title"),
        max_length=60,
        index=True,
        help_text=Text("礼品名称。", "What it is called."),
    )
    merchant = Reference(
        "reward_station.merchant",
        verbose_name=Text("商户", "Merchant"),
        index=True,
        help_text=Text("在哪家取货。", "Where it is collected."),
    )
    lot = Reference(
        "reward_station.lot",
        verbose_name=Text("批次", "Lot"),
        help_text=Text(
            "从哪一批里出，须是积分兑换用途。", "The lot that it comes from, meant for rewards."
        ),
    )
    price = IntegerField(
        verbose_name=Text("积分价", "Price"),
        help_text=Text("一件要多少分。", "Points for one piece."),
    )
    on_offer = BooleanField(
        verbose_name=Text("可兑换", "On offer"),
        default=True,
        help_text=Text("下架就取消勾选。", "Untick to take it off offer."),
    )

    class Meta:
        collection = "reward_station.gift"
        title = Text("礼品", "Gifts")
        scope = COMMUNITY
        checks = GiftChecks


class Redemption(Record):
    """Redemptions."""

    gift = Reference(
        "reward_station.gift",
        verbose_name=Text("礼品", "Gift"),
        help_text=Text("换什么，一次一件。", "One piece of it."),
    )
    merchant = Reference(
        "reward_station.merchant",
        verbose_name=Text("商户", "Merchant"),
        index=True,
        help_text=Text("在哪家取货。", "Where it is collected."),
    )
    person = Reference(
        "roster.person",
        verbose_name=Text("志愿者", "Person"),
        index=True,
        help_text=Text("谁换的。", "Who redeems."),
    )
    at = DateTimeField(
        verbose_name=Text("时刻", "At"),
        default=local_now,
        help_text=Text("什么时候换的。", "When it was redeemed."),
    )
    price = IntegerField(
        verbose_name=Text("积分", "Price"),
        help_text=Text("花了多少分。", "The points that it cost."),
    )
    state = StateField(
        REDEMPTION,
        index=True,
        help_text=Text("只向前走；社区主机收下后才发码。", "Forward only; the hub gives the code."),
    )
    short = CharField(
        verbose_name=Text("短码", "Short"),
        max_length=8,
        help_text=Text("取货码的前两段。", "The code's first two parts."),
    )
    letters = CharField(
        verbose_name=Text("校验码", "Letters"),
        max_length=4,
        null=True,
        help_text=Text(
            "取货码的末段，由社区主机算出。", "The code's last part, which the hub reckons."
        ),
    )

    class Meta:
        collection = "reward_station.redemption"
        title = Text("兑换", "Redemptions")
        scope = COMMUNITY
        order = "-at"
        field_writers = {"letters": "hub"}
        lasting = Lasting(stays="all", but=("state", "letters"))
        claims = [("merchant", "short")]
        checks = RedemptionChecks


class Counter(Record):
    """Merchants' counters."""

    merchant = Reference(
        "reward_station.merchant",
        verbose_name=Text("商户", "Merchant"),
        index=True,
        help_text=Text("哪家的柜台。", "Whose counter."),
    )
    laptop = CharField(
        verbose_name=Text("核销电脑", "Laptop"),
        max_length=36,
        help_text=Text(
            "只有这一台电脑能核销取货码；改用商户手机核销的，由系统填写。",
            "The one laptop on which codes are collected; filled in by itself for a merchant's phones.",
        ),
    )
    state = StateField(
        COUNTER,
        help_text=Text(
            "只在核销电脑上关，关了可另开；电脑丢了，请管理员停用它。",
            "Closed on its own laptop, and another may be opened; if that is lost, have it revoked.",
        ),
    )

    class Meta:
        collection = "reward_station.counter"
        title = Text("柜台", "Counters")
        menu = False
        # Of its team alone: no other team can close it, or open one beside it.
        claims = [Claim("merchant", only={"state": ("open",)}, near=lambda key: ())]
        lasting = Lasting(stays="all", but=("state",))


class Key(Record):
    """Counters' keys."""

    merchant = Reference(
        "reward_station.merchant",
        verbose_name=Text("商户", "Merchant"),
        help_text=Text("哪家的柜台。", "Whose counter."),
    )
    laptop = CharField(
        verbose_name=Text("核销电脑", "Laptop"),
        max_length=36,
        help_text=Text("哪台电脑可核销。", "The laptop that may collect."),
    )
    secret = CharField(
        verbose_name=Text("密钥", "Secret"),
        max_length=64,
        help_text=Text(
            "验码用，不外传；只在社区主机和核销团队。",
            "Checks codes; only hub and counter hold it.",
        ),
    )

    class Meta:
        collection = "reward_station.key"
        title = Text("柜台密钥", "Counters' keys")
        menu = False
        writers = "hub"


class Handover(Record):
    """What the counter handed out."""

    merchant = Reference(
        "reward_station.merchant",
        verbose_name=Text("商户", "Merchant"),
        index=True,
        help_text=Text("哪家的柜台。", "Whose counter."),
    )
    short = CharField(
        verbose_name=Text("短码", "Short"),
        max_length=8,
        index=True,
        help_text=Text("取货码的前两段。", "The short code."),
    )
    gift = Reference(
        "reward_station.gift",
        verbose_name=Text("礼品", "Gift"),
        help_text=Text("交的是什么。", "What it was."),
    )
    kind = CharField(
        verbose_name=Text("类别", "Kind"),
        max_length=10,
        choices=HANDOVERS,
        help_text=Text("交付还是退还。", "Handed out, or returned."),
    )
    at = DateTimeField(
        verbose_name=Text("时刻", "At"), default=local_now, help_text=Text("什么时候。", "When.")
    )
    laptop = CharField(
        verbose_name=Text("核销电脑", "Laptop"),
        max_length=36,
        help_text=Text("在哪台电脑上。", "On which laptop."),
    )
    voucher = CharField(
        verbose_name=Text("凭证号", "Voucher"),
        max_length=36,
        default=new_id,
        help_text=Text(
            "每次核销一个，用来认出重复核销。", "One for each, so that a second is known."
        ),
    )

    class Meta:
        collection = "reward_station.handover"
        title = Text("核销", "Handovers")
        menu = False
        # The voucher tells a second use of a code from the same one coming again.
        lasting = Lasting(stays="all", instead=BOOKED)

"""What stands on the shelf: who gave it, what was promised and received, its lots, what came and went."""

from __future__ import annotations

from peewee import CharField, DateField, DateTimeField, IntegerField

from hongxian import (
    Lasting,
    QuotaField,
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
from hongxian.quotas import Lines
from hongxian.records import COMMUNITY
from hongxian_plugins.reward_station.setting import pieces

MERCHANT_STATES = (("active", Text("合作中", "Active")), ("left", Text("已退出", "Left")))
PURPOSES = (
    ("anyone", Text("所有人", "Anyone")),
    ("volunteers", Text("志愿者", "Volunteers")),
    ("patrols", Text("巡查", "Patrols")),
    ("outdoor", Text("户外劳动者", "Outdoor workers")),
    ("emergency", Text("应急", "Emergencies")),
    ("rewards", Text("积分兑换", "Rewards")),
)
WHOM = (
    ("volunteer", Text("志愿者", "Volunteer")),
    ("patrol", Text("巡查", "Patrol")),
    ("courier", Text("快递外卖", "Courier")),
    ("sanitation", Text("环卫", "Sanitation")),
    ("resident", Text("居民", "Resident")),
    ("emergency", Text("应急", "Emergency")),
)
DISPOSALS = (
    ("destroyed", Text("销毁", "Destroyed")),
    ("treated", Text("无害化处理", "Made harmless")),
    ("given_back", Text("退回捐赠人", "Given back to the donor")),
)
DRAWINGS = (
    ("票", "film"),
    ("券", "ticket-perforated"),
    ("水", "droplet"),
    ("伞", "umbrella"),
    ("创可贴", "bandaid"),
    ("口罩", "facemask"),
    ("油", "wind"),
    ("电", "lightbulb"),
    ("袋", "bag"),
    ("杯", "cup"),
    ("体温", "thermometer-half"),
    ("急救", "heart-pulse"),
    ("篮", "basket"),
)
"""Of goods with such a word in their name, the drawing; others have that of a box."""
SERVES = {
    "anyone": frozenset(whom for whom, _ in WHOM),
    "volunteers": frozenset({"volunteer", "patrol", "emergency"}),
    "patrols": frozenset({"patrol"}),
    "outdoor": frozenset({"courier", "sanitation", "emergency"}),
    "emergency": frozenset({"emergency"}),
    "rewards": frozenset[str](),
}
"""Whom a lot may be taken out for, by its donor's purpose."""
PLEDGE = Workflow(
    State("pledged", Text("已认捐", "Pledged")),
    State("withdrawn", Text("已撤回", "Withdrawn")),
    # Behind a withdrawal, for goods that came are there, whatever another laptop withdrew meanwhile.
    State("received", Text("已签收", "Received"), needs=("received",)),
    State("shelved", Text("已上架", "Shelved"), needs=("received",)),
    Transition("receive", Text("签收", "Receive"), "pledged", "received", dated=("received_on",)),
    Transition("withdraw", Text("撤回认捐", "Withdraw"), "pledged", "withdrawn"),
    Transition("shelve", Text("上架", "Shelve"), ("received", "shelved"), "shelved"),
    Transition(
        "pledge_again", Text("重新认捐", "Promise again"), "withdrawn", "pledged", usual=False
    ),
)
CAME = ("shelved", "counted_more", "returned")
WENT = ("taken", "counted_less", "written_off", "redeemed")
KINDS = (
    ("shelved", Text("上架", "Shelved")),
    ("counted_more", Text("盘盈", "Counted more")),
    ("returned", Text("退回", "Returned")),
    ("taken", Text("取用", "Taken")),
    ("counted_less", Text("盘亏", "Counted less")),
    ("written_off", Text("下架", "Written off")),
    ("redeemed", Text("兑换", "Redeemed")),
)
BOOKED = Text("记过的账不改也不重记，放弃这次即可", "it is booked already: discard this")
"""What is to be done instead of writing in the books again."""
_COUNTED = Text(
    "记过的账不改也不重记；放回货架的，用“盘点”记上实有几件",
    "it is booked already: what is put back on the shelf is written by a count",
)


class PledgeChecks(RecordSchema):
    """Of a pledge: whole, positive pieces."""

    amount = pieces(required=True)
    received = pieces(allow_none=True)


class MovementChecks(RecordSchema):
    """Of a movement: whole, positive pieces."""

    amount = pieces(required=True)
    uncovered = pieces(0)


class Merchant(Record):
    """Merchants."""

    name = CharField(
        verbose_name=Text("商户", "Name"),
        max_length=40,
        index=True,
        help_text=Text("店名。", "The name of the shop."),
    )
    state = CharField(
        verbose_name=Text("状态", "State"),
        max_length=10,
        default="active",
        choices=MERCHANT_STATES,
        help_text=Text(
            "退出后不再收捐赠、不再兑换。", "Who left takes no more pledges or redemptions."
        ),
    )
    counter_team = CharField(
        verbose_name=Text("核销团队", "Counter team"),
        max_length=40,
        null=True,
        help_text=Text(
            "由主机按开着的柜台填写。", "Filled in by the hub, from the counter that is open."
        ),
    )
    counter_laptop = CharField(
        verbose_name=Text("核销电脑", "Counter laptop"),
        max_length=36,
        null=True,
        help_text=Text(
            "只有这一台电脑能核销取货码；改用商户手机核销的，由系统填写。",
            "The one laptop on which codes are collected; filled in by itself for a merchant's phones.",
        ),
    )

    class Meta:
        collection = "reward_station.merchant"
        title = Text("商户", "Merchants")
        menu = False
        scope = COMMUNITY
        field_writers = {"counter_team": "hub", "counter_laptop": "hub"}


class Pledge(Record):
    """Pledges."""

    merchant = Reference(
        "reward_station.merchant",
        verbose_name=Text("商户", "Merchant"),
        index=True,
        help_text=Text("谁捐的。", "Who gives it."),
    )
    item = CharField(
        verbose_name=Text("物品", "Item"),
        max_length=40,
        help_text=Text("如：瓶装水、雨伞。", "Such as bottled water."),
    )
    amount = IntegerField(
        verbose_name=Text("认捐数量", "Amount"),
        help_text=Text("答应给多少件。", "How many pieces are promised."),
    )
    purpose = CharField(
        verbose_name=Text("用途", "Purpose"),
        max_length=12,
        default="anyone",
        choices=PURPOSES,
        help_text=Text(
            "捐赠人指定给谁用，入库后不改。", "For whom the donor means it; stays once shelved."
        ),
    )
    pledged_on = DateField(
        verbose_name=Text("认捐日期", "Pledged on"),
        null=True,
        help_text=Text("哪天答应的。", "The day of the promise."),
    )
    comes_by = DateField(
        verbose_name=Text("约定送到", "Comes by"),
        null=True,
        help_text=Text("说好哪天之前送到。", "The day by which it is to come."),
    )
    state = StateField(PLEDGE, help_text=Text("只向前走，不退回。", "Moves forward only."))
    received = IntegerField(
        verbose_name=Text("签收数量", "Received"),
        null=True,
        help_text=Text("实际收到多少件。", "How many really came."),
    )
    received_on = DateField(
        verbose_name=Text("签收日期", "Received on"),
        null=True,
        help_text=Text("哪天收到的。", "The day on which they came."),
    )
    receipt = CharField(
        verbose_name=Text("接收单号", "Receipt"),
        max_length=20,
        null=True,
        help_text=Text("签收时自动生成。", "Made when the goods are received."),
    )
    charity_no = CharField(
        verbose_name=Text("捐赠票据", "Charity's invoice"),
        max_length=80,
        null=True,
        help_text=Text(
            "经慈善组织捐的，哪家开的、票据号。",
            "Where a charity issued one: which, and its number.",
        ),
    )
    to_shelve = QuotaField(
        verbose_name=Text("待上架", "To shelve"),
        unit=Text("件", "pcs"),
        deal="kept",  # the goods are where they were received, until someone there shelves them
        grants=Lines("reward_station.pledge", "received", of="id"),
        help_text=Text(
            "收到了还没上架的；上架不会多于签收。", "Received, not yet shelved; never more."
        ),
    )

    class Meta:
        collection = "reward_station.pledge"
        title = Text("捐赠", "Pledges")
        scope = COMMUNITY
        claims = [("receipt",)]
        lasting = Lasting(
            once="receipt",
            stays=("received", "received_on", "receipt", "purpose", "merchant", "item"),
        )
        checks = PledgeChecks


class Lot(Record):
    """Lots."""

    pledge = Reference(
        "reward_station.pledge",
        verbose_name=Text("捐赠", "Pledge"),
        null=True,
        index=True,
        help_text=Text("来自哪笔捐赠。", "The pledge that it came from."),
    )
    item = CharField(
        verbose_name=Text("物品", "Item"),
        max_length=40,
        index=True,
        help_text=Text("这一批是什么。", "What it is."),
    )
    place = CharField(
        verbose_name=Text("货架", "Place"),
        max_length=40,
        null=True,
        help_text=Text("放在哪里。", "Where it stands."),
    )
    purpose = CharField(
        verbose_name=Text("用途", "Purpose"),
        max_length=12,
        default="anyone",
        choices=PURPOSES,
        help_text=Text("照捐赠人的指定，不能改。", "As the donor said; it stays."),
    )
    expires = DateField(
        verbose_name=Text("保质期至", "Expires"),
        null=True,
        index=True,
        help_text=Text(
            "这天之后不能取用；不会过期则留空。", "Not taken after this day; empty if it keeps."
        ),
    )
    stock = QuotaField(
        verbose_name=Text("库存", "Stock"),
        unit=Text("件", "pcs"),
        grants=Lines(
            "reward_station.movement",
            "amount",
            of="lot",
            only={"kind": ("shelved", "counted_more")},
        ),
        gives_back=Lines(
            "reward_station.movement", "amount", of="lot", only={"kind": ("returned",)}
        ),
        help_text=Text(
            "由上架、取用、盘点改变，不能直接填。", "Changed by what comes and goes, never typed."
        ),
    )

    class Meta:
        collection = "reward_station.lot"
        title = Text("批次", "Lots")
        menu = False
        scope = COMMUNITY
        lasting = Lasting()


class Movement(Record):
    """What came and went."""

    lot = Reference(
        "reward_station.lot",
        verbose_name=Text("批次", "Lot"),
        index=True,
        help_text=Text("哪一批。", "Of which lot."),
    )
    kind = CharField(
        verbose_name=Text("类别", "Kind"),
        max_length=12,
        choices=KINDS,
        help_text=Text("进还是出。", "What happened."),
    )
    amount = IntegerField(
        verbose_name=Text("数量", "Amount"), help_text=Text("多少件。", "How many pieces.")
    )
    uncovered = IntegerField(
        verbose_name=Text("超出", "Uncovered"),
        default=0,
        help_text=Text(
            "其中本机账上没有的件数，待查。",
            "Those that this laptop had no stock for; looked into.",
        ),
    )
    whom = CharField(
        verbose_name=Text("给谁", "Whom"),
        max_length=12,
        null=True,
        choices=WHOM,
        help_text=Text("取用的人是哪一类。", "What kind of person took it."),
    )
    reason = CharField(
        verbose_name=Text("原因", "Reason"),
        max_length=200,
        null=True,
        help_text=Text("为什么。", "Why."),
    )
    how = CharField(
        verbose_name=Text("怎样处理", "How"),
        max_length=10,
        null=True,
        choices=DISPOSALS,
        help_text=Text("下架的东西怎样了。", "What became of what was written off."),
    )
    by = CharField(
        verbose_name=Text("经手人", "By"),
        max_length=40,
        null=True,
        help_text=Text("谁处理的，谁在场。", "Who did it, and who saw it."),
    )
    redemption = Reference(
        "reward_station.redemption",
        verbose_name=Text("兑换", "Redemption"),
        null=True,
        help_text=Text("因哪次兑换。", "The redemption that it was for."),
    )
    at = DateTimeField(
        verbose_name=Text("时刻", "At"),
        index=True,
        default=local_now,
        help_text=Text("什么时候。", "When."),
    )

    class Meta:
        collection = "reward_station.movement"
        title = Text("出入库", "What came and went")
        menu = False
        scope = COMMUNITY
        lasting = Lasting(stays="all", instead=_COUNTED)
        checks = MovementChecks

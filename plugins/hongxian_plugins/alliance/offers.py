"""What members offer, what is wanted, and which offer answers which want.

There is no field for money: gifts are no wage (志愿服务条例 2), and nothing here is paid for.
"""

from __future__ import annotations

from peewee import BooleanField, CharField, DateField, IntegerField

from hongxian import Lasting, QuotaField, Record, Reference, StateField, Text
from hongxian.checks import RecordSchema, whole_number
from hongxian.quotas import Lines
from hongxian.records import COMMUNITY
from hongxian_plugins.alliance.states import OFFER, WANT
from hongxian_plugins.alliance.words import KINDS, LARGEST, PURPOSES


class OfferChecks(RecordSchema):
    """Of an offer: whole, positive pieces."""

    pieces = whole_number(1, LARGEST)
    per_row = whole_number(1, 100)


class Offer(Record):
    """Offers."""

    title = CharField(
        verbose_name=Text("提供", "Offer"),
        max_length=60,
        index=True,
        help_text=Text(
            "如：影院包场、面包券；不收钱。", "Such as a private screening; never money."
        ),
    )
    member = Reference(
        "alliance.member",
        verbose_name=Text("单位", "Member"),
        index=True,
        help_text=Text("谁提供的。", "Who offers it."),
    )
    kind = CharField(
        verbose_name=Text("资源类别", "Kind"),
        max_length=8,
        default="goods",
        choices=KINDS,
        help_text=Text("座位和票券一人一份。", "Of seats and tickets one goes to one person."),
    )
    pieces = IntegerField(
        verbose_name=Text("数量", "Pieces"),
        help_text=Text("多少座、张、件、场。", "How many seats, tickets, pieces, times."),
    )
    unit = CharField(
        verbose_name=Text("单位量词", "Unit"),
        max_length=10,
        default="件",
        help_text=Text("座、张、件、次。", "What is counted."),
    )
    purpose = CharField(
        verbose_name=Text("用途", "Purpose"),
        max_length=12,
        choices=PURPOSES,
        help_text=Text(
            "捐赠人指定给谁用；改用途要先记捐赠人的同意。",
            "For whom the donor means it; changed with their consent on record alone.",
        ),
    )
    whom = CharField(
        verbose_name=Text("给谁、做什么", "For whom"),
        max_length=80,
        help_text=Text("用捐赠人的话，如：优秀志愿者专场。", "In the donor's words."),
    )
    until = DateField(
        verbose_name=Text("期限", "Until"),
        null=True,
        index=True,
        help_text=Text("提供到哪天；不限就留空。", "Its last day; empty for none."),
    )
    due = DateField(
        verbose_name=Text("约定日期", "Due"),
        null=True,
        index=True,
        help_text=Text("哪天放映、送到、到场。", "The day on which it is to be."),
    )
    per_row = IntegerField(
        verbose_name=Text("一排几座", "Seats a row"),
        default=10,
        help_text=Text("座位图一排画几座。", "Of the plan of seats."),
    )
    sponsored = BooleanField(
        verbose_name=Text("要打广告", "For advertising"),
        default=False,
        help_text=Text(
            "换广告的是赞助，不算捐赠，不开接收单。", "Sponsorship is no donation: no receipt."
        ),
    )
    state = StateField(OFFER, index=True, help_text=Text("一步一步来。", "Step by step."))
    agreed_on = DateField(
        verbose_name=Text("约定于", "Agreed on"),
        null=True,
        help_text=Text("哪天约定的。", "The day of the agreement."),
    )
    why = CharField(
        verbose_name=Text("原因", "Why"),
        max_length=200,
        null=True,
        help_text=Text("为什么撤回、没兑现。", "Why it was withdrawn or not kept."),
    )
    told_on = DateField(
        verbose_name=Text("已告知于", "Told on"),
        null=True,
        help_text=Text(
            "约定后撤回的，哪天告诉了受益人。", "When those it was promised to were told."
        ),
    )
    stock = QuotaField(
        verbose_name=Text("余量", "Left"),
        unit=Text("份", "pcs"),
        grants=Lines("alliance.offer", "pieces", of="id"),
        gives_back=Lines("alliance.delivery", "amount", of="offer", only={"voided": (True,)}),
        help_text=Text("还能给出多少。", "How many may still be given."),
    )

    class Meta:
        collection = "alliance.offer"
        title = Text("资源", "Offers")
        scope = COMMUNITY
        lasting = Lasting(once="agreed_on", stays=("member", "title", "kind", "pieces"))
        read_only = ("told_on",)
        checks = OfferChecks
        also_called = {"title": ("提供什么", "资源"), "until": ("有效期",)}


class Want(Record):
    """Wants."""

    title = CharField(
        verbose_name=Text("需要", "Want"),
        max_length=60,
        index=True,
        help_text=Text("需要什么，如：周末的活动场地。", "What is wanted."),
    )
    kind = CharField(
        verbose_name=Text("资源类别", "Kind"),
        max_length=8,
        default="goods",
        choices=KINDS,
        help_text=Text("哪一类。", "Of what kind."),
    )
    member = Reference(
        "alliance.member",
        verbose_name=Text("哪家需要", "Of a member"),
        null=True,
        help_text=Text("成员单位的需要；社区的留空。", "Empty for the community's own."),
    )
    pieces = IntegerField(
        verbose_name=Text("要多少", "Pieces"), null=True, help_text=Text("多少份。", "How many.")
    )
    whom = CharField(
        verbose_name=Text("给谁", "For whom"),
        max_length=80,
        null=True,
        help_text=Text("给哪些人。", "Whom it is for."),
    )
    by = DateField(
        verbose_name=Text("哪天前", "By"),
        null=True,
        help_text=Text("最晚哪天要。", "The day by which it is wanted."),
    )
    state = StateField(WANT, help_text=Text("对上了就是已满足。", "Met once it was delivered."))

    class Meta:
        collection = "alliance.want"
        title = Text("需求", "Wants")
        scope = COMMUNITY


class Match(Record):
    """Matches: an offer that answers a want."""

    offer = Reference(
        "alliance.offer",
        verbose_name=Text("提供", "Offer"),
        index=True,
        help_text=Text("用哪份资源。", "Which offer."),
    )
    want = Reference(
        "alliance.want",
        verbose_name=Text("需要", "Want"),
        index=True,
        help_text=Text("对哪个需求。", "Which want."),
    )

    class Meta:
        collection = "alliance.match"
        title = Text("项目", "Matches")
        menu = False
        scope = COMMUNITY
        claims = [("offer", "want")]


class PurposeChange(Record):
    """Changes of a purpose, with the donor's consent."""

    offer = Reference(
        "alliance.offer",
        verbose_name=Text("提供", "Offer"),
        index=True,
        help_text=Text("哪份资源。", "Which offer."),
    )
    was = CharField(
        verbose_name=Text("原用途", "Was"),
        max_length=12,
        choices=PURPOSES,
        help_text=Text("原来指定的。", "What it was."),
    )
    became = CharField(
        verbose_name=Text("改为", "Became"),
        max_length=12,
        choices=PURPOSES,
        help_text=Text("捐赠人同意的新用途。", "What the donor agrees to."),
    )
    consented_by = CharField(
        verbose_name=Text("捐赠方谁同意的", "Consented by"),
        max_length=40,
        help_text=Text("捐赠方的谁，怎么说的。", "Who for the donor, and how."),
    )
    day = DateField(
        verbose_name=Text("哪天同意的", "Consented on"), help_text=Text("哪天。", "The day.")
    )

    class Meta:
        collection = "alliance.purpose_change"
        title = Text("改用途的记录", "Changes of purpose")
        menu = False
        scope = COMMUNITY
        lasting = Lasting(stays="all")

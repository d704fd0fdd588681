"""What was delivered, with its paper, and how the donor was thanked."""

from __future__ import annotations

from peewee import BooleanField, CharField, DateField, IntegerField, TextField

from hongxian import Book, Lasting, Record, Reference, SeriesField, Text, local_today
from hongxian.checks import RecordSchema, whole_number
from hongxian.records import COMMUNITY
from hongxian_plugins.alliance.words import LARGEST, WHOM

HOWS = (
    ("letter", Text("感谢信", "A letter")),
    ("banner", Text("锦旗", "A banner")),
    ("visit", Text("登门", "A visit")),
    ("post", Text("公众号", "In public")),
    ("call", Text("电话", "A call")),
)


class ReceiptBook(Book):
    """Books of numbers for receipts."""

    class Meta:
        collection = "alliance.receipt_book"
        title = Text("接收单号簿", "Receipt books")
        menu = False
        scope = COMMUNITY


class DeliveryChecks(RecordSchema):
    """Of a delivery: whole, positive pieces."""

    amount = whole_number(1, LARGEST)


class Delivery(Record):
    """Deliveries."""

    title = CharField(
        verbose_name=Text("物品", "What"),
        max_length=60,
        help_text=Text("收到或兑现的是什么。", "What it was."),
    )
    offer = Reference(
        "alliance.offer",
        verbose_name=Text("提供", "Offer"),
        index=True,
        help_text=Text("哪份资源。", "Of which offer."),
    )
    number = SeriesField(
        ReceiptBook,
        per="year",
        written="{period}-{number:04}",
        verbose_name=Text("接收单号", "Receipt"),
        null=True,
        help_text=Text("自动编号。", "Numbered by itself."),
    )
    day = DateField(
        verbose_name=Text("日期", "Day"),
        index=True,
        default=local_today,
        help_text=Text("哪天收到的。", "The day."),
    )
    amount = IntegerField(
        verbose_name=Text("数量", "Amount"),
        help_text=Text("座位：实到几人；其他：给出几份。", "Of seats who came, else how many."),
    )
    spec = CharField(
        verbose_name=Text("规格", "Specification"),
        max_length=60,
        null=True,
        help_text=Text("如：550 毫升。", "Such as 550 ml."),
    )
    batch = CharField(
        verbose_name=Text("批号", "Batch"),
        max_length=40,
        null=True,
        help_text=Text("包装上的批号。", "As on the package."),
    )
    expires = DateField(
        verbose_name=Text("保质期至", "Expires"),
        null=True,
        help_text=Text("不会过期就留空。", "Empty if it keeps."),
    )
    whom = CharField(
        verbose_name=Text("给哪类人", "To whom"),
        max_length=12,
        choices=WHOM,
        help_text=Text(
            "要合捐赠人的用途；放驿站货架的由驿站签收。",
            "Within the donor's purpose; what goes to the shelf the station receives.",
        ),
    )
    to = CharField(
        verbose_name=Text("去向", "Went to"),
        max_length=80,
        null=True,
        help_text=Text("给了哪里，不写个人姓名。", "Where it went; nobody's name."),
    )
    received_by = CharField(
        verbose_name=Text("接收", "Received by"),
        max_length=40,
        help_text=Text("哪支队伍、哪个岗位接收的。", "The team or post that received it."),
    )
    charity = CharField(
        verbose_name=Text("代收的慈善组织", "Charity"),
        max_length=60,
        null=True,
        help_text=Text(
            "要捐赠票据的，经哪家慈善组织捐。", "Through which one, where an invoice is wanted."
        ),
    )
    charity_no = CharField(
        verbose_name=Text("捐赠票据号", "Invoice no."),
        max_length=40,
        null=True,
        help_text=Text("慈善组织开的票据号。", "Of the invoice that the charity issued."),
    )
    voided = BooleanField(
        verbose_name=Text("作废", "Voided"),
        default=False,
        help_text=Text("记错了就作废。", "A mistake is voided."),
    )
    void_reason = CharField(
        verbose_name=Text("作废原因", "Void reason"),
        max_length=200,
        null=True,
        help_text=Text("为什么作废。", "Why it is void."),
    )

    class Meta:
        collection = "alliance.delivery"
        title = Text("兑现", "Deliveries")
        menu = False
        scope = COMMUNITY
        order = "-day"
        lasting = Lasting(
            voided="voided", why="void_reason", stays="all", but=("charity", "charity_no")
        )
        checks = DeliveryChecks


class Thanks(Record):
    """Thanks."""

    title = CharField(
        verbose_name=Text("为了什么", "For what"),
        max_length=60,
        help_text=Text("感谢的是哪件事。", "What they are thanked for."),
    )
    offer = Reference(
        "alliance.offer",
        verbose_name=Text("提供", "Offer"),
        index=True,
        help_text=Text("哪份资源。", "Of which offer."),
    )
    day = DateField(
        verbose_name=Text("日期", "Day"),
        default=local_today,
        help_text=Text("哪天致谢的。", "The day."),
    )
    how = CharField(
        verbose_name=Text("方式", "How"),
        max_length=8,
        default="letter",
        choices=HOWS,
        help_text=Text("怎么谢的。", "How they were thanked."),
    )
    words = TextField(
        verbose_name=Text("谢词", "Words"),
        null=True,
        help_text=Text("印在感谢信上；留空用通用的。", "On the letter; empty for the usual ones."),
    )

    class Meta:
        collection = "alliance.thanks"
        title = Text("致谢", "Thanks")
        menu = False
        scope = COMMUNITY
        order = "-day"

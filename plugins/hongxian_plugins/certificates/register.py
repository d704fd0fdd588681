"""The register of what was issued, which the whole community holds: no more than whoever checks may know."""

from __future__ import annotations

from peewee import BooleanField, CharField, DateField, IntegerField

from hongxian import Book, Lasting, Record, SeriesField, Text
from hongxian.merges import Largest

_ONLY_ADDED_TO = Text("登记簿只记，不改", "the register is only added to")


class SerialBook(Book):
    """Books of numbers for certificates."""

    year = IntegerField(
        verbose_name=Text("年", "Year"), default=0, help_text=Text("哪一年的号。", "Of which year.")
    )
    letters = CharField(
        verbose_name=Text("字头", "Letters"),
        max_length=4,
        default="",
        help_text=Text("哪个单位的号。", "Of which issuer."),
    )

    class Meta:
        collection = "certificates.serial_book"
        title = Text("证明号簿", "Books of serials")
        scope = "community"
        menu = False


class Entry(Record):
    """The register: what whoever checks a certificate may know."""

    serial = CharField(
        verbose_name=Text("编号", "Serial"),
        max_length=60,
        index=True,
        default="",
        help_text=Text("印在证明上的编号。", "As it stands on the paper."),
    )
    number = SeriesField(
        SerialBook,
        per=("year", "letters"),
        written="{number:04}",
        verbose_name=Text("号", "Number"),
        null=True,
        help_text=Text("当年本单位的第几号。", "Of its year and issuer."),
    )
    year = IntegerField(
        verbose_name=Text("年", "Year"), default=0, help_text=Text("哪一年开的。", "Of which year.")
    )
    letters = CharField(
        verbose_name=Text("字头", "Letters"),
        max_length=4,
        default="",
        help_text=Text("哪个单位。", "Of which issuer."),
    )
    issuer = CharField(
        verbose_name=Text("记录单位", "Recording unit"),
        max_length=80,
        default="",
        help_text=Text("谁开的。", "Who issued it."),
    )
    surname = CharField(
        verbose_name=Text("姓", "Surname"),
        max_length=10,
        default="",
        help_text=Text("只记姓，如 张*。", "The surname alone."),
    )
    minutes = IntegerField(
        verbose_name=Text("分钟", "Minutes"),
        default=0,
        help_text=Text("证明的时长。", "That it tells of."),
    )
    since = DateField(
        verbose_name=Text("从", "From"), null=True, help_text=Text("起。", "The first day.")
    )
    until = DateField(
        verbose_name=Text("到", "Until"), null=True, help_text=Text("止。", "The last day.")
    )
    issued_on = DateField(
        verbose_name=Text("出具日期", "Issued on"),
        null=True,
        help_text=Text("哪天开的。", "The day of issue."),
    )
    revoked = BooleanField(
        verbose_name=Text("已作废", "Revoked"),
        default=False,
        help_text=Text(
            "作废了就不再有效，编号也不重用。", "For good; its number is not used again."
        ),
    )
    revoked_on = DateField(
        verbose_name=Text("作废日期", "Revoked on"),
        null=True,
        help_text=Text("哪天作废的。", "The day of it."),
    )

    class Meta:
        collection = "certificates.entry"
        title = Text("证明登记簿", "Register of certificates")
        scope = "community"
        writers = "team"
        menu = False
        order = "-issued_on"
        merges = {"revoked": Largest()}
        lasting = Lasting(stays="all", but=("revoked", "revoked_on"), instead=_ONLY_ADDED_TO)
        read_only = (
            *("serial", "number", "year", "letters", "issuer", "surname", "minutes"),
            *("since", "until", "issued_on", "revoked", "revoked_on"),
        )

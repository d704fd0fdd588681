"""Is this certificate true? By its serial or its code, offline too: valid or not, hours, issuer, and a surname."""

from __future__ import annotations

import re
from unicodedata import normalize

from peewee import CharField, Expression

from hongxian import Refused, Store, Text, view
from hongxian.codes import read_signed_qr, signed_qr
from hongxian.records import known_until
from hongxian.shapes import Qr, Table, Tag
from hongxian_plugins.certificates.issuing import FOR_GOOD
from hongxian_plugins.certificates.papers import Certificate
from hongxian_plugins.certificates.register import Entry

CHECK = "certificates.check"
"""For what the code on the paper is signed."""
_LONGEST_SERIAL = 60
_MOST = 20
"""Certificates of one number, each with another suffix."""
_DASH = re.compile(r"[‐-―−ー一]+")
_SERIAL = re.compile(r"([A-Z]{1,4})(\d{4})-?(\d{1,6})(?:-?B(\d{1,6}))?", re.ASCII)
VALID = Tag(Text("有效", "Valid"), "done")
REVOKED = Tag(Text("已作废", "Revoked"), "stop")
UNKNOWN = Tag(Text("查不到", "Not found"), "stop")
HOURS = Text("{hours} 小时 {minutes:02} 分", "{hours} h {minutes:02} min")
_HEADS = (
    Text("编号", "Serial"),
    Text("结果", "Result"),
    Text("时长", "Hours"),
    Text("记录单位", "Recording unit"),
    Text("姓", "Surname"),
    Text("出具日期", "Issued on"),
)
_AS_OF = Text(
    "截至本机 {moment} 同步；之后作废的还不知道。",
    "As of this laptop's sync at {moment}; what was revoked later is not known yet.",
)
_NOW = Text("截至 {moment}。", "As of {moment}.")
_NEVER = Text(
    "本机还没有同步过，查到的不完整。", "This laptop has never synced: it does not know all."
)


def _is_one(store: Store, code: str) -> bool:
    """Whether what was scanned is a serial, or the code on a paper."""
    if len(typed := _typed(code)) <= _LONGEST_SERIAL:
        return bool(_SERIAL.fullmatch(typed))
    try:
        return bool(read_signed_qr(store, CHECK, code).record)
    except Refused:
        return False


def _typed(code: str) -> str:
    return _DASH.sub("-", normalize("NFKC", "".join(code.split())).upper())


@view(
    title=Text("查验证明", "Check a certificate"),
    audience="public",
    icon="search",
    scans=_is_one,
    asks={
        "code": CharField(
            verbose_name=Text("编号或扫到的码", "Serial or code"),
            help_text=Text(
                "如 ZM2026-0012-B7，-B7 可不写；或扫纸上的码。",
                "Such as ZM2026-0012-B7, -B7 may be left out; or the QR code.",
            ),
            max_length=190,
        )
    },
)
def check_serial(store: Store, code: str) -> Table:
    """Whether it is valid, of how many hours, by whom, and a surname; nothing else of anybody."""
    at, is_hub = known_until(), not store.writer().laptop
    note = (
        _NEVER if at is None else (_NOW if is_hub else _AS_OF).format(moment=f"{at:%Y-%m-%d %H:%M}")
    )
    asked = code.strip()[:_LONGEST_SERIAL]
    rows = [
        [
            each.serial,
            REVOKED if each.revoked else VALID,
            in_hours(each.minutes),
            each.issuer,
            each.surname,
            each.issued_on,
        ]
        for each in _found(store, code)
    ]
    return Table(_HEADS, rows or [[asked, UNKNOWN, "", "", "", ""]], note=note)


def _found(store: Store, code: str) -> list[Entry]:
    """By a serial however it is typed, else by the code on the paper; raises `Refused` for one that is none of ours.

    Of a serial without its suffix all that have one, for two laptops may have drawn the same number.
    """
    typed = _typed(code)
    if len(typed) > _LONGEST_SERIAL:
        is_asked = Entry.id == read_signed_qr(store, CHECK, code).record
    elif parts := _SERIAL.fullmatch(typed):
        letters, year, number, suffix = parts.groups()
        plain = f"{letters}{year}-{int(number):04}"
        is_asked = Entry.serial == f"{plain}-B{suffix}" if suffix else _either(plain)
    else:
        is_asked = Entry.serial == typed
    return list(Entry.select().where(is_asked).order_by(Entry.serial).limit(_MOST))


def _either(plain: str) -> Expression:
    return (Entry.serial == plain) | Entry.serial.startswith(f"{plain}-B")


def code_of(store: Store, certificate: Certificate) -> Qr | None:
    """What stands on the paper, signed by the laptop that prints it."""
    entry = Entry.get_or_none(Entry.id == certificate.entry)
    return None if entry is None else signed_qr(store, CHECK, entry, FOR_GOOD)


def in_hours(minutes: int) -> Text:
    """Minutes as people read them."""
    return HOURS.format(hours=minutes // 60, minutes=minutes % 60)

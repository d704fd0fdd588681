"""Is this certificate true? By its serial or its code, offline too: valid or not, hours, issuer, and a surname."""

from __future__ import annotations

from peewee import CharField

from hongxian import Store, Text, view
from hongxian.codes import read_signed_qr, signed_qr
from hongxian.records import known_until
from hongxian.shapes import Qr, Table, Tag
from hongxian_plugins.certificates.issuing import FOR_GOOD
from hongxian_plugins.certificates.papers import Certificate
from hongxian_plugins.certificates.register import Entry

CHECK = "certificates.check"
"""For what the code on the paper is signed."""
_LONGEST_SERIAL = 60
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
_NEVER = Text(
    "本机还没有同步过，查到的不完整。", "This laptop has never synced: it does not know all."
)


@view(
    title=Text("查验证明", "Check a certificate"),
    audience="public",
    icon="search",
    asks={
        "code": CharField(
            verbose_name=Text("编号或扫到的码", "Serial or code"),
            help_text=Text(
                "如 YH2026-0012，或扫纸上的二维码。", "Such as YH2026-0012, or the QR code."
            ),
            max_length=190,
        )
    },
)
def check_serial(store: Store, code: str) -> Table:
    """Whether it is valid, of how many hours, by whom, and a surname; nothing else of anybody."""
    at = known_until()
    note = _NEVER if at is None else _AS_OF.format(moment=f"{at:%Y-%m-%d %H:%M}")
    entry = _found(store, code)
    if entry is None:
        asked = code.strip()[:_LONGEST_SERIAL]
        return Table(_HEADS, [[asked, UNKNOWN, "", "", "", ""]], note=note)
    row = [
        entry.serial,
        REVOKED if entry.revoked else VALID,
        in_hours(entry.minutes),
        entry.issuer,
        entry.surname,
        entry.issued_on,
    ]
    return Table(_HEADS, [row], note=note)


def _found(store: Store, code: str) -> Entry | None:
    """By a serial as it is typed, else by the code on the paper; raises `Refused` for one that is none of ours."""
    serial = "".join(code.split()).upper()
    if len(serial) <= _LONGEST_SERIAL:
        is_asked = Entry.serial == serial
    else:
        is_asked = Entry.id == read_signed_qr(store, CHECK, code).record
    found: Entry | None = Entry.get_or_none(is_asked)
    return found


def code_of(store: Store, certificate: Certificate) -> Qr | None:
    """What stands on the paper, signed by the laptop that prints it."""
    entry = Entry.get_or_none(Entry.id == certificate.entry)
    return None if entry is None else signed_qr(store, CHECK, entry, FOR_GOOD)


def in_hours(minutes: int) -> Text:
    """Minutes as people read them."""
    return HOURS.format(hours=minutes // 60, minutes=minutes % 60)

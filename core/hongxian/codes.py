"""A QR code that one laptop makes and another checks with no network: for what, of which record, until when.

The laptop's own key signs it (Ed25519). Its public key travels along, 117 bytes in all, and the directory
says whether a laptop of this community has it: an id is the hash of a key.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar, runtime_checkable
from uuid import UUID

from peewee import CharField

from hongxian.collections.builtin import THE_PHONE_PAGES, Device, PhonePages
from hongxian.collections.directory import teams_of
from hongxian.collections.local_time import local_now
from hongxian.collections.store_protocol import PresentStore
from hongxian.errors import Refused
from hongxian.model.record import Record
from hongxian.security.code import LETTERS, letters_of, only_letters
from hongxian.security.keys import SigningKey, id_of, is_signed
from hongxian.shapes.cells import Qr
from hongxian.text import Text

__all__ = [
    "NoSuchCode",
    "QrUnheardOf",
    "code_field",
    "code_in",
    "found_by_code",
    "is_signed_for",
    "passing_qr",
    "read_signed_qr",
    "record_by_code",
    "record_code",
    "scannable",
    "signed_qr",
]

_RELEASE = b"\x01"
_KEY, _UNTIL, _RECORD, _SIGNATURE = 32, 4, 16, 64
_BYTES = len(_RELEASE) + _KEY + _UNTIL + _RECORD + _SIGNATURE
_LONGEST = 400
"""Characters that are looked at."""
_BEGINNING = datetime(2020, 1, 1)
"""Of the community's time, from which seconds are counted; four bytes reach to 2156."""

PASSING_MINUTES = 3
"""After whose beginning a code on a screen is good no more: whoever reads the last of a minute has two."""

_NO_CODE = Text("不是本系统的二维码，或者没有扫全。", "it is none of ours, or was not read whole.")
_STRANGER = Text(
    "不是本社区在用的电脑开出的，或者是用在别处的。",
    "no laptop of this community made it, or it is for something else.",
)
_UNHEARD = Text(
    "开出它的电脑，本机的名单里还没有；先同步一次再验。",
    "this laptop has not heard of the one that made it: sync once, then check it again.",
)
_NO_LAPTOP = Text("二维码由电脑签发，主机不签。", "Laptops sign QR codes, and the hub none.")
_OVER = Text("已于 {until:%Y-%m-%d %H:%M} 过期。", "it was good until {until:%Y-%m-%d %H:%M}.")


@runtime_checkable
class Signing(Protocol):
    """A laptop, which has a key."""

    def key(self) -> SigningKey:
        """By which it is known."""


class QrRefused(Refused):
    """A QR code is not what it should be."""

    message = Text("这个二维码不能用：{detail}", "This QR code cannot be used: {detail}")


class QrUnheardOf(QrRefused):
    """A QR code with a sound signature, by a laptop that the directory here does not know."""


@dataclass(frozen=True)
class SignedQr:
    """What a code says, once it is known to be true."""

    record: str
    """The id of the record that it is about."""
    until: datetime
    """The community's time until which it is good."""
    laptop: str
    """The id of the laptop that made it."""
    teams: frozenset[str]
    """The scopes of that laptop's teams."""


PHONES = "/m/"
"""Below a hub's address the pages for phones."""
_BEFORE = "#"


def phones_address(store: PresentStore) -> str:
    """Where phones find their pages, with `PHONES` at the end; "" where they have none of their own."""
    told = store.collection(PhonePages._meta.collection).rows_by_id([THE_PHONE_PAGES])
    values = told[THE_PHONE_PAGES].values if told else {"address": ""}
    is_open = values["address"] and values["served"] != PhonePages.NOWHERE
    return f"{values['address']}{PHONES}" if is_open else ""


def scannable(store: PresentStore, code: str) -> Qr:
    """A code as any phone's camera opens it, with the address of the pages for phones before it, if there are such.

    `code_in` finds it again in what was scanned; behind the `#` no server is told of it by the address alone.
    """
    address = phones_address(store)
    return Qr(f"{address}{_BEFORE}{code}" if address else code)


def code_in(scanned: str) -> str:
    """The code in what was scanned or typed, an address before it or not."""
    return scanned.rpartition(_BEFORE)[2].strip()


# -- of a record, on paper -------------------------------------------------------------------------

RecordOf = TypeVar("RecordOf", bound=Record)
_ID_DIGITS, CODE_LETTERS = 14, 12
"""Of an id's end, which nobody guesses: 56 bits, which 30^12 holds."""
_IN_A_GROUP = 4


def record_code(record: Record) -> str:
    """Letters by which whoever was given them finds a record again, without a name: `ABCD-EFGH-JKMN`."""
    end = record.id.replace("-", "")[-_ID_DIGITS:]
    letters = letters_of(int(end, 16), CODE_LETTERS)
    return "-".join(letters[at : at + _IN_A_GROUP] for at in range(0, CODE_LETTERS, _IN_A_GROUP))


def record_by_code(model: type[RecordOf], code: str) -> RecordOf | None:
    """The record whose code was typed or scanned; None for any other code, and for no code."""
    letters = only_letters(code_in(code[:_LONGEST]))
    if len(letters) != CODE_LETTERS or not set(letters) <= set(LETTERS):
        return None
    number = sum(LETTERS.index(each) * len(LETTERS) ** at for at, each in enumerate(letters))
    end = f"{number:0{_ID_DIGITS}x}"
    found: RecordOf | None = model.get_or_none(model.id.endswith(f"{end[:2]}-{end[2:]}"))
    return found


class NoSuchCode(Refused):
    """No record has this code."""

    message = Text("没有这个码，请对一对。", "There is no such code. Please check it.")


def found_by_code(model: type[RecordOf], code: str) -> RecordOf:
    """The record of a code; raises `Refused` for any other."""
    found = record_by_code(model, code)
    if found is None:
        raise NoSuchCode
    return found


def code_field(title: Text) -> CharField:
    """Where a form asks for a record's code, typed or scanned with an address before it."""
    return CharField(
        verbose_name=title,
        max_length=190,
        help_text=Text(
            f"给您的 {CODE_LETTERS} 个字母和数字。",
            f"The {CODE_LETTERS} letters that you were given.",
        ),
    )


# -- signed ----------------------------------------------------------------------------------------


def signed_qr(store: PresentStore, purpose: str, record: Record, until: datetime) -> Qr:
    """A code for one purpose (`"quiet_room.arrive"`), good until a moment of the community's time.

    A laptop signs it; raises `Refused` at the hub.
    """
    if not isinstance(store, Signing):
        raise Refused(_NO_LAPTOP)
    key, seconds = store.key(), int((until - _BEGINNING) / timedelta(seconds=1))
    told = b"".join(
        (
            _RELEASE,
            bytes.fromhex(key.public),
            seconds.to_bytes(_UNTIL),
            UUID(record.id).bytes,
        )
    )
    signature = bytes.fromhex(key.sign(_said(purpose, told)))
    return scannable(store, _written(told + signature))


def passing_qr(store: PresentStore, purpose: str, record: Record) -> Qr:
    """A code for a screen at a door, which is another each minute: a picture of it serves nobody at home.

    A laptop signs it; raises `Refused` at the hub.
    """
    minute = local_now(store).replace(second=0, microsecond=0)
    return signed_qr(store, purpose, record, minute + timedelta(minutes=PASSING_MINUTES))


def is_signed_for(purpose: str, code: str) -> bool:
    """Whether a code is for this purpose, be it good still or not: so an offer says which it `scans`."""
    try:
        told, signature = _taken_apart(code)
    except QrRefused:
        return False
    return is_signed(_said(purpose, told), signature.hex(), told[1 : 1 + _KEY].hex())


def read_signed_qr(store: PresentStore, purpose: str, code: str) -> SignedQr:
    """What a code says that was read or typed; raises `QrRefused` unless it is true, of use and in time.

    A laptop knows its own before it has synced; of another's, which the directory does not name yet, it is
    `QrUnheardOf`. It says nothing of whether it was used already: that is for records to keep.
    """
    told, signature = _taken_apart(code)
    key, rest = told[1 : 1 + _KEY].hex(), told[1 + _KEY :]
    laptop = id_of(key)
    if not is_signed(_said(purpose, told), signature.hex(), key):
        raise QrRefused(detail=_STRANGER)
    _refuse_a_stranger(store, key, laptop)
    until = _BEGINNING + timedelta(seconds=int.from_bytes(rest[:_UNTIL]))
    if until < local_now(store):
        raise QrRefused(detail=_OVER.format(until=until))
    return SignedQr(str(UUID(bytes=rest[_UNTIL:])), until, laptop, teams_of(laptop))


def _refuse_a_stranger(store: PresentStore, key: str, laptop: str) -> None:
    """Raise `QrRefused` unless a laptop is in use here: by the directory, or it is this one, not heard of there yet."""
    found = Device.select(Device.revoked).where(Device.laptop == laptop).tuples()
    revoked = {each for (each,) in found}
    if not revoked and not (isinstance(store, Signing) and store.key().public == key):
        raise QrUnheardOf(detail=_UNHEARD)
    if revoked == {True}:
        raise QrRefused(detail=_STRANGER)


def _taken_apart(code: str) -> tuple[bytes, bytes]:
    """What is told and its signature; raises `QrRefused` for what is no such code."""
    letters = "".join(code_in(code)[:_LONGEST].split()).upper()
    try:
        held = base64.b32decode(letters + "=" * (-len(letters) % 8))
    except (binascii.Error, ValueError):
        held = b""
    if len(held) != _BYTES or not held.startswith(_RELEASE) or _written(held) != letters:
        raise QrRefused(detail=_NO_CODE)
    return held[:-_SIGNATURE], held[-_SIGNATURE:]


def _written(held: bytes) -> str:
    """In capitals and digits, of which a QR code holds most: the one way to write it."""
    return base64.b32encode(held).decode().rstrip("=")


def _said(purpose: str, told: bytes) -> bytes:
    return b"\n".join((b"Hongxian QR", purpose.encode(), told))

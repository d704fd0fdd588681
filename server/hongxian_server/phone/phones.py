"""Phones that come in: by a code that a laptop signed, then by a key that the phone alone has."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from hongxian.codes import code_in, read_signed_qr
from hongxian.collections.builtin import Phone
from hongxian.collections.local_time import local_today
from hongxian.errors import Refused
from hongxian.model.record import Record
from hongxian.plugins.offering import offers
from hongxian.plugins.offers import View
from hongxian.plugins.phones import LETS_IN, MOST_PHONES, phones_let_in_as
from hongxian.plugins.viewer import Viewer
from hongxian.text import Text
from hongxian_server.hub import Hub

_KEY_BYTES, _SIGNATURE_BYTES = 65, 64


class PhoneRefused(Refused):
    """A phone is not let in."""

    message = Text("这部手机没能进来：{detail}", "This phone was not let in: {detail}")
    status = 403


_USED = Text(
    "这个码已经用过，一码只能进一部手机。请让队长再出一个。",
    "this code was used: each lets one phone in. Ask the team's leader for another.",
)
_GONE = Text("名册里没有这个人了。", "they are no more in the register.")
_MANY = Text(
    f"已有 {MOST_PHONES} 部手机，请让队长先停用不用的。",
    f"they have {MOST_PHONES} phones; let the leader end those that are not used.",
)
_NO_PROOF = Text(
    "手机没能证明自己，请再扫一次码。", "it did not prove its key; scan the code once more."
)


def invited(hub: Hub, code: str) -> Record | None:
    """Whom a code lets in, if it is good for that; raises `QrRefused` for one that is no such code or is old."""
    record = read_signed_qr(hub, LETS_IN, code).record
    for name in sorted(_let_in_here(hub)):
        row = hub.collection(name).rows_by_id([record]).get(record)
        if row is not None and not row.deleted:
            found: Record = hub.collection(name).model.get_by_id(record)
            return found
    return None


def let_in(hub: Hub, code: str, key: str, proof: str) -> Phone:
    """Let a phone in whose key signed the code; raises `QrRefused`, `PhoneRefused`."""
    code = code_in(code)
    if not is_signed_by(key, said_to_enter(code), proof):
        raise PhoneRefused(detail=_NO_PROOF)
    with hub.transaction():
        person = invited(hub, code)
        if person is None:
            raise PhoneRefused(detail=_GONE)
        once = hashlib.sha256("".join(code.split()).upper().encode()).hexdigest()
        known: Phone | None = Phone.get_or_none(Phone.code == once)
        if known is not None and known.key == key and not known.ended:
            return known  # the line broke before it heard that it is in
        if known is not None:
            raise PhoneRefused(detail=_USED)
        if phones_let_in_as(person).where(~Phone.ended).count() >= MOST_PHONES:
            raise PhoneRefused(detail=_MANY)
        today = local_today(hub)
        made: Phone = Phone.create(
            of=person._meta.collection,
            record=person.id,
            key=key,
            code=once,
            since=today,
            used=today,
        )
    return made


def live_phone(hub: Hub, id: str) -> Phone | None:
    """A phone that may come in, of somebody who is there; None for any other."""
    found: Phone | None = Phone.get_or_none((Phone.id == id) & ~Phone.ended)
    if found is None or found.of not in hub.collections:
        return None
    row = hub.collection(found.of).rows_by_id([found.record]).get(found.record)
    return None if row is None or row.deleted else found


def ended(ids: Iterable[str]) -> list[str]:
    """Those that were ended: of one that is unknown nothing is told, for a hub that was restored may know it again."""
    return [each.id for each in Phone.select(Phone.id).where(Phone.id.in_(list(ids)) & Phone.ended)]


def note_used(hub: Hub, phone: Phone) -> None:
    """Keep the day on which it was last used."""
    today = local_today(hub)
    if phone.used != today:
        hub.edit(Phone, {phone.id: {"used": today}})


def viewer_of(hub: Hub, phone: Phone) -> Viewer:
    """Who asks by a phone."""
    name = hub.name_of(phone.of, phone.record)
    return Viewer("self", name=name, person=phone.record, of=phone.of)


def _let_in_here(hub: Hub) -> set[str]:
    """The collections of whom phones are let in: those to whom a plugin offers something of their own."""
    found = set()
    for collection in hub.collections:
        mine = offers(hub, View, Viewer("self", of=collection))
        if any("self" in each.offer.audiences for each in mine.values()):
            found.add(collection)
    return found


# -- proofs --------------------------------------------------------------------------------------


def said_to_enter(code: str) -> bytes:
    """What a phone signs with its new key."""
    return f"Hongxian phone enters\n{code}".encode()


def said_to_return(phone: str, challenge: str) -> bytes:
    """What it signs with the same key later on."""
    return f"Hongxian phone returns\n{phone}\n{challenge}".encode()


def is_signed_by(key: str, said: bytes, proof: str) -> bool:
    """Whether a P-256 key (an uncompressed point, hex) signed this: r and s of ECDSA over SHA-256, 32 bytes each, hex.

    That is what the Web Cryptography API of browsers gives (W3C, section 23).
    """
    try:
        point, signature = bytes.fromhex(key), bytes.fromhex(proof)
        if len(point) != _KEY_BYTES or len(signature) != _SIGNATURE_BYTES:
            return False
        half = _SIGNATURE_BYTES // 2
        pair = int.from_bytes(signature[:half]), int.from_bytes(signature[half:])
        public = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point)
        public.verify(encode_dss_signature(*pair), said, ECDSA(SHA256()))
    except (ValueError, InvalidSignature):
        return False
    return True

"""Pick-up codes: `K7M2-9QXA-BCDF`, two parts that name a redemption and one that proves it.

The last part is taken from an HMAC-SHA256 under the counter's secret, over merchant, short code
and gift. So whoever holds the secret, the hub and the counter's team, can check a code without a
network, and tell from it which gift it is for; nobody else can make one up.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no letter that looks like a digit."""
_READ_AS = str.maketrans("OIL", "011", " -")
SHORT, LETTERS = 8, 4
"""Characters of five bits: 40 bits name a redemption, 20 bits prove it."""


def short_code(id: str) -> str:
    """The name of a record in eight characters, the same on every laptop."""
    return _characters(hashlib.sha256(id.encode()).digest(), SHORT)


def letters_of(secret: str, merchant: str, short: str, gift: str) -> str:
    """The four characters that prove a short code."""
    message = "\0".join((merchant, short, gift)).encode()
    return _characters(hmac.digest(bytes.fromhex(secret), message, "sha256"), LETTERS)


def proves(letters: str, secret: str, merchant: str, short: str, gift: str) -> bool:
    """Whether the letters are those of this short code and gift."""
    return hmac.compare_digest(letters, letters_of(secret, merchant, short, gift))


def written(short: str, letters: str) -> str:
    """A code as it is printed: three parts of four."""
    return f"{short[:4]}-{short[4:]}-{letters}"


def read(code: str) -> tuple[str, str] | None:
    """Short code and letters of what somebody typed; None where it is no code."""
    plain = code.strip().upper().translate(_READ_AS)
    if len(plain) != SHORT + LETTERS or set(plain) - set(ALPHABET):
        return None
    return plain[:SHORT], plain[SHORT:]


def new_secret() -> str:
    """A fresh secret for a counter: 256 bits as hexadecimal digits."""
    return secrets.token_hex(32)


def _characters(digest: bytes, count: int) -> str:
    bits = int.from_bytes(digest)
    return "".join(ALPHABET[bits >> 5 * place & 31] for place in range(count))

"""Incarnations: the lives of laptops' folders and of the hub, each with an id of its own.

Shares of tallies, entries of quotas and the dots of sets belong to an incarnation, which alone
writes them. A laptop's is made of its own id and a salt that it draws, so that it can name none but
its own: another one is drawn when the folder turns out to be a copy, or to have been put back.
"""

from __future__ import annotations

import secrets
from hashlib import blake2b
from typing import NewType

Incarnation = NewType("Incarnation", int)
"""63 bits: those of laptops from 2^62 on and odd, those of the hub below and ending in `LOW_BITS` zeros."""

HUB = Incarnation(1)
"""The hub, whichever of its lives: as in `pass_on(..., to=HUB)`, and as the holder of its rights."""
LOW_BITS = 15
"""Of an incarnation stand in its stamps, which tells people who wrote and decides nothing."""
SALT_BYTES = 8
_LAPTOPS = 1 << 62


def new_salt() -> str:
    """What makes a laptop's next incarnation another than any before, in hex."""
    return secrets.token_hex(SALT_BYTES)


def incarnation_of(laptop: str, salt: str) -> Incarnation:
    """The incarnation that a laptop, told by its id, has drawn with a salt."""
    drawn = blake2b(f"{laptop}:{salt}".encode(), digest_size=8).digest()
    return Incarnation(int.from_bytes(drawn) % _LAPTOPS | _LAPTOPS | 1)


def new_hub_incarnation() -> Incarnation:
    """One for a life of a hub that begins."""
    return Incarnation(secrets.randbelow((_LAPTOPS >> LOW_BITS) - 1) + 1 << LOW_BITS)


def is_hubs(incarnation: int) -> bool:
    """Whether an incarnation is one of the hub's."""
    return incarnation < _LAPTOPS


def low_bits_of(number: int) -> int:
    """What an incarnation and its stamps have in common."""
    return number & (1 << LOW_BITS) - 1


def is_name(text: object) -> bool:
    """Whether a text names an incarnation, as the keys of states do."""
    return isinstance(text, str) and text.isascii() and text.isdigit() and len(text) <= 19

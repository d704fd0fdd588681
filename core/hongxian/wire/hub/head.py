"""Heads: how far a hub's journal had come, signed by the hub.

A laptop keeps the newest that it was told and shows it in each request, word for word. A hub that
signed it and has no such block was put back, or lost: nothing else says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

HEAD = r"([0-9a-f-]{1,36}):([0-9]{1,18}):([0-9a-f]{64}|):([0-9]{1,19}):([0-9a-f]{128})\Z"
"""A head as it travels."""
BLOCK = r"[0-9]{1,18}-([0-9a-f]{64})?\Z"
"""What of an older head is remembered: the newest seq of its block, and the block's hash."""
_HEAD = re.compile(HEAD)


@dataclass(frozen=True)
class Head:
    """The newest block of a journal, in one life of its hub."""

    life: str
    seq: int
    """The newest of the block; 0 where there is none."""
    hash: str
    """The block's, in which those of all before it are contained; "" where there is none."""
    stamp: int
    """The highest that the hub had given or taken in."""

    @property
    def block(self) -> str:
        """`SEQ-HASH`."""
        return f"{self.seq}-{self.hash}"

    def said(self) -> bytes:
        """What is signed."""
        parts = ("Hongxian head", self.life, self.seq, self.hash, self.stamp)
        return "\n".join(map(str, parts)).encode()

    def signed(self, sign: Callable[[bytes], str]) -> str:
        """As it travels: `LIFE:SEQ:HASH:STAMP:SIGNATURE`."""
        parts = (self.life, self.seq, self.hash, self.stamp, sign(self.said()))
        return ":".join(map(str, parts))

    @classmethod
    def read(cls, told: str) -> tuple[Self, str] | None:
        """A head as it travels, with its signature; None for anything else."""
        found = _HEAD.match(told)
        if not found:
            return None
        life, seq, hash, stamp, signature = found.groups()
        return cls(life, int(seq), hash, int(stamp)), signature


def seq_of(block: str) -> int:
    """A block's newest seq."""
    return int(block.partition("-")[0])

"""How heavy JSON gets: told of its bytes, before it is decoded, so that what it becomes is bounded.

A value costs far more memory than the two bytes that it may travel in (`[],` becomes 64), and zstd
makes little of many alike: kilobytes on the way can be gigabytes in the end.
"""

from __future__ import annotations

from dataclasses import dataclass

VALUE_BYTES = 72
"""Of a value in memory: an empty list and its place in another; texts have their bytes besides."""
CHARACTER_BYTES = 4
"""Of a character in a text that holds one beyond U+FFFF; no text takes more for a byte of its JSON."""


@dataclass(frozen=True)
class Weight:
    """JSON's bytes, and its values: each comma and opening bracket counts, in texts too."""

    bytes: int = 0
    values: int = 0

    def __add__(self, other: Weight) -> Weight:
        return Weight(self.bytes + other.bytes, self.values + other.values)

    def exceeds(self, most: Weight) -> bool:
        """Whether it is more than there may be."""
        return self.bytes > most.bytes or self.values > most.values

    @property
    def memory(self) -> int:
        """Bytes that its values take once they are decoded, at most."""
        return self.bytes * CHARACTER_BYTES + self.values * VALUE_BYTES


def weight_of(text: bytes) -> Weight:
    """What JSON, or a part of it, weighs.

    `count` looks at each byte by itself, `replace` leaps to those that it is told: commas are dense, the
    others are few.
    """
    opening = sum(len(text) - len(text.replace(mark, b"")) for mark in (b"[", b"{"))
    return Weight(len(text), text.count(b",") + opening)

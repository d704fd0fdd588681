"""What is said over the channel, by which a hub rings its laptops, and each word's proof."""

from __future__ import annotations

from collections.abc import Iterator

from hongxian.security.sealing import Shared
from hongxian.wire.message import Word

TOKEN_BYTES = 16
TOKEN = rf"[0-9a-f]{{{2 * TOKEN_BYTES}}}"
"""What stands for all that a hub would tell a laptop, in hex."""
BEAT_SECONDS = 45
"""After which a channel that has nothing to say says so: proxies end what is silent for a minute."""
LINE_BYTES = 200
"""Of one event, at most."""
EVENTS = "text/event-stream"
_EVENT = "data: {word} {proof}\n\n"


class Said(Word):
    """What is said over a channel."""

    RINGS = "rings", "Something was committed that the laptop has not heard of: a round brings it."
    QUIET = "quiet", "Nothing was."


def event(shared: Shared, opening: str, count: int, said: Said) -> bytes:
    """One word as it travels; `opening` is the `Authorization` of the request that opened the channel,
    `count` how many words came before: so no word is taken for another, or said again.
    """
    return _EVENT.format(word=said, proof=shared.mac(_proven(opening, count, said))).encode()


def words(shared: Shared, opening: str, lines: Iterator[bytes]) -> Iterator[Said]:
    """The words of a channel, out of its lines; raises `ValueError` for one that is not proven."""
    count = 0
    for line in lines:
        if not line.strip():
            continue
        name, word, proof = line.decode("ascii").split()
        said = Said(word)
        if name != "data:" or not shared.is_mac(_proven(opening, count, said), proof):
            raise ValueError(f"an event of a channel is not proven: {count}")
        yield said
        count += 1


def _proven(opening: str, count: int, said: Said) -> bytes:
    return "\n".join(("Hongxian channel", opening, str(count), said)).encode()

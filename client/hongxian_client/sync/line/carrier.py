"""The way to the hub for one sync, and what it learns of the line: how much that carries at once.

A line that dies under a large request dies under the same request each time it is tried. So a
portion, the bytes of pages in one request or answer, halves whenever a line gives out, and doubles
again when one of its size came through. What works for a folder is remembered.
"""

from __future__ import annotations

import io
from typing import BinaryIO

from hongxian.errors import HubOutOfReach
from hongxian.text import Text
from hongxian.wire.round import LEAST_PORTION, PORTION
from hongxian.words.logs import logger
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.transport.link import Post

log = logger(__name__)
PATIENCE = 24
"""Failures in a row, with no record moved, after which a sync ends: from the largest portion to the least are fewer."""
LONG_FAILURE = 16
"""For as many counts one that took its time: whoever waits is told after the second."""
SURE = 64
"""Portions that come through before a larger one is tried, at most; twice as many after each failure."""

_NOT_EVEN_ONE = Text(
    "{why}；最小的一份（{size} 字节）也传不过去",
    "{why}; not even the smallest part comes through, {size} bytes",
)


class Carrier:
    """Sends what a sync has to send; `portion` tells how much of it may go, or come, at once."""

    def __init__(self, post: Post, portion: int) -> None:
        self._post, self.portion = post, min(portion, PORTION)
        self.has_left = False
        """Whether anything of this sync may have come to the hub."""
        self._came_through, self._enough = 0, 1
        self._in_vain = self._moved = 0

    def __call__(self, path: str, body: bytes) -> BinaryIO:
        """Send a body to a path of the hub's API, as any `Post`."""
        try:
            answer = self._post(path, body)
        except HubOutOfReach as error:
            self.has_left |= error.has_left
            raise
        self.has_left = True
        if 2 * max(len(body), answer.seek(0, io.SEEK_END)) >= self.portion:
            self._grow()
        answer.seek(0)
        return answer

    def _grow(self) -> None:
        self._came_through += 1
        if self._came_through >= self._enough and self.portion < PORTION:
            self.portion, self._came_through = min(self.portion * 2, PORTION), 0

    def shrink(self, error: HubOutOfReach, moved: int) -> None:
        """Carry less from now on, after a failure; `moved` are the records that the sync has moved so far.

        Raises the error where it is not the line's, or another try would be in vain.
        """
        if not error.carried:
            raise error
        if moved > self._moved:
            self._moved, self._in_vain = moved, 0
        self._in_vain += LONG_FAILURE if error.took_long else 1
        was = self.portion
        self.halve(error.carried)
        if self._in_vain <= PATIENCE:
            return
        if was > LEAST_PORTION:
            raise error
        why = _NOT_EVEN_ONE.format(why=error.facts["detail"], size=error.carried)
        raise HubOutOfReach(url=error.facts["url"], detail=why) from error

    def halve(self, carried: int) -> None:
        """Carry half as much from now on as the line gave out under."""
        self.portion = max(min(self.portion, carried) // 2, LEAST_PORTION)
        self._came_through, self._enough = 0, min(self._enough * 2, SURE)
        log.info("line failed carried=%d portion=%d", carried, self.portion)

    def remember(self, replica: Replica) -> None:
        """Keep on disk what the line carries, for the next sync."""
        if LaptopState.read().portion != self.portion:
            with replica.upkeep(), LaptopState.changing() as state:
                state.portion = self.portion

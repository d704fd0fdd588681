"""Who is connected: where one more would be too many, whoever has waited longest goes."""

from __future__ import annotations

import asyncio
from collections import Counter
from ipaddress import ip_address

Guest = asyncio.Task[None]
"""The task that serves one connection."""


class Guests:
    """The connections of a server.

    A guest waits until its request is complete, be it silent or dripping; then it works, and is
    let be.
    """

    def __init__(self, most: int, from_one_address: int) -> None:
        self._most, self._from_one_address = most, from_one_address
        self._addresses: dict[Guest, str] = {}
        self._counts: Counter[str] = Counter()
        self._waiting: dict[Guest, None] = {}

    def make_room(self, address: str) -> bool:
        """Whether one more may come from an address; another goes for it if need be."""
        if self._counts[address] >= self._from_one_address and not ip_address(address).is_loopback:
            return self._send_away(address)
        return len(self._addresses) < self._most or self._send_away(None)

    def _send_away(self, address: str | None) -> bool:
        for guest in self._waiting:
            if address in (None, self._addresses[guest]):
                del self._waiting[guest]
                return guest.cancel()
        return False

    def enter(self, guest: Guest, address: str) -> None:
        """Count one that has come."""
        self._addresses[guest] = address
        self._counts[address] += 1

    def wait(self, guest: Guest) -> None:
        """It is the last now that may be sent away."""
        self._waiting[guest] = None

    def work(self, guest: Guest) -> None:
        """It cannot be sent away."""
        self._waiting.pop(guest, None)

    def leave(self, guest: Guest) -> None:
        """Count it no more."""
        self.work(guest)
        address = self._addresses.pop(guest)
        self._counts[address] -= 1
        if not self._counts[address]:
            del self._counts[address]

    def waiting(self) -> list[Guest]:
        """Those that wait."""
        return list(self._waiting)

    def all(self) -> list[Guest]:
        """Everybody."""
        return list(self._addresses)

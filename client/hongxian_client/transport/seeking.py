"""The way to a hub that may have moved: where it does not answer, it is looked for in the network by its key."""

from __future__ import annotations

import time
from collections.abc import Callable
from ipaddress import IPv4Interface
from typing import BinaryIO

from hongxian.errors import HubOutOfReach
from hongxian.security.code import fingerprint_of
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.transport.discovery import find_hub, own_networks
from hongxian_client.transport.link import post_to_hub

FIRST_WAIT, LONGEST_WAIT = 60.0, 3600.0
"""Seconds from one search in vain to the next, each twice as long, while the laptop stays in its networks."""


class Seeking:
    """A `Post` to the hub that a laptop joined, wherever in the network it is now; raises `NotJoined`.

    A search is bounded in time, and is begun only where there is a network; another address of the laptop's own is
    reason to begin at once, for it has come to another network.
    """

    def __init__(self, replica: Replica, clock: Callable[[], float] = time.monotonic) -> None:
        self._replica, self._clock = replica, clock
        self._post, self._known = post_to_hub(replica), LaptopState.read().hub_url
        self._networks: list[IPv4Interface] = []
        self._wait = self._next = 0.0

    def __call__(self, path: str, body: bytes) -> BinaryIO:
        """As any `Post`: from any thread."""
        try:
            answer = self._post(path, body)
        except HubOutOfReach as error:
            if error.has_left:
                raise
            with self._replica:
                answer = self._found_anew(error, path, body)
        self._wait = self._next = 0.0
        return answer

    def _found_anew(self, error: HubOutOfReach, path: str, body: bytes) -> BinaryIO:
        """The answer from where the hub is now; raises the error where it is nowhere."""
        state = LaptopState.read()
        was, self._known = self._known, state.hub_url
        self._post = post_to_hub(self._replica)
        if state.hub_url != was:  # somebody said where it is now
            return self._post(path, body)
        if not self._is_time():
            raise error
        url = find_hub(fingerprint_of(state.hub_key), but=state.hub_url)
        if url is None:
            raise error
        answer = post_to_hub(self._replica, url)(path, body)  # which keeps the address
        self._post, self._known = post_to_hub(self._replica), LaptopState.read().hub_url
        return answer

    def _is_time(self) -> bool:
        networks, now = own_networks(), self._clock()
        if networks != self._networks:
            self._networks, self._wait, self._next = networks, 0.0, now
        if not networks or now < self._next:
            return False
        self._wait = min(max(2 * self._wait, FIRST_WAIT), LONGEST_WAIT)
        self._next = now + self._wait
        return True

"""Hubs that announce themselves in the networks of this laptop, by mDNS.

Whoever is there may announce anything, and in any number. What is kept of it is bounded: a fingerprint, one line of
text, an address within the network in which it was heard. It is tried, or shown to a person, and never believed: the
hub has to prove its key, as at an address that was typed.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv4Interface
from itertools import islice
from queue import Empty, Full, Queue
from typing import TYPE_CHECKING, Any  # Any: zeroconf gives a handler what it asks for by name

from hongxian.errors import HubOutOfReach
from hongxian.security.code import fingerprint_of, grouped
from hongxian.wire.hub.announcement import (
    SERVICE,
    community_in,
    fingerprint_in,
    is_switched_off,
    own_choice,
)
from hongxian.words.logs import logger
from hongxian_client.transport.link import introduced
from hongxian_client.transport.strangers import plain

if TYPE_CHECKING:
    from zeroconf import Zeroconf

log = logger(__name__)
SECONDS = 2.5
"""For which is listened; a hub answers within a quarter of one, where no packet is lost."""
PATIENT_SECONDS = 8.0
"""The same where somebody waits for one hub: it is asked four times, and heard on a busy network or laptop too."""
MOST_NAMES = 200
"""Announcements that are looked at, of all that come within that time."""
MOST_SHOWN = 12
"""Hubs that a person is to choose among."""
MOST_TRIED = 3
"""Addresses that are tried for one hub."""
_MOST_ADDRESSES = 4
_MOST_NETWORKS = 8


@dataclass(frozen=True, order=True)
class Heard:
    """One announcement: whose it says it is, and where."""

    community: str
    fingerprint: str
    url: str

    @property
    def letters(self) -> str:
        """Its fingerprint as a code has it at its beginning."""
        return grouped(self.fingerprint)

    @property
    def place(self) -> str:
        """Its address as people say it."""
        return self.url.removeprefix("https://")


def hubs_here(seconds: float = SECONDS) -> list[Heard]:
    """Those that announce themselves within so many seconds: one of each address, few enough to choose among."""
    found: set[Heard] = set()
    with closing(listen(seconds)) as hubs:
        for heard in hubs:
            found.add(heard)
            if len(found) == MOST_SHOWN:
                break
    return sorted(found)


def find_hub(fingerprint: str, but: str = "", seconds: float = SECONDS) -> str | None:
    """Where the hub of a fingerprint is now, if not at the address `but`, where it was missed; None where nowhere.

    What answers there bears its key by what it says itself: who goes on to ask it has to see it proven.
    """
    with closing(listen(seconds, fingerprint)) as hubs:
        elsewhere = (heard.url for heard in hubs if heard.url != but)
        for url in islice(elsewhere, MOST_TRIED):
            with suppress(HubOutOfReach):
                if fingerprint_of(introduced(url).statement.identity) == fingerprint:
                    log.info("found hub=%s", url)
                    return url
    return None


def own_networks() -> list[IPv4Interface]:
    """This laptop's addresses in the networks where it asks; none while it has no network."""
    if is_switched_off():
        return []
    try:
        import ifaddr
    except ImportError:
        return []
    chosen = own_choice()
    own = [
        IPv4Interface((each.ip, each.network_prefix))
        for adapter in ifaddr.get_adapters()
        for each in adapter.ips
        if isinstance(each.ip, str)
    ]
    return [each for each in own if (each.ip == chosen if chosen else not each.ip.is_loopback)][
        :_MOST_NETWORKS
    ]


def listen(seconds: float, fingerprint: str = "") -> Generator[Heard]:
    """What is heard within so many seconds, each once; of one hub alone if it is named.

    Nothing where the laptop has no network, the network no multicast, or the machine no zeroconf.
    """
    try:
        from zeroconf import Error, ServiceBrowser, Zeroconf
    except ImportError:
        return
    networks = own_networks()
    if not networks:
        return
    ears = _Ears(networks, fingerprint, time.monotonic() + seconds)
    try:
        with (
            Zeroconf(interfaces=[str(each.ip) for each in networks]) as network,
            ServiceBrowser(network, SERVICE, handlers=[ears.hear]),
        ):
            yield from ears.heard()
    except (OSError, Error) as error:
        log.info("cannot ask the network: %s", error)


class _Ears:
    """Takes what zeroconf hears, in its thread, and hands on what may be a hub, until a time of the steady clock."""

    def __init__(self, networks: Sequence[IPv4Interface], fingerprint: str, until: float) -> None:
        self._networks, self._fingerprint, self._until = networks, fingerprint, until
        self._names: set[str] = set()
        self._heard: Queue[Heard] = Queue(MOST_NAMES)

    def hear(self, zeroconf: Zeroconf, name: str, **_further: Any) -> None:
        """Look at one announcement; beyond so many of them, and later, at none."""
        fingerprint = fingerprint_in(name)
        if fingerprint is None or self._fingerprint not in ("", fingerprint):
            return
        is_new = name not in self._names
        if (is_new and len(self._names) == MOST_NAMES) or self._left() <= 0:
            return
        self._names.add(name)
        with suppress(Full):
            for heard in _told(zeroconf, name, fingerprint, self._networks):
                self._heard.put_nowait(heard)

    def heard(self) -> Iterator[Heard]:
        """Each once; what was heard in time is handed on however long the last one took whoever asks."""
        seen: set[Heard] = set()
        with suppress(Empty):
            while True:
                heard = self._heard.get(timeout=max(self._left(), 0))
                if heard not in seen:
                    seen.add(heard)
                    yield heard

    def _left(self) -> float:
        return self._until - time.monotonic()


def _told(
    zeroconf: Zeroconf, name: str, fingerprint: str, networks: Sequence[IPv4Interface]
) -> Iterator[Heard]:
    from zeroconf import IPVersion, ServiceInfo

    info = ServiceInfo(SERVICE, name)
    if not info.load_from_cache(zeroconf) or not info.port:
        return
    community = plain(community_in(info.properties))
    for address in info.parsed_addresses(IPVersion.V4Only)[:_MOST_ADDRESSES]:
        if _is_near(address, networks):
            yield Heard(community, fingerprint, f"https://{address}:{info.port}")


def _is_near(address: str, networks: Sequence[IPv4Interface]) -> bool:
    """Whether an address is a machine's within these networks: nobody leads a laptop elsewhere."""
    try:
        told = IPv4Address(address)
    except AddressValueError:
        return False
    return not told.is_multicast and any(told in each.network for each in networks)

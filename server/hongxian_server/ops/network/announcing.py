"""A hub tells its own network by mDNS where it is, for as long as it is served.

It tells the community's name and the fingerprint of its key, once for all in that network, and one address: the one at
which the keeper is told that the hub is.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import AddressValueError, IPv4Address
from typing import TYPE_CHECKING

from hongxian.security.code import fingerprint_of
from hongxian.wire.hub.announcement import (
    SERVICE,
    facts_of,
    is_switched_off,
    machine_of,
    name_of,
    own_choice,
)
from hongxian.words.logs import logger
from hongxian_server.hub import Hub
from hongxian_server.hub_state import HubState
from hongxian_server.ops.network.addresses import EVERYWHERE, own_address

if TYPE_CHECKING:
    from zeroconf import Zeroconf

log = logger(__name__)
LOOK_SECONDS = 30
"""Between looks whether the machine has another address: it was carried elsewhere, or its router gave it one."""


def announced_at(host: str) -> str | None:
    """The address that a hub which listens on `host` announces now; None where nobody else could reach it."""
    if is_switched_off():
        return None
    chosen = own_choice()
    if chosen is not None:
        return str(chosen) if host in (*EVERYWHERE, str(chosen)) else None
    try:
        address = IPv4Address(own_address() if host in EVERYWHERE else host)
    except AddressValueError:
        return None
    return None if address.is_loopback else str(address)


@contextmanager
def announced(hub: Hub, host: str, port: int) -> Iterator[None]:
    """Announce the hub meanwhile. Where that cannot be, nothing is missing but this: addresses are still typed."""
    with hub:
        told = Announcement(HubState.read().community, fingerprint_of(hub.identity.public), port)
    stop = threading.Event()
    thread = threading.Thread(target=_keep, args=(told, host, stop), name="announcing", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


class Announcement:
    """What one hub announces, at one address after another."""

    def __init__(self, community: str, fingerprint: str, port: int) -> None:
        self._community, self._fingerprint, self._port = community, fingerprint, port
        self._responder: Zeroconf | None = None

    def move(self, address: str | None) -> None:
        """Announce this address from now on, and no other; raises `OSError` and zeroconf's `Error`."""
        from zeroconf import ServiceInfo, Zeroconf

        former, self._responder = self._responder, None
        if former is not None:
            former.close()  # which takes the announcement back
        if address is None:
            return
        info = ServiceInfo(
            SERVICE,
            name_of(self._fingerprint),
            port=self._port,
            properties=facts_of(self._community),
            server=machine_of(self._fingerprint),
            parsed_addresses=[address],
        )
        self._responder = Zeroconf(interfaces=[address])
        # Whoever bears the name already is no reason to be silent: it may be an impostor.
        self._responder.register_service(info, cooperating_responders=True)
        log.info("announced address=%s port=%d", address, self._port)


def _keep(told: Announcement, host: str, stop: threading.Event) -> None:
    """Follow the machine's address until `stop`; what fails is tried again at the next look."""
    try:
        from zeroconf import Error
    except ImportError:
        log.info("not announced: zeroconf is not installed")
        return
    at: str | None = None
    failed = ""
    while True:
        now_at = None if stop.is_set() else announced_at(host)
        if now_at != at:
            try:
                told.move(now_at)
                at, failed = now_at, ""
            except (OSError, Error) as error:
                at = None
                if failed != str(error):
                    log.info("not announced: %s", error)
                failed = str(error)
        if stop.is_set() and at is None:
            return
        stop.wait(LOOK_SECONDS)

"""A network of this machine alone, for what is told in it by mDNS: nothing goes out beyond the loopback."""

import asyncio
import os
import random
import socket
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from filelock import FileLock
from zeroconf import ServiceInfo, Zeroconf

from hongxian.security.code import fingerprint_of
from hongxian.wire.hub.announcement import SERVICE, SETTING, facts_of, name_of
from hongxian_server.hub import Hub

HERE = "127.0.0.1"
GROUP, PORT = "224.0.0.251", 5353


@contextmanager
def own_network() -> Iterator[None]:
    """Announce and ask on the loopback, one test at a time: each would hear the others'."""
    before = os.environ[SETTING]
    # Playwright leaves a loop in this thread that stands still, and zeroconf would take it for its own.
    standing_still = asyncio._get_running_loop()
    with FileLock(Path(tempfile.gettempdir()) / "hongxian-tests-mdns.lock"):
        os.environ[SETTING] = HERE
        asyncio._set_running_loop(None)
        try:
            yield
        finally:
            asyncio._set_running_loop(standing_still)
            os.environ[SETTING] = before


def fingerprint(hub: Hub) -> str:
    """Of a hub's key."""
    return fingerprint_of(hub.identity.public)


def announcement(
    fingerprint: str, port: int, community: str | bytes = "示例社区", address: str = HERE
) -> ServiceInfo:
    """What whoever is in the network may say."""
    facts = facts_of(community) if isinstance(community, str) else {b"community": community}
    return ServiceInfo(
        SERVICE,
        name_of(fingerprint),
        port=port,
        properties=facts,
        server=f"a{random.getrandbits(60)}.local.",
        parsed_addresses=[address],
    )


@contextmanager
def anybody_announces(*said: ServiceInfo) -> Iterator[None]:
    """All of it is said and answered, for as long as a test needs it."""
    with Zeroconf(interfaces=[HERE]) as network, ThreadPoolExecutor(len(said)) as at_once:
        list(at_once.map(partial(network.register_service, cooperating_responders=True), said))
        yield


@contextmanager
def overhearing() -> Iterator[socket.socket]:
    """Hears all packets of that network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
        ear.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        ear.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        ear.bind((GROUP, PORT))
        member = socket.inet_aton(GROUP) + socket.inet_aton(HERE)
        ear.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
        yield ear


@contextmanager
def speaking() -> Iterator[socket.socket]:
    """Sends packets into that network, as fast as it can."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mouth:
        mouth.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(HERE))
        mouth.connect((GROUP, PORT))
        yield mouth

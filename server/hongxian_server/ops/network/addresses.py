"""Under which names a hub that listens is reached."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from urllib.parse import urlsplit

EVERYWHERE = ("0.0.0.0", "::", "")
"""Hosts to listen on that stand for every address of the machine."""
_THIS_MACHINE = ("127.0.0.1", "localhost", "[::1]")


def own_address() -> str:
    """This machine's address on its network; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address for documentation (RFC 5737)
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def names_of(host: str, further: Sequence[str] = ()) -> list[str]:
    """The names under which the console answers; a page elsewhere cannot borrow another."""
    listened = [f"[{host}]" if ":" in host else host]
    if host in EVERYWHERE:
        listened = [own_address(), socket.gethostname()]
    return list(dict.fromkeys([*_THIS_MACHINE, *listened, *further]))


def address_for_laptops(opened: str, names: Sequence[str]) -> str | None:
    """The hub's address as another machine asks for it, told by how its keeper `opened` a page.

    None where the hub has no name but those of this machine.
    """
    parts = urlsplit(opened)
    name = parts.netloc.removesuffix(f":{parts.port}")
    if name in _THIS_MACHINE:
        further = [each for each in names if each not in _THIS_MACHINE]
        if not further:
            return None
        name = further[0]
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{name}{port}{parts.path.rstrip('/')}"

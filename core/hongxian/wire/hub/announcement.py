"""A hub's announcement in its own network by mDNS (RFC 6762, 6763): its community's name, its fingerprint, its address.

Anybody there may announce anything: what is heard leads to a machine that has to prove who it is, and to nothing else.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from ipaddress import AddressValueError, IPv4Address

from hongxian.security.code import FINGERPRINT_LETTERS, LETTERS

SERVICE = "_hongxian._tcp.local."
"""What is asked for and announced; a hub's own name in front of it is its fingerprint."""
SETTING, OFF = "HONGXIAN_MDNS", "off"
"""For a machine that neither announces nor asks, or does so only in the network of this address of its own."""
LONGEST_NAME = 200
"""Bytes of a community's name: a fact has room for 255."""

_COMMUNITY = b"community"
_HUB = re.compile(rf"([{LETTERS}]{{{FINGERPRINT_LETTERS}}})\.{re.escape(SERVICE)}")


def name_of(fingerprint: str) -> str:
    """Under which a hub is announced: no two hubs share it, whatever their communities are called."""
    return f"{fingerprint}.{SERVICE}"


def machine_of(fingerprint: str) -> str:
    """What its machine is called there, whose own name is nobody's to know."""
    return f"{fingerprint.lower()}.local."


def fingerprint_in(name: str) -> str | None:
    """Whose an announcement says it is; None for what is none."""
    found = _HUB.fullmatch(name)
    return found[1] if found else None


def facts_of(community: str) -> dict[bytes, bytes]:
    """All that goes out beside the fingerprint and the address; a long name is cut between two characters."""
    name = community.encode()[:LONGEST_NAME].decode(errors="ignore")
    return {_COMMUNITY: name.encode()}


def community_in(facts: Mapping[bytes, bytes | None]) -> str:
    """What an announcement says that its community is called: a stranger's word of at most 255 bytes."""
    return (facts.get(_COMMUNITY) or b"").decode(errors="replace")


def is_switched_off() -> bool:
    """Whether this machine neither announces nor asks."""
    return os.environ.get(SETTING) == OFF


def own_choice() -> IPv4Address | None:
    """The address of this machine in whose network alone it announces and asks; None for the usual ones."""
    try:
        return IPv4Address(os.environ.get(SETTING, ""))
    except AddressValueError:
        return None

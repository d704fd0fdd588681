"""The desk's own host name: browsers tell cookies, drafts and permissions apart by it, and not by a port.

Under 127.0.0.1 whatever else this machine serves would get the desk's cookie. Browsers lead every name
below `localhost` to this machine by themselves (RFC 6761). Nobody is told it but who opens the desk: under
the same name another port would get the cookie again.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from hongxian.storage.state import State
from hongxian_client.replica.replica import Replica


@dataclass
class HostState(State):
    """What a laptop keeps of it."""

    desk_host: str = ""
    """"" until the desk is opened for the first time."""


def host_of(replica: Replica) -> str:
    """The name of this laptop's desk, drawn when it is first asked for."""
    with replica:
        held = HostState.read()
        if not held.desk_host:  # only then is anything written: the disk may be full
            with replica.upkeep(), HostState.changing() as held:
                held.desk_host = held.desk_host or f"hongxian-{secrets.token_hex(8)}.localhost"
    return held.desk_host

"""How much, how long and how many: what a server takes from those who ask it."""

from __future__ import annotations

from dataclasses import dataclass

SPARE_FILES = 256
"""Open files that are left for databases and what lies aside."""


@dataclass(frozen=True)
class Limits:
    """Of one server; sizes in bytes, times in seconds."""

    head: int = 16 * 1024
    """A request's line and headers."""
    body: int = 64 * 2**20
    """A body of whom the server knows."""
    stranger: int = 4 * 1024
    """A body of anybody else."""
    memory: int = 64 * 1024
    """A body or an answer that lies in memory; a larger one lies in a file."""
    held: int = 2 * 2**30
    """All bodies and answers together."""
    idle: float = 30
    """Between two requests."""
    handshake: float = 10
    """Until a line is encrypted."""
    whole_head: float = 10
    """From a head's first byte to its last."""
    whole_body: float = 600
    """The same of a body."""
    pace: int = 20 * 1024
    """What must come of a body, and go of an answer, within each `pace_time`: a byte a millisecond."""
    pace_time: float = 20
    ending: float = 5
    """For requests under way when the server stops."""
    patience: float = 0.5
    """For who has come and not asked yet, when the server goes on in another process."""
    linger: float = 30
    """For a body that nobody wants, so that its sender gets to read why."""
    connections: int = 4096
    from_one_address: int = 512
    """Connections; this machine's own, where a proxy may stand, are not counted by address."""


LIMITS = Limits()
"""The usual ones."""


def connections_that_fit(wanted: int) -> int:
    """So many connections as this process may have files open, raised as far as the system lets it."""
    try:
        import resource
    except ImportError:  # Windows counts no sockets among its files
        return wanted
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    need = wanted + SPARE_FILES
    if soft < need:
        soft = need if hard == resource.RLIM_INFINITY else min(need, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return max(min(wanted, soft - SPARE_FILES), 1)

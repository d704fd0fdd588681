"""How much memory a process that plugins run in may have: one that eats it all gets a `MemoryError` of its own."""

from __future__ import annotations

import os
from contextlib import suppress

MEGABYTES_SETTING = "HONGXIAN_MEMORY_MB"
"""For a machine on which the usual share does not fit."""
USUAL_SHARE, LEAST = 0.75, 2**30
"""Of the machine's memory, and bytes of it that are left to a process in any case."""


def bound_memory() -> None:
    """Let this process have no more, where the system can hold it to that: Linux does, Windows does not.

    Without it the system ends whichever process it likes.
    """
    with suppress(ImportError, AttributeError, ValueError, OSError):
        import resource

        told = os.environ.get(MEGABYTES_SETTING)
        there = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        most = int(told) * 2**20 if told else max(int(there * USUAL_SHARE), LEAST)
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        if hard == resource.RLIM_INFINITY or most < hard:
            resource.setrlimit(resource.RLIMIT_DATA, (most, hard))

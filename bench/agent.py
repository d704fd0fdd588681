"""The other end of `process`: a laptop or hub in a process of its own, told what to do by lines.

Runs inside the peers' environments too, so it needs the standard library alone.
"""

from __future__ import annotations

import json
import os
import resource
import socket
import sys
import time
import traceback
from typing import Any


def free_port() -> int:
    """A port of the loopback that is free at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def say(**facts: Any) -> None:
    """One line of JSON to whoever started this process."""
    print(json.dumps(facts), flush=True)


def obey(servant: object, **hello: Any) -> None:
    """Say hello, do what each line says and answer with its seconds, until the input ends.

    A command is `{"do": method, …arguments}`. A method may return facts; one that has measured a
    part of its work returns `seconds` itself.
    """
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints must not be taken for an answer
    print(json.dumps(hello), file=answers, flush=True)
    for line in sys.stdin:
        command = json.loads(line)
        method = getattr(servant, command.pop("do"))
        began = time.perf_counter()
        try:
            facts = method(**command) or {}
        except Exception as error:
            traceback.print_exc()
            facts = {"error": f"{type(error).__name__}: {error}"[:300]}
        told = {"seconds": time.perf_counter() - began, "peak_mb": peak_mb(), **facts}
        print(json.dumps(told), file=answers, flush=True)


def peak_mb() -> float:
    """The most memory this process has held (MiB)."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)

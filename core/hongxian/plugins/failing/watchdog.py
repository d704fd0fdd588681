"""A plugin's call that does not come back: what runs in another's name is timed, and a watchdog ends what is stuck.

Python code in a thread cannot be stopped from outside, whether it loops, sleeps or waits for a line. What
can be is the process: so what is stuck is put aside, named, and the process ends, or begins anew without it.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

HUB_SECONDS, LAPTOP_SECONDS = 15, 60
"""For how long one call may last: for the hub's all laptops wait, and a person waits longer than for a database."""
SECONDS_SETTING = "HONGXIAN_PLUGIN_SECONDS"
"""For how long one call may last, where that is too short for a slow machine."""
UNTIMED = frozenset({"hongxian_demo_was_asked", "hongxian_migrations"})
"""What may take its time: a person asked for it and waits, or it is done once."""
_LOOK_SECONDS = 0.5


@dataclass
class Call:
    """One call of a plugin's code, while it runs: `with Call(name, what, put_aside):`."""

    plugin: str
    what: str
    put_aside: Callable[[Call, float], None]
    """Leaves the plugin out from the next start on; told for how many seconds the call has lasted."""
    began: float = 0.0
    """Seconds, of a clock that only runs forward."""

    def __enter__(self) -> None:
        self.began = time.monotonic()
        _running.setdefault(threading.get_ident(), []).append(self)
        if not _awake.is_set():
            _awake.set()

    def __exit__(self, *raised: object) -> None:
        thread = threading.get_ident()
        calls = _running[thread]
        calls.pop()
        if not calls:
            del _running[thread]


_running: dict[int, list[Call]] = {}
"""By thread, the outermost first: one plugin's write asks the rules of another."""
_awake = threading.Event()


def watch(usual_seconds: float, then: Callable[[Call], None]) -> None:
    """From now on, put aside what does not come back for so long, and do `then`, in a thread of its own.

    For a process that is one laptop's or one hub's. While no plugin is called, nothing wakes up. The last
    word stands.
    """
    _watched[:] = float(os.environ.get(SECONDS_SETTING) or usual_seconds), then
    if not any(each.is_alive() for each in _looking):
        # Made here: Python takes one that a fork found ready for one that has ended.
        _looking[:] = [threading.Thread(target=_look, name="plugin-watchdog", daemon=True)]
        _looking[0].start()


_before_anew: list[Callable[[], None]] = []


def before_anew(do: Callable[[], None]) -> None:
    """Let something be handed to the process that this one becomes; for a process that is one laptop's or one hub's."""
    _before_anew[:] = [do]


def begin_anew(*words: str) -> None:
    """Start this process again under the same command line, with these words at its end; never returns.

    What it had open is let go: sockets and locks are closed with it, and a transaction under way is undone.
    """
    for each in _before_anew:
        each()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    line = sys.orig_argv[1:]
    if line[-len(words) :] != list(words):  # else it began anew before
        line += words
    os.execv(sys.executable, [sys.executable, *line])


def _look() -> None:
    while True:
        _awake.wait()
        if not _running:
            _awake.clear()
            if not _running:  # else one began meanwhile, and found it set
                continue
            _awake.set()
        seconds, then = _watched
        for call in _lasting_longer(seconds):
            call.put_aside(call, seconds)
            then(call)
        time.sleep(_LOOK_SECONDS)


def _lasting_longer(seconds: float) -> list[Call]:
    """The innermost call of each thread whose time is over."""
    now = time.monotonic()
    innermost = [calls[-1] for calls in list(_running.values()) if calls]
    return [each for each in innermost if each.what not in UNTIMED and now - each.began > seconds]


_watched: list[Any] = []  # Any: the seconds, and what is done then
_looking: list[threading.Thread] = []

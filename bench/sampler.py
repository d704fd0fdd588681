"""Where a process spends its time: its threads' stacks, looked at every two milliseconds.

In the process itself, so it needs no right to look into another; and unlike cProfile it does not
slow down the very functions that are small.
"""

from __future__ import annotations

import sys
import threading
from collections import Counter
from pathlib import Path
from types import FrameType

SECONDS = 0.002
TOP = Path(__file__).parents[1]
OURS = tuple(str(TOP / folder) for folder in ("core", "server", "client", "plugins"))
DEFERRED = {"wait", "readinto", "recv", "_wait_for_tstate_lock", "select", "poll", "accept"}


class Sampler:
    """Starts at once; `stop` tells the shares."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._stop.wait(SECONDS):
            for ident, frame in sys._current_frames().items():
                if ident != self._thread.ident and (name := place_of(frame)):
                    self._seen[name] += 1

    def stop(self) -> dict[str, float]:
        """Shares of the looks that found our code on a stack, by function, the largest first."""
        self._stop.set()
        self._thread.join()
        total = self._seen.total() or 1
        return {name: count / total for name, count in self._seen.most_common(40)}


def place_of(leaf: FrameType) -> str | None:
    """Our innermost function on a stack, and what it had called; None where none of ours is."""
    frame: FrameType | None = leaf
    called = ""
    while frame is not None:
        code = frame.f_code
        if code.co_filename.startswith(OURS):
            if leaf.f_code.co_name in DEFERRED:
                # The laptop's main thread waits for an answer; the line to the hub is no work.
                return "waits for the other side" if code.co_name == "run" else None
            file = Path(code.co_filename)
            return f"{file.parent.name}/{file.name}:{code.co_name}{called}"
        called = f" → {code.co_name}"
        frame = frame.f_back
    return None

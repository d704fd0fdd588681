"""An answer that goes on: while its connection lives, a word goes out whenever there is one, and a beat else.

A view that gives such an answer calls `follow_with`; its answer is what goes out first.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from wsgiref.types import WSGIEnvironment

_FOLLOWING = "hongxian.following"


class Following:
    """What goes out behind an answer.

    `word` makes what goes out next, of whether `ring` was called since the last; after `beat` seconds without a
    call it makes one all the same. `stack` is closed when the connection ends.
    """

    def __init__(self, word: Callable[[bool], bytes], beat: float, gap: float = 0) -> None:
        """No two words go out within `gap` seconds of each other."""
        self.word, self.beat, self.gap = word, beat, gap
        self.stack = ExitStack()
        self._is_rung = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wake: Callable[[], None] = lambda: None

    @contextmanager
    def unless_it_begins(self) -> Iterator[None]:
        """Inside, an error ends it: nothing follows on an answer that there is not."""
        try:
            yield
        except BaseException:
            self.end()
            raise

    def ring(self) -> None:
        """Let a word go out; in any thread, also before it follows, and after it has ended."""
        self._is_rung = True
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake)

    def begin(self, wake: Callable[[], None]) -> None:
        """Have `wake` called in this loop when it rings, from now on."""
        self._wake, self._loop = wake, asyncio.get_running_loop()

    @property
    def is_rung(self) -> bool:
        """Whether it rang since the last word."""
        return self._is_rung

    def next_word(self) -> bytes:
        """What goes out now."""
        rung, self._is_rung = self._is_rung, False
        return self.word(rung)

    def end(self) -> None:
        """Nothing goes out any more."""
        self._loop = None
        self.stack.close()


class Place:
    """Where a view leaves how its answer goes on, for the connection to take; what nobody takes is ended."""

    def __init__(self, environ: WSGIEnvironment) -> None:
        self._lock = threading.Lock()
        self._following: Following | None = None
        self._is_closed = False
        environ[_FOLLOWING] = self

    def put(self, following: Following) -> None:
        """Leave it here, in any thread."""
        with self._lock:
            self._following = following
            if self._is_closed:
                following.end()

    @property
    def holds(self) -> bool:
        """Whether anything was left here."""
        with self._lock:
            return self._following is not None

    def take(self) -> Following | None:
        """What was left here; whoever takes it ends it."""
        with self._lock:
            taken, self._following = self._following, None
        return taken

    def close(self) -> None:
        """End what is here, and whatever is still put here by a view that nobody waits for any more."""
        with self._lock:
            self._is_closed = True
            if self._following is not None:
                self._following.end()


def follow_with(environ: WSGIEnvironment, following: Following) -> None:
    """Let the answer to this request go on, as far as its server lets it."""
    place: Place | None = environ.get(_FOLLOWING)
    if place is None:
        following.end()
    else:
        place.put(following)

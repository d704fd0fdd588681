"""An answer that goes on: while its connection lives, a word goes out whenever there is one, and a beat else.

A view that gives such an answer puts a `Following` into the request's environment; its answer is what goes
out first.
"""

from __future__ import annotations

import asyncio
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


def follow_with(environ: WSGIEnvironment, following: Following) -> None:
    """Let the answer to this request go on."""
    environ[_FOLLOWING] = following


def following_of(environ: WSGIEnvironment) -> Following | None:
    """How the answer to a request goes on; None where it does not."""
    found: Following | None = environ.get(_FOLLOWING)
    return found

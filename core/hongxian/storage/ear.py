"""A word between the processes of one data folder: who writes tells who stays open, which need not look all the time.

It is a datagram to a port of this machine that stands in a file of the folder, and says nothing: whoever hears it
looks. One that is lost costs time alone, for who stays open looks now and then all the same.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from hongxian.storage.privacy import private

FILE = "ear"
GAP_SECONDS = 0.1
"""Between two looks, however many words come."""
_HERE = "127.0.0.1"
_WORD = b"\n"


def tell(folder: Path) -> None:
    """Tell whoever stays open in a data folder that something was written there; nothing where nobody does."""
    with suppress(OSError, ValueError, OverflowError):  # nobody, or what stands there is no port
        _send(int((folder / FILE).read_text("ascii")))


@contextmanager
def hearing(folder: Path, heard: Callable[[], None]) -> Iterator[bool]:
    """Inside, `heard` is called after each word, in a thread of its own; False where no port can be had."""
    ends = threading.Event()
    try:
        ear = _made(folder / FILE)
    except OSError:  # of a disk that takes nothing, say
        yield False
        return
    with ear:
        thread = threading.Thread(target=_hear, args=(ear, heard, ends), name="hongxian-ear")
        thread.start()
        try:
            yield True
        finally:
            (folder / FILE).unlink(missing_ok=True)
            ends.set()
            _send(ear.getsockname()[1])
            thread.join()


def _made(file: Path) -> socket.socket:
    ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        ear.bind((_HERE, 0))
        file.unlink(missing_ok=True)
        with open(file, "w", encoding="ascii", opener=private) as kept:
            kept.write(str(ear.getsockname()[1]))
    except BaseException:
        ear.close()
        raise
    return ear


def _hear(ear: socket.socket, heard: Callable[[], None], ends: threading.Event) -> None:
    while not ends.is_set():
        with suppress(OSError):  # what came is longer than a word
            ear.recv(len(_WORD))
        if not ends.is_set():
            heard()
        ends.wait(GAP_SECONDS)


def _send(port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        way.sendto(_WORD, (_HERE, port))

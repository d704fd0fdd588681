"""A command at a terminal, whose person types what they are asked for."""

from __future__ import annotations

import fcntl
import os
import subprocess
import termios
from collections.abc import Mapping, Sequence
from contextlib import suppress


def at_a_terminal(words: Sequence[str], typed: Mapping[str, str], **more: str) -> tuple[int, str]:
    """Run it in an environment with some more; its exit code, and all that the terminal showed.

    `typed` are answers, each by the last words of what asks for it, as often as that is asked.
    """
    ours, theirs = os.openpty()
    with subprocess.Popen(
        words,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, **more},
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    ) as process:
        os.close(theirs)
        shown, answered = b"", 0
        with suppress(OSError):  # the other end is closed
            while part := os.read(ours, 4096):
                shown += part
                for asks, answer in typed.items():
                    if shown[answered:].decode(errors="replace").rstrip().endswith(asks):
                        os.write(ours, f"{answer}\n".encode())
                        answered = len(shown)
        os.close(ours)
    return process.returncode, shown.decode()

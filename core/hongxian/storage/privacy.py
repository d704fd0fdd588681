"""Files and folders for this account alone, whatever its umask is and whoever made the folder.

On Windows a person's folders are closed to other accounts already; modes mean nothing there.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

FILE, FOLDER = 0o600, 0o700


def make_private_folder(folder: Path) -> None:
    """Make a folder, or close one that is there; one that accounts share, as /tmp, stays as it is."""
    folder.mkdir(mode=FOLDER, parents=True, exist_ok=True)
    if not folder.stat().st_mode & stat.S_ISVTX:
        _restrict(folder, FOLDER)


def passing_folder(folder: Path) -> Path:
    """Where files lie that only pass through an encrypted data folder: in memory, where the system has such a place.

    A log-in by systemd has one of its own, which goes with it; elsewhere it is the folder itself.
    """
    memory = Path(os.environ.get("XDG_RUNTIME_DIR", ""))
    if not memory.is_absolute() or not os.access(memory, os.W_OK):
        return folder
    name = blake2b(str(folder.absolute()).encode(), digest_size=8).hexdigest()
    made = memory / f"hongxian-{name}"
    make_private_folder(made)
    return made


def make_private_file(path: Path) -> None:
    """Make an empty file where there is none; close one that is there.

    What is there is never opened: to close a file drops the locks that SQLite holds on it.
    """
    with suppress(OSError):  # what opens it next tells why it cannot be made
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE))
    _restrict(path, FILE)


def private(path: str, flags: int) -> int:
    """As the `opener` of `open`, for a file to be written."""
    opened = os.open(path, flags, FILE)
    _restrict(Path(path), FILE)
    return opened


def _restrict(path: Path, mode: int) -> None:
    with suppress(OSError):  # another's, or a disk that is read-only
        if stat.S_IMODE(path.stat().st_mode) != mode:
            path.chmod(mode)

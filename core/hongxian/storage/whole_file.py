"""Files that are there whole or not at all, whatever ends the program or the disk's room."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from hongxian.storage.privacy import private


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file to be written for this account alone: it takes its place once it is on the disk, and leaves
    nothing where that fails.

    An `OSError` names the file.
    """
    unfinished = path.with_name(path.name + ".part")
    try:
        unfinished.unlink(missing_ok=True)
        with open(unfinished, "xb", opener=private) as file:
            yield file
        put_in_place(unfinished, path)
    except BaseException as error:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        if isinstance(error, OSError):
            error.filename = str(path)
        raise


def put_in_place(unfinished: Path, path: Path) -> None:
    """Give a file its name once all of it is on the disk; the name is there too when this returns."""
    to_disk(unfinished)
    unfinished.replace(path)
    to_disk(path.parent)


def to_disk(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    is_folder = path.is_dir()
    if is_folder and os.name == "nt":  # Windows opens no folder, and writes the names itself
        return
    opened = os.open(path, os.O_RDONLY if is_folder else os.O_RDWR)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)

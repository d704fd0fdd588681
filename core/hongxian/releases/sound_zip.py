"""What releases ask of a zip that came from somebody: names that fit every system, and no more bytes than were told.

The standard library alone: a laptop's launcher reads program files by it, where nothing else is installed yet.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator

VERSION = r"[0-9][0-9a-z.]{0,29}\Z"
SHA256 = r"[0-9a-f]{64}\Z"
LONGEST_PATH = 160
LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The time of all files in one that is made here: of the same files come the same bytes."""
CHUNK_BYTES = 2**20
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
    struct.error,
)
"""What `zipfile` raises of bytes that are no sound zip; `RuntimeError` of an encrypted one."""
_PACKED_BY = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Of the others `zipfile` unpacks all that it has read at once, which of bzip2 may be gigabytes."""
_OF_WINDOWS = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|\Z)")
"""Names that Windows gives to devices, whatever stands behind their dot."""


def is_path(path: str, letters: str = "A-Za-z0-9_") -> bool:
    """Whether a file may be called so on every system: below its folder, and no device.

    `letters` are those that the name of a file or folder may begin with; `.` and `-` may follow.
    """
    parts = path.lower().split("/")
    return (
        len(path) <= LONGEST_PATH
        and bool(re.match(rf"(?:[{letters}][{letters}.-]*/)*[{letters}][{letters}.-]*\Z", path))
        and not any(each.endswith(".") or _OF_WINDOWS.match(each) for each in parts)
    )


def bytes_of(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """What a file of a zip holds; raises `ValueError` for more, whatever the zip says of its size."""
    return b"".join(chunks_of(archive, name, most))


def chunks_of(archive: zipfile.ZipFile, name: str, most: int) -> Iterator[bytes]:
    """The same, a bit at a time."""
    if archive.getinfo(name).compress_type not in _PACKED_BY:
        raise ValueError(f"{name}: packed in another way than by deflate")
    left = most
    with archive.open(name) as opened:
        while found := opened.read(min(left + 1, CHUNK_BYTES)):
            left -= len(found)
            if left < 0:
                raise ValueError(f"{name}: more than {most} bytes")
            yield found

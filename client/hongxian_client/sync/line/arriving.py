"""A release's file that comes from the hub part by part, and goes on from where its line broke."""

from __future__ import annotations

import math
import time
from pathlib import Path

from hongxian.errors import PageRefused
from hongxian.storage.privacy import make_private_folder, private
from hongxian.wire.page import read_stream, stream
from hongxian.wire.releases import ReleasePart, ReleasePartRequest
from hongxian_client.sync.line.carrier import Carrier


def arriving(folder: Path, sha256: str) -> Path:
    """Where the file with this hash comes to; what came of others is let go."""
    make_private_folder(folder)
    for other in folder.iterdir():
        if other.name != sha256:
            other.unlink()
    return folder / sha256


def fetch(path: Path, size: int, called: str, carrier: Carrier, until: float = math.inf) -> bool:
    """Whether all of its bytes are here now; parts are asked for `until` this second of the monotonic clock.

    Raises `HubOutOfReach`, and `PageRefused` for a part that is empty or too much, with which all of it goes.
    """
    with open(path, "ab", opener=private) as file:
        while (start := file.tell()) < size and time.monotonic() < until:
            asked = ReleasePartRequest(sha256=path.name, start=start, most=carrier.portion)
            said = carrier("/v1/release", b"".join(stream(asked, [])))
            part = ReleasePart.load(next(read_stream(said), None)).as_bytes()
            if not part or start + len(part) > size:
                path.unlink()
                raise PageRefused(detail=f"{called}: {len(part)} bytes of it")
            file.write(part)
            file.flush()
        return file.tell() >= size

"""The kits that the hub hands out to whoever asks: without a code, made once for each address that they tell."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable
from pathlib import Path

from hongxian.releases.brought import Brought
from hongxian.security.code import fingerprint_of, grouped
from hongxian.storage.privacy import make_private_folder
from hongxian_server.hub import Hub
from hongxian_server.hub_state import HubState
from hongxian_server.kits.archive import Made, write_kit
from hongxian_server.membership import devices
from hongxian_server.sync.program import program_file
from hongxian_server.tables.releases import Stage, program_releases

KITS = "kits"
"""Under the hub's folder; a kit can be made anew."""
MOST = 4
"""Kits of one system that are kept: for each address under which the hub is asked."""
_making = threading.Lock()
"""One at a time: each is as large as the program."""


def brought_of(hub: Hub, address: str, code: str = "") -> Brought:
    """What a kit tells of this hub at this address."""
    letters = grouped(fingerprint_of(hub.identity.public))
    return Brought(address, letters, HubState.read().community, code)


def programs_here(hub: Hub) -> dict[str, Made]:
    """Of each system the newest program that goes to all laptops, or else the newest that this hub holds."""
    found: dict[str, Made] = {}
    for goes_out in (False, True):
        for each in program_releases():
            if not goes_out or each.stage == Stage.ALL:
                found[each.system] = Made(program_file(hub, each.sha256), each.version, each.system)
    return found


def kept_kit(hub: Hub, program: Made, address: str) -> Path:
    """The kit without a code that tells this address; made where it is not there yet."""
    brought, folder = brought_of(hub, address), hub.folder / KITS
    # Of a program that was put in another's place it is another: the file's name is its hash.
    told = brought.as_bytes() + program.path.name.encode()
    mark = hashlib.sha256(told).hexdigest()[:12]
    path = folder / f"{mark}-{program.kit_name}"
    with _making:
        make_private_folder(folder)
        if not path.exists():
            write_kit(program, brought, path)
            _let_old_ones_go(folder, f"*-{program.system}.*")
    return path


def kit_with_code(
    hub: Hub, program: Made, address: str, teams: Iterable[str], minutes: int, to: Path
) -> tuple[str, int]:
    """Write a kit with a new code for one laptop of these teams; returns the code and when it expires (ms since 1970).

    It is for whoever made it, and kept nowhere here.
    """
    code, expires = devices.make_code(hub, teams, minutes)
    write_kit(program, brought_of(hub, address, code), to)
    return code, expires


def _let_old_ones_go(folder: Path, pattern: str) -> None:
    newest_first = sorted(folder.glob(pattern), key=lambda each: -each.stat().st_mtime)
    for each in newest_first[MOST:]:
        each.unlink()

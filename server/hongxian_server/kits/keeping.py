"""The kits that the hub hands out to whoever asks: without a code, made once for each address that they tell."""

from __future__ import annotations

import hashlib
import shutil
import threading
from collections.abc import Iterable
from pathlib import Path

from hongxian.releases.brought import Brought
from hongxian.releases.program import SUFFIX
from hongxian.releases.signed_program import signed_program
from hongxian.security.code import fingerprint_of, grouped
from hongxian.storage.privacy import make_private_folder
from hongxian.storage.whole_file import whole_file
from hongxian_server.hub import Hub
from hongxian_server.hub_state import HubState
from hongxian_server.kits.archive import Made, write_kit
from hongxian_server.membership import devices

PROGRAMS, KITS = "programs", "kits"
"""Under the hub's folder; a kit can be made anew."""
MOST = 4
"""Kits of one system that are kept: for each address under which the hub is asked."""
_making = threading.Lock()
"""One at a time: each is as large as the program."""


def brought_of(hub: Hub, address: str, code: str = "") -> Brought:
    """What a kit tells of this hub at this address."""
    letters = grouped(fingerprint_of(hub.identity.public))
    return Brought(address, letters, HubState.read().community, code)


def take_in(hub: Hub, path: Path) -> Made:
    """Keep a program file that its publisher signed, for kits that are made from now on; raises `ProgramRefused`."""
    program = signed_program(path)
    folder = hub.folder / PROGRAMS
    make_private_folder(folder)
    with path.open("rb") as source, whole_file(folder / program.manifest.called) as file:
        shutil.copyfileobj(source, file, 2**20)
    for old in (hub.folder / KITS).glob(f"*-{program.manifest.system}.*"):
        old.unlink()  # of the same version there may be another now
    return Made(folder / program.manifest.called, program.manifest.version, program.manifest.system)


def programs_here(hub: Hub) -> dict[str, Made]:
    """The newest program file of each system that this hub holds."""
    found = {}
    for path in sorted((hub.folder / PROGRAMS).glob(f"hongxian-*-*{SUFFIX}"), key=_age):
        made = Made(path, *path.stem.split("-")[1:])
        found[made.system] = made
    return found


def kept_kit(hub: Hub, program: Made, address: str) -> Path:
    """The kit without a code that tells this address; made where it is not there yet."""
    brought, folder = brought_of(hub, address), hub.folder / KITS
    mark = hashlib.sha256(brought.as_bytes()).hexdigest()[:12]
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


def _age(path: Path) -> float:
    return path.stat().st_mtime

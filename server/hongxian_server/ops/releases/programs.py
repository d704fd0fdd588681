"""What a keeper does with versions of the program: take one in, and let it go."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path

from hongxian.releases.program import PROGRAM_BYTES
from hongxian.releases.signed_program import signed_program
from hongxian.storage.privacy import make_private_folder
from hongxian.storage.whole_file import whole_file
from hongxian_server.hub import Hub
from hongxian_server.ops.releases.stages import keep, refuse_none, refuse_stranger, same_here
from hongxian_server.sync.program import program_file
from hongxian_server.tables.keeper_log import Act, note
from hongxian_server.tables.releases import ProgramRelease, program_releases


def add_program(hub: Hub, path: Path, publisher: str = "") -> ProgramRelease:
    """Take a program file in, held from all laptops.

    `publisher` are the letters of whoever published it, where they are not known yet. Raises
    `ProgramRefused`, `PublisherUnknown`, `SameVersion`.
    """
    program, held = signed_program(path), program_releases()
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    new = ProgramRelease(
        sha256=sha256,
        version=program.manifest.version,
        system=program.manifest.system,
        protocol=program.manifest.protocol,
        publisher=program.publisher,
        size=min(path.stat().st_size, PROGRAM_BYTES),
        added=hub.now(),
    )
    refuse_stranger(new, held, publisher)
    same, place = same_here(new, held), program_file(hub, sha256)
    if same is None or not place.exists():
        make_private_folder(place.parent)
        with path.open("rb") as source, whole_file(place) as file:
            shutil.copyfileobj(source, file, 2**20)
    if same is None:
        keep(hub, new, program.manifest.called)
    return same or new


def remove_program(hub: Hub, found: Sequence[ProgramRelease]) -> None:
    """Let a version go from the hub, on every system; laptops that have it go on."""
    with hub.upkeep():
        for one in found:
            one.delete_instance()
        note(hub, Act.PROGRAM_REMOVED, found[0].called)
    for one in found:
        program_file(hub, one.sha256).unlink(missing_ok=True)


def found_programs(version: str) -> list[ProgramRelease]:
    """A version for each system that it is here for; raises `ReleaseUnknown`."""
    held = program_releases()
    found = [each for each in held if each.version == version]
    refuse_none(found, f"hongxian-{version}", held)
    return found

"""What a keeper does with versions of the program: take one in, send it out, hold it, let it go."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path

import orjson

from hongxian.errors import Refused
from hongxian.releases.program import PROGRAM_BYTES
from hongxian.releases.publisher import called, is_called
from hongxian.releases.signed_program import signed_program
from hongxian.storage.privacy import make_private_folder
from hongxian.storage.whole_file import whole_file
from hongxian.text import Text
from hongxian_server.hub import Hub
from hongxian_server.sync.program import program_file
from hongxian_server.tables.access import Incarnation, incarnations
from hongxian_server.tables.keeper_log import Act, note
from hongxian_server.tables.plugin_releases import Stage
from hongxian_server.tables.program_releases import ProgramRelease, program_releases


class ProgramPublisherUnknown(Refused):
    """A program by a publisher whom this hub does not know yet."""

    message = Text(
        "{program} 的发布者还不认识：{letters}。请向发布者当面或打电话核对这些字母，对得上再运行："
        "hongxian hub programs add 文件 --publisher {letters}",
        "The publisher of {program} is not known here: {letters}. Compare these letters with the "
        "publisher's, face to face or by telephone; where they are the same: hongxian hub programs add FILE "
        "--publisher {letters}",
    )


class SameProgramVersion(Refused):
    """Another program under a version that is taken."""

    message = Text(
        "{program} 已经有了，内容不同。请给新的换一个版本号，或先删去旧的。",
        "{program} is here already, with other content. Give the new one a version of its own, or remove the "
        "one that is here.",
    )


class ProgramUnknown(Refused):
    """A version of the program that the hub does not hold."""

    message = Text(
        "主机没有程序版本 {version}。现有：{known}",
        "The hub holds no version {version} of the program. There are: {known}",
    )


def add_program(hub: Hub, path: Path, publisher: str = "") -> ProgramRelease:
    """Take a program file in, held from all laptops; raises `ProgramRefused` and what stands above.

    `publisher` are the letters of whoever published it, where they are not known yet.
    """
    program = signed_program(path)
    manifest, held = program.manifest, program_releases()
    if program.publisher not in {each.publisher for each in held} and not is_called(
        program.publisher, publisher
    ):
        raise ProgramPublisherUnknown(program=manifest.called, letters=called(program.publisher))
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    for each in held:
        if (each.version, each.system) == (manifest.version, manifest.system):
            if each.sha256 != sha256:
                raise SameProgramVersion(program=manifest.called)
            return each
    place = program_file(hub, sha256)
    make_private_folder(place.parent)
    with path.open("rb") as source, whole_file(place) as file:
        shutil.copyfileobj(source, file, 2**20)
    with hub.upkeep():
        made: ProgramRelease = ProgramRelease.create(
            sha256=sha256,
            version=manifest.version,
            system=manifest.system,
            protocol=manifest.protocol,
            publisher=program.publisher,
            size=min(place.stat().st_size, PROGRAM_BYTES),
            added=hub.now(),
        )
        note(hub, Act.PROGRAM_ADDED, manifest.called, called(program.publisher))
    return made


def send_program_out(
    hub: Hub, version: str, numbers: Sequence[int] | None = None
) -> list[ProgramRelease]:
    """Let laptops have a version, on every system: those of these numbers beside those chosen before, or all."""
    found = found_programs(version)
    with hub.upkeep():
        for one in found:
            if numbers is None:
                one.stage = Stage.ALL
            else:
                chosen = [
                    each.laptop for each in incarnations().where(Incarnation.number << numbers)
                ]
                one.stage = Stage.SOME
                one.laptops = orjson.dumps(list(dict.fromkeys([*one.goes_to, *chosen]))).decode()
            one.save()
        note(
            hub, Act.PROGRAM_RELEASED, version, *([Stage.ALL.text] if numbers is None else numbers)
        )
    return found


def hold_program(hub: Hub, version: str) -> list[ProgramRelease]:
    """Let no further laptop have a version; those that have it in place go on."""
    found = found_programs(version)
    with hub.upkeep():
        for one in found:
            one.stage = Stage.HELD
            one.save()
        note(hub, Act.PROGRAM_HELD, version)
    return found


def remove_program(hub: Hub, version: str) -> list[ProgramRelease]:
    """Let a version go from the hub; laptops that have it go on."""
    found = found_programs(version)
    with hub.upkeep():
        for one in found:
            one.delete_instance()
        note(hub, Act.PROGRAM_REMOVED, version)
    for one in found:
        program_file(hub, one.sha256).unlink(missing_ok=True)
    return found


def found_programs(version: str) -> list[ProgramRelease]:
    """A version for each system that it is here for; raises `ProgramUnknown`."""
    held = program_releases()
    found = [each for each in held if each.version == version]
    if not found:
        known = list(dict.fromkeys(each.version for each in held))
        raise ProgramUnknown(version=version, known=known or "-")
    return found

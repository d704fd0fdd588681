"""The program itself at the hub: which version it orders for a laptop. The laptop's `sync.program` asks.

Only forwards: a version that a laptop runs has written its data. One that it went back from is not ordered again.
"""

from __future__ import annotations

from pathlib import Path

import orjson
from packaging.version import Version

from hongxian.releases.program import SUFFIX
from hongxian.wire.releases import ProgramOrder, ProgramRunning
from hongxian.wire.round import PROTOCOL
from hongxian_server.hub import Hub
from hongxian_server.tables.access import Incarnation
from hongxian_server.tables.releases import program_releases

FOLDER = "programs"


def program_order_for(by: Incarnation) -> ProgramOrder | None:
    """The version that a laptop is to change over to; None where it stays, or tells of no program."""
    runs = program_of(by)
    if runs is None:
        return None
    failed = {each.version for each in runs.failed}
    fit = [
        each
        for each in program_releases()
        if each.is_for(by.laptop)
        and runs.takes(each.system)
        and each.protocol == PROTOCOL
        and each.version not in failed
        and Version(each.version) > Version(runs.version)
    ]
    if not fit:
        return None
    one = fit[-1]
    return ProgramOrder(
        version=one.version, sha256=one.sha256, size=one.size, publisher=one.publisher
    )


def program_of(by: Incarnation) -> ProgramRunning | None:
    """What a laptop told of its program last; None where no launcher changes its versions."""
    return ProgramRunning.load(orjson.loads(by.program)) if by.program else None


def keep_program(hub: Hub, by: Incarnation, told: ProgramRunning | None) -> None:
    """Keep what a laptop tells of its program, for the keeper and for what is ordered for it."""
    kept = orjson.dumps(told).decode() if told else ""
    if kept != by.program:
        by.program = kept
        with hub.upkeep():
            Incarnation.update(program=kept).where(Incarnation.id == by.id).execute()


def program_file(hub: Hub, sha256: str) -> Path:
    """Where the hub keeps a program file."""
    return Path(hub.folder) / FOLDER / f"{sha256}{SUFFIX}"

"""The program itself on the laptop: what runs here is told; what the hub orders is fetched and put in place.

Behind everything else, a little with each sync, from where the line broke; put in place by a thread of its own,
while the desk goes on. The launcher changes over, at the next start. The hub's `sync.program` answers.
"""

from __future__ import annotations

import hashlib
import threading
import time
from enum import Enum, auto
from pathlib import Path

from packaging.version import Version

from hongxian.engine.upgrade import FORMAT
from hongxian.releases.program import Manifest, Program, ProgramUnsound
from hongxian.releases.signed_program import ProgramRefused, signed_program
from hongxian.text import Text, packed, unpacked
from hongxian.wire.releases import (
    LONGEST_ERROR,
    MOST_FAILED,
    Failed,
    ProgramOrder,
    ProgramRunning,
)
from hongxian.words.logs import logger
from hongxian_client.program.home import PROCESSOR_HERE, SYSTEM_HERE, Home, home_here, version_here
from hongxian_client.program.program_file import install, refuse_stranger
from hongxian_client.sync.line.arriving import arriving, fetch
from hongxian_client.sync.line.carrier import Carrier

log = logger(__name__)
AT_ONCE_SECONDS = 5
"""For how long one sync fetches of it, about: records of the next one wait no longer."""
AGAIN_SECONDS = 3600
"""After which what could not be put in place is tried again, for a disk may have room then."""
_OTHER_FILE = Text("它不是主机所说的那一个", "it is not the one that the hub named")
_NOT_LATER = Text(
    "它不比现在的版本 {here} 新，版本只往前换",
    "it is no later than version {here}, which runs here, and versions only go forwards",
)
_OTHER_FORMAT = Text(
    "它打不开这里的数据（格式 {here}，它认识 {oldest} 到 {newest}）",
    "it does not open the data that are here (format {here}, it knows {oldest} to {newest})",
)


class Left(Enum):
    """What is left to do of an order."""

    NOTHING = auto()
    BYTES = auto()
    PLACE = auto()
    """All is fetched, and it is being put in place, or will be tried again later."""


def program_here() -> ProgramRunning | None:
    """What the hub is told of the program that runs; None where no launcher changes its versions."""
    home = home_here()
    if home is None:
        return None
    failed = list(home.failed().items())[-MOST_FAILED:]
    return ProgramRunning(
        version=version_here(home),
        system=SYSTEM_HERE,
        processor=PROCESSOR_HERE,
        next=home.next,
        failed=[Failed(version=each, why=_cut(unpacked(why))) for each, why in failed],
    )


def _cut(why: Text) -> Text:
    return Text(why.zh[:LONGEST_ERROR], why.en[:LONGEST_ERROR])


def see_to_program(order: ProgramOrder, carrier: Carrier) -> Left:
    """Fetch some of a version that is ordered, and put it in place once all of it is here.

    One that may not be used is noted, for the hub and the desk to tell. Raises `HubOutOfReach`.
    """
    home = home_here()
    if (
        home is None
        or home.next == order.version
        or order.version in home.failed()
        or Version(order.version) <= Version(version_here(home))  # only forwards
    ):
        return Left.NOTHING
    path = arriving(home.program / "arriving", order.sha256)
    until = time.monotonic() + AT_ONCE_SECONDS
    if not fetch(path, order.size, order.version, carrier, until):
        return Left.BYTES
    _placing.begin(home, path, order)
    return Left.PLACE


class _Placing:
    """One version at a time is put in place, whatever asks for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._again_at = 0.0

    def begin(self, home: Home, path: Path, order: ProgramOrder) -> None:
        """In a thread of its own; nothing where one is at it, or where it was tried in vain just now."""
        if time.monotonic() >= self._again_at and self._lock.acquire(blocking=False):
            threading.Thread(
                target=self._run, args=(home, path, order), name="hongxian-program", daemon=True
            ).start()

    def _run(self, home: Home, path: Path, order: ProgramOrder) -> None:
        try:
            _put_in_place(home, path, order)
        except ProgramRefused as error:
            log.info("program version=%s refused: %s", order.version, error)
            home.note_failed(order.version, packed(error.text))
            path.unlink(missing_ok=True)
        except (OSError, ProgramUnsound) as error:
            log.info("program version=%s not in place: %s", order.version, error)
            self._again_at = time.monotonic() + AGAIN_SECONDS
        finally:
            self._lock.release()


_placing = _Placing()


def _put_in_place(home: Home, path: Path, order: ProgramOrder) -> None:
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    program = signed_program(path)
    told = (sha256, program.manifest.version, program.publisher)
    if told != (order.sha256, order.version, order.publisher):
        raise ProgramRefused(file=program.manifest.called, detail=_OTHER_FILE)
    _take(home, path, program)
    path.unlink(missing_ok=True)
    log.info("program version=%s in place", order.version)


def bring_program(path: Path, home: Home) -> str:
    """Put a version that somebody brings as a file, as on a stick, in place for the next start; gives it.

    With the checks of one that comes from the hub. Raises `ProgramRefused`, `OSError`.
    """
    program = signed_program(path)
    version, here = program.manifest.version, version_here(home)
    if Version(version) <= Version(here):
        raise ProgramRefused(file=path.name, detail=_NOT_LATER.format(here=here))
    _take(home, path, program)
    return version


def _take(home: Home, path: Path, program: Program) -> None:
    _refuse_other_format(program.manifest)
    try:
        refuse_stranger(program, home)
    except ProgramRefused:
        home.note_stranger(program.publisher)
        raise
    home.write("next", install(path, home))


def _refuse_other_format(manifest: Manifest) -> None:
    oldest, newest = manifest.formats
    if not oldest <= FORMAT <= newest:
        detail = _OTHER_FORMAT.format(here=FORMAT, oldest=oldest, newest=newest)
        raise ProgramRefused(file=manifest.called, detail=detail)

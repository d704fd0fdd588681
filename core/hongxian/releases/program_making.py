"""Making a program file out of a folder of wheels: the same wheels come out as the same bytes."""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from hongxian.errors import Refused
from hongxian.releases.program import SYSTEMS, WHEELS, Program, file_name, write_program
from hongxian.releases.wheels import NAME, Wheels, linux, windows
from hongxian.text import Text

LINUX, WINDOWS = SYSTEMS
PYTHONS = ((3, 11), (3, 12), (3, 13), (3, 14))
"""Those of a Linux that the program runs on."""
MACHINES = ("x86_64", "aarch64")
KNOWN_EMBEDDABLES = {
    "8766a8775746235e23cf5aee5027ab1060bb981d93110577adcf3508aa0cbd55",  # 3.13.13, amd64
    "90b4e5b9898b72d744650524bff92377c367f44bd5fbd09e3148656c080ad907",  # 3.13.14, amd64
}
"""SHA-256 of embeddable Pythons, as those public repositories pin them that fetch them from python.org: two of two for
3.13.13, ten of ten for 3.13.14 (2026-11-30). Python.org itself tells it in ftp/python/VERSION/windows-VERSION.json."""
PIP = "pip"
"""Its wheel travels along: many a system's Python has none, and cannot make one."""
_DLL = re.compile(r"python3([0-9]{1,2})\.dll\Z")
"""Of which Python the embeddable zip is: the name of its library says it."""
_IN_WHEEL = re.compile(r"[^/]+\.data/(?:purelib|platlib)/")
"""Where in a wheel what is installed may lie, besides at its top."""
_NOT_LIBRARY = re.compile(r"[^/]+\.data/")


class NotEmbeddable(Refused):
    """A file that is not the embeddable Python for Windows that was asked for."""

    message = Text(
        "{file} 不是所要的 Windows 嵌入式 Python（python-3.x-embed-amd64.zip）：{detail}",
        "{file} is not the embeddable Python for Windows (python-3.x-embed-amd64.zip): {detail}",
    )


_OTHER_HASH = Text("它的 SHA-256 是 {found}", "its SHA-256 is {found}")
_NO_DLL = Text("里面没有 python3xx.dll", "no python3xx.dll is in it")


def make_for_linux(
    wheels: Path,
    into: Path,
    *,
    formats: tuple[int, int],
    protocol: int,
    pythons: Iterable[tuple[int, int]] = PYTHONS,
    machines: Sequence[str] = MACHINES,
) -> Program:
    """The program file of a folder's wheels, in the folder `into`.

    It has what each of these Pythons needs on each of these machines, and pip; nobody has signed it yet.
    `formats` (of databases, the oldest and the newest) and `protocol` are those of the release in the
    wheels. Raises `WheelMissing`, `TwoWheels`.
    """
    there = Wheels.of(wheels)
    least = min(pythons := list(pythons))
    needed = {
        wheel.path.name: wheel.path
        for python in pythons
        for machine in machines
        for wheel in there.for_target(linux(python, machine), (NAME, PIP))
    }
    system = LINUX if len(machines) > 1 else f"{LINUX}-{machines[0]}"
    return write_program(
        into / file_name(there.version, system),
        {f"{WHEELS}{name}": path for name, path in needed.items()},
        version=there.version,
        system=system,
        python=f"{least[0]}.{least[1]}",
        formats=formats,
        protocol=protocol,
    )


def make_for_windows(
    wheels: Path,
    into: Path,
    *,
    formats: tuple[int, int],
    protocol: int,
    embeddable: Path,
    sha256: str = "",
) -> Program:
    """The same for Windows, with the embeddable Python of python.org, whose zip has this hash, or one that is known.

    Raises `NotEmbeddable`, `WheelMissing`, `TwoWheels`.
    """
    packed = embeddable.read_bytes()
    wanted = {sha256.lower()} if sha256 else KNOWN_EMBEDDABLES
    if (found := hashlib.sha256(packed).hexdigest()) not in wanted:
        raise NotEmbeddable(file=embeddable.name, detail=_OTHER_HASH.format(found=found))
    with zipfile.ZipFile(embeddable) as archive:
        python = {name: archive.read(name) for name in archive.namelist() if name[-1] != "/"}
    minor = next((m[1] for name in python if (m := _DLL.match(name))), None)
    if minor is None:
        raise NotEmbeddable(file=embeddable.name, detail=_NO_DLL)
    # Which folders it imports from, relative to its own: `site` of the file that is made, and no other.
    python[f"python3{minor}._pth"] = f"python3{minor}.zip\r\n.\r\n..\\site\r\n".encode()
    there = Wheels.of(wheels)
    files: dict[str, Path | bytes] = {f"python/{name}": held for name, held in python.items()}
    for wheel in there.for_target(windows((3, int(minor)))):
        files |= {f"site/{name}": held for name, held in _installed(wheel.path)}
    return write_program(
        into / file_name(there.version, WINDOWS),
        files,
        version=there.version,
        system=WINDOWS,
        python=f"3.{minor}",
        formats=formats,
        protocol=protocol,
    )


def _installed(wheel: Path) -> Iterator[tuple[str, bytes]]:
    """The files that an installer puts beside other libraries, of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            place = _IN_WHEEL.sub("", name, count=1)
            if place[-1] != "/" and not _NOT_LIBRARY.match(place):
                yield place, archive.read(name)

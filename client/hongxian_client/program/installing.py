"""Putting a version in place beside the others: unpacked and made whole, or not there at all.

It is never changed after that. What a cut power leaves unfinished bears no mark, and is made anew.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from hongxian.releases.program import WHEELS, Program, ProgramUnsound, is_for
from hongxian.storage.privacy import make_private_folder
from hongxian.storage.whole_file import to_disk, whole_file
from hongxian_client.program.home import IS_WINDOWS, PROCESSOR_HERE, SYSTEM_HERE, UNSEEN, Home

INSTALL_SECONDS = 1200
"""So long putting a version in place may take, on a slow laptop."""
ROOM = 3
"""Times the bytes of all its files that a version may take while it is put in place."""
_WHEELS = "wheels-unpacked"


class NotInstalled(Exception):
    """A version that could not be put in place; says why, in English."""


def put_in_place(program: Program, home: Home, python: str = "") -> str:
    """Put the version of a program file in place; gives it. Raises `NotInstalled`, `ProgramUnsound`, `OSError`.

    `python`: the command of the system's Python (Linux), this one if not told.
    """
    manifest, version = program.manifest, program.manifest.version
    _refuse_other_system(manifest.system)
    python = python or _system_python()
    if home.is_whole(version) and runs(home, version):
        return version
    _refuse_little_room(program, home)
    for folder in (home.folder, home.program, home.versions):
        make_private_folder(folder)
    place = home.of(version)
    shutil.rmtree(place, ignore_errors=True)
    make_private_folder(place)
    _keep_file(program, home.file_of(version))
    if IS_WINDOWS:
        program.unpack(place)  # each file is on the disk by then
    else:
        _make_venv(program, place, version, python)
        os.sync()
    home.mark_whole(version, {"version": version, "publisher": program.publisher})
    to_disk(home.versions)
    return version


def bring(program: Program, home: Home) -> None:
    """Put in place what somebody brings by hand, a kit or a file, who is believed: the first of a home starts, and
    another is tried at the next start. Raises as `put_in_place`.
    """
    version = put_in_place(program, home)
    if program.publisher:
        home.trust(program.publisher)
    failed = home.failed()
    if failed.pop(version, None) is not None:
        home.write_failed(failed)
    if not home.current:
        home.write("current", version)
    elif home.current != version:
        home.write("next", version)


def mend(home: Home, version: str) -> bool:
    """Put a version in place again from its own file, where it does not run any more; whether it runs.

    The system's Python may be another since: a version of the system came, or went.
    """
    if home.is_whole(version) and runs(home, version):
        return True
    try:
        put_in_place(Program.of(home.file_of(version)), home)
    except (NotInstalled, ProgramUnsound, OSError):
        return False
    return True


def runs(home: Home, version: str) -> bool:
    """Whether a version's Python runs, and finds the program."""
    line = home.command_of(version)[:2]
    asked = "import importlib.util as u, sys; sys.exit(u.find_spec('hongxian_client') is None)"
    try:
        done = subprocess.run(
            [*line, "-c", asked],
            capture_output=True,
            timeout=60,
            check=False,
            creationflags=UNSEEN,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _make_venv(program: Program, place: Path, version: str, python: str) -> None:
    wheels = place.with_name(_WHEELS)
    shutil.rmtree(wheels, ignore_errors=True)
    program.unpack(wheels, WHEELS)
    found = sorted((wheels / WHEELS).glob("pip-*.whl"))
    if not found:
        raise NotInstalled("there is no pip in it")
    _run([python, "-I", "-m", "venv", "--without-pip", "--clear", str(place)])
    pip = [str(place / "bin" / "python"), "-I", str(found[0] / "pip"), "--isolated"]
    _run(
        [
            *pip,
            "install",
            "--quiet",
            "--no-index",
            "--no-cache-dir",
            "--disable-pip-version-check",
            "--no-warn-script-location",
            "--find-links",
            str(wheels / WHEELS),
            f"hongxian=={version}",
        ]
    )
    shutil.rmtree(wheels, ignore_errors=True)


def _run(line: list[str]) -> None:
    try:
        done = subprocess.run(
            line,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=INSTALL_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotInstalled(str(error)[-500:]) from None
    if done.returncode:
        raise NotInstalled((done.stderr or done.stdout).strip()[-500:])


def _refuse_other_system(system: str) -> None:
    if not is_for(system, SYSTEM_HERE, PROCESSOR_HERE):
        raise NotInstalled(f"it is for {system}, this is {SYSTEM_HERE} {PROCESSOR_HERE}".strip())


def _refuse_little_room(program: Program, home: Home) -> None:
    there = next(each for each in (home.folder, *home.folder.parents) if each.exists())
    wanted = ROOM * sum(size for size, _ in program.manifest.files.values())
    if (free := shutil.disk_usage(there).free) < wanted:
        raise NotInstalled(f"the disk has {free >> 20} MB free, and {wanted >> 20} MB are needed")


def _keep_file(program: Program, path: Path) -> None:
    if program.path == path:
        return
    with program.path.open("rb") as source, whole_file(path) as file:
        shutil.copyfileobj(source, file, 2**20)


def _system_python() -> str:
    """The Python that no version brought: that of the system, from inside a version too."""
    base = getattr(sys, "_base_executable", "") or sys.executable
    return base if IS_WINDOWS else os.path.realpath(base)

"""`make release`: the files of a version in dist/VERSION, each built from what was committed, with their hashes.

Of the same commit come the same bytes. Program files and packages for Debian are made where it is asked for,
of a folder of wheels (`--wheels`), into which what is missing is fetched; the program file for Windows where
python.org's embeddable Python is given too.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import sys
import tempfile
from pathlib import Path

from hongxian.engine.upgrade import FORMAT, OLDEST
from hongxian.releases.program_making import (
    MACHINES,
    PYTHONS,
    make_for_linux,
    make_for_windows,
)
from hongxian.releases.wheels import linux, windows
from hongxian.version import __version__
from hongxian.wire.round import PROTOCOL
from release.build import build_sdist, build_wheel
from release.deb import ARCHITECTURES, ROOTS, make_deb
from release.export import TOP, NotReady, day_of, export, git, refuse_uncommitted
from release.fetching import fetch

SUMS = "SHA256SUMS"
"""As `sha256sum --check` takes them."""
CONSTRAINTS = TOP / "constraints.txt"
FORMATS = (OLDEST, FORMAT)
WINDOWS_PYTHON = (3, 13)
"""The Python that a program file for Windows brings."""


def main() -> None:
    asked = argparse.ArgumentParser(prog="make release", description=__doc__)
    asked.add_argument(
        "--wheels", type=Path, help="folder of the libraries' wheels, filled if need be"
    )
    asked.add_argument("--embeddable", type=Path, help="python.org's python-3.13.*-embed-amd64.zip")
    asked.add_argument(
        "--sha256",
        default="",
        help="of that file, as python.org tells it; none for one that is known",
    )
    asked.add_argument(
        "--python",
        action="append",
        choices=[_called(each) for each in PYTHONS],
        help="of laptops with Linux; may be repeated, all if not told",
    )
    asked.add_argument(
        "--every-processor",
        action="store_true",
        help="besides, one program file for Linux on all of them, for laptops that still run 0.3.0",
    )
    given = asked.parse_args()
    refuse_uncommitted()
    into = TOP / "dist" / __version__
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder:
        source = export(Path(folder) / "sources")
        released = day_of(__version__, (source / "CHANGELOG.md").read_text("utf-8"))
        print("The wheel and the sources, about ten seconds ...", flush=True)
        wheel = build_wheel(source, into, released)
        build_sdist(source, wheel, released)
        if given.wheels:
            print(
                "Program files; wheels that are missing are fetched, some minutes ...", flush=True
            )
            lay_wheels(wheel, given.wheels)
            pythons = [
                each for each in PYTHONS if not given.python or _called(each) in given.python
            ]
            together = [MACHINES] if given.every_processor else []
            for machines in [*([each] for each in MACHINES), *together]:
                make_for_linux(
                    given.wheels,
                    into,
                    formats=FORMATS,
                    protocol=PROTOCOL,
                    pythons=pythons,
                    machines=machines,
                )
            if given.embeddable:
                make_the_windows_one(given.wheels, into, given.embeddable, given.sha256)
            print("Packages for Debian ...", flush=True)
            for architecture in ARCHITECTURES:
                make_deb(given.wheels, into, int(released.timestamp()), architecture)
    write_sums(into)
    print((into / SUMS).read_text("ascii") + f"in {into.relative_to(TOP)}/. {of_the_tag()}")


def of_the_tag() -> str:
    """Whether this commit bears the version's tag, or how it gets it."""
    tag = f"v{__version__}"
    if tag in git("tag", "--points-at", "HEAD").split():
        return f"The commit bears the tag {tag}."
    return f"Last: git tag --annotate {tag} && git push origin {tag}"


def _called(python: tuple[int, int]) -> str:
    return "{}.{}".format(*python)


def lay_wheels(wheel: Path, wheels: Path) -> None:
    """Lay the program's wheel among those of its libraries, and fetch what Linux needs and is missing."""
    wheels.mkdir(parents=True, exist_ok=True)
    for before in wheels.glob("hongxian-*.whl"):
        before.unlink()
    shutil.copy(wheel, wheels)
    targets = [linux(python, machine) for python in PYTHONS for machine in MACHINES]
    fetch(wheels, targets, CONSTRAINTS, ROOTS)


def make_the_windows_one(wheels: Path, into: Path, embeddable: Path, sha256: str) -> None:
    """Fetch what Windows needs and is missing, and make its program file."""
    fetch(wheels, [windows(WINDOWS_PYTHON)], CONSTRAINTS)
    make_for_windows(
        wheels, into, formats=FORMATS, protocol=PROTOCOL, embeddable=embeddable, sha256=sha256
    )


def write_sums(folder: Path) -> None:
    """Write the hash of each file of a folder beside them."""
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"
        for path in sorted(folder.iterdir())
        if path.name != SUMS
    ]
    (folder / SUMS).write_text("".join(lines), "ascii")


if __name__ == "__main__":
    try:
        main()
    except NotReady as error:
        sys.exit(f"No release: {error}")

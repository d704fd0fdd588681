"""`make release`: the files of a version in dist/VERSION, each built from what was committed, with their hashes.

Of the same commit come the same bytes. What only some can make is made where it is asked for: program files
where there is a network (`--programs`), the one for Windows where python.org's embeddable Python lies here.
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
from hongxian.releases.wheels import Target, linux, windows
from hongxian.version import __version__
from hongxian.wire.round import PROTOCOL
from release.build import build_sdist, build_wheel
from release.export import TOP, NotReady, day_of, export, git, refuse_uncommitted
from release.fetching import fetch

SUMS = "SHA256SUMS"
"""As `sha256sum --check` takes them."""
WINDOWS_PYTHON = (3, 13)
"""The Python that a program file for Windows brings."""


def main() -> None:
    asked = argparse.ArgumentParser(prog="make release", description=__doc__)
    asked.add_argument("--programs", action="store_true", help="fetch wheels, make program files")
    asked.add_argument("--embeddable", type=Path, help="python.org's python-3.13.*-embed-amd64.zip")
    asked.add_argument("--sha256", default="", help="of that file, as python.org tells it")
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
        if given.programs:
            print("Program files; their wheels are fetched, some minutes ...", flush=True)
            make_programs(wheel, source, into, given.embeddable, given.sha256)
    write_sums(into)
    print((into / SUMS).read_text("ascii") + f"in {into.relative_to(TOP)}/. {of_the_tag()}")


def of_the_tag() -> str:
    """Whether this commit bears the version's tag, or how it gets it."""
    tag = f"v{__version__}"
    if tag in git("tag", "--points-at", "HEAD").split():
        return f"The commit bears the tag {tag}."
    return f"Last: git tag --annotate {tag} && git push origin {tag}"


def make_programs(
    wheel: Path, source: Path, into: Path, embeddable: Path | None, sha256: str
) -> None:
    """Fetch the wheels of all libraries beside the program's own, and make the program files."""
    wheels = source.with_name("wheels")
    wheels.mkdir()
    shutil.copy(wheel, wheels)
    targets: list[Target] = [linux(python, machine) for python in PYTHONS for machine in MACHINES]
    fetch(wheels, targets, source / "constraints.txt")
    facts = {"formats": (OLDEST, FORMAT), "protocol": PROTOCOL}
    make_for_linux(wheels, into, **facts)
    if embeddable:
        fetch(wheels, [windows(WINDOWS_PYTHON)], source / "constraints.txt")
        make_for_windows(wheels, into, **facts, embeddable=embeddable, sha256=sha256)


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

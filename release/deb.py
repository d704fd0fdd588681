"""`hongxian_VERSION_ARCH.deb`: the hub with all its libraries, of a folder of wheels; the same bytes each time.

Usage: `python -m release.deb WHEELS INTO`. The wheels go in as they are, and are installed when the package
is, by whichever Python the system has: nothing is fetched, then or later.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import os
import re
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

from hongxian.releases.program_making import PIP, PYTHONS
from hongxian.releases.wheels import NAME, Wheels, linux

TOP = Path(__file__).parent.parent
PACKAGING = TOP / "packaging"
ARCHITECTURES = {"amd64": "x86_64", "arm64": "aarch64"}
ROOTS = (f"{NAME}[postgresql]", PIP)
"""What a hub needs: also where its database is a PostgreSQL server's."""
SCRIPTS = ("preinst", "postinst", "prerm", "postrm")
Python = tuple[int, int]


def make_deb(
    wheels: Path, into: Path, epoch: int, architecture: str, pythons: Iterable[Python] = PYTHONS
) -> Path:
    """The package of a folder's wheels, for these Pythons; its files are of `epoch` (seconds since 1970).

    Raises `WheelMissing`, `TwoWheels`.
    """
    there = Wheels.of(wheels)
    served = sorted(pythons)
    least, newest = served[0], served[-1]
    machine = ARCHITECTURES[architecture]
    chosen = {
        wheel.path.name: wheel.path
        for python in served
        for wheel in there.for_target(linux(python, machine), ROOTS)
    }
    told = {
        "VERSION": debian_version(there.version),
        "WHEEL": there.version,
        "ARCHITECTURE": architecture,
        "LEAST": "{}.{}".format(*least),
        "BEYOND": f"{newest[0]}.{newest[1] + 1}",
        "BUILD": _build(chosen.values()),
    }
    path = into / f"{NAME}_{told['VERSION']}_{architecture}.deb"
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / NAME
        _lay_out(root, chosen.values())
        told["KIB"] = str(sum(each.stat().st_size for each in root.rglob("*")) // 1024)
        _put_control(root / "DEBIAN", told)
        _make_alike(root, epoch)
        subprocess.run(
            ["dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "--build", root, path],
            check=True,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "SOURCE_DATE_EPOCH": str(epoch)},
        )
    return path


def debian_version(version: str) -> str:
    """A Python version as Debian sorts it: what comes before a release is older than it."""
    return re.sub(r"\.?(dev|a|b|rc)(?=\d)", r"~\1", version)


def _build(wheels: Iterable[Path]) -> str:
    """Tells the program of these wheels from any other, also of the same version."""
    whole = hashlib.sha256()
    for path in sorted(wheels):
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()[:12]


def _lay_out(root: Path, wheels: Iterable[Path]) -> None:
    files = {f"usr/lib/{NAME}/wheels/{wheel.name}": wheel.read_bytes() for wheel in wheels} | {
        f"lib/systemd/system/{NAME}.service": (PACKAGING / f"{NAME}.service").read_bytes(),
        f"usr/bin/{NAME}": (PACKAGING / "deb" / NAME).read_bytes(),
        f"usr/share/doc/{NAME}/copyright": (PACKAGING / "deb" / "copyright").read_bytes(),
        f"usr/share/doc/{NAME}/changelog.gz": gzip.compress(
            (TOP / "CHANGELOG.md").read_bytes(), 9, mtime=0
        ),
    }
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _put_control(folder: Path, told: dict[str, str]) -> None:
    folder.mkdir()
    words = (PACKAGING / "deb" / "words.sh").read_text("utf-8")
    for name in ("control", "triggers", *SCRIPTS):
        text = (PACKAGING / "deb" / name).read_text("utf-8")
        text = words + text if name in SCRIPTS else text
        for word, value in told.items():
            text = text.replace(f"@{word}@", value)
        (folder / name).write_text(text, "utf-8")


def _make_alike(root: Path, epoch: int) -> None:
    """The rights and times that they have on any machine."""
    runs = {root / "usr/bin" / NAME, *(root / "DEBIAN" / name for name in SCRIPTS)}
    for path in (root, *root.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path in runs else 0o644)
        os.utime(path, (epoch, epoch))


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m release.deb", description=__doc__)
    asked.add_argument("wheels", type=Path)
    asked.add_argument("into", type=Path)
    asked.add_argument("--architecture", choices=ARCHITECTURES, default="amd64")
    given = asked.parse_args()
    epoch = int(os.environ.get("SOURCE_DATE_EPOCH", "0"))
    print(make_deb(given.wheels, given.into, epoch, given.architecture))


if __name__ == "__main__":
    main()

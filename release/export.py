"""A clean copy of the sources: what was committed and nothing else, with times and rights of no machine."""

from __future__ import annotations

import gzip
import io
import subprocess
import tarfile
from datetime import UTC, datetime
from pathlib import Path

TOP = Path(__file__).parent.parent


class NotReady(Exception):
    """A state of the sources of which no release is built; says what to do."""


def git(*words: str, top: Path = TOP) -> str:
    """What git answers; raises `NotReady` for a folder that is none of git's."""
    told = subprocess.run(["git", "-C", top, *words], capture_output=True, text=True, check=False)
    if told.returncode:
        raise NotReady(f"git {' '.join(words)}: {told.stderr.strip()}")
    return told.stdout


def refuse_uncommitted(top: Path = TOP) -> None:
    """Raise `NotReady` where something here was not committed: it would not be in the release."""
    if changed := git("status", "--porcelain", top=top):
        raise NotReady(f"not committed yet:\n{changed}")


def export(into: Path, top: Path = TOP) -> Path:
    """The sources as they were committed last, in the new folder `into`."""
    packed = subprocess.run(
        ["git", "-C", top, "archive", "--format=tar", "HEAD"], capture_output=True, check=True
    ).stdout
    into.mkdir(parents=True)
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(into, filter="data")
    for path in sorted(into.rglob("*"), reverse=True):
        runs = path.is_dir() or path.stat().st_mode & 0o100
        path.chmod(0o755 if runs else 0o644)
    return into


def write_sdist(source: Path, path: Path, metadata: bytes, released: datetime) -> None:
    """All the sources with their metadata, as a packer takes them: in one order, all of one time, nobody's."""
    top = path.name.removesuffix(".tar.gz")
    files = {
        each.relative_to(source).as_posix(): each for each in source.rglob("*") if each.is_file()
    }
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name in sorted({*files, "PKG-INFO"}):
            held = files[name].read_bytes() if name in files else metadata
            told = tarfile.TarInfo(f"{top}/{name}")
            told.size, told.mtime = len(held), int(released.timestamp())
            told.mode = 0o755 if name in files and files[name].stat().st_mode & 0o100 else 0o644
            archive.addfile(told, io.BytesIO(held))
    # No name and no time of its own in gzip's head.
    path.write_bytes(gzip.compress(packed.getvalue(), 9, mtime=0))


def day_of(version: str, changelog: str) -> datetime:
    """The day that the changelog names for a version, at midnight UTC; raises `NotReady` without one."""
    heads = [line for line in changelog.splitlines() if line.startswith(f"## {version} (")]
    if len(heads) != 1:
        raise NotReady(f"CHANGELOG.md has no line '## {version} (YYYY-MM-DD)'")
    return datetime.fromisoformat(heads[0].partition("(")[2].rstrip(")")).replace(tzinfo=UTC)

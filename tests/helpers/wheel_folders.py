"""Folders of small wheels, and an embeddable Python, as a program file is made of them."""

import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

MARKED = ("lib; python_version >= '3.11'", "only_win>=1; sys_platform == 'win32'")
"""What the program of these folders needs."""


def put_wheel(
    folder: Path,
    name: str,
    version: str = "1.0",
    tag: str = "py3-none-any",
    needs: Iterable[str] = (),
    files: Mapping[str, str] | None = None,
) -> Path:
    """A wheel of a library, with the files that are named beside its metadata."""
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    metadata += "".join(f"Requires-Dist: {each}\n" for each in needs)
    held = {
        f"{name}/__init__.py": f"# {tag}\n",
        **(files or {}),
        f"{name}-{version}.dist-info/METADATA": metadata,
    }
    path = folder / f"{name}-{version}-{tag}.whl"
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for each, text in held.items():
            archive.writestr(each, text)
    return path


def put_wheels(folder: Path, version: str = "9.9.0") -> Path:
    """All that a program of the present Python and of Python 3.13 on Windows needs, and more; gives the folder."""
    put_wheel(folder, "hongxian", version, needs=MARKED)
    for python in (311, 312, 313, 314):
        for machine in ("x86_64", "aarch64"):
            put_wheel(folder, "lib", tag=f"cp{python}-cp{python}-manylinux_2_17_{machine}")
    put_wheel(folder, "lib", tag="cp313-cp313-win_amd64", files={"lib-1.0.data/scripts/lib": ""})
    put_wheel(folder, "only_win", files={"only_win-1.0.data/purelib/beside.py": "1"})
    put_wheel(folder, "never_asked_for")
    put_wheel(folder, "pip", "25.0")
    return folder


def put_embeddable(path: Path) -> str:
    """What stands for python.org's zip of Python 3.13; gives its SHA-256."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in ("python.exe", "pythonw.exe", "python313.dll", "python313.zip"):
            archive.writestr(name, name)
        archive.writestr("python313._pth", "python313.zip\r\n.\r\n")
    path.write_bytes(packed.getvalue())
    return hashlib.sha256(packed.getvalue()).hexdigest()

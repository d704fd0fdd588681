"""Wheels of all that the program needs, without an index: packed again from what is installed here, and its own."""

import ensurepip
import shutil
import subprocess
import sys
import zipfile
from configparser import ConfigParser
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.tags import parse_tag
from packaging.utils import canonicalize_name

from places import TOP

_OF_INSTALLING = {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"}
_SOURCES = ("core", "web", "server", "client", "plugins", "testing")


def make_wheels(folder: Path) -> None:
    """Put them into a folder, pip's own among them."""
    for each in _needed():
        _pack(each, folder)
    shutil.copy(next((Path(ensurepip.__file__).parent / "_bundled").glob("pip-*.whl")), folder)
    _make_own(folder)


def _make_own(folder: Path) -> None:
    copy = folder / "checkout"
    for name in _SOURCES:
        shutil.copytree(TOP / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(TOP / name, copy)
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--wheel-dir", folder, copy], check=True, capture_output=True)
    shutil.rmtree(copy)


def _needed() -> list[Distribution]:
    """All libraries, by what setup.cfg says now: what is installed here may say what it said before."""
    config = ConfigParser()
    config.read(TOP / "setup.cfg", encoding="utf-8")
    asked = config["options"]["install_requires"].splitlines()
    found, waiting = dict[str, Distribution](), [line for line in asked if line]
    while waiting:
        each = Requirement(waiting.pop())
        name = canonicalize_name(each.name)
        if name not in found and (each.marker is None or each.marker.evaluate({"extra": ""})):
            found[name] = distribution(name)
            waiting += found[name].requires or []
    return list(found.values())


def _pack(held: Distribution, folder: Path) -> None:
    told = [
        line[5:] for line in (held.read_text("WHEEL") or "").splitlines() if line[:5] == "Tag: "
    ]
    tags = {tag for each in told for tag in parse_tag(each)}
    parts = [
        ".".join(sorted({getattr(tag, part) for tag in tags}))
        for part in ("interpreter", "abi", "platform")
    ]
    name = canonicalize_name(held.name).replace("-", "_")
    rows = []
    with zipfile.ZipFile(folder / f"{name}-{held.version}-{'-'.join(parts)}.whl", "w") as archive:
        for file in held.files or ():
            if file.suffix == ".pyc" or file.name in _OF_INSTALLING or file.parts[0] == "..":
                continue
            archive.write(file.locate(), str(file), zipfile.ZIP_DEFLATED, compresslevel=1)
            rows.append(f"{file},,")
            if file.parts[0].endswith(".dist-info"):
                info = file.parts[0]
        archive.writestr(f"{info}/RECORD", "\n".join([*rows, f"{info}/RECORD,,", ""]))

"""Wheels of all that the program needs, without an index: packed again from what is installed here, and its own."""

import ensurepip
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from configparser import ConfigParser
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.tags import Tag, parse_tag
from packaging.utils import canonicalize_name

from places import TOP

_OF_INSTALLING = {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"}
_SOURCES = ("core", "web", "server", "client", "plugins", "testing")


def make_wheels(folder: Path, *extras: str) -> None:
    """Put them into a folder, pip's own among them, with what these extras of the program need besides."""
    for each in _needed(extras):
        _pack(each, folder)
    shutil.copy(next((Path(ensurepip.__file__).parent / "_bundled").glob("pip-*.whl")), folder)
    make_own(folder)


def make_own(folder: Path) -> None:
    """The program's own alone, of this checkout."""
    copy = folder / "checkout"
    for name in _SOURCES:
        shutil.copytree(TOP / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(TOP / name, copy)
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--wheel-dir", folder, copy], check=True, capture_output=True)
    shutil.rmtree(copy)


def _needed(extras: Iterable[str]) -> list[Distribution]:
    """All libraries, by what setup.cfg says now: what is installed here may say what it said before."""
    config = ConfigParser()
    config.read(TOP / "setup.cfg", encoding="utf-8")
    asked = config["options"]["install_requires"].splitlines()
    for extra in extras:
        asked += config["options.extras_require"][extra].splitlines()
    found, waiting = dict[str, Distribution](), [Requirement(line) for line in asked if line]
    while waiting:
        each = waiting.pop()
        if (name := canonicalize_name(each.name)) in found:
            continue
        found[name] = distribution(name)
        waiting += [
            need
            for need in map(Requirement, found[name].requires or [])
            for extra in each.extras or [""]
            if need.marker is None or need.marker.evaluate({"extra": extra})
        ]
    return list(found.values())


def _pack(held: Distribution, folder: Path) -> None:
    told = [
        line[5:] for line in (held.read_text("WHEEL") or "").splitlines() if line[:5] == "Tag: "
    ]
    tags = {tag for each in told for tag in parse_tag(each)}
    if "any" not in {tag.platform for tag in tags}:  # it fits here, for whatever it was built
        here = f"linux_{os.uname().machine}"
        tags |= {Tag(tag.interpreter, tag.abi, here) for tag in tags}
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

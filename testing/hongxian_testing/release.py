"""An earlier release of a plugin beside the one that is worked on."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

from hongxian.plugins.loading import PACKAGE, import_path
from hongxian.releases.release import Release

_PACKED = ".hxplugin"


def release_at(path: Path, folder: Path) -> ModuleType:
    """A release as it was kept: packed, which is unpacked into a `folder`, or its one file, or its own folder.

    Its models and offers are its own, and it is called as any release of it. Raises `FileRefused`.
    """
    return import_path(_main_file(_unpacked(path, folder)), "hongxian_release")


def _unpacked(path: Path, folder: Path) -> Path:
    if path.suffix != _PACKED:
        return path
    release = Release.of(path)
    for name, held in release.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(held)
    alone = folder / f"{release.manifest.name}.py"
    return alone if alone.exists() else folder / release.manifest.name


def _main_file(path: Path) -> Path:
    return path / PACKAGE if path.is_dir() else path

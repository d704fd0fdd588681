"""A plugin as a release: looked at, signed, and in one file."""

from __future__ import annotations

from pathlib import Path

from hongxian.errors import Refused
from hongxian.releases.release import SUFFIX, Release, make_release
from hongxian.security.keys import SigningKey
from hongxian.storage.whole_file import whole_file
from hongxian.text import Text
from hongxian.version import __version__
from hongxian_client.authoring.checking import Checked, is_release
from hongxian_client.authoring.sources import Sources


class NotSound(Refused):
    """A plugin with mistakes, from which no release is made."""

    message = Text(
        "插件 {name} 还有错，没有打包；先改好：hongxian plugin check",
        "The plugin {name} has mistakes, so no release was made; fix them first: hongxian plugin "
        "check",
    )


class NoVersion(Refused):
    """A plugin that does not say which version it is."""

    message = Text(
        '插件 {name} 没有版本，没有打包：请在里面写 version = "1.0"',
        'The plugin {name} has no version, so no release was made: write version = "1.0" in it',
    )


def pack(sources: Sources, checked: Checked, key: SigningKey, folder: Path) -> tuple[Path, Release]:
    """Write a release into a folder; raises `NotSound`, `NoVersion`, and `FileExistsError` for one that is there."""
    if not checked.is_sound:
        raise NotSound(name=checked.name)
    if not is_release(checked.version):
        raise NoVersion(name=checked.name)
    release = make_release(
        key,
        name=checked.name,
        version=checked.version,
        works_with=checked.works_with or _from_here_on(),
        files=sources.files,
        declares=checked.declares,
    )
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{release.manifest.called}{SUFFIX}"
    if path.exists():
        raise FileExistsError(17, "File exists", str(path))
    with whole_file(path) as file:
        file.write(release.content)
    return path, release


def _from_here_on() -> str:
    """Where the plugin names no releases of Hongxian: this one and those after it."""
    return f">={__version__}"

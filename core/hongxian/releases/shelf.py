"""The shelf: the releases that a laptop or a hub holds, unpacked, and which of them it runs.

It lies in the folder of the plugins, as `releases/NAME/VERSION`, beside the file itself. What does not
load goes back to the one before it, and is not tried again.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

import orjson
from filelock import FileLock

from hongxian.releases.release import SUFFIX, Release
from hongxian.storage.privacy import FILE, make_private_folder
from hongxian.storage.whole_file import to_disk, whole_file
from hongxian.text import Text, packed, unpacked
from hongxian.values import JsonObject

FOLDER = "releases"
_STATE, _LOCK, _UNFINISHED = "shelf.json", "shelf.lock", "unfinished"
KEPT = 3
"""Releases of one plugin that stay on a laptop's disk: the one that runs, and those to go back to."""


@dataclass
class Shelved:
    """What is known of one plugin's releases here."""

    publisher: str = ""
    """The public key that signed the first; no other may sign a later one."""
    use: str = ""
    """The version that runs from the next start on; "" for none."""
    held: dict[str, str] = field(default_factory=dict)
    """The SHA-256 of each version that lies here, in the order in which they came to be used."""
    failed: dict[str, str] = field(default_factory=dict)
    """What went wrong with a release that did not load, by SHA-256."""
    waits_for: str = ""
    """The public key of whoever signed what the hub ordered last, where nobody trusts it here yet."""
    told: str = ""
    """Why the hub's last order was not done."""

    @property
    def sha256(self) -> str:
        """Of the release that runs."""
        return self.held.get(self.use, "")

    @property
    def errors(self) -> list[Text]:
        """What there is to tell of it: why a newer one does not run."""
        return [unpacked(each) for each in (*self.failed.values(), self.told) if each]


@dataclass
class Shelf:
    """The releases below one folder of plugins."""

    plugins: Path

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return self.plugins / FOLDER

    def read(self) -> dict[str, Shelved]:
        """All there is, by the plugins' names."""
        return {name: Shelved(**told) for name, told in self._state()["names"].items()}

    def publishers(self) -> list[str]:
        """The public keys that were trusted here."""
        found: list[str] = self._state()["publishers"]
        return found

    def strangers(self) -> list[str]:
        """The public keys of those whose releases wait to be trusted."""
        return sorted({each.waits_for for each in self.read().values()} - {""})

    @contextmanager
    def changing(self) -> Iterator[dict[str, Shelved]]:
        """All there is, to be changed by one process at a time; kept at the end."""
        with self._locked() as state:
            names = {name: Shelved(**told) for name, told in state["names"].items()}
            yield names
            state["names"] = {name: asdict(each) for name, each in names.items()}

    def trust(self, publisher: str) -> None:
        """Believe what this key signs from now on."""
        with self._locked() as state:
            state["publishers"] = list(dict.fromkeys([*state["publishers"], publisher]))

    def path_of(self, name: str, version: str) -> Path:
        """What is imported of a release: its file, or the first of its folder."""
        folder = self.folder / name / version
        module = folder / f"{name}.py"
        return module if module.exists() else folder / name / "__init__.py"

    def file_of(self, name: str, version: str) -> Path:
        """The release as it came."""
        return self.folder / name / f"{version}{SUFFIX}"

    def put(self, release: Release) -> None:
        """Unpack a release, whole or not at all, for this account alone, beside those that are there."""
        manifest = release.manifest
        place = self.folder / manifest.name / manifest.version
        make_private_folder(self.folder)
        make_private_folder(place.parent)
        unfinished = place.parent / _UNFINISHED
        shutil.rmtree(unfinished, ignore_errors=True)
        for path, held in release.files.items():
            for inner in reversed(Path(path).parents):
                make_private_folder(unfinished / inner)
            with whole_file(unfinished / path) as file:
                file.write(held)
        shutil.rmtree(place, ignore_errors=True)
        unfinished.rename(place)
        to_disk(place.parent)
        with whole_file(self.file_of(manifest.name, manifest.version)) as file:
            file.write(release.content)
        with self.changing() as names:
            mine = names.setdefault(manifest.name, Shelved())
            mine.publisher = mine.publisher or manifest.publisher
            mine.held[manifest.version] = release.sha256

    def use(self, name: str, version: str) -> None:
        """Run this version of a plugin from the next start on; "" for none."""
        with self.changing() as names:
            mine = names.setdefault(name, Shelved())
            mine.use, mine.told, mine.waits_for, mine.failed = version, "", "", {}
            if version:
                mine.held[version] = mine.held.pop(version)  # behind the others

    def tell(self, name: str, why: Text, stranger: str = "") -> bool:
        """Keep why an order of the hub's was not done; false where that is known already.

        `stranger`: the publisher of it, whom nobody trusts here yet.
        """
        with self.changing() as names:
            mine = names.setdefault(name, Shelved())
            before, mine.told, mine.waits_for = mine.told, packed(why), stranger
            return mine.told != before

    def fall_back(self, name: str, why: Text) -> None:
        """The release that runs does not load: the newest before it that has not failed runs instead."""
        with self.changing() as names:
            mine = names[name]
            mine.failed[mine.sha256] = packed(why)
            good = [each for each, sha256 in mine.held.items() if sha256 not in mine.failed]
            mine.use = good[-1] if good else ""

    def tidy(self) -> None:
        """Let go of all but the last few releases of each plugin."""
        with self.changing() as names:
            for name, mine in names.items():
                for version in list(mine.held)[:-KEPT]:
                    if version != mine.use:
                        del mine.held[version]
                        shutil.rmtree(self.folder / name / version, ignore_errors=True)
                        self.file_of(name, version).unlink(missing_ok=True)

    def _state(self) -> JsonObject:
        try:
            found: JsonObject = orjson.loads((self.folder / _STATE).read_bytes())
        except FileNotFoundError:
            found = {"names": {}, "publishers": []}
        return found

    @contextmanager
    def _locked(self) -> Iterator[JsonObject]:
        make_private_folder(self.folder)
        with FileLock(self.folder / _LOCK, mode=FILE):
            state = self._state()
            yield state
            with whole_file(self.folder / _STATE) as file:
                file.write(orjson.dumps(state, option=orjson.OPT_INDENT_2))

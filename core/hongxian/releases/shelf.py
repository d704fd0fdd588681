"""The shelf: the releases that a laptop or a hub holds, unpacked, and which of them it runs.

It lies in the folder of the plugins, as `releases/NAME/VERSION`, beside the file itself. What does not
load goes back to the one before it, and is not tried again.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

import orjson
from filelock import FileLock

from hongxian.releases.release import SUFFIX, Release
from hongxian.storage.privacy import FILE, make_private_folder
from hongxian.storage.whole_file import to_disk, whole_file
from hongxian.text import Text, packed, unpacked
from hongxian.words.values import JsonObject

FOLDER = "releases"
_STATE, _LOCK, _UNFINISHED = "shelf.json", "shelf.lock", "unfinished"
_TRYING = "trying.lock"
MOST_TRIES = 2
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
    proven: str = ""
    """The SHA-256 of the last release that ran here."""
    serves: str = ""
    """The SHA-256 of the release that the hub which serves from here runs; on a laptop none."""
    tries: int = 0
    """Times that a process ended while it loaded the release in use for the first time."""
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
    def is_fresh(self) -> bool:
        """Whether the release that is to run has never run here."""
        return bool(self.use) and self.sha256 != self.proven

    def fall_back(self, why: Text) -> None:
        """Use the newest release before that has not failed, for the one in use does not load."""
        self.failed[self.sha256] = packed(why)
        good = [each for each, sha256 in self.held.items() if sha256 not in self.failed]
        self.use, self.tries = good[-1] if good else "", 0

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
        return _shelved(self._state())

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
            names = _shelved(state)
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
            mine.tries = 0
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
            names[name].fall_back(why)

    @contextmanager
    def trying(self) -> Iterator[None]:
        """Around the loading of all plugins: a release under which the process ended, twice, is put back.

        One process at a time tries what has never run here; nothing is written where all has.
        """
        lock = FileLock(self.folder / _TRYING, mode=FILE)
        try:
            if any(each.is_fresh for each in self.read().values()):
                with suppress(OSError):  # a disk that is read-only, or full, can be read from
                    lock.acquire()
                self._count_try()
            yield
        finally:
            if lock.is_locked:
                with suppress(OSError), self.changing() as names:
                    for each in names.values():
                        each.tries = 0
                lock.release()

    def _count_try(self) -> None:
        with suppress(OSError), self.changing() as names:
            for each in filter(_is_fresh, names.values()):
                if each.tries >= MOST_TRIES:
                    each.fall_back(_ENDED.format(version=each.use))
                else:
                    each.tries += 1

    def prove(self) -> None:
        """What is in use runs here."""
        if any(each.is_fresh for each in self.read().values()):
            with suppress(OSError), self.changing() as names:
                for each in names.values():
                    each.proven = each.sha256

    def in_use(self) -> dict[str, str]:
        """The SHA-256 of each release that runs from the next start on, by its plugin's name."""
        return {name: each.sha256 for name, each in self.read().items() if each.sha256}

    def serve(self, running: Mapping[str, str]) -> None:
        """Keep what the hub runs that serves from now on, as `in_use` gives it."""
        with self.changing() as names:
            for name, each in names.items():
                each.serves = running.get(name, "")

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
        except (FileNotFoundError, orjson.JSONDecodeError):
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


def _shelved(state: JsonObject) -> dict[str, Shelved]:
    """What is known by the plugins' names, of what this release of Hongxian knows."""
    known = {each.name for each in fields(Shelved)}
    return {
        name: Shelved(**{key: value for key, value in told.items() if key in known})
        for name, told in state["names"].items()
    }


def _is_fresh(mine: Shelved) -> bool:
    return mine.is_fresh


_ENDED = Text(
    "发行版 {version} 一装就让程序结束，已退回前一个",
    "release {version} ended the program when it was loaded, so the one before it runs",
)

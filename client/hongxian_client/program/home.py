"""The home of Hongxian on a laptop: where its versions, its data and its launcher lie, and which version starts."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from hongxian.releases.program import SUFFIX, SYSTEMS
from hongxian.releases.sound_zip import VERSION
from hongxian.storage.privacy import make_private_folder
from hongxian.storage.whole_file import to_disk, whole_file

HOME_VARIABLE = "HONGXIAN_PROGRAM"
"""Names the home to a version that the launcher started."""
AGAIN = 75
"""With this a desk ends so that the launcher starts again, with a newer version if there is one."""
IS_WINDOWS = os.name == "nt"
UNSEEN = getattr(subprocess, "CREATE_NO_WINDOW", 0)
"""The flag of a process that opens no window of a console beside the desk (Windows)."""
SYSTEM_HERE = SYSTEMS[IS_WINDOWS]
PROCESSOR_HERE = "" if IS_WINDOWS else os.uname().machine
"""As the names of wheels have it; Windows has programs of one kind, which all run."""
_WHOLE, _AGAIN = "whole.json", "again.json"


@dataclass(frozen=True)
class Home:
    """A person's folder of Hongxian; nothing outside of it is written."""

    folder: Path

    @classmethod
    def usual(cls) -> Home:
        """Where it lies on this system."""
        if IS_WINDOWS:
            local = os.environ.get("LOCALAPPDATA")
            return cls((Path(local) if local else Path.home() / "AppData" / "Local") / "Hongxian")
        share = os.environ.get("XDG_DATA_HOME", "")
        return cls((Path(share) if share else Path.home() / ".local" / "share") / "hongxian")

    @property
    def program(self) -> Path:
        """All that is the program's."""
        return self.folder / "program"

    @property
    def versions(self) -> Path:
        """Each version in a folder of its own, and beside it the file that it came as."""
        return self.program / "versions"

    @property
    def launcher(self) -> Path:
        """What the icon and the log-in start."""
        return self.program / "launcher.pyz"

    @property
    def starter(self) -> Path:
        """The script that finds a Python for it (Linux)."""
        return self.program / "start.sh"

    @property
    def data(self) -> Path:
        """The laptop's data folder."""
        return self.folder / "data"

    @property
    def hub(self) -> Path:
        """What the kit told of the hub."""
        return self.folder / "hub.json"

    @property
    def copy(self) -> Path:
        """The data as it was before the change-over that is under way."""
        return self.program / "copy"

    @property
    def lock(self) -> Path:
        """Held by all that run a version, together, and by whoever changes over, alone."""
        return self.program / "running.lock"

    @property
    def check_log(self) -> Path:
        """What the last version that was tried had to say."""
        return self.program / "check.log"

    # -- versions ----------------------------------------------------------------------------

    def of(self, version: str) -> Path:
        """The folder of a version."""
        if not re.match(VERSION, version):
            raise ValueError(f"no version: {version[:40]!r}")
        return self.versions / version

    def file_of(self, version: str) -> Path:
        """The program file that it came as: it is put in place again from this one."""
        folder = self.of(version)
        return folder.with_name(f"{folder.name}{SUFFIX}")

    def is_whole(self, version: str) -> bool:
        """Whether all of a version is in place."""
        return (self.of(version) / _WHOLE).exists()

    def mark_whole(self, version: str, facts: dict[str, str]) -> None:
        """Say so, once everything of it is on the disk."""
        with whole_file(self.of(version) / _WHOLE) as file:
            file.write(json.dumps(facts).encode())

    def facts_of(self, version: str) -> dict[str, str]:
        """What `mark_whole` was told of a version; {} for one that is not whole."""
        try:
            found: dict[str, str] = json.loads((self.of(version) / _WHOLE).read_bytes())
        except (FileNotFoundError, ValueError):
            found = {}
        return found

    def whole_versions(self) -> list[str]:
        """Those that are in place, in no order."""
        folders = self.versions.iterdir() if self.versions.exists() else ()
        return [
            each.name
            for each in folders
            if re.match(VERSION, each.name) and self.is_whole(each.name)
        ]

    def python_of(self, version: str) -> Path:
        """The Python that runs a version."""
        inside = Path("python", "python.exe") if IS_WINDOWS else Path("bin", "python")
        return self.of(version) / inside

    def command_of(self, version: str, *words: str) -> list[str]:
        """The command line of a version; `-I`: no variable, no user's folder brings another code into it."""
        return [str(self.python_of(version)), "-I", "-m", "hongxian_client.cli", *words]

    # -- what starts -------------------------------------------------------------------------

    @property
    def current(self) -> str:
        """The version that starts; "" for none yet."""
        return self._read("current")

    @property
    def before(self) -> str:
        """The version that started before that."""
        return self._read("before")

    @property
    def next(self) -> str:
        """The version that is in place and is to be tried at the next start."""
        return self._read("next")

    def write(self, name: str, version: str) -> None:
        """Set `current`, `before` or `next`; "" takes it away. On the disk when this returns."""
        path = self.program / name
        if version:
            make_private_folder(self.program)
            with whole_file(path) as file:
                file.write(self.of(version).name.encode())
        elif path.exists():
            path.unlink()
            to_disk(self.program)

    def _read(self, name: str) -> str:
        try:
            version = (self.program / name).read_text("utf-8").strip()
        except (FileNotFoundError, UnicodeDecodeError):
            return ""
        return version if re.match(VERSION, version) else ""

    def write_again(self, *words: str) -> None:
        """With which further words the launcher starts the desk that ends now with `AGAIN`."""
        with whole_file(self.program / _AGAIN) as file:
            file.write(json.dumps(words).encode())

    def take_again(self) -> list[str]:
        """What was written last of these, and was not taken."""
        path = self.program / _AGAIN
        try:
            words = [str(each) for each in json.loads(path.read_bytes())]
            path.unlink()
        except (OSError, ValueError, TypeError):
            return []
        return words

    # -- what did not come up ------------------------------------------------------------------

    def failed(self) -> dict[str, str]:
        """Why each version that was tried in vain did not come up, in its own last words."""
        try:
            found = json.loads((self.program / "failed.json").read_bytes())
        except (FileNotFoundError, ValueError):
            return {}
        return {str(version): str(why) for version, why in found.items()}

    def note_failed(self, version: str, why: str) -> None:
        """Keep that a version did not come up: it is not tried again by itself."""
        self.write_failed({**self.failed(), version: why})

    def write_failed(self, failed: dict[str, str]) -> None:
        """Keep these, and no others."""
        make_private_folder(self.program)
        with whole_file(self.program / "failed.json") as file:
            file.write(json.dumps(failed).encode())

    # -- whom it believes ----------------------------------------------------------------------

    def publishers(self) -> list[str]:
        """The public keys of those who may sign programs for this laptop; at first whoever signed the kit's."""
        try:
            found = json.loads((self.program / "publishers.json").read_bytes())
        except (FileNotFoundError, ValueError):
            return []
        return [str(each) for each in found]

    def trust(self, publisher: str) -> None:
        """Believe what this key signs from now on."""
        make_private_folder(self.program)
        known = list(dict.fromkeys([*self.publishers(), publisher]))
        with whole_file(self.program / "publishers.json") as file:
            file.write(json.dumps(known).encode())

    def strangers(self) -> list[str]:
        """The public keys of those whose programs wait to be trusted."""
        try:
            found = json.loads((self.program / "strangers.json").read_bytes())
        except (FileNotFoundError, ValueError):
            return []
        return [str(each) for each in found if each not in self.publishers()]

    def note_stranger(self, publisher: str) -> None:
        """Keep whose program the hub named last, where nobody believes them here yet."""
        make_private_folder(self.program)
        with whole_file(self.program / "strangers.json") as file:
            file.write(json.dumps([publisher]).encode())


def home_here() -> Home | None:
    """The home of the version that runs; None for one that no launcher started."""
    told = os.environ.get(HOME_VARIABLE)
    home = Home(Path(told)) if told else None
    return home if home and Path(sys.prefix).is_relative_to(home.versions) else None


def version_here(home: Home) -> str:
    """The version that runs."""
    return Path(sys.prefix).relative_to(home.versions).parts[0]

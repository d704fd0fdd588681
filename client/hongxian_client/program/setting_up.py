"""What a kit does on a machine: its program in place, its hub beside the data, icons on the desktop; then it opens it.

The standard library alone: it runs on a Python without anything else. Done again, it mends what is missing; a later kit
brings its version.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import traceback
from pathlib import Path

from hongxian.releases.program import SUFFIX, Program
from hongxian.storage.privacy import make_private_folder
from hongxian.storage.whole_file import whole_file
from hongxian_client.program.home import HOME_VARIABLE, IS_WINDOWS, Home
from hongxian_client.program.icons import put_icons
from hongxian_client.program.installing import put_in_place

LOG = "install.log"
"""In the home: why it could not be done."""
_ICON = "hongxian.ico" if IS_WINDOWS else "hongxian.svg"
_IN_WINDOW, _UNSEEN = ("desk", "--window"), ("desk", "--no-browser")


def main(kit: str) -> int:
    """Install what lies in a kit's folder, and open it; 0 where that was done."""
    home = Home.usual()
    make_private_folder(home.folder)
    try:
        set_up(Path(kit), home)
        begin(home)
        return 0
    except Exception:
        told = traceback.format_exc()
        print(told, file=sys.stderr)
        (home.folder / LOG).write_text(told, encoding="utf-8")
    return 1


def set_up(kit: Path, home: Home) -> None:
    """Put all of it in its place; raises `NotInstalled`, `ProgramUnsound`, `OSError`."""
    [file] = kit.glob(f"*{SUFFIX}")
    program = Program.of(file)
    home.write("current", put_in_place(program, home))
    home.trust(program.publisher)
    _copy(kit / "hub.json", home.hub)
    _copy(kit / "setup" / _ICON, home.program / _ICON)
    put_icons(command(home, *_IN_WINDOW), command(home, *_UNSEEN), home.program / _ICON)


def command(home: Home, *words: str) -> list[str]:
    """What an icon starts: the current version, which is told where its home is."""
    line = home.command_of(home.current, *words, "--data", str(home.data))
    if IS_WINDOWS:  # without a window of its own
        return [line[0].replace("python.exe", "pythonw.exe"), *line[1:]]
    return ["env", f"{HOME_VARIABLE}={home.folder}", *line]


def begin(home: Home) -> None:
    """Open it, and leave it to itself."""
    quiet = subprocess.DEVNULL
    started = subprocess.Popen(
        command(home, *_IN_WINDOW),
        stdin=quiet,
        stdout=quiet,
        stderr=quiet,
        cwd=home.folder,
        start_new_session=True,
    )
    threading.Thread(target=started.wait, daemon=True).start()  # where this process does not end


def _copy(source: Path, to: Path) -> None:
    with whole_file(to) as file:
        file.write(source.read_bytes())

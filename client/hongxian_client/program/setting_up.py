"""What a kit does on a machine: its program in place, its hub beside the data, icons on the desktop; then it opens it.

The standard library alone: it runs on a Python without anything else. Done again, it mends what is missing; a later kit
brings its version.
"""

from __future__ import annotations

import pkgutil
import shutil
import subprocess
import sys
import threading
import traceback
from pathlib import Path

from hongxian.releases.launcher import made_launcher
from hongxian.releases.program import SUFFIX, Program
from hongxian.storage.privacy import make_private_folder
from hongxian.storage.whole_file import whole_file
from hongxian_client.program.home import IS_WINDOWS, Home
from hongxian_client.program.icons import put_icons
from hongxian_client.program.installing import bring

LOG = "install.log"
"""In the home: why it could not be done."""
_ICON = "hongxian.ico" if IS_WINDOWS else "hongxian.svg"
_STARTER = b"""\
#!/bin/sh
# Starts Hongxian by whichever Python this system has now.
here=$(cd "$(dirname "$0")" && pwd)
export HONGXIAN_PROGRAM="${here%/program}" HONGXIAN_ICON=1
for python in python3 python3.14 python3.13 python3.12 python3.11; do
    if $python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        exec $python -B -I "$here/launcher.pyz" "$@"
    fi
done
exit 1
"""
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
    bring(program, home)
    _put_launcher(home)
    _copy(kit / "hub.json", home.hub)
    _copy(kit / "setup" / _ICON, home.program / _ICON)
    put_icons(command(home, *_IN_WINDOW), command(home, *_UNSEEN), home.program / _ICON)


def command(home: Home, *words: str) -> list[str]:
    """What an icon starts: the launcher, on Windows without a window of its own."""
    if IS_WINDOWS:
        return [str(_python(home) / "pythonw.exe"), str(home.launcher), "start", *words]
    return ["sh", str(home.starter), "start", *words]


def _put_launcher(home: Home) -> None:
    """Which no version takes away, nor the Python that runs it."""
    with whole_file(home.launcher) as file:
        file.write(made_launcher(_module))
    if not IS_WINDOWS:
        with whole_file(home.starter) as file:
            file.write(_STARTER)
    elif not _python(home).exists():
        unfinished = _python(home).with_name("python.part")
        shutil.rmtree(unfinished, ignore_errors=True)
        held = home.python_of(home.current).parent
        shutil.copytree(held, unfinished, copy_function=shutil.copyfile)
        unfinished.rename(_python(home))


def _python(home: Home) -> Path:
    return home.program / "python"


def _module(path: str) -> bytes:
    package, _, name = path.rpartition("/")
    found = pkgutil.get_data(package.replace("/", "."), name)
    assert found is not None
    return found


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

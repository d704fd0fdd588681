"""Taking Hongxian off a machine: its icons at once, its files once nothing runs of them any more.

The standard library alone.
"""

from __future__ import annotations

import shlex
import subprocess
import threading
from pathlib import Path

from hongxian_client.program.home import IS_WINDOWS, Home
from hongxian_client.program.icons import take_icons_away


def remove(home: Home, running: int, *, with_data: bool) -> None:
    """Take the icons away, and the program's files when this process has ended; the data only if told.

    Raises `OSError`.
    """
    take_icons_away()
    begin_to_clear(home.folder if with_data else home.program, running)


def begin_to_clear(folder: Path, running: int) -> None:
    """Have a folder deleted by a process of its own, which waits until another has ended."""
    command = _on_windows(folder, running) if IS_WINDOWS else _on_linux(folder, running)
    quiet = subprocess.DEVNULL
    started = subprocess.Popen(
        command,
        stdin=quiet,
        stdout=quiet,
        stderr=quiet,
        cwd=folder.anchor,
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    threading.Thread(target=started.wait, daemon=True).start()  # where this process does not end


def _on_linux(folder: Path, running: int) -> list[str]:
    waiting = f"while kill -0 {running}; do sleep 0.2; done"
    return ["sh", "-c", f"{waiting}; rm -rf -- {shlex.quote(str(folder))}"]


def _on_windows(folder: Path, running: int) -> list[str]:
    place = str(folder).replace("'", "''")
    # What started it ends a moment later, and no file goes that a process has open.
    waiting = f"Wait-Process -Id {running} -ErrorAction SilentlyContinue; Start-Sleep 3"
    script = f"{waiting}; Remove-Item -LiteralPath '{place}' -Recurse -Force"
    return ["powershell", "-NoProfile", "-NonInteractive", "-Command", script]

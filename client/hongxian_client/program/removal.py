"""Taking Hongxian off a machine: its icons at once, its files once nothing runs of them any more.

The standard library alone.
"""

from __future__ import annotations

import os
import subprocess
import threading
from pathlib import Path
from typing import IO

from hongxian_client.program.home import IS_WINDOWS, UNSEEN, Home
from hongxian_client.program.icons import take_icons_away

_FOLDER = "HONGXIAN_FOLDER"
"""A variable, whose value no shell reads as words."""
_ON_LINUX = ["sh", "-c", f'read -r line; rm -rf -- "${_FOLDER}"']
# What started the desk ends a moment later, and no file goes that a process has open; a scanner lets go later still.
_CLEARING = f'rd /s /q "%{_FOLDER}%"'
_ON_WINDOWS = f'cmd /d /c "set /p line=& ping -n 4 127.0.0.1 & {_CLEARING} & ping -n 30 127.0.0.1 & {_CLEARING}"'


def remove(home: Home, *, with_data: bool) -> IO[bytes]:
    """Take the icons away, and the program's files when what is given back is closed, or this process has ended.

    The data only if told. Raises `OSError`.
    """
    take_icons_away()
    return begin_to_clear(home.folder if with_data else home.program)


def begin_to_clear(folder: Path) -> IO[bytes]:
    """Have a folder deleted by a process of its own, which waits until what is given back is closed."""
    quiet = subprocess.DEVNULL
    started = subprocess.Popen(
        _ON_WINDOWS if IS_WINDOWS else _ON_LINUX,
        env={**os.environ, _FOLDER: str(folder)},
        stdin=subprocess.PIPE,
        stdout=quiet,
        stderr=quiet,
        cwd=folder.anchor,
        start_new_session=True,
        creationflags=UNSEEN,
    )
    threading.Thread(target=started.wait, daemon=True).start()  # where this process does not end
    assert started.stdin is not None
    return started.stdin

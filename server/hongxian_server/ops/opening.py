"""Opening the hub that a command line names."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from getpass import getuser
from pathlib import Path
from threading import Event

from hongxian.errors import FileRefused
from hongxian.terminal.commands import data_folder
from hongxian.terminal.unlocking import key_of
from hongxian.text import Text
from hongxian_server.backups.recovery_sheet import let_sheet_open
from hongxian_server.folder import finish_restore
from hongxian_server.hub import Hub
from hongxian_server.ops.service_manager import is_service
from hongxian_server.sync.signals import signal_once

FOLDER = ".hongxian-hub"
"""Under the keeper's home, unless they say otherwise."""
_LAPTOP = "laptop.db"
"""A laptop's folder holds this; the two never share one."""


def hub_folder() -> Path:
    """This command's data folder; raises `FileRefused` for a laptop's."""
    folder = data_folder(FOLDER)
    if (folder / _LAPTOP).exists():
        raise FileRefused(
            file=str(folder),
            detail=Text(
                "这是一台电脑的文件夹，不是社区主机的。", "This folder is a laptop's, not a hub's."
            ),
        )
    return folder


def command_for(hub: Hub, words: str) -> str:
    """`hongxian hub WORDS` to copy into a shell, with the folder where it is not the default one.

    Of a service it is done as the service's user, whose files the hub's are.
    """
    command = f"hongxian hub {words}"
    if is_service():
        command = f"sudo -u {getuser()} {command}"
    folder = hub.folder.absolute()
    if folder == Path(os.path.expanduser(f"~/{FOLDER}")):  # Path.home() raises where there is none
        return command
    quoted = subprocess.list2cmdline([folder]) if os.name == "nt" else shlex.quote(str(folder))
    return f"{command} --data {quoted}"


def hub_in(folder: Path) -> Hub:
    """The hub of a folder, which opens by what is at hand, or by whoever sits at the terminal.

    Raises `Locked`, `WrongSecret`.
    """
    finish_restore(folder)  # with which a key may come
    hub = Hub.open(folder, key=key_of(folder))
    let_sheet_open(hub)
    return hub


@contextmanager
def open_hub() -> Iterator[Hub]:
    """The hub of this command; the processes that serve it are told of what it commits."""
    hub, committed = hub_in(hub_folder()), Event()
    hub.on_commit.append(committed.set)
    with hub:
        yield hub
        if committed.is_set():
            signal_once(hub)

"""Opening the laptop that a command line names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hongxian.errors import FileRefused, NotJoined
from hongxian.terminal.commands import data_folder
from hongxian.text import Text
from hongxian_client.replica.replica import DATABASE, Replica, refuse_gone

FOLDER = ".hongxian"
"""Under the person's home, unless they say otherwise."""
_HUB = "hub.json"
"""A hub's folder holds this; the two never share one."""


def laptop_folder() -> Path:
    """This command's data folder; raises `FileRefused` for a hub's, `DatabaseGone` for one that lost its own."""
    folder = data_folder(FOLDER)
    if (folder / _HUB).exists():
        raise FileRefused(
            file=str(folder),
            detail=Text(
                f"这是社区主机的文件夹，请用 hongxian hub --data {folder} …",
                f"This folder is a hub's; use hongxian hub --data {folder} …",
            ),
        )
    refuse_gone(folder)
    return folder


@contextmanager
def laptop() -> Iterator[Replica]:
    """The laptop of this command; raises `NotJoined` where there has never been one."""
    folder = laptop_folder()
    if not (folder / DATABASE).exists():
        raise NotJoined()
    replica = Replica.open(folder)
    with replica:
        yield replica


@contextmanager
def new_laptop() -> Iterator[Replica]:
    """The same, made where there has been none."""
    replica = Replica.open(laptop_folder())
    with replica:
        yield replica

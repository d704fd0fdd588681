"""Opening the laptop that a command line names."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hongxian.errors import FileRefused, NotJoined
from hongxian.security.key_file import KeyFile
from hongxian.storage.data_key import DataKey
from hongxian.storage.privacy import make_private_folder
from hongxian.terminal.commands import data_folder
from hongxian.terminal.unlocking import BY_KEEPER, keep_for_later, key_of, new_key_of
from hongxian.text import Text
from hongxian_client.replica.replica import DATABASE, Replica, refuse_gone

FOLDER = ".hongxian"
"""Under the person's home, unless they say otherwise."""
ENCRYPTION_VARIABLE = "HONGXIAN_ENCRYPTION"
"""`off`: new laptops are not encrypted, and nobody is asked about those that are not."""
_HUB = "hub.json"
"""A hub's folder holds this; the two never share one."""


def is_encryption_wanted() -> bool:
    """Whether what a laptop keeps is to be encrypted, where nobody says so at the command line."""
    return os.environ.get(ENCRYPTION_VARIABLE) != "off"


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
    with Replica.open(folder, key=key_of(folder)) as replica:
        yield replica


@contextmanager
def new_laptop(*, encrypted: bool) -> Iterator[Replica]:
    """The same, made where there has been none; a new one is encrypted, or is not.

    Raises `NoPassphrase` where nothing is there to keep its key by.
    """
    folder = laptop_folder()
    is_new = not (folder / DATABASE).exists() and KeyFile.read(folder) is None
    key = _new_key_of(folder) if is_new and encrypted else key_of(folder)
    with Replica.open(folder, key=key) as replica:
        yield replica


def _new_key_of(folder: Path) -> DataKey:
    make_private_folder(folder)
    key = new_key_of(folder, BY_KEEPER)
    keep_for_later(folder, key)
    return key

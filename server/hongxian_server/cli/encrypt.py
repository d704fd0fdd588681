"""`hongxian hub encrypt` and `hub decrypt`: whether a hub's folder is encrypted, and what opens it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from hongxian.errors import FileRefused
from hongxian.security.key_file import KeyFile, Locked
from hongxian.storage.data_key import DataKey
from hongxian.storage.encrypting import may_be_encrypted
from hongxian.storage.privacy import make_private_folder
from hongxian.terminal.commands import Command, answer
from hongxian.terminal.help import option
from hongxian.terminal.unlocking import BY_SHEET, change_ways, key_of, new_key_of, ways_told
from hongxian.text import Text
from hongxian_server.backups.recovery_sheet import let_sheet_open
from hongxian_server.cli.recovery_sheet import asked_for_sheet
from hongxian_server.folder import CONFIG, CONTENTS, finish_restore, hold
from hongxian_server.hub import Hub, NotOverPostgres
from hongxian_server.ops.opening import hub_folder
from hongxian_server.tables.keeper_log import Act, note

_NO_ROOM = Text(
    "所在的磁盘放不下再写一遍，或者不能写；请先腾出地方",
    "is on a disk that is read-only or has no room for a second copy; free some space first",
)


def key_of_new(folder: Path, *, encrypted: bool) -> DataKey | None:
    """The key of a folder in which a hub is to be made, or was begun to be made; None for one in clear."""
    if encrypted and not (folder / CONFIG).exists() and KeyFile.read(folder) is None:
        make_private_folder(folder)
        return new_key_of(folder, BY_SHEET)
    return key_of(folder)


@click.command(
    cls=Command,
    zh="""把主机的数据加密存放，或改用别的办法打开它；主机须先停止。

    系统有钥匙串的由它打开，没有的要定一个口令；服务无人看守，口令写在文件里，由环境变量
    HONGXIAN_PASSPHRASE_FILE 指出。恢复单也打得开。已加密的：--passphrase 换一个口令，--keyring 交给这个系统的钥匙串，
    都打不开时 --sheet 凭恢复单。
    """,
)
@option("--passphrase", "asks", is_flag=True, help=Text("定一个新口令", "Set a new passphrase"))
@option(
    "--keyring",
    "keeps",
    is_flag=True,
    help=Text("让这个系统的钥匙串打开它", "Let this system's keyring unlock it"),
)
@option(
    "--sheet",
    "by_sheet",
    is_flag=True,
    help=Text(
        "凭恢复单打开，另定一个口令", "Unlock with the recovery sheet, and set a new passphrase"
    ),
)
def encrypt(asks: bool, keeps: bool, by_sheet: bool) -> None:
    """Encrypt the hub's data, or change what unlocks it. The hub must be stopped.

    The system's keyring unlocks it, or a passphrase if there is no keyring. A service reads the passphrase from the
    file that HONGXIAN_PASSPHRASE_FILE names. The recovery sheet unlocks it too. On an encrypted hub, --passphrase sets
    a new passphrase, --keyring hands it to this system's keyring, and --sheet unlocks it if nothing else does.
    """
    folder = hub_folder()
    with _stopped(folder):
        held = KeyFile.read(folder)
        if held is None:
            key = _begun(folder, asks=asks)
        else:
            key = _opened(held, by_sheet=by_sheet)
            chooses = asks or (by_sheet and not keeps)
            change_ways(held, key, BY_SHEET, asks=chooses, keeps=keeps)
            held.begin_anew()  # a file that was put back in clear is encrypted too
        with Hub.open(folder, key=key) as hub:
            let_sheet_open(hub)
            note(hub, Act.ENCRYPTED)
    told, line = ways_told(folder)
    answer(told, [line])


@click.command(
    cls=Command,
    zh="""不再加密主机的数据；主机须先停止。

    之后谁拿到磁盘，谁就能读。
    """,
)
def decrypt() -> None:
    """Stop encrypting the hub's data. The hub must be stopped.

    Afterwards, whoever gets hold of the disk can read the data.
    """
    folder = hub_folder()
    with _stopped(folder):
        key = key_of(folder)
        if key is not None:
            _refuse_full(folder)
            with Hub.open(folder, key=key) as hub:
                note(hub, Act.DECRYPTED)
        held = KeyFile.read(folder)
        if held is not None:
            held.leave()
        Hub.open(folder, key=key if held else None)
    done = Text("主机的数据不加密了", "The hub's data is not encrypted any more")
    answer({"encrypted": False}, [done])


@contextmanager
def _stopped(folder: Path) -> Iterator[None]:
    """Hold the folder of a hub inside; raises `FileRefused` where there is none, `InUse` where it serves."""
    if not (folder / CONFIG).exists():
        Hub.open(folder)  # which says so
    finish_restore(folder)
    with hold(folder):
        yield


def _begun(folder: Path, *, asks: bool) -> DataKey:
    if Hub.open(folder).database.postgres:
        raise NotOverPostgres()
    _refuse_full(folder)
    return new_key_of(folder, BY_SHEET, asks=asks)


def _opened(held: KeyFile, *, by_sheet: bool) -> DataKey:
    key = held.open_by_sheet(asked_for_sheet()) if by_sheet else key_of(held.folder)
    if key is None:
        raise Locked(held)
    return key


def _refuse_full(folder: Path) -> None:
    if not may_be_encrypted(folder, CONTENTS):
        raise FileRefused(file=str(folder), detail=_NO_ROOM)

"""`hongxian encrypt` and `hongxian kept`: what an encrypted laptop is opened by, and what it keeps in files."""

from __future__ import annotations

from pathlib import Path

import click

from hongxian.errors import FileRefused, InUse, NotJoined
from hongxian.security.key_file import KeyFile, Way, refuse_weak
from hongxian.security.unlocking import (
    NoPassphrase,
    begin_encrypting,
    keep_in_keyring,
    passphrase_of_file,
)
from hongxian.storage.data_key import DataKey
from hongxian.terminal.commands import Command, answer
from hongxian.terminal.help import option
from hongxian.terminal.unlocking import key_of, new_passphrase
from hongxian.text import Text
from hongxian_client.replica.hub_way import let_hub_open
from hongxian_client.replica.opening import laptop, laptop_folder
from hongxian_client.replica.replica import DATABASE, Replica

_DESK = Text("工作台", "the desk")
_SAID = {
    Way.KEYRING: Text("这个系统的钥匙串", "this system's keyring"),
    Way.PASSPHRASE: Text("口令", "a passphrase"),
    Way.HUB: Text("社区管理员的解锁码", "a code of the hub's keeper"),
}


@click.command(
    cls=Command,
    zh="""把这台电脑的数据加密存放，或改用别的办法打开它。

    系统有钥匙串的自动打开，没有的要定一个口令。已加密的：--passphrase 换一个口令，--keyring 交给这个系统的钥匙串，
    之后不再问口令。
    """,
)
@option("--passphrase", "asks", is_flag=True, help=Text("定一个新口令", "Set a new passphrase"))
@option(
    "--keyring",
    "keeps",
    is_flag=True,
    help=Text("让这个系统的钥匙串打开它", "Let this system's keyring unlock it"),
)
def encrypt_command(asks: bool, keeps: bool) -> None:
    """Encrypt what is on this laptop, or change what unlocks it.

    The system's keyring unlocks it or, where there is none, a passphrase. On a laptop that is
    already encrypted, --passphrase sets a new passphrase, and --keyring lets this system's keyring
    unlock it without asking.
    """
    from hongxian_client.desk.running import address_of_open

    folder = laptop_folder()
    if not (folder / DATABASE).exists():
        raise NotJoined()
    if address_of_open(folder) is not None:
        raise InUse(folder=str(folder), by=_DESK)
    held, key = KeyFile.read(folder), None
    if held is None:
        key = _begun(folder, asks=asks)
    else:
        key = key_of(folder)
        held.begin_anew()  # a file that was put back in clear is encrypted too
        if key is not None:
            _change(held, key, asks=asks, keeps=keeps)
    with Replica.open(folder, key=key) as replica:
        let_hub_open(replica)
    held = KeyFile.read(folder)
    ways = [way for way in Way if held is not None and way in held.ways]
    answer(
        {"encrypted": True, "ways": ways},
        [
            Text(
                "这台电脑的数据加密存放。打开它的是：{ways}",
                "What this laptop keeps is encrypted. It opens by: {ways}",
            ).format(ways=[_SAID[way] for way in ways])
        ],
    )


def _begun(folder: Path, *, asks: bool) -> DataKey:
    try:
        return begin_encrypting(folder, new_passphrase() if asks else passphrase_of_file())
    except NoPassphrase:
        return begin_encrypting(folder, new_passphrase())


def _change(held: KeyFile, key: DataKey, *, asks: bool, keeps: bool) -> None:
    if asks:
        chosen = new_passphrase()
        if chosen is None:
            raise NoPassphrase()
        refuse_weak(chosen)
        held.add(Way.PASSPHRASE, chosen, key)
    if keeps and not keep_in_keyring(held, key):
        raise NoPassphrase()


@click.command(
    cls=Command,
    zh="""读出文件夹 kept 里的一个文件：撤回的、被覆盖的内容，加密存放的也读得出。""",
)
@click.argument("file", type=click.Path(path_type=Path))
def kept_command(file: Path) -> None:
    """Show a file of the folder `kept`, encrypted or not: what was withdrawn or overwritten."""
    with laptop() as replica:
        try:
            content = replica.safe.opened((replica.folder / "kept" / file.name).read_bytes())
        except ValueError:
            raise FileRefused(file=str(file), detail=_DAMAGED) from None
    click.echo(content.decode("utf-8", "replace"))


_DAMAGED = Text("坏了，或不是这台电脑的", "damaged, or of another laptop")

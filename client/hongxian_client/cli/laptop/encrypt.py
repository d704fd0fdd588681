"""`hongxian encrypt` and `hongxian kept`: what an encrypted laptop is opened by, and what it keeps in files."""

from __future__ import annotations

from pathlib import Path

import click

from hongxian.errors import FileRefused, InUse, NotJoined
from hongxian.security.key_file import KeyFile
from hongxian.terminal.commands import Command, answer
from hongxian.terminal.help import option
from hongxian.terminal.unlocking import BY_KEEPER, change_ways, key_of, new_key_of, ways_told
from hongxian.text import Text
from hongxian_client.replica.hub_way import let_hub_open
from hongxian_client.replica.opening import laptop, laptop_folder
from hongxian_client.replica.replica import DATABASE, Replica

_DESK = Text("工作台", "the desk")


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
        key = new_key_of(folder, BY_KEEPER, asks=asks)
    else:
        key = key_of(folder)
        held.begin_anew()  # a file that was put back in clear is encrypted too
        if key is not None:
            change_ways(held, key, BY_KEEPER, asks=asks, keeps=keeps)
    with Replica.open(folder, key=key) as replica:
        let_hub_open(replica)
    told, line = ways_told(folder)
    answer(told, [line])


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

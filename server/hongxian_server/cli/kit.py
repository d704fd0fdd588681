"""`hongxian hub kit`: what installs Hongxian on laptops, as archives to be carried on a stick."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from hongxian.errors import Refused
from hongxian.releases.signed_program import signed_program
from hongxian.terminal.commands import Command, answer
from hongxian.terminal.help import option
from hongxian.terminal.layout import facts
from hongxian.text import Text
from hongxian_server.cli.serve import PORT
from hongxian_server.hub import Hub
from hongxian_server.kits.archive import Made, write_kit
from hongxian_server.kits.keeping import brought_of, kit_with_code, programs_here
from hongxian_server.ops.network.addresses import own_address
from hongxian_server.ops.opening import open_hub
from hongxian_server.tables.access import CODE_MINUTES

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)


class NoProgram(Refused):
    """There is no program file from which a kit could be made."""

    message = Text(
        "这台主机还没有程序文件，做不了安装包。先收下发行版里以 .hxprog 结尾的那个："
        "hongxian hub programs add 文件；或用 --program 给出。",
        "This hub has no program file to make a kit from. Add the release's, which ends "
        "in .hxprog: hongxian hub programs add FILE; or give one with --program.",
    )


@click.command(
    "kit", cls=Command, zh="做电脑的安装包：Windows 和 Linux 各一个，可以放 U 盘；不用联网就能装。"
)
@option(
    "--to",
    "folder",
    type=_FOLDER,
    default=Path(),
    help=Text("写到哪个文件夹", "Folder to write them to"),
)
@option(
    "--program",
    "files",
    type=_FILE,
    multiple=True,
    metavar="FILE",
    help=Text(
        "用这个程序文件，默认用主机上的",
        "Use this program file instead of the one on the hub",
    ),
)
@option(
    "--address",
    metavar="URL",
    help=Text(
        "主机的网址，默认按这台机器的地址", "The hub's address; by default this machine's own"
    ),
)
@option(
    "--team",
    "teams",
    multiple=True,
    metavar="TEAM",
    help=Text(
        "替这个团队的一台电脑填好注册码，可重复；只交给那位队长",
        "Fill in a code for one laptop of this team; repeatable. Give the kit to that leader only",
    ),
)
@option(
    "--minutes",
    default=CODE_MINUTES,
    type=click.IntRange(1, 60 * 24 * 30),
    show_default=True,
    help=Text("注册码多少分钟内有效", "Minutes until the code expires"),
)
def kit(
    folder: Path, files: Sequence[Path], address: str | None, teams: Sequence[str], minutes: int
) -> None:
    """Make kits that install laptops without a network, one for Windows and one for Linux."""
    with open_hub() as hub:
        programs = [_given(each) for each in files] or [*programs_here(hub).values()]
        if not programs:
            raise NoProgram()
        address = address or f"https://{own_address()}:{PORT}"
        made = [_write(hub, each, folder, address, teams, minutes) for each in programs]
    answer(
        {"address": address, "kits": [str(each) for each in made], "with_code": bool(teams)},
        facts(
            [
                *((Text("安装包", "kit"), str(each)) for each in made),
                (Text("里面写的主机网址", "the hub's address in it"), address),
                (Text("注册码", "code"), _SAID[bool(teams)]),
            ]
        ),
    )


_SAID = {
    True: Text(
        "已填好，只够一台电脑，只交给那位队长",
        "filled in, for one laptop: give it to that leader alone",
    ),
    False: Text("没有，另外告诉队长", "none; tell it to the leader"),
}


def _given(path: Path) -> Made:
    manifest = signed_program(path).manifest
    return Made(path, manifest.version, manifest.system)


def _write(
    hub: Hub, program: Made, folder: Path, address: str, teams: Sequence[str], minutes: int
) -> Path:
    to = folder / program.kit_name
    if teams:
        kit_with_code(hub, program, address, teams, minutes, to)
    else:
        write_kit(program, brought_of(hub, address), to)
    return to

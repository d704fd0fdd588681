"""`hongxian hub backup`, `restore`, `recover`, and the sheet that brings a hub's key to another machine."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hongxian.security.code import fingerprint_of, grouped
from hongxian.security.sheet import RecoverySheet
from hongxian.terminal.commands import Command, answer
from hongxian.terminal.help import option
from hongxian.terminal.language import said
from hongxian.terminal.layout import facts, wrap
from hongxian.text import Text
from hongxian_server.hub import Hub
from hongxian_server.hub_state import HubState
from hongxian_server.ops.opening import hub_folder, open_hub

if TYPE_CHECKING:
    from hongxian_server.ops.restore import Source

_A_FILE = click.Path(path_type=Path)


class _Source(click.ParamType["Source"]):
    name = "source"

    def convert(self, value: str, param: object, ctx: object) -> Source:
        return value if value.startswith(("postgresql://", "postgres://")) else Path(value)


SOURCE = _Source()
"""A backup's file, or the URL of a database."""
_COLUMNS = 76
_RULE = "-" * _COLUMNS


@click.command(cls=Command, zh="把主机备份成一个文件；运行中也可以。")
@click.argument("file", type=_A_FILE)
def backup(file: Path) -> None:
    """Back the hub up into one file, also while it serves."""
    from hongxian_server.ops.backup import backup as back_up

    with open_hub() as opened:
        size = back_up(opened, file)
    answer(
        {"file": str(file), "bytes": size},
        [Text(f"已备份：{file}（{size} 字节）", f"Backed up: {file} ({size} bytes)")],
    )


@click.command(
    cls=Command,
    zh="""用备份恢复主机；缺的数据由各电脑补回。

    主机须先停止。原来的数据库留在旁边。换了机器，会问恢复单上的字母。
    PostgreSQL 先放回数据库，这里给它的 postgresql:// 网址。
    """,
)
@click.argument("file", type=SOURCE)
def restore(file: Source) -> None:
    """Restore the hub from a backup; what it lacks comes back from the laptops.

    The hub must not be serving; the old database stays beside it. On another machine the letters of
    the recovery sheet are asked for. For a PostgreSQL database that was put back give its URL.
    """
    from hongxian_server.ops.restore import restore as bring_back
    from hongxian_server.ops.restore import shown

    restored = bring_back(hub_folder(), file, _asked_for_sheet)
    with restored:
        state = HubState.read()
        told = {"epoch": state.epoch, "seq": state.seq, "file": shown(file)}
    answer(
        told,
        [Text("已恢复；各电脑下次同步时补齐", "Restored; the laptops fill it at their next sync")],
    )


@click.command(
    cls=Command,
    zh="""数据库用别的办法放回之后，让各电脑补齐它缺的。

    每台电脑都回来过就自动结束，--end 提前结束。
    """,
)
@option("--end", is_flag=True, help=Text("不再等其余的电脑", "Wait for no further laptop"))
def recover(end: bool) -> None:
    """Let the laptops fill in what the hub lacks, after its database was put back by other means.

    Ends by itself once every laptop has been back; --end does so now.
    """
    from hongxian_server.sync.incarnation import end_recovery, start_epoch

    with open_hub() as opened:
        if end:
            end_recovery(opened)
        else:
            start_epoch(opened)
    done = (
        Text("补齐已结束", "Recovery has ended") if end else Text("开始补齐", "Recovery has begun")
    )
    answer({"recovering": not end}, [done])


@click.command(
    cls=Command,
    zh="""换一张新的恢复单；旧的只打得开以前的备份。

    恢复单丢了，或者被别人看过，就换。
    """,
)
def sheet() -> None:
    """Write a new recovery sheet; the former one opens earlier backups only.

    For when the sheet was lost, or somebody else has seen it.
    """
    from hongxian_server.ops.recovery_sheet import new_sheet

    with open_hub() as opened:
        made = new_sheet(opened)
        lines = sheet_lines(opened, made)
    answer({"recovery": str(made)}, lines)


def sheet_lines(hub: Hub, sheet: RecoverySheet) -> list[str]:
    """The sheet as it goes on paper: a page of 80 columns."""
    community = HubState.read().community
    day = datetime.fromtimestamp(hub.now() / 1000)
    title = Text("恢复单：“{community}”的社区主机", "Recovery sheet of the hub of {community}")
    told = facts(
        [
            (Text("恢复字母", "letters"), str(sheet)),
            (Text("主机指纹", "fingerprint"), grouped(fingerprint_of(hub.identity.public))),
            (Text("日期", "day"), f"{day:%Y-%m-%d}"),
        ]
    )
    text = [part for each in _WHAT_TO_DO for part in wrap(said(each), _COLUMNS)]
    heading = wrap(said(title.format(community=community)), _COLUMNS)
    return ["", _RULE, *heading, "", *told, "", *text, _RULE]


def _asked_for_sheet() -> RecoverySheet:
    letters = click.prompt(
        said(Text("恢复单上的 30 个字母和数字", "The 30 letters of the recovery sheet")), err=True
    )
    return RecoverySheet.typed(letters)


_WHAT_TO_DO = (
    Text(
        "抄下来或印出来，锁在主机以外的地方。这些字母只显示这一次，哪里都没有存。",
        "Write it down or print it, and lock it up away from the hub. The letters are shown only "
        "now, and are kept nowhere.",
    ),
    Text(
        "主机坏了：在另一台机器上运行 hongxian hub restore 备份文件，再输入这些字母，各电脑照常同步。",
        "When the machine is lost: run hongxian hub restore BACKUP on another one and type the "
        "letters; laptops go on as before.",
    ),
    Text(
        "谁有备份又有这些字母，谁就能冒充主机：别拍照，别和备份放在一起。",
        "Whoever has a backup and the letters can pass for the hub: take no picture, and keep them "
        "apart.",
    ),
    Text(
        "丢了或被人看过，换一张：hongxian hub sheet。每个注册码都以主机指纹开头。",
        "Lost, or seen by somebody: hongxian hub sheet makes another. Every enrolment code begins "
        "with the fingerprint.",
    ),
)
BACKUP_COMMANDS = (backup, restore, recover, sheet)

"""`hongxian hub sheet`: the paper that brings a hub's key to another machine, written anew, and asked for."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from hongxian.collections.local_time import local_moment
from hongxian.security.code import fingerprint_of, grouped
from hongxian.security.sheet import RecoverySheet
from hongxian.terminal.commands import Command, answer, wants_json
from hongxian.terminal.help import option
from hongxian.terminal.language import said
from hongxian.terminal.layout import facts, wrap
from hongxian.text import Text
from hongxian_server.hub import Hub
from hongxian_server.hub_state import HubState, KeptIdentity
from hongxian_server.ops.opening import open_hub

_COLUMNS = 76
_RULE = "-" * _COLUMNS
_REPLACES = Text(
    "旧的恢复单从此只打得开以前的备份：它丢了，或被人看过，才换。换吗？",
    "The former sheet then opens earlier backups only: replace it if it was lost, or seen. Replace it?",
)


@click.command(
    cls=Command,
    zh="""换一张新的恢复单；旧的只打得开以前的备份。

    恢复单丢了，或者被别人看过，就换。
    """,
)
@option(
    "--age",
    "file",
    type=click.Path(path_type=Path),
    metavar="BACKUP",
    help=Text(
        "不换恢复单，只写出程序 age 打开这份备份的私钥",
        "Make no new sheet; write the key with which the program age opens this backup",
    ),
)
def sheet(file: Path | None) -> None:
    """Make a new recovery sheet; the old one opens earlier backups only.

    Do this if the sheet was lost, or if somebody else has seen it.
    """
    from hongxian_server.backups.recovery_sheet import new_sheet

    if file is not None:
        from hongxian.security.age import identity
        from hongxian_server.backups.drill import proven

        key = identity(asked_for_sheet().key_of(proven(file).hub))
        answer({"key": key}, [key])
        return
    with open_hub() as opened:
        if KeptIdentity.read().sheet and sys.stdin.isatty() and not wants_json():
            click.confirm(said(_REPLACES), abort=True, err=True)
        made = new_sheet(opened)
        lines = sheet_lines(opened, made)
    answer({"recovery": str(made)}, lines)


def sheet_lines(hub: Hub, sheet: RecoverySheet) -> list[str]:
    """The sheet as it goes on paper: a page of 80 columns."""
    community = HubState.read().community
    day = local_moment(hub.now())
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


def asked_for_sheet() -> RecoverySheet:
    """Ask for the letters on the paper; raises `SheetRefused`."""
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

"""`hongxian hub backup`, `restore`, `recover`, and the sheet that brings a hub's key to another machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hongxian.collections.local_time import local_moment
from hongxian.errors import HongxianError, Refused
from hongxian.security.code import fingerprint_of, grouped
from hongxian.security.key_file import KeyFile
from hongxian.storage.postgres import is_address
from hongxian.terminal.commands import Command, answer, say
from hongxian.terminal.help import option
from hongxian.terminal.layout import facts
from hongxian.terminal.unlocking import key_of
from hongxian.text import Text
from hongxian.words.values import JsonObject
from hongxian_server.cli.recovery_sheet import asked_for_sheet
from hongxian_server.hub import Hub
from hongxian_server.hub_state import HubState
from hongxian_server.ops.opening import hub_folder, open_hub

if TYPE_CHECKING:
    from hongxian_server.backups.backup_file import BackupFile
    from hongxian_server.backups.schedule import PlaceState
    from hongxian_server.backups.sources import Source

_A_FILE = click.Path(path_type=Path)


unsigned = option(
    "--unsigned",
    is_flag=True,
    help=Text(
        "文件是没有签名的数据库（hub.db），您确知它的来历",
        "The file is an unsigned database (hub.db), and you know where it comes from",
    ),
)
_SAME_DISK = Text(
    "注意：这个地方和主机在同一块硬盘上，硬盘坏了，两份都没了",
    "CAREFUL: this place is on the hub's own disk: if that fails, both are gone",
)


@click.command(
    cls=Command,
    zh="""把主机备份成一个文件，或检查一份备份；运行中也可以。

    备份加密给恢复单，由主机签名。

    不写文件名：马上做一份，并照安排送到别处。
    """,
)
@click.argument("file", type=_A_FILE, required=False)
@option(
    "--check",
    is_flag=True,
    help=Text(
        "不做备份，只看这份是不是完整、由谁签名",
        "Make no backup; check whether this one is intact, and who signed it",
    ),
)
@option(
    "--sheet",
    is_flag=True,
    help=Text(
        "检查时再凭恢复单打开它，数一数记录",
        "When checking, also open it with the recovery sheet and count its records",
    ),
)
@option(
    "--schedule",
    is_flag=True,
    help=Text(
        "不做备份，只看或更改每天的安排（--hour、--place、--drop）",
        "Make no backup; show or change the daily schedule (--hour, --place, --drop)",
    ),
)
@option(
    "--hour",
    type=click.IntRange(0, 23),
    help=Text("每天从几点起做", "The hour after which the daily backup is made"),
)
@option(
    "--place",
    type=_A_FILE,
    metavar="DIR",
    help=Text(
        "每份也送到这个文件夹，如外接硬盘",
        "Another folder for every backup, such as on a second disk",
    ),
)
@option(
    "--drop",
    metavar="DIR",
    help=Text("不再送到这个文件夹", "Stop copying backups to this folder"),
)
def backup(
    file: Path | None,
    check: bool,
    sheet: bool,
    schedule: bool,
    hour: int | None,
    place: Path | None,
    drop: str | None,
) -> None:
    """Back up the hub into one file, or check a backup; works while it serves.

    A backup is encrypted to the recovery sheet and signed by the hub. Without a file name, one is
    made where the daily ones go, and copied to their other places.
    """
    from hongxian_server.backups.backup import backup as back_up

    if check:
        if file is None:
            raise click.BadParameter("name the backup", param_hint="FILE")
        answer(*_checked(file, with_sheet=sheet))
        return
    if file is None:
        _scheduled(make=not schedule, hour=hour, place=place, drop=drop)
        return
    with open_hub() as opened:
        size = back_up(opened, file)
    answer(
        {"file": str(file), "bytes": size},
        [Text(f"已备份：{file}（{size} 字节）", f"Backed up: {file} ({size} bytes)")],
    )


def _checked(path: Path, *, with_sheet: bool) -> tuple[JsonObject, list[Text | str]]:
    from hongxian_server.backups.drill import proven, records_in

    file = proven(path)
    hub, made = grouped(fingerprint_of(file.hub)), local_moment(file.made)
    records = records_in(path, asked_for_sheet(), hub_folder()) if with_sheet else None
    if records is not None:
        _note_drill(file)
    told = {"file": str(path), "hub": file.hub, "made": file.made, "records": records}
    lines: list[Text | str] = [
        Text("完整，签名正确：{file}", "Whole, and signed: {file}").format(file=path),
        *facts(
            [
                (Text("主机指纹", "fingerprint"), hub),
                (Text("时间", "made"), f"{made:%Y-%m-%d %H:%M}"),
                *([(Text("记录", "records"), records)] if with_sheet else []),
            ]
        ),
    ]
    return told, lines


def _note_drill(file: BackupFile) -> None:
    """Let the hub know, where the drill was on the machine of the hub whose backup it is."""
    from hongxian_server.backups.schedule import note_drill

    with suppress(HongxianError), open_hub() as opened:
        if opened.identity.public == file.hub:
            note_drill(opened, file.path)


def _scheduled(*, make: bool, hour: int | None, place: Path | None, drop: str | None) -> None:
    """Change what is done each day, or do it now, and tell how it stands."""
    from hongxian_server.backups import schedule

    with open_hub() as opened:
        if hour is not None:
            schedule.set_hour(opened, hour)
        if place is not None:
            schedule.add_place(opened, place)
            if not schedule.is_apart(opened, str(place)):
                say(_SAME_DISK, err=True)
        if drop is not None:
            schedule.drop_place(opened, drop)
        if make:
            schedule.keep_up(opened)
        kept, states = schedule.Schedule.of(opened), schedule.places(opened)
    answer(
        {"hour": kept.hour, "places": [vars(each) for each in states]},
        [
            Text("每天 {hour} 点起备份", "A backup each day from {hour}:00 on").format(
                hour=kept.hour
            ),
            *facts([(each.place, place_said(each)) for each in states]),
        ],
    )
    if make and states[0].place in kept.troubles:
        raise click.exceptions.Exit(Refused.exit_code)


def place_said(state: PlaceState) -> Text:
    """How it stands with the backups of one folder."""
    newest = Text("还没有", "none")
    if state.newest is not None:
        made = local_moment(state.newest)
        newest = Text.of(f"{made:%Y-%m-%d %H:%M}")
    if state.trouble is None:
        return newest
    return Text("{newest}；注意：{trouble}", "{newest}; CAREFUL: {trouble}").format(
        newest=newest, trouble=state.trouble
    )


@click.command(
    cls=Command,
    zh="""用备份恢复主机；缺的数据由各电脑补回。

    主机须先停止；会问恢复单上的字母。原来的数据库留在旁边。

    也用它搬家：--database 把数据放进一个空的 PostgreSQL 库，或放回文件夹。
    用 pg_restore 放回的库，这里给它的 postgresql:// 网址。
    """,
)
@click.argument("file")
@option(
    "--database",
    metavar="URL|sqlite",
    help=Text(
        "恢复到这个空的 PostgreSQL 库，或（sqlite）文件夹里；不写则放在原来的地方",
        "Restore into this empty PostgreSQL database, or (sqlite) into the folder; by default where it was",
    ),
)
@unsigned
def restore(file: str, database: str | None, unsigned: bool) -> None:
    """Restore the hub from a backup; what it lacks comes back from the laptops.

    Stop the hub first. You are asked for the letters of the recovery sheet; the old data stays in a
    folder beside the new one. --database moves the hub into an empty PostgreSQL database, or back
    into a file. For a PostgreSQL database that was restored with pg_restore, give its URL instead
    of a file.
    """
    from hongxian_server.backups.restore import restore as bring_back

    if database is not None and not (database.startswith("sqlite") or is_address(database)):
        raise click.BadParameter(
            "write postgresql://user:password@host/name, or sqlite", param_hint="--database"
        )
    folder, source = hub_folder(), source_of(file, unsigned=unsigned)
    restored = bring_back(folder, source, asked_for_sheet, database, key_of(folder))
    with restored:
        state = HubState.read()
        told = {"epoch": state.epoch, "seq": state.seq, "file": str(source)}
        lines = list(_after_restore(restored, state))
    answer(told, lines)


def _after_restore(hub: Hub, state: HubState) -> Iterator[Text]:
    """What a keeper has to know and do now."""
    from hongxian_server.backups.schedule import Schedule

    yield Text(
        "已恢复；各电脑下次同步时补齐。", "Restored; the laptops fill it at their next sync."
    )
    yield Text(
        "还没用过的注册码都已作废，要用的请重新发。",
        "Enrolment codes that were not used yet are void: make new ones.",
    )
    if state.put_back_at:
        yield Text(
            "那份备份之后停用过的电脑又能同步了，请再停用一次：hongxian hub devices",
            "Laptops stopped after that backup come in again, until you stop them: hongxian hub devices",
        )
    if not Schedule.of(hub).places:
        yield Text(
            "备份只存在这台机器上，请再设一个地方：hongxian hub backup --schedule --place 文件夹",
            "Backups lie on this machine alone; name a second place: hongxian hub backup --schedule --place DIR",
        )


def source_of(named: str, *, unsigned: bool) -> Source:
    """What somebody named to bring a hub back from; raises `Locked`."""
    from hongxian_server.backups.sources import Backup, Database, Elsewhere, is_in_clear

    if is_address(named):
        return Elsewhere(named)
    path = Path(named)
    if not unsigned:
        return Backup(path)
    beside = path.absolute().parent
    held = KeyFile.read(beside) or KeyFile.read(beside.parent)  # of what a restore had put aside
    if held is None or is_in_clear(path):
        return Database(path)
    return Database(path, held, key_of(held.folder))


@click.command(
    cls=Command,
    zh="""数据库用别的办法放回之后，让各电脑补齐它缺的。

    每台电脑都回来过就自动结束，--end 提前结束。
    """,
)
@option("--end", is_flag=True, help=Text("不再等其余的电脑", "Stop waiting for the other laptops"))
def recover(end: bool) -> None:
    """Let the laptops fill in what the hub lacks, after its database was restored by other means.

    This ends by itself once every laptop has been back; --end ends it now.
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


BACKUP_COMMANDS = (backup, restore, recover)

"""`hongxian hub …`: what the keeper of a hub does. The laptop's command line loads it by name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hongxian.collections.builtin import WHOLE_COMMUNITY
from hongxian.model.record import COMMUNITY
from hongxian.storage.postgres import is_address
from hongxian.terminal.commands import Group, answer
from hongxian.terminal.help import option
from hongxian.terminal.layout import facts
from hongxian.text import Text
from hongxian_server.cli.backups import (
    BACKUP_COMMANDS,
    place_said,
    source_of,
    unsigned,
)
from hongxian_server.cli.devices import DEVICE_COMMANDS
from hongxian_server.cli.encrypt import decrypt, encrypt, key_of_new
from hongxian_server.cli.forgetting import erase, tidy
from hongxian_server.cli.held import ceiling, held
from hongxian_server.cli.kit import kit
from hongxian_server.cli.log import log
from hongxian_server.cli.person import person
from hongxian_server.cli.phones import phones
from hongxian_server.cli.plugin_releases import plugin
from hongxian_server.cli.programs import programs
from hongxian_server.cli.recovery_sheet import asked_for_sheet, sheet, sheet_lines
from hongxian_server.cli.scrub import journal_said, scrub, values_said
from hongxian_server.cli.serve import serve
from hongxian_server.cli.sharing import share
from hongxian_server.cli.town import town
from hongxian_server.cli.undo import undo
from hongxian_server.hub import Hub, NotOverPostgres
from hongxian_server.hub_state import HubState
from hongxian_server.ops.opening import hub_folder, open_hub

if TYPE_CHECKING:
    from hongxian_server.backups.schedule import PlaceState
    from hongxian_server.ops.disk import Disk

_A_FILE = click.Path(path_type=Path)


@click.group(cls=Group, zh="社区主机：建立、运行、管理电脑和备份。")
def hub() -> None:
    """The hub: create it, serve it, manage its laptops and backups."""


@hub.command(zh="建立社区主机，并写出它的恢复单。")
@option("--community", metavar="NAME", help=Text("社区名称", "The community's name"))
@option(
    "--database",
    metavar="URL",
    help=Text("大社区可用 PostgreSQL：postgresql://…", "For larger communities: postgresql://…"),
)
@option(
    "--succeed",
    "backup",
    metavar="BACKUP",
    help=Text(
        "原主机的密钥丢了或被偷：用它的备份另立一台，数据都在，每台电脑要新注册码",
        "The old hub's key was lost or stolen: replace it, with the data of this backup; every laptop needs a new code",
    ),
)
@unsigned
@option(
    "--encrypted",
    is_flag=True,
    help=Text(
        "把数据加密存放；怎样打开见 hongxian hub encrypt",
        "Encrypt its data; hongxian hub encrypt --help says what unlocks it",
    ),
)
def init(
    community: str | None, database: str | None, backup: str | None, unsigned: bool, encrypted: bool
) -> None:
    """Create a community's hub, and show its recovery sheet."""
    from hongxian_server.backups.recovery_sheet import new_sheet
    from hongxian_server.backups.restore import succeed
    from hongxian_server.hub_state import HubState

    if (community is None) == (backup is None) or (backup and database):
        raise click.BadParameter("give a name, or the backup of a hub", param_hint="--community")
    if database is not None and not is_address(database):
        raise click.BadParameter(
            "write postgresql://user:password@host/name", param_hint="--database"
        )
    if database is not None and encrypted:
        raise NotOverPostgres()
    folder = hub_folder()
    key = key_of_new(folder, encrypted=encrypted)
    made = (
        succeed(folder, source_of(backup, unsigned=unsigned), asked_for_sheet, key)
        if backup
        else Hub.init(folder, str(community), database_url=database, key=key)
    )
    with made:
        letters, name = new_sheet(made), HubState.read().community
        told = {
            "community": name,
            "data": str(made.folder),
            "database": _database(made),
            "recovery": str(letters),
        }
        paper = sheet_lines(made, letters)
    answer(
        told,
        [
            Text(
                f"已建立“{name}”的主机：{made.folder}",
                f"The hub of {name} is made: {made.folder}",
            ),
            Text(
                "下一步：hongxian hub keeper（管理页的密码），hongxian hub serve --host 0.0.0.0"
                "（用 Debian 安装包装的：sudo systemctl start hongxian）；团队和注册码在管理页里添加",
                "Next: hongxian hub keeper (the console's password), hongxian hub serve --host 0.0.0.0 "
                "(from the Debian package: sudo systemctl start hongxian); teams and codes are made "
                "on the console",
            ),
            *paper,
        ],
    )


def _database(made: Hub) -> str:
    return "postgresql" if made.database.postgres else "sqlite"


@hub.command(
    zh="""忘了管理页的密码时，换一个新的，只显示一次；已登录的浏览器都要重新登录。

    手机丢了，备用码也用完了：--reset-second-factor 关掉第二道验证，密码不变。
    """
)
@option(
    "--reset-second-factor",
    "resets",
    is_flag=True,
    help=Text("只关掉第二道验证，密码不变", "Only turn the second factor off; keep the password"),
)
def keeper(resets: bool) -> None:
    """Set a new console password, shown once, if it was forgotten; every browser must log in again.

    If the phone and the recovery codes are both lost, --reset-second-factor turns the second factor
    off and keeps the password.
    """
    from hongxian_server.membership.keeper import new_password
    from hongxian_server.membership.second_factor import turn_off

    if resets:
        with open_hub() as opened:
            turn_off(opened)
        done = Text(
            "已关掉第二道验证，密码不变", "The second factor is off; the password is as it was"
        )
        answer({"second_factor": False}, [done])
        return
    with open_hub() as opened:
        password = new_password(opened)
    answer(
        {"keeper_password": password},
        [
            Text(
                f"管理员密码，只显示这一次：{password}",
                f"Keeper's password, shown only now: {password}",
            )
        ],
    )


@hub.command(zh="主机情况。")
def status() -> None:
    """Show how the hub is."""
    from hongxian_server.backups.schedule import PlaceState
    from hongxian_server.ops.disk import Disk, filling
    from hongxian_server.ops.overview import overview
    from hongxian_server.ops.plugins_apart import said_of
    from hongxian_server.tables import keeper_log
    from hongxian_server.tables.access import live_ones

    with open_hub() as opened:  # nothing is written: the disk may be full
        told = overview(opened)
        apart = said_of(told["plugins_apart"], list(live_ones()))
        told["keeper_log"] = {"first_broken": keeper_log.first_broken_entry()}
    answer(
        told,
        [
            *facts(
                [
                    (Text("社区", "community"), told["community"]),
                    (Text("团队", "teams"), list(told["teams"].values())),
                    (Text("电脑", "devices"), told["devices"]),
                    (Text("未送", "unsent"), told["unsent"]),
                    (Text("被退回", "refused"), told["refused"]),
                    (Text("记录", "records"), told["records"]),
                    (Text("改动序号", "seq"), told["seq"]),
                    (
                        Text("数据库", "database"),
                        f"{told['database']}，{told['bytes'] / 2**20:.1f} MB",
                    ),
                    *([(Text("占用", "held by"), told["held_by"])] if told["held_by"] else []),
                    (Text("生命编号", "epoch"), told["epoch"]),
                    *(
                        (Text(f"证书 {kind}", f"certificate {kind}"), fingerprint)
                        for kind, fingerprint in (told["authority"] or {}).items()
                    ),
                    (Text("流水账", "journal"), journal_said(told["journal"])),
                    (
                        Text("管理日志", "keeper's log"),
                        Text("完好", "sound")
                        if (entry := told["keeper_log"]["first_broken"]) is None
                        else Text(f"第 {entry} 条起被改过", f"CHANGED at {entry}"),
                    ),
                    (Text("逐条核对", "values"), values_said(told["values"])),
                    *(
                        (Text("备份", "backups"), _in_place(PlaceState(**each)))
                        for each in told["backups"]
                    ),
                    *(
                        (Text("磁盘", "disk"), _filling(each))
                        for each in filling(Disk(**each) for each in told["disks"])
                    ),
                ]
            ),
            *(
                [
                    Text(
                        "正在由各电脑补齐数据（hongxian hub recover --end）",
                        "Being filled again from the laptops (hongxian hub recover --end)",
                    )
                ]
                if told["recovering"]
                else []
            ),
            *(
                [
                    Text("插件有问题：{names}", "Plugins in trouble: {names}").format(
                        names=told["plugins_in_trouble"]
                    )
                ]
                if told["plugins_in_trouble"]
                else []
            ),
            *apart,
        ],
    )


def _filling(disk: Disk) -> Text:
    told = Text("{folder} 只剩 {free} MB", "CAREFUL: {folder} has {free} MB left")
    if disk.days is not None:
        told = Text(
            "{folder} 还剩 {free} MB，照现在的速度约 {days} 天后满",
            "CAREFUL: {folder} has {free} MB left, full in about {days} {days:day|days} at this pace",
        )
    return told.format(folder=disk.folder, free=disk.free // 2**20, days=disk.days)


def _in_place(state: PlaceState) -> Text:
    return Text("{place}：{said}", "{place}: {said}").format(
        place=state.place, said=place_said(state)
    )


@hub.command(zh="摘要：各团队各表的条数和校验和。")
def digest() -> None:
    """Digests: count and sum of each team's collections."""
    from hongxian.terminal.listings import answer_digests
    from hongxian_server.membership.devices import teams

    with open_hub():
        answer_digests({COMMUNITY: WHOLE_COMMUNITY, **teams()}, HubState.read().damaged)


@hub.command(zh="主机的插件和它们的问题。")
@option(
    "--take",
    metavar="NAME",
    help=Text(
        "让停用了的插件从下次启动起再启用",
        "Load a plugin that was put aside again, from the next start on",
    ),
)
def plugins(take: str | None) -> None:
    """List the hub's plugins, and what went wrong with each."""
    from hongxian.terminal.listings import answer_plugins, answer_taken
    from hongxian_server.ops.opening import hub_folder

    if take is not None:
        answer_taken(hub_folder(), take)
        return
    with open_hub() as opened:
        answer_plugins(opened.folder, opened.plugins, opened.owners)


@hub.command(zh="收下 U 盘带来的文件，写回执。")
@click.argument("file", type=_A_FILE)
@click.argument("reply", type=_A_FILE)
def bundle(file: Path, reply: Path) -> None:
    """Take in a bundle that came on a stick, and write the reply."""
    from hongxian_server.sync.bundle import answer_bundle

    with open_hub() as opened:
        count = answer_bundle(opened, file, reply)
    answer(
        {"accepted": count, "reply": str(reply)},
        [
            Text(
                f"收下 {count} 项，回执在：{reply}",
                f"{count} transactions taken in; the reply is in: {reply}",
            )
        ],
    )


for command in (
    serve,
    share,
    town,
    person,
    phones,
    *BACKUP_COMMANDS,
    sheet,
    *DEVICE_COMMANDS,
    undo,
    plugin,
    kit,
    programs,
    held,
    ceiling,
    log,
    tidy,
    erase,
    scrub,
    encrypt,
    decrypt,
):
    hub.add_command(command)

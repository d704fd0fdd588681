"""`hongxian hub …`: what the hub's keeper types."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hongxian.commands import Group, answer, data_folder, wants_json
from hongxian.terminal import dump, facts, room, table

if TYPE_CHECKING:
    from hongxian_server.hub import Hub

FOLDER = ".hongxian-hub"
PORT = 8470
_FILE = click.Path(path_type=Path)


@click.group(cls=Group)
def hub() -> None:
    """社区主机：建立、运行、发注册码、备份。

    The community's hub: set up, serve, hand out codes, back up.
    """


@contextmanager
def _opened() -> Iterator[Hub]:
    from hongxian_server.hub import Hub

    opened = Hub.open(data_folder(FOLDER))
    with opened:
        yield opened


def _moment(milliseconds: int | None) -> str | None:
    """ISO 8601, in this machine's time zone."""
    if not milliseconds:
        return None
    return (
        datetime.fromtimestamp(milliseconds / 1000, UTC).astimezone().isoformat(timespec="seconds")
    )


@hub.command()
@click.option("--community", required=True, metavar="NAME", help="社区名称 · The community's name")
@click.option("--database", metavar="URL", help="postgresql://…；默认 SQLite · SQLite unless given")
def init(community: str, database: str | None) -> None:
    """建立一个社区主机。

    Set a hub up in the data folder.
    """
    from hongxian_server.hub import Hub

    folder = data_folder(FOLDER)
    Hub.init(folder, community, database_url=database)
    answer(
        {
            "community": community,
            "folder": str(folder),
            "database": "postgresql" if database else "sqlite",
        },
        [
            f"“{community}”的社区主机建在 {folder}",
            f"The hub of {community} is set up in {folder}",
            "下一步 Next: hongxian hub team add NAME; hongxian hub serve",
        ],
    )


@hub.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="监听地址 · Address to listen on"
)
@click.option(
    "--port", default=PORT, show_default=True, help="端口，0 为任选 · Port; 0 for any free one"
)
def serve(host: str, port: int) -> None:
    """运行社区主机，直到按 Ctrl-C。

    Serve until Ctrl-C.
    """
    from hongxian_server.hub import Hub
    from hongxian_server.serve import make_server
    from hongxian_server.serve import serve as serve_hub

    opened = Hub.open(data_folder(FOLDER))
    lock = opened.hold_folder()
    lock.release()
    server = make_server(opened, host, port)
    shown = f"[{host}]" if ":" in host else host
    url = f"http://{shown}:{server.bind_addr[1]}"

    def ready() -> None:
        click.echo(
            dump({"url": url}).replace("\n", "")
            if wants_json()
            else f"社区主机已启动 The hub listens: {url}"
        )
        click.get_text_stream("stdout").flush()

    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    try:
        serve_hub(opened, server, ready)
    except KeyboardInterrupt:
        click.echo("社区主机已停止 · The hub has stopped", err=True)


@hub.group()
def team() -> None:
    """团队。

    Teams.
    """


@team.command()
@click.argument("name")
def add(name: str) -> None:
    """新增一个团队。

    Add a team.
    """
    from hongxian_server.devices import add_team

    with _opened() as opened:
        scope = add_team(opened, name)
    answer({"name": name, "scope": scope}, [f"已新增团队 Team added: {name} ({scope})"])


@hub.command()
@click.argument("teams", nargs=-1, required=True)
@click.option(
    "--minutes", default=24 * 60, show_default=True, help="有效分钟数 · Minutes until it expires"
)
def enrol(teams: tuple[str, ...], minutes: int) -> None:
    """发一个注册码，给一台电脑用一次。

    Make a code with which one laptop joins these teams, once.
    """
    from hongxian_server.devices import make_code

    with _opened() as opened:
        code, expires = make_code(opened, teams, minutes)
    answer(
        {"code": code, "expires": _moment(expires)},
        [f"注册码 Code: {code}", f"有效至 Valid until: {_moment(expires)}"],
    )


@hub.command()
def devices() -> None:
    """所有电脑：属于哪些团队，何时来过，还有多少没送出。

    Laptops: their teams, when they were here, and what they last said they hold unsent.
    """
    from hongxian.shared import Device
    from hongxian_server.access import Access
    from hongxian_server.devices import teams as all_teams

    with _opened():
        named = all_teams()
        records = {each.number: each for each in Device.select()}
        found = [
            {
                "number": access.number,
                "name": access.name,
                "teams": sorted(named.get(scope, scope) for scope in records[access.number].teams),
                "last_seen": _moment(access.last_seen),
                "unsent": access.unsent,
                "revoked": access.revoked,
                "version": access.version,
            }
            for access in Access.select().order_by(Access.number)
        ]
    rows = [
        [
            each["number"],
            each["name"],
            "、".join(each["teams"]),
            (each["last_seen"] or "-")[:16],
            each["unsent"],
            "停用 revoked" if each["revoked"] else "",
        ]
        for each in found
    ]
    headers = ["编号 No.", "名称 Name", "团队 Teams", "来过 Seen", "未送 Unsent", ""]
    answer(found, table(headers, rows, room()))


@hub.command()
@click.argument("device", type=int)
def revoke(device: int) -> None:
    """停用一台电脑，它下次联网时数据会移除。

    End a laptop's access; its data leaves it at its next contact.
    """
    from hongxian_server.devices import revoke as revoke_device

    with _opened() as opened:
        revoke_device(opened, device)
    answer({"revoked": device}, [f"已停用 {device} 号电脑 · Device {device} is revoked"])


@hub.command()
@click.argument("device", type=int)
@click.argument("team")
def grant(device: int, team: str) -> None:
    """让一台电脑加入团队。

    Let a laptop into a team.
    """
    from hongxian_server.devices import grant as grant_team

    with _opened() as opened:
        grant_team(opened, device, team)
    answer(
        {"device": device, "team": team},
        [f"{device} 号电脑已加入 {team} · Device {device} is in {team}"],
    )


@hub.command()
@click.argument("device", type=int)
@click.argument("team")
def withdraw(device: int, team: str) -> None:
    """让一台电脑退出团队，该团队的数据会从它移除。

    Take a laptop out of a team; the team's data leaves it.
    """
    from hongxian_server.devices import withdraw as withdraw_team

    with _opened() as opened:
        withdraw_team(opened, device, team)
    answer(
        {"device": device, "team": team},
        [f"{device} 号电脑已退出 {team} · Device {device} left {team}"],
    )


@hub.command()
def status() -> None:
    """社区主机的现状。

    How the hub is.
    """
    from peewee import fn

    from hongxian.digest import Digest
    from hongxian.setting import get_settings
    from hongxian_server.access import Access
    from hongxian_server.devices import teams as all_teams
    from hongxian_server.journal import first_broken_block

    with _opened() as opened:
        settings = get_settings()
        broken = first_broken_block()
        found = {
            "community": settings["community"],
            "epoch": settings["epoch"],
            "seq": settings["seq"],
            "devices": Access.select().where(~Access.revoked).count(),
            "teams": len(all_teams()),
            "records": int(Digest.select(fn.SUM(Digest.count)).scalar() or 0),
            "recovering": bool(settings.get("recovering")),
            "bytes": opened.database.size_bytes(),
            "journal": "sound" if broken is None else f"broken at block {broken}",
            "plugins_with_trouble": [each.name for each in opened.plugins.all if each.errors],
        }
    names = {
        "community": "社区 community",
        "epoch": "纪元 epoch",
        "seq": "序号 seq",
        "devices": "电脑 devices",
        "teams": "团队 teams",
        "records": "记录 records",
        "recovering": "补齐中 recovering",
        "bytes": "字节 bytes",
        "journal": "日志 journal",
        "plugins_with_trouble": "有问题的插件 plugins with trouble",
    }
    answer(found, facts((names[name], value) for name, value in found.items()))


@hub.command()
def digest() -> None:
    """各范围各数据表的摘要，与电脑上的应当相同。

    The digest of each scope and collection; equal to the laptops'.
    """
    from hongxian.digest import digests

    with _opened():
        found = digests()
    rows = [
        [scope, name, each["count"], each["sum"]]
        for scope, by_collection in found.items()
        for name, each in by_collection.items()
    ]
    headers = ["范围 Scope", "数据表 Collection", "条数 Count", "摘要 Sum"]
    answer(found, table(headers, rows, room()))


@hub.command()
@click.argument("file", type=_FILE)
@click.argument("reply", type=_FILE)
def bundle(file: Path, reply: Path) -> None:
    """读入电脑用U盘带来的文件，写出回复文件。

    Take in what a laptop sent by stick, and write the reply.
    """
    from hongxian_server.bundle import answer_bundle

    with _opened() as opened:
        taken = answer_bundle(opened, file, reply)
    answer(
        {"taken": taken, "reply": str(reply)},
        [f"收下 {taken} 笔，回复写在 {reply}", f"{taken} transactions taken; the reply is {reply}"],
    )


@hub.command()
@click.argument("file", type=_FILE)
def backup(file: Path) -> None:
    """把整个数据库备份成一个文件，不用停机。

    Back the database up into one file, while the hub goes on.
    """
    from hongxian_server.backup import backup as back_up

    with _opened() as opened:
        size = back_up(opened, file)
    answer({"file": str(file), "bytes": size}, [f"已备份到 {file} · Backed up: {size:,} bytes"])


@hub.command()
@click.argument("file", type=_FILE)
def restore(file: Path) -> None:
    """用备份恢复，缺少的数据会由各队的电脑补齐。

    Restore a backup; the laptops fill in what it lacks. Stop the hub first.
    """
    from hongxian.setting import get_settings
    from hongxian_server.backup import restore as bring_back

    restored = bring_back(data_folder(FOLDER), file)
    with restored:
        settings = get_settings()
    answer(
        {"epoch": settings["epoch"], "seq": settings["seq"], "recovering": True},
        [
            "已恢复。各队电脑下次同步时会补齐缺少的数据。",
            "Restored. The laptops fill in what is missing at their next sync.",
        ],
    )


@hub.command()
@click.option("--end", is_flag=True, help="不再等候，结束补齐 · Wait for no more laptops")
def recover(end: bool) -> None:
    """让各队电脑补齐社区主机缺少的数据。

    Let the laptops fill in what the hub lacks (after a database was put back by other means).
    """
    from hongxian_server.lives import end_recovery, start_epoch

    with _opened() as opened:
        if end:
            end_recovery(opened)
        else:
            start_epoch(opened)
    said = ["已结束补齐 · Recovery has ended"] if end else ["开始补齐 · Recovery has begun"]
    answer({"recovering": not end}, said)


@hub.command()
def tidy() -> None:
    """清理各队都已知道的删除记录。

    Let tombstones go that every laptop has seen.
    """
    from hongxian_server.tombstones import collect_tombstones

    with _opened() as opened:
        gone = collect_tombstones(opened)
    answer({"gone": gone}, [f"清理了 {gone} 条 · {gone} tombstones are gone"])

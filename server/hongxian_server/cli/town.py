"""`hongxian hub town …`: what a town's keeper does beside its page."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any  # Any: what JSON tells

import click

from hongxian.terminal.commands import Command, Group, answer
from hongxian.terminal.layout import table
from hongxian.text import Text
from hongxian_server.ops.opening import hub_folder, hub_in


@click.group(cls=Group, zh="一台机器上的许多社区：看全部、暂停一个、换密码。")
def town() -> None:
    """Many communities on one machine: see all, pause one, change the password."""


@town.command("list", cls=Command, zh="列出全部社区：电脑、最近同步、记录、最近备份。")
def town_list() -> None:
    """List all communities: laptops, last sync, records, last backup."""
    from hongxian_server.console.formatting import moment
    from hongxian_server.town.folder import is_paused, names_in
    from hongxian_server.town.page import Line, told_of

    folder, lines = hub_folder(), list[Line]()
    for name in names_in(folder):
        lines.append(told_of(name, partial(hub_in, folder / name)))
    told: list[dict[str, Any]] = [
        {
            "name": each.name,
            "community": each.community,
            "paused": is_paused(folder / each.name),
            "why": each.why,
            "laptops": each.laptops,
            "last_seen": each.heard,
            "records": each.records,
            "backed_up": each.backed_up,
        }
        for each in lines
    ]
    rows = [
        [
            each["name"],
            each["community"],
            str(each["laptops"]),
            moment(each["last_seen"]),
            str(each["records"]),
            moment(each["backed_up"]),
            each["why"] or (Text("已暂停", "paused") if each["paused"] else Text("开放", "open")),
        ]
        for each in told
    ]
    heads: list[Text | str] = [
        Text("短名", "Name"),
        Text("社区", "Community"),
        Text("电脑", "Laptops"),
        Text("最近同步", "Last sync"),
        Text("记录", "Records"),
        Text("最近备份", "Last backup"),
        Text("状态", "State"),
    ]
    answer(told, table(heads, rows))


@town.command("pause", cls=Command, zh="暂停一个社区（备份、恢复、搬走时），其余照常。")
@click.argument("name")
def town_pause(name: str) -> None:
    """Stop serving one community, to restore or move it; the others go on."""
    from hongxian_server.town.folder import pause

    pause(hub_folder(), name, is_paused=True)
    answer(
        {"name": name, "paused": True},
        [
            Text(
                f"几秒后“{name}”不再开放；再开放：hongxian hub town resume {name}",
                f"Within seconds {name!r} is not served any more; again: hongxian hub town resume {name}",
            )
        ],
    )


@town.command("resume", cls=Command, zh="重新开放一个暂停的社区。")
@click.argument("name")
def town_resume(name: str) -> None:
    """Serve a paused community again."""
    from hongxian_server.town.folder import pause

    pause(hub_folder(), name, is_paused=False)
    done = Text(f"几秒后“{name}”重新开放", f"Within seconds {name!r} is served again")
    answer({"name": name, "paused": False}, [done])


@town.command("password", cls=Command, zh="给片区管理页换一个新密码，只显示一次。")
def town_password() -> None:
    """Set a new password for the town's page, shown once."""
    from hongxian_server.town.folder import new_password

    password = new_password(hub_folder())
    answer(
        {"password": password},
        [
            Text(
                f"片区管理员密码，只显示这一次：{password}",
                f"Town's password, shown only now: {password}",
            )
        ],
    )


@town.command(
    "signals",
    cls=Command,
    zh="""几个进程一起运行片区时，由哪个 PostgreSQL 传信号；不写网址则不用。

    这个网址要直连，不经 pgbouncer；哪个库都行，不放数据。
    """,
)
@click.argument("url", required=False)
def town_signals(url: str | None) -> None:
    """Set the PostgreSQL database by which a town's processes tell each other of commits; none without a URL.

    Connect directly, not through pgbouncer. Any database will do; nothing is stored in it.
    """
    from hongxian.storage.postgres import shown
    from hongxian_server.town.folder import Kept

    folder = hub_folder()
    where = shown(url) if url else ""
    replace(Kept.of(folder), signals=url).keep(folder)
    none = Text("不另用数据库传信号", "No database of its own carries signals")
    done = Text(f"信号由 {where} 传", f"Signals are carried by {where}") if url else none
    answer({"signals": where}, [done, Text("下次启动时生效", "From the next start on")])

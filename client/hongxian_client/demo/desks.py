"""The end of the demonstration: the hub's console and every laptop's desk, open until Ctrl-C."""

from __future__ import annotations

import json
import time
import webbrowser
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial

import click

from hongxian.text import Text
from hongxian_client.demo.room import Programme
from hongxian_client.demo.stage import (
    DemoFailed,
    Player,
    Serving,
    all_run,
    at_once,
    say,
    scene,
)

_DESK = ("desk", "--no-browser", "--port", "0")  # the usual port is for a desk of one's own


def stay(programme: Programme, hub: Player, *, browser: bool, kept: bool) -> None:
    """Leave it all running, each laptop syncing by itself, until Ctrl-C."""
    laptops = [
        replace(hub, name=team, folder=hub.folder.parent / where)
        for where, team in programme.laptops.items()
    ]
    with ExitStack() as until_the_end:
        try:
            scene(Text("可以自己试试了，按 Ctrl-C 结束", "Try it yourself; Ctrl-C ends it"))
            serving = Serving(hub, programme.port, password=programme.password)
            until_the_end.enter_context(serving)
            _fill(laptops)
            phone = _phone_page(serving, laptops[0])
            hub.actors.shutdown()
            pages = at_once(partial(_open_desk, laptop, until_the_end) for laptop in laptops)
            if browser:
                webbrowser.open(pages[0])
            _tell_where(laptops, pages, serving, phone)
            while True:
                time.sleep(1)
        except KeyboardInterrupt:
            click.echo()
            say(_KEPT.format(folder=str(hub.folder.parent)) if kept else _GONE)


_GONE = Text("演示结束，数据已清除", "The demonstration ends; its data is gone")
_KEPT = Text("演示结束，数据留在 {folder}", "The demonstration ends; its data stays in {folder}")


def _fill(laptops: Sequence[Player]) -> None:
    """A year of every plugin's records: what is the community's from the first, then each team's."""
    say(Text("正在填入一年的示例记录…", "Filling in a year of invented records…"))
    first, *others = laptops
    all_run(laptops, "sync")
    first.actors.fill(first.folder)
    all_run(laptops[:1], "sync")
    all_run(others, "sync")
    at_once(partial(each.actors.fill, each.folder) for each in others)


def _open_desk(laptop: Player, until_the_end: ExitStack) -> str:
    """Open a laptop's desk; returns the address of the page that leads a browser in, once."""
    process = laptop.start(*_DESK, is_quiet=True)
    until_the_end.callback(process.end)
    line = process.line()
    if not line:
        raise DemoFailed(command=f"desk {laptop.folder.name}", said=f"exit {process.exit_code()}")
    return str(json.loads(line)["page"])


def _phone_page(serving: Serving, laptop: Player) -> str:
    """Open the pages for phones to this machine's browser; what a volunteer would scan to come in, once."""
    here = serving.console.replace("127.0.0.1", "localhost")
    serving.hub.run("hub", "phones", "open", here)
    laptop.run("sync")
    [person] = laptop.run("list", "roster.person", "--limit", "1")
    told = laptop.run("view", "roster.phones_person", person["id"])
    return next(str(cell) for row in told["rows"] for cell in row if str(cell).startswith(here))


def _tell_where(
    laptops: Sequence[Player], pages: Sequence[str], serving: Serving, phone: str
) -> None:
    say(
        Text(
            "在浏览器里打开工作台（十分钟内，每页一次）：在一台上写，在另一台上看",
            "The desks, each page once within ten minutes: write on one, read on another",
        )
    )
    for laptop, page in zip(laptops, pages, strict=True):
        click.echo(f"  {laptop.folder.name} {laptop.name}\n  {page}")
    say(
        "",
        Text(
            f"社区主机的管理页，密码：{serving.password}",
            f"The hub's console, password: {serving.password}",
        ),
        f"{serving.console}/",
        f"{serving.console}/healthz   /metrics   /v1/openapi.json",
        "",
        Text(
            "一位志愿者的手机（一次，两小时内；真手机要有域名，见 docs/phone.md）：",
            "A volunteer's phone (once, within two hours; a real one needs a domain, see docs/phone.md):",
        ),
    )
    click.echo(f"  {phone}")
    say(
        "",
        Text("也可以在另一个终端里用命令：", "Or by command line, in another terminal:"),
    )
    one, two, *_ = (laptop.folder.name for laptop in laptops)
    for command in (  # as they are, however long: they are there to be copied
        f"cd {serving.hub.folder.parent}",
        f"hongxian --data {one} desk",
        f"hongxian --data {one} add roster.person name=示例·新人",
        f"hongxian --data {two} list roster.person --sort -id --limit 5",
        f"hongxian --data {one} status",
        f"hongxian --data {serving.hub.folder.name} hub status",
    ):
        click.echo(f"  {command}")

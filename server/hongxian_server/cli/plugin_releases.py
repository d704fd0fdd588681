"""`hongxian hub plugin …`: which releases of plugins the hub holds, and which laptops are to run them."""

from __future__ import annotations

from pathlib import Path

import click

from hongxian.errors import Usage
from hongxian.releases.publisher import called
from hongxian.terminal.commands import Group, answer
from hongxian.terminal.help import option
from hongxian.terminal.layout import room, table
from hongxian.text import Text
from hongxian.words.values import JsonObject
from hongxian_server.hub import Hub
from hongxian_server.ops.opening import open_hub
from hongxian_server.ops.plugin_releases import (
    add_release,
    hold_back,
    roll_back,
    runs_here,
    send_out,
)
from hongxian_server.sync.releases import report_of
from hongxian_server.tables.access import live_ones
from hongxian_server.tables.plugin_releases import PluginRelease, Stage, plugin_releases

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_ADDED = Text(
    "{name} {version} 已收下，还没有下发", "{name} {version} is here, and goes to no laptop yet"
)
_RESTART = Text(
    "主机自己先用：正在运行的主机要停下再启动，之后才下发",
    "The hub runs it first: where it is serving, stop it and start it again; until then it goes to no laptop",
)
_NEXT = Text(
    "下一步：hongxian hub plugin release {name} --to 编号（先给几台），或 --all",
    "Next: hongxian hub plugin release {name} --to NUMBER (some laptops first), or --all",
)
_DONE = Text("{name} {version}：{stage}", "{name} {version}: {stage}")
_BACK = Text("{name} 退回 {version}", "{name} goes back to {version}")
_NO_MORE = Text(
    "{name} 没有前一个发行版，各处停用",
    "{name} has no release before it, and runs nowhere any more",
)


@click.group(cls=Group, zh="插件发行版：收下，先给几台电脑，下发全部，暂停，撤回。")
def plugin() -> None:
    """Releases of plugins: take one in, send it to some laptops or all, hold it, take it back."""


@plugin.command(zh="收下一个插件发行文件；主机下次启动时自己先用它。")
@click.argument("file", type=_FILE)
@option(
    "--publisher",
    metavar="LETTERS",
    default="",
    help=Text(
        "第一次收这个发布者的：核对过的字母",
        "For a publisher's first: the letters that you compared",
    ),
)
def add(file: Path, publisher: str) -> None:
    """Take in a plugin's release; the hub runs it itself from its next start on."""
    with open_hub() as hub:
        one = add_release(hub, file, publisher)
    lines = [_ADDED, _RESTART, _NEXT]
    answer(_told(one), [each.format(name=one.name, version=one.version) for each in lines])


@plugin.command("list", zh="主机有哪些插件发行版，各电脑在用哪个。")
def list_() -> None:
    """List the releases that the hub holds, and how many laptops run each."""
    with open_hub() as hub:
        told = _all(hub)
    headers = (
        Text("插件", "plugin"),
        Text("版本", "version"),
        Text("下发", "goes to"),
        Text("主机在用", "hub runs"),
        Text("电脑在用", "laptops"),
        Text("发布者", "publisher"),
    )
    rows = [
        (
            each["name"],
            each["version"],
            Stage(each["stage"]).text,
            "✓" if each["hub_runs"] else "",
            each["laptops"],
            each["publisher"],
        )
        for each in told
    ]
    answer(told, table(headers, rows, room()))


@plugin.command(zh="把一个发行版下发给几台电脑，或全部。")
@click.argument("name")
@option(
    "--version",
    metavar="V",
    default="",
    help=Text("哪一版，默认最新", "Which; the newest if not told"),
)
@option(
    "--to",
    "numbers",
    type=int,
    multiple=True,
    metavar="NUMBER",
    help=Text("先给这台电脑，可重复", "To this laptop first; may be repeated"),
)
@option("--all", "everywhere", is_flag=True, help=Text("给所有电脑", "To all laptops"))
def release(name: str, version: str, numbers: tuple[int, ...], everywhere: bool) -> None:
    """Send a release to some laptops, or to all."""
    if bool(numbers) == everywhere:
        raise Usage(detail=Text("--to 和 --all 选一个", "choose --to or --all"))
    with open_hub() as hub:
        one = send_out(hub, name, version, None if everywhere else numbers)
    _answer_done(one)


@plugin.command(zh="暂停下发：已经在用的电脑照用，别的不再给。")
@click.argument("name")
@option(
    "--version",
    metavar="V",
    default="",
    help=Text("哪一版，默认最新", "Which; the newest if not told"),
)
def hold(name: str, version: str) -> None:
    """Let no further laptop have a release; those that run it go on."""
    with open_hub() as hub:
        one = hold_back(hub, name, version)
    _answer_done(one)


@plugin.command(zh="撤回最新的发行版：各电脑和主机退回前一个。")
@click.argument("name")
def rollback(name: str) -> None:
    """Take the newest release back: laptops, and the hub, run the one before."""
    with open_hub() as hub:
        one, before = roll_back(hub, name)
    line = _BACK.format(name=name, version=before.version) if before else _NO_MORE.format(name=name)
    told = {**_told(one), "back_to": before.version if before else None}
    answer(told, [line, _RESTART_BACK])


_RESTART_BACK = Text(
    "各电脑下次同步时退回；正在运行的主机停下再启动后退回",
    "Laptops go back at their next sync; a hub that is serving, once it is stopped and started again",
)


def _answer_done(one: PluginRelease) -> None:
    line = _DONE.format(name=one.name, version=one.version, stage=Stage(one.stage).text)
    answer(_told(one), [line])


def _told(one: PluginRelease) -> JsonObject:
    return {
        "name": one.name,
        "version": one.version,
        "sha256": one.sha256,
        "publisher": called(one.publisher),
        "stage": one.stage,
    }


def _all(hub: Hub) -> list[JsonObject]:
    """Each release, with how many laptops told last that they run it."""
    reported = [each["sha256"] for laptop in live_ones() for each in report_of(laptop)]
    here = runs_here(hub)
    return [
        {
            **_told(each),
            "hub_runs": here.get(each.name) == each.version,
            "laptops": reported.count(each.sha256),
        }
        for every in plugin_releases().values()
        for each in every
    ]

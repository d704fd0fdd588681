"""`hongxian hub plugin …`: which releases of plugins the hub holds, and which laptops are to run them."""

from __future__ import annotations

from pathlib import Path

import click

from hongxian.errors import Usage
from hongxian.releases.publisher import called
from hongxian.releases.release import Release
from hongxian.terminal.commands import Group, answer
from hongxian.terminal.help import option
from hongxian.terminal.layout import room, table
from hongxian.text import Text
from hongxian.words.values import JsonObject
from hongxian_server.hub import Hub
from hongxian_server.membership.devices import called as laptop_called
from hongxian_server.ops.opening import open_hub
from hongxian_server.ops.plugin_releases import (
    add_release,
    begins_anew,
    due_in,
    hold_back,
    roll_back,
    send_out,
    served_from,
)
from hongxian_server.sync.releases import report_of
from hongxian_server.tables.access import live_ones
from hongxian_server.tables.plugin_releases import (
    REPLACED,
    PluginRelease,
    Stage,
    is_replaced,
    plugin_releases,
)

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_NEW = Text(
    "下一步：hongxian hub plugin release {name} --to 编号或名称（先给几台），或 --all",
    "Next: hongxian hub plugin release {name} --to LAPTOP (some first), or --all",
)
_DONE = Text("{name} {version}：{stage}", "{name} {version}: {stage}")
_BACK = Text(
    "{name} 退回 {version}，各电脑下次同步时退回",
    "{name} goes back to {version}, on laptops at their next sync",
)
_NO_MORE = Text(
    "{name} 没有前一个发行版，各处停用",
    "{name} has no release before it, and runs nowhere any more",
)
_BEGINS_ANEW = Text(
    "正在运行的主机还在用：{now}；几秒内自行重开，改用：{due}",
    "The hub that serves still runs: {now}; within seconds it begins anew by itself, with: {due}",
)
_AT_START = Text(
    "没有主机在运行，下次启动时用：{due}", "No hub serves here; the next to start runs: {due}"
)
_ANEW = Text(
    "主机正在自行重开，马上改用：{due}", "The hub begins anew just now, and then runs: {due}"
)
_NONE = Text("无", "none")
_RUNS, _DUE = "✓", Text("即将", "next")
VERSION = option(
    "--version",
    metavar="V",
    default="",
    help=Text("哪一版，默认最新", "Which; the newest if not told"),
)


@click.group(cls=Group, zh="插件发行版：收下，先给几台电脑，下发全部，暂停，撤回。")
def plugin() -> None:
    """Releases of plugins: take one in, send it to some laptops or all, hold it, take it back."""


@plugin.command(zh="收下一个插件发行文件；主机自己先用它。")
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
    """Take in a plugin's release; the hub runs it first."""
    with open_hub() as hub:
        one = add_release(hub, Release.of(file), publisher)
        lines = [_done(one), *_of_hub(hub, one.name)]
    lines += [_NEW.format(name=one.name)] if one.stage == Stage.HELD else []
    answer(_told(one), lines)


@plugin.command("list", zh="主机有哪些插件发行版，各电脑在用哪个。")
def list_() -> None:
    """List the releases that the hub holds, and what runs on the hub that serves and on laptops."""
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
            REPLACED if each["replaced"] else Stage(each["stage"]).text,
            _RUNS if each["hub_runs"] else _DUE if each["hub_due"] else "",
            each["laptops"],
            each["publisher"],
        )
        for each in told
    ]
    answer(told, table(headers, rows, room()))


@plugin.command(zh="把一个发行版下发给几台电脑，或全部。")
@click.argument("name")
@VERSION
@option(
    "--to",
    "laptops",
    multiple=True,
    metavar="LAPTOP",
    help=Text(
        "先给这台电脑（编号或名称），可重复",
        "To this laptop first, by number or name; may be repeated",
    ),
)
@option("--all", "everywhere", is_flag=True, help=Text("给所有电脑", "To all laptops"))
def release(name: str, version: str, laptops: tuple[str, ...], everywhere: bool) -> None:
    """Send a release to some laptops, or to all."""
    if bool(laptops) == everywhere:
        raise Usage(detail=Text("--to 和 --all 选一个", "choose --to or --all"))
    with open_hub() as hub:
        numbers = [laptop_called(each).number for each in laptops]
        one = send_out(hub, name, version, None if everywhere else numbers)
        lines = [_done(one), *_of_hub(hub, name)]
    answer(_told(one), lines)


@plugin.command(zh="暂停下发：已经在用的电脑照用，别的不再给。")
@click.argument("name")
@VERSION
def hold(name: str, version: str) -> None:
    """Let no further laptop have a release; those that run it go on."""
    with open_hub() as hub:
        one = hold_back(hub, name, version)
    answer(_told(one), [_done(one)])


@plugin.command(zh="撤回最新的发行版：各电脑和主机退回前一个。")
@click.argument("name")
def rollback(name: str) -> None:
    """Take the newest release back: laptops, and the hub, run the one before."""
    with open_hub() as hub:
        one, before = roll_back(hub, name)
        lines = _of_hub(hub, name)
    line = _BACK.format(name=name, version=before.version) if before else _NO_MORE.format(name=name)
    told = {**_told(one), "back_to": before.version if before else None}
    answer(told, [line, *lines])


def _of_hub(hub: Hub, name: str) -> list[Text]:
    """What becomes of the hub itself, where it is to run another release than it does."""
    versions = {each.sha256: each.version for each in plugin_releases()[name]}
    served, due = served_from(hub), versions.get(due_in(hub).get(name, ""), _NONE)
    if served is None:
        return [(_ANEW if begins_anew(hub.folder) else _AT_START).format(due=due)]
    now = versions.get(served.get(name, ""), _NONE)
    return [_BEGINS_ANEW.format(now=now, due=due)] if now != due else []


def _done(one: PluginRelease) -> Text:
    return _DONE.format(name=one.name, version=one.version, stage=Stage(one.stage).text)


def _told(one: PluginRelease) -> JsonObject:
    return {
        "name": one.name,
        "version": one.version,
        "sha256": one.sha256,
        "publisher": called(one.publisher),
        "stage": one.stage,
    }


def _all(hub: Hub) -> list[JsonObject]:
    """Each release, with whether the hub that serves runs it, and how many laptops told last that they do."""
    reported = [each["sha256"] for laptop in live_ones() for each in report_of(laptop)]
    served, due = served_from(hub) or {}, due_in(hub)
    return [
        {
            **_told(each),
            "replaced": is_replaced(each, every),
            "hub_runs": served.get(each.name) == each.sha256,
            "hub_due": due.get(each.name) == each.sha256,
            "laptops": reported.count(each.sha256),
        }
        for every in plugin_releases().values()
        for each in every
    ]

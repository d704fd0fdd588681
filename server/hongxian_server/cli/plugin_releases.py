"""`hongxian hub plugin …`: which releases of plugins the hub holds, and which laptops are to run them."""

from __future__ import annotations

from pathlib import Path

import click

from hongxian.releases.release import Release
from hongxian.terminal.commands import Group, answer
from hongxian.terminal.help import option
from hongxian.terminal.layout import room, table
from hongxian.text import Text
from hongxian.words.values import JsonObject
from hongxian_server.cli.releases import (
    ALL,
    BY,
    FILE,
    GOES_TO,
    ON_LAPTOPS,
    PUBLISHER,
    TO,
    VERSION,
    chosen,
    done,
    taken_in,
    told,
)
from hongxian_server.hub import Hub
from hongxian_server.ops.opening import open_hub
from hongxian_server.ops.releases.own import begins_anew, due_in, served_from
from hongxian_server.ops.releases.plugins import add_release, found_plugin, roll_back
from hongxian_server.ops.releases.stages import hold_back, send_out
from hongxian_server.sync.releases import report_of
from hongxian_server.tables.access import live_ones
from hongxian_server.tables.releases import REPLACED, Stage, is_replaced, plugin_releases

_BACK = Text(
    "{name} 退回 {version}，各电脑下次同步时退回",
    "{name} goes back to {version}; laptops do so at their next sync",
)
_NO_MORE = Text(
    "{name} 没有前一个发行版，各处停用",
    "{name} has no earlier release, so it is no longer used anywhere",
)
_BEGINS_ANEW = Text(
    "正在运行的主机还在用：{now}；几秒内自行重开，改用：{due}",
    "The serving hub still runs: {now}; within seconds it restarts by itself, with: {due}",
)
_AT_START = Text(
    "没有主机在运行，下次启动时用：{due}",
    "No hub is serving here; the next one to start runs: {due}",
)
_ANEW = Text("主机正在自行重开，马上改用：{due}", "The hub is restarting, and then runs: {due}")
_NONE = Text("无", "none")
_RUNS, _DUE = "✓", Text("即将", "next")
_WHICH = option(
    "--version",
    metavar="V",
    default="",
    help=Text("哪一版，默认最新", "Which version; the newest by default"),
)


@click.group(cls=Group, zh="插件发行版：收下，先给几台电脑，下发全部，暂停，撤回。")
def plugin() -> None:
    """Releases of plugins: take one in, send it to some laptops or all, hold it, take it back."""


@plugin.command(zh="收下一个插件发行文件；主机自己先用它。")
@click.argument("file", type=FILE)
@PUBLISHER
def add(file: Path, publisher: str) -> None:
    """Take in a plugin's release; the hub runs it first."""
    with open_hub() as hub:
        one = add_release(hub, Release.of(file), publisher)
        lines = taken_in(one, *_of_hub(hub, one.name))
    answer(told(one), lines)


@plugin.command("list", zh="主机有哪些插件发行版，各电脑在用哪个。")
def list_() -> None:
    """List the releases on the hub, and which of them the hub and the laptops run."""
    with open_hub() as hub:
        every = _all(hub)
    of_plugin, here = Text("插件", "plugin"), Text("主机在用", "hub runs")
    headers = (of_plugin, VERSION, GOES_TO, here, ON_LAPTOPS, BY)
    rows = [
        (
            each["name"],
            each["version"],
            REPLACED if each["replaced"] else Stage(each["stage"]).text,
            _RUNS if each["hub_runs"] else _DUE if each["hub_due"] else "",
            each["laptops"],
            each["publisher"],
        )
        for each in every
    ]
    answer(every, table(headers, rows, room()))


@plugin.command(zh="把一个发行版下发给几台电脑，或全部。")
@click.argument("name")
@_WHICH
@TO
@ALL
def release(name: str, version: str, laptops: tuple[str, ...], everywhere: bool) -> None:
    """Send a release to some laptops, or to all."""
    with open_hub() as hub:
        found = found_plugin(name, version)
        send_out(hub, found, chosen(laptops, everywhere))
        lines = [*done(found), *_of_hub(hub, name)]
    answer(told(found[0]), lines)


@plugin.command(zh="暂停下发：已经在用的电脑照用，别的不再给。")
@click.argument("name")
@_WHICH
def hold(name: str, version: str) -> None:
    """Stop sending a release to more laptops; those that run it keep it."""
    with open_hub() as hub:
        found = found_plugin(name, version)
        hold_back(hub, found)
    answer(told(found[0]), done(found))


@plugin.command(zh="撤回最新的发行版：各电脑和主机退回前一个。")
@click.argument("name")
def rollback(name: str) -> None:
    """Withdraw the newest release: the laptops and the hub go back to the one before."""
    with open_hub() as hub:
        one, before = roll_back(hub, name)
        lines = _of_hub(hub, name)
    line = _BACK.format(name=name, version=before.version) if before else _NO_MORE.format(name=name)
    back = {"back_to": before.version if before else None}
    answer({**told(one), **back}, [line, *lines])


def _of_hub(hub: Hub, name: str) -> list[Text]:
    """What becomes of the hub itself, where it is to run another release than it does."""
    versions = {each.sha256: each.version for each in plugin_releases()[name]}
    served, due = served_from(hub), versions.get(due_in(hub).get(name, ""), _NONE)
    if served is None:
        return [(_ANEW if begins_anew(hub.folder) else _AT_START).format(due=due)]
    now = versions.get(served.get(name, ""), _NONE)
    return [_BEGINS_ANEW.format(now=now, due=due)] if now != due else []


def _all(hub: Hub) -> list[JsonObject]:
    """Each release, with whether the hub that serves runs it, and how many laptops told last that they do."""
    reported = [each["sha256"] for laptop in live_ones() for each in report_of(laptop)]
    served, due = served_from(hub) or {}, due_in(hub)
    return [
        {
            **told(each),
            "replaced": is_replaced(each, every),
            "hub_runs": served.get(each.name) == each.sha256,
            "hub_due": due.get(each.name) == each.sha256,
            "laptops": reported.count(each.sha256),
        }
        for every in plugin_releases().values()
        for each in every
    ]

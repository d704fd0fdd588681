"""`hongxian status`, `hongxian digest` and `hongxian plugin list`."""

from __future__ import annotations

import click

from hongxian.kinds.boolean import NO, YES
from hongxian.plugins.loading import Plugins
from hongxian.plugins.plugin import Plugin
from hongxian.plugins.plugin_errors import read_plugin_errors
from hongxian.stamp import wall_clock
from hongxian.terminal.commands import Command, Group, answer, data_folder
from hongxian.terminal.layout import facts, room, table, visible
from hongxian.text import Text
from hongxian.values import JsonObject
from hongxian.wire.digest import digests
from hongxian_client.replica import outbox
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.opening import FOLDER, laptop, laptop_folder
from hongxian_client.replica.replica import DATABASE, Replica
from hongxian_client.review.conflicts import count_open
from hongxian_client.text.format import moment, shown_moment, team_names

_NEVER_JOINED = Text(
    "这台电脑还没有加入社区：hongxian join 网址 注册码", "Not joined yet: hongxian join URL CODE"
)


@click.command(cls=Command, zh="本机情况：哪个社区、还有多少没送出。")
def status_command() -> None:
    """This laptop: its community, and what has not been sent yet."""
    folder = laptop_folder()
    if not (folder / DATABASE).exists():
        answer(
            _empty(),
            [
                Text(
                    f"{folder} 里没有电脑的数据；若不是这个文件夹，请检查 --data",
                    f"No laptop's data is in {folder}; if another folder is meant, check --data",
                ),
                _NEVER_JOINED,
            ],
        )
        return
    with laptop() as replica:
        told = status_of(replica)
    answer(told, _status_lines(told))


def status_of(replica: Replica) -> JsonObject:
    """All that a leader or a program asks of a laptop at a glance."""
    state = LaptopState.read()
    return {
        **_empty(),
        "community": state.community or None,
        "hub": state.hub_url or None,
        "device": state.device or None,
        "teams": state.teams,
        "unsent": outbox.count(outbox.EntryState.UNSENT),
        "deferred": outbox.count(outbox.EntryState.DEFERRED),
        "needs_attention": outbox.count(outbox.EntryState.REFUSED),
        "conflicts": count_open(),
        "last_sync": moment(state.last_sync),
        "clock_offset_ms": state.clock_offset,
        "joined": bool(state.token),
        "plugins_in_trouble": sorted(
            {plugin.name for plugin in replica.plugins.all if plugin.errors}
            | read_plugin_errors(replica.folder, wall_clock()).keys()
        ),
    }


def _empty() -> JsonObject:
    """A laptop that never joined."""
    return {
        "kind": "laptop",
        "data": str(laptop_folder()),
        "joined": False,
        "community": None,
        "hub": None,
        "device": None,
        "teams": {},
        "unsent": 0,
        "deferred": 0,
        "needs_attention": 0,
        "conflicts": 0,
        "last_sync": None,
        "clock_offset_ms": 0,
        "plugins_in_trouble": [],
    }


def _status_lines(told: JsonObject) -> list[Text | str]:
    lines: list[Text | str] = [
        *facts(
            [
                (Text("社区", "community"), told["community"]),
                (Text("主机", "hub"), told["hub"]),
                (Text("本机", "device"), told["device"]),
                (Text("团队", "teams"), "、".join(told["teams"].values())),
                (Text("未送出", "unsent"), told["unsent"]),
                (Text("等插件", "waiting for a plugin"), told["deferred"]),
                (Text("被退回", "needs attention"), told["needs_attention"]),
                (Text("冲突", "conflicts"), told["conflicts"]),
                (Text("上次同步", "last sync"), shown_moment(told["last_sync"])),
            ]
        )
    ]
    if told["clock_offset_ms"]:
        minutes = round(told["clock_offset_ms"] / 60_000)
        lines.append(
            Text(
                f"本机时钟与主机相差 {minutes} 分钟，已自动更正",
                f"The clock is {minutes} min off; corrected",
            )
        )
    if told["plugins_in_trouble"]:
        names = ", ".join(told["plugins_in_trouble"])
        lines.append(
            Text(
                f"插件有问题：{names}（hongxian plugin list）",
                f"Plugins in trouble: {names} (hongxian plugin list)",
            )
        )
    if not told["joined"]:
        lines.append(_NEVER_JOINED)
    return lines


@click.command(cls=Command, zh="摘要：各团队各表的条数和校验和，两边一致即数据一致。")
def digest_command() -> None:
    """Digests: count and sum of each team's collections; equal sums mean equal data."""
    with laptop() as replica:
        told, names = digests(), team_names(replica)
    rows = [
        (names.get(scope, scope), name, each.count, each.sum)
        for scope, by_collection in told.items()
        for name, each in by_collection.items()
    ]
    headers = (
        Text("团队", "team"),
        Text("数据表", "collection"),
        Text("条数", "count"),
        Text("校验和", "sum"),
    )
    answer(told, table(headers, rows, room()))


@click.group(cls=Group, zh="插件。")
def plugin_command() -> None:
    """Plugins."""


@plugin_command.command("list", zh="已安装的插件和它们的问题；电脑和主机的文件夹都可以看。")
def list_plugins() -> None:
    """The plugins of a laptop or hub, and what went wrong with each."""
    folder = data_folder(FOLDER)
    owners: dict[str, Plugin] = {}
    if (folder / DATABASE).exists():
        with laptop() as replica:
            plugins, owners = replica.plugins, replica.owners
    else:
        plugins = Plugins(folder / "plugins")
    plugin_errors = read_plugin_errors(folder, wall_clock())
    told = [_as_json(plugin, owners, plugin_errors.get(plugin.name, {})) for plugin in plugins.all]
    headers = (
        Text("插件", "plugin"),
        Text("装入", "loaded"),
        Text("名称", "title"),
        Text("来自", "source"),
    )
    rows = [
        (
            each["name"],
            YES if each["loaded"] else NO,
            each["title"],
            each["source"],
        )
        for each in told
    ]
    lines = [f"  ✗ {each['name']}: {visible(error)}" for each in told for error in each["errors"]]
    answer(told, [*table(headers, rows, room()), *lines])


def _as_json(
    plugin: Plugin, owners: dict[str, Plugin], plugin_errors: dict[str, int]
) -> JsonObject:
    return {
        "name": plugin.name,
        "title": plugin.title,
        "source": plugin.source,
        "loaded": plugin.loaded,
        "collections": sorted(name for name, owner in owners.items() if owner is plugin),
        "errors": list(dict.fromkeys([*plugin.errors, *plugin_errors])),
    }

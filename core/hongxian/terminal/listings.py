"""What both command lines list of a laptop or hub: its digests and its plugins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import click

from hongxian.collections.local_time import local_moment
from hongxian.errors import Refused
from hongxian.kinds.boolean import NO, YES
from hongxian.model.stamp import wall_clock
from hongxian.plugins.failing.aside import take_again
from hongxian.plugins.failing.errors import PluginError, errors_of, read_plugin_errors
from hongxian.plugins.loading import Plugins
from hongxian.plugins.plugin import Plugin
from hongxian.terminal.commands import answer
from hongxian.terminal.language import said
from hongxian.terminal.layout import room, table, visible
from hongxian.text import Text
from hongxian.wire.digest import digests
from hongxian.words.values import JsonObject

_TAKEN = Text(
    "插件 {name} 从下次启动起启用。", "The plugin {name} takes part from the next start on."
)
_NOT_ASIDE = Text("插件 {name} 没有停用。", "The plugin {name} was not put aside.")
_WHEN = Text("最近 {when}，共 {times} 次", "last at {when}, {times} {times:time|times}")
_DAMAGED = Text(
    "有 {n} 条记录被本机硬盘改动过，等另一边送来原样。",
    "{n} {n:record was|records were} changed by this disk, and {n:waits|wait} for the other side's copy.",
)


def answer_digests(names: Mapping[str, Text | str], damaged: int) -> None:
    """Count and sum of each scope's collections in the present store; `names` are the scopes'.

    `damaged`: how many records its disk has changed, so that the other side is asked for them.
    """
    told = digests()
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
    answer(told, [*table(headers, rows, room()), *damaged_said(damaged)])


def damaged_said(count: int) -> list[Text]:
    """A line for so many records that the disk has changed; none for none."""
    return [_DAMAGED.format(n=count)] if count else []


def answer_plugins(folder: Path, plugins: Plugins, owners: Mapping[str, Plugin]) -> None:
    """The plugins of a data folder, and what went wrong with each; `owners` are of collections."""
    noted = read_plugin_errors(folder, wall_clock(), plugins.code_of)
    told = [_as_json(plugin, owners, noted.get(plugin.name, ())) for plugin in plugins.all]
    headers = (
        Text("插件", "plugin"),
        Text("装入", "loaded"),
        Text("版本", "version"),
        Text("名称", "title"),
        Text("来自", "source"),
    )
    rows = [
        (
            each["name"],
            YES if each["loaded"] else NO,
            each["version"],
            each["title"],
            each["source"],
        )
        for each in told
    ]
    lines = [
        line
        for each in told
        for error in each["errors"]
        for line in _error_lines(each["name"], error)
    ]
    answer(told, [*table(headers, rows, room()), *lines])
    if lines:
        raise click.exceptions.Exit(Refused.exit_code)


def answer_taken(folder: Path, name: str) -> None:
    """Let a plugin of a data folder that was put aside take part again, from the next start on."""
    taken = take_again(folder, name)
    answer({"taken": taken}, [(_TAKEN if taken else _NOT_ASIDE).format(name=name)])


def _error_lines(plugin: str, error: JsonObject) -> Iterator[str]:
    yield f"  ✗ {plugin}: {visible(said(error['message']))}"
    if error["last"]:
        when = f"{local_moment(error['last']):%Y-%m-%d %H:%M}"
        yield "    " + said(_WHEN.format(when=when, times=error["times"]))
    yield from (f"    {frame}" for frame in error["way"])


def _as_json(
    plugin: Plugin, owners: Mapping[str, Plugin], noted: Iterable[PluginError]
) -> JsonObject:
    return {
        "name": plugin.name,
        "title": plugin.title,
        "source": plugin.source,
        "loaded": plugin.loaded,
        "version": plugin.version,
        "sha256": plugin.sha256,
        "collections": sorted(name for name, owner in owners.items() if owner is plugin),
        "errors": [each.as_json() for each in errors_of(plugin.made, noted)],
    }

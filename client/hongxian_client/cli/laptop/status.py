"""`hongxian status` and `hongxian digest`."""

from __future__ import annotations

import click

from hongxian.model.stamp import wall_clock
from hongxian.plugins.failing.errors import read_plugin_errors
from hongxian.terminal.commands import Command, answer
from hongxian.terminal.layout import facts
from hongxian.terminal.listings import answer_digests, damaged_said
from hongxian.text import Text
from hongxian.words.values import JsonObject
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.opening import laptop, laptop_folder
from hongxian_client.replica.replica import DATABASE, Replica
from hongxian_client.replica.todo import TodoKind, to_be_done
from hongxian_client.replica.unsent import outbox
from hongxian_client.review.conflicts import count_open
from hongxian_client.review.missing_plugins import missing_plugins
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
        apart = missing_plugins(replica).said
    answer(told, [*_status_lines(told), *apart])


def status_of(replica: Replica) -> JsonObject:
    """All that a leader or a program asks of a laptop at a glance."""
    state, missing = LaptopState.read(), missing_plugins(replica)
    return {
        **_empty(),
        "community": state.community or None,
        "hub": state.hub_url or None,
        "device": state.number or None,
        "teams": state.teams,
        "unsent": outbox.count(outbox.EntryState.UNSENT),
        "deferred": outbox.count(outbox.EntryState.DEFERRED),
        "held": outbox.count(outbox.EntryState.HELD),
        "kept": state.kept_changes,
        "needs_attention": outbox.count(outbox.EntryState.REFUSED),
        "conflicts": count_open(),
        "damaged": len(to_be_done(TodoKind.FETCH)),
        "last_sync": moment(state.last_sync),
        "clock_offset_ms": state.clock_offset,
        "joined": bool(state.hub_key),
        "plugins_in_trouble": sorted(
            {plugin.name for plugin in replica.plugins.all if plugin.errors}
            | read_plugin_errors(replica.folder, wall_clock(), replica.plugins.code_of).keys()
        ),
        "hub_lacks": missing.hub_lacks,
        "laptop_lacks": missing.laptop_lacks,
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
        "held": 0,
        "kept": 0,
        "needs_attention": 0,
        "conflicts": 0,
        "damaged": 0,
        "last_sync": None,
        "clock_offset_ms": 0,
        "plugins_in_trouble": [],
        "hub_lacks": [],
        "laptop_lacks": [],
    }


def _status_lines(told: JsonObject) -> list[Text | str]:
    lines: list[Text | str] = [
        *facts(
            [
                (Text("社区", "community"), told["community"]),
                (Text("主机", "hub"), told["hub"]),
                (Text("本机", "device"), told["device"]),
                (Text("团队", "teams"), list(told["teams"].values())),
                (Text("未送出", "unsent"), told["unsent"]),
                (Text("等插件", "waiting for a plugin"), told["deferred"]),
                (Text("等管理员确认", "waiting for the keeper"), told["held"]),
                (Text("等回到团队", "waiting for a team"), told["kept"]),
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
    lines += damaged_said(told["damaged"])
    if told["plugins_in_trouble"]:
        lines.append(
            Text(
                "插件有问题：{names}（hongxian plugin list）",
                "Plugins in trouble: {names} (hongxian plugin list)",
            ).format(names=told["plugins_in_trouble"])
        )
    if not told["joined"]:
        lines.append(_NEVER_JOINED)
    return lines


@click.command(cls=Command, zh="摘要：各团队各表的条数和校验和，两边一致即数据一致。")
def digest_command() -> None:
    """Digests: count and sum of each team's collections; equal sums mean equal data."""
    with laptop() as replica:
        answer_digests(team_names(replica), len(to_be_done(TodoKind.FETCH)))

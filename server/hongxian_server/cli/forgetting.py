"""`hongxian hub tidy`: what is old leaves the hub."""

from __future__ import annotations

from dataclasses import asdict

import click

from hongxian.terminal.commands import Command, answer
from hongxian.terminal.help import option
from hongxian.text import Text
from hongxian_server.ops.opening import open_hub


@click.command(
    cls=Command,
    zh="""清掉足够久的：每台电脑都已知道的删除标记，日志里已删、已改掉的内容，已了结的冲突。

    主机运行时每小时自动做一次。内容保留 30 天；在此期间，误删的可以恢复，误改的可以撤销。
    """,
)
@option(
    "--keep",
    type=click.IntRange(1, 3650),
    metavar="DAYS",
    help=Text("从现在起，内容保留这么多天", "From now on, keep what was written for so many days"),
)
def tidy(keep: int | None) -> None:
    """Let go of what is old: deletions that all laptops have seen, what was deleted or written over, settled conflicts.

    A hub that serves does so each hour. What was written is kept for 30 days: so long a deletion can be brought
    back, and an edit undone.
    """
    from hongxian_server.hub_state import HubState
    from hongxian_server.ops.tidy import tidy as let_go

    with open_hub() as opened:
        if keep is not None:
            with opened.upkeep(), HubState.changing() as state:
                state.keep_days = keep
        gone = let_go(opened)
        days = HubState.read().keep_days
    told = Text(
        "清掉删除标记 {tombstones} 条、日志内容 {parts} 处、冲突 {conflicts} 个；内容保留 {days} 天",
        "{tombstones} deletions, {parts} parts of the journal and {conflicts} conflicts let go; kept for {days} days",
    )
    facts = asdict(gone)
    answer({**facts, "days": days}, [told.format(**facts, days=days)])

"""`hongxian hub scrub`: what the hub's disk has changed."""

from __future__ import annotations

from datetime import datetime

import click

from hongxian.builtin import WHOLE_COMMUNITY
from hongxian.record import COMMUNITY, SHORT
from hongxian.terminal.commands import Command, answer
from hongxian.terminal.help import option
from hongxian.terminal.layout import room, table
from hongxian.text import Text
from hongxian.values import JsonObject
from hongxian_server.membership.devices import teams
from hongxian_server.ops import scrub as ops
from hongxian_server.ops.opening import open_hub
from hongxian_server.tables.damaged import all_damaged


@click.command(
    cls=Command,
    zh="""逐条核对主机里的记录有没有被硬盘改动；--accept 以现在的内容为准。

    运行中的主机每天自己核对一遍，被改动的由各电脑补回原样；这里列出还没补回的。
    """,
)
@option(
    "--accept",
    is_flag=True,
    help=Text("列出的记录以现在的内容为准", "Take what the listed records hold now"),
)
def scrub(accept: bool) -> None:
    """Look whether the disk changed any record of the hub; take them as they are.

    A hub that serves does so itself once a day, and laptops give back what was changed; listed
    is what none has given back yet.
    """
    with open_hub() as hub:
        found = ops.scrub(hub, whole=True)
        waiting = all_damaged()
        names = {COMMUNITY: WHOLE_COMMUNITY, **teams()}
        titles = [hub.title_of(each.collection) for each in waiting]
        if accept:
            ops.accept(hub)
    told = [
        {"collection": each.collection, "record": each.record, "scope": each.scope}
        for each in waiting
    ]
    rows = [
        (
            title,
            each.record[-SHORT:],
            names.get(each.scope, each.scope),
            datetime.fromtimestamp(each.found / 1000).strftime("%Y-%m-%d %H:%M"),
        )
        for each, title in zip(waiting, titles, strict=True)
    ]
    headers = (
        Text("数据表", "Collection"),
        Text("记录", "Record"),
        Text("团队", "Team"),
        Text("发现于", "Found"),
    )
    done = (
        Text("已以现在的内容为准", "Taken as they are")
        if accept
        else Text("等电脑补回原样", "Wait for a laptop's copy")
    )
    sound = Text("全部核对过，都和写下时一样", "All looked at: each is as it was written")
    answer(
        {"found": found, "waiting": [] if accept else told, "accepted": told if accept else []},
        [*table(headers, rows, room()), done] if waiting else [sound],
    )


def values_said(told: JsonObject) -> Text:
    """What the hub's looks have found, for `hub status`."""
    if told["waiting"]:
        return Text(
            "硬盘改动了 {n} 条，等电脑补回原样（hongxian hub scrub）",
            "{n} records were changed by the disk and wait for a laptop's copy (hongxian hub scrub)",
        ).format(n=told["waiting"])
    if told["passed"] is None:
        return Text("还没有全部核对过", "not all looked at yet")
    return Text("完好；曾补回 {n} 条", "sound; {n} were put right so far").format(n=told["mended"])

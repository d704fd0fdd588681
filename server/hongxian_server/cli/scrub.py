"""`hongxian hub scrub`: what the hub's disk has changed, of records and of the journal."""

from __future__ import annotations

import click

from hongxian.collections.builtin import WHOLE_COMMUNITY
from hongxian.collections.local_time import local_moment
from hongxian.model.record import COMMUNITY, SHORT
from hongxian.terminal.commands import Command, answer
from hongxian.terminal.help import option
from hongxian.terminal.layout import room, table
from hongxian.text import Text
from hongxian.words.values import JsonObject
from hongxian_server.membership.devices import teams
from hongxian_server.ops import scrub as ops
from hongxian_server.ops.journal_check import check_journal
from hongxian_server.ops.opening import open_hub
from hongxian_server.tables.damaged import all_damaged


@click.command(
    cls=Command,
    zh="""逐条核对主机里的记录和流水账有没有被硬盘改动；--accept 以现在的内容为准。

    运行中的主机每天自己核对一遍，被改动的记录由各电脑补回原样；这里列出还没补回的。
    """,
)
@option(
    "--accept",
    is_flag=True,
    help=Text("列出的记录以现在的内容为准", "Accept the listed records as they are now"),
)
def scrub(accept: bool) -> None:
    """Check whether the disk changed any of the hub's records or its journal; accept records as they are.

    A serving hub does this once a day, and laptops give back the records that were changed; those
    that none has given back yet are listed.
    """
    with open_hub() as hub:
        found, broken = ops.scrub(hub, whole=True), check_journal(hub, whole=True)
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
            local_moment(each.found).strftime("%Y-%m-%d %H:%M"),
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
        {
            "found": found,
            "waiting": [] if accept else told,
            "accepted": told if accept else [],
            "first_broken": broken,
        },
        [
            *([*table(headers, rows, room()), done] if waiting else [sound]),
            *([_BROKEN.format(block=broken)] if broken else []),
        ],
    )


_BROKEN = Text(
    "流水账从第 {block} 块起损坏：保留整个文件夹，恢复最近一份完好的备份",
    "The journal is BROKEN at block {block}: keep the folder as it is and restore the last sound backup",
)


def journal_said(told: JsonObject) -> Text:
    """What the last look through the journal found, for `hub status`."""
    if told["checked"] is None:
        return Text(
            "还没有全部查过（hongxian hub scrub）", "not looked through yet (hongxian hub scrub)"
        )
    day = local_moment(told["checked"]).strftime("%Y-%m-%d %H:%M")
    if told["first_broken"] is None:
        return Text(f"完好，查于 {day}", f"sound, looked through {day}")
    broken = told["first_broken"]
    return Text(f"第 {broken} 块起损坏，查于 {day}", f"BROKEN at {broken}, looked through {day}")


def values_said(told: JsonObject) -> Text:
    """What the hub's looks have found, for `hub status`."""
    if told["waiting"]:
        return Text(
            "硬盘改动了 {n} 条，等电脑补回原样（hongxian hub scrub）",
            "{n} {n:record was|records were} changed by the disk and {n:waits|wait} for a "
            "laptop's copy (hongxian hub scrub)",
        ).format(n=told["waiting"])
    if told["passed"] is None:
        return Text("还没有全部核对过", "not all looked at yet")
    return Text("完好；曾补回 {n} 条", "sound; {n} were put right so far").format(n=told["mended"])

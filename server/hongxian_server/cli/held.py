"""`hongxian hub held` and `hub ceiling`: what waits for the keeper's word, and how much may be deleted without it."""

from __future__ import annotations

import click

from hongxian.errors import Usage
from hongxian.terminal.commands import Command, answer
from hongxian.terminal.help import option
from hongxian.terminal.layout import room, table
from hongxian.text import Text
from hongxian_server.hub_state import HubState
from hongxian_server.ops.held import (
    MOST_RECORDS,
    What,
    held_for_keeper,
    let_pass,
    refuse,
    set_ceiling,
)
from hongxian_server.ops.opening import open_hub

KINDS = {
    What.OFFER: Text("恢复后补回", "given back after a restore"),
    What.DELETION: Text("大批删除", "deletes much"),
}


@click.command(
    cls=Command,
    zh="""查看等管理员决定的事；--take 同意，--refuse 不同意。

    有两种：恢复后，电脑补回了自己无权填写的记录；一天里，一台电脑删掉了一张表的许多记录。
    """,
)
@click.argument("device", type=int, required=False)
@option("--take", is_flag=True, help=Text("同意", "Accept"))
@option("--refuse", "refused", is_flag=True, help=Text("不同意", "Refuse"))
def held(device: int | None, take: bool, refused: bool) -> None:
    """List what waits for the keeper's decision; accept or refuse it.

    There are two kinds: records that a laptop gave back to a restored hub but may not write itself,
    and deletions of much of a collection within a day, which the laptop sends again once you have
    decided.
    """
    if take and refused:
        raise Usage(detail=Text("--take 和 --refuse 只能选一个", "choose --take or --refuse"))
    with open_hub() as hub:
        found = held_for_keeper(hub, device)
        titles = [hub.title_of(each.collection) for each in found]
        if take:
            let_pass(hub, found)
        if refused:
            refuse(hub, found)
    done = "taken" if take else "refused" if refused else "waits"
    headers = (
        Text("电脑", "Laptop"),
        Text("什么事", "What"),
        Text("数据表", "Collection"),
        Text("记录", "Records"),
    )
    rows = [
        (each.device, KINDS[each.what], title, len(each.ids))
        for each, title in zip(found, titles, strict=True)
    ]
    answer(
        [
            {
                "device": each.device,
                "what": each.what,
                "collection": each.collection,
                "records": len(each.ids),
                "state": done,
            }
            for each in found
        ],
        table(headers, rows, room())
        if rows
        else [Text("没有等待决定的事。", "Nothing waits for the keeper.")],
    )


@click.command(
    cls=Command,
    zh="""一台电脑一天里可以删掉一张表的多少记录，再多就等管理员决定。

    不写数字就显示现在的规定。记录数和百分比都超过才算太多。
    """,
)
@click.argument("records", type=click.IntRange(0, MOST_RECORDS), required=False)
@click.argument("percent", type=click.IntRange(0, 100), required=False)
def ceiling(records: int | None, percent: int | None) -> None:
    """Show or set how much of a collection one laptop may delete within a day without the keeper.

    Without numbers, shows the present limit. Deletions beyond both the number and the percentage are held.
    """
    with open_hub() as hub:
        if (records, percent) != (None, None):
            set_ceiling(hub, records, percent)
        state = HubState.read()
    told = {"records": state.deletions_free, "percent": state.deletions_percent}
    answer(
        told,
        [
            Text(
                "一天里删掉一张表的 {records} 条以上，且多于 {percent}%，等管理员决定",
                "More than {records} records and {percent} % of a collection within a day wait for the keeper",
            ).format(**told)
        ],
    )

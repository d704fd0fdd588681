"""`hongxian hub held`: what laptops gave back to a hub that had lost it, and may not write themselves."""

from __future__ import annotations

from collections import Counter

import click

from hongxian.errors import Usage
from hongxian.terminal.commands import Command, answer
from hongxian.terminal.help import option
from hongxian.terminal.layout import room, table
from hongxian.text import Text
from hongxian_server.ops.opening import open_hub
from hongxian_server.sync.recovery import offers_for_keeper, refuse_held, take_held


@click.command(cls=Command, zh="查看等管理员决定的补回记录；--take 收下，--refuse 不收。")
@click.argument("device", type=int, required=False)
@option("--take", is_flag=True, help=Text("收下", "Take them"))
@option("--refuse", is_flag=True, help=Text("不收，从此丢弃", "Refuse them: nothing keeps them"))
def held(device: int | None, take: bool, refuse: bool) -> None:
    """List what laptops gave back to a restored hub and may not write; take or refuse it.

    A laptop gave these records back, but may not write them itself, so nobody can vouch for them.
    """
    if take and refuse:
        raise Usage(detail=Text("--take 和 --refuse 只能选一个", "choose --take or --refuse"))
    with open_hub() as hub:
        offers = offers_for_keeper(hub, device)
        counts = Counter((each.device, each.collection) for each in offers)
        titles = {
            name: hub.collections[name].title if name in hub.collections else name
            for _, name in counts
        }
        if take:
            take_held(hub, offers)
        if refuse:
            refuse_held(hub, offers)
    done = "taken" if take else "refused" if refuse else "waits"
    rows = [(device, titles[name], many) for (device, name), many in sorted(counts.items())]
    headers = (Text("电脑", "Laptop"), Text("数据表", "Collection"), Text("记录", "Records"))
    answer(
        [
            {"device": device, "collection": name, "records": many, "state": done}
            for (device, name), many in sorted(counts.items())
        ],
        table(headers, rows, room())
        if rows
        else [Text("没有等待决定的记录。", "Nothing waits for the keeper.")],
    )

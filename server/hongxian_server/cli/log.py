"""`hongxian hub log`: what was done at the hub, who did it and from where."""

from __future__ import annotations

import click

from hongxian.collections.local_time import local_moment, zoned_moment
from hongxian.errors import Refused
from hongxian.terminal.commands import Command, answer
from hongxian.terminal.help import option
from hongxian.terminal.layout import room, table
from hongxian.text import Text, joined
from hongxian.words.values import JsonObject
from hongxian_server.ops.opening import open_hub
from hongxian_server.tables.keeper_log import KeeperEntry, entries, forget

_FORGOTTEN = Text("（已抹去）", "(forgotten)")


@click.command(cls=Command, zh="管理日志：在主机上做过什么，谁做的，从哪里做的；新的在前。")
@option(
    "--search",
    "part",
    metavar="TEXT",
    default="",
    help=Text("只列含有这些字的", "Only entries with this text"),
)
@option(
    "--last",
    type=click.IntRange(1, 20_000),
    default=20,
    show_default=True,
    help=Text("列多少条", "How many to list"),
)
@option(
    "--forget",
    "number",
    type=click.IntRange(1),
    metavar="NUMBER",
    help=Text(
        "抹去一条涉及的名字；做过这件事、谁做的、何时做的，都还在",
        "Remove the names from one entry; what was done, by whom and when, stays",
    ),
)
def log(part: str, last: int, number: int | None) -> None:
    """The keeper's log: what was done at the hub, who did it and from where, the newest first."""
    with open_hub() as hub:
        if number is not None:
            entry = KeeperEntry.get_or_none(KeeperEntry.number == number)
            if entry is None:
                raise Refused(detail=_NO_ENTRY.format(number=number))
            forget(hub, [entry])
        found = entries(part, most=last)
    rows = [
        (each.number, _moment(each), each.said, _about(each), each.who, each.address)
        for each in found
    ]
    headers = (
        Text("编号", "no."),
        Text("时间", "when"),
        Text("做了什么", "what"),
        Text("涉及", "about"),
        Text("谁", "who"),
        Text("地址", "from"),
    )
    answer([_as_json(each) for each in found], table(headers, rows, room()))


_NO_ENTRY = Text("日志里没有第 {number} 条", "the log has no entry {number}")


def _as_json(entry: KeeperEntry) -> JsonObject:
    return {
        "number": entry.number,
        "at": zoned_moment(entry.at).isoformat("T", "seconds"),
        "act": entry.act,
        "about": entry.words,
        "road": entry.road,
        "name": entry.name,
        "address": entry.address,
    }


def _moment(entry: KeeperEntry) -> str:
    return local_moment(entry.at).strftime("%m-%d %H:%M")


def _about(entry: KeeperEntry) -> Text | str:
    return _FORGOTTEN if entry.words is None else joined(entry.words, Text(" · ", " · "))

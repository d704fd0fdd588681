"""`hongxian undo`: what was done last on this laptop is put back, once it has been looked at."""

from __future__ import annotations

import click

from hongxian.model.record import SHORT
from hongxian.terminal.commands import Command, answer
from hongxian.terminal.help import option
from hongxian.terminal.layout import room, table
from hongxian.text import NOTHING, Text
from hongxian.words.values import JsonObject
from hongxian_client.replica.deeds import Deed
from hongxian_client.replica.opening import laptop
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.undoing import (
    NotUndone,
    Undoing,
    deed_of,
    last_deed,
    lately,
    undo,
    what_undoing_would_do,
)
from hongxian_client.text.deeds import name_of_record, told_of
from hongxian_client.text.format import moment, shown_moment

LISTED = 20
_NOT_YET = Text(
    "{count} 条会改回。还没有改动：加 --do 执行。",
    "Records: {count}. Nothing is changed yet: add --do.",
)
_DONE = Text("已撤回，改回 {count} 条。", "Undone. Records put back: {count}.")


@click.command(
    cls=Command,
    zh="""撤回在这台电脑上做的上一件事；先看清单，加 --do 才执行。

    别人后来改过的不动。撤回也能再撤回。
    """,
)
@click.argument("deed", required=False)
@option("--list", "listed", is_flag=True, help=Text("只列出最近做的事", "Only list what was done"))
@option("--do", "really", is_flag=True, help=Text("真的撤回", "Really undo it"))
def undo_command(deed: str | None, listed: bool, really: bool) -> None:
    """Undo the last thing done on this laptop: lists it first; --do undoes it.

    What others have changed since is left alone. Undoing can itself be undone.
    """
    with laptop() as replica:
        if listed:
            _list(replica)
            return
        meant = deed_of(deed) if deed else last_deed()
        undoing = undo(replica, meant) if really else what_undoing_would_do(replica, meant)
        if undoing.why_not is not None:
            raise NotUndone(why=undoing.why_not)
        told = {**_as_json(replica, meant), "records": _steps(undoing), "done": really}
        said = (_DONE if really else _NOT_YET).format(count=len(undoing.done))
        answer(told, [told_of(replica, meant), *_lines(replica, undoing), said])


def _list(replica: Replica) -> None:
    deeds = lately(LISTED)
    headers = (Text("编号", "id"), Text("时间", "when"), Text("谁", "who"), Text("什么", "what"))
    undone = Text("（已撤回）{what}", "(undone) {what}")
    rows = []
    for each in deeds:
        what = told_of(replica, each)
        when = shown_moment(moment(each.at))
        rows.append(
            (
                each.id[-SHORT:],
                when,
                each.person or "",
                undone.format(what=what) if each.undone_by else what,
            )
        )
    answer(
        [_as_json(replica, each) for each in deeds],
        table(headers, rows, room()) if rows else [Text("还没有做过什么", "Nothing was done yet")],
    )


def _as_json(replica: Replica, deed: Deed) -> JsonObject:
    return {
        "id": deed.id,
        "at": moment(deed.at),
        "person": deed.person,
        "what": told_of(replica, deed),
        "undone": deed.undone_by is not None,
    }


def _steps(undoing: Undoing) -> list[JsonObject]:
    return [
        {
            "collection": each.collection,
            "id": each.id,
            "way": each.way,
            "fields": sorted(each.values),
            "stays": each.stays,
        }
        for each in undoing.steps
    ]


def _lines(replica: Replica, undoing: Undoing) -> list[Text | str]:
    headers = (
        Text("数据表", "collection"),
        Text("记录", "record"),
        Text("做法", "way"),
        Text("说明", "notes"),
    )
    rows = [
        (
            replica.title_of(each.collection),
            name_of_record(replica.collections.get(each.collection), each.id)
            or f"…{each.id[-SHORT:]}",
            each.said,
            next(iter(each.stays.values()), NOTHING),
        )
        for each in undoing.steps
    ]
    return list(table(headers, rows, room()))

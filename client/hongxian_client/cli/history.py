"""`hongxian history`."""

from __future__ import annotations

from functools import partial

import click

from hongxian.collections.collection import Collection
from hongxian.model.row import SCOPE
from hongxian.terminal.commands import Command, answer
from hongxian.terminal.language import said
from hongxian.terminal.layout import visible
from hongxian.text import NOTHING, Text
from hongxian.words.values import JsonObject
from hongxian_client.replica.opening import laptop
from hongxian_client.text.format import EMPTY, label_of, shown_moment, shown_plain, team_names
from hongxian_client.text.query import find_row

_HOW = {
    "pushed": "",
    "offered": Text("（补回）", " (offered)"),
    "present": NOTHING,
    "unsent": Text("（未送出）", " (unsent)"),
    "refused": Text("（被退回）", " (refused)"),
    "deferred": Text("（等插件）", " (waits for its plugin)"),
    "held": Text("（等管理员确认）", " (waits for the keeper)"),
}
_BY = Text("{person}（{laptop}）", "{person} ({laptop})")
_DID_NOT_STAND = Text("（没有保留）", " (did not stand)")
_FORGOTTEN = Text("（写了什么已不再保留）", "(what was written is no longer kept)")
_ONLY_LOCAL = Text(
    "连不上社区主机：以上只是本机所知的部分，每个值只有最后一次填写的人和时间。",
    "The hub is out of reach: this is only what this laptop knows, the last write of each value.",
)


@click.command(
    cls=Command,
    zh="""一条记录的来历：谁、何时、改了什么。

    全部来历在社区主机上；断网时只显示本机所知。
    """,
)
@click.argument("collection")
@click.argument("id")
def history_command(collection: str, id: str) -> None:
    """A record's history: who changed what, and when.

    The complete history is on the hub; offline, you see what this laptop knows.
    """
    from hongxian_client.review.history import history_of
    from hongxian_client.transport.link import link_to_hub

    with laptop() as replica:
        kind = replica.collection(collection)
        row = find_row(kind, id, deleted=True)
        entries, complete = history_of(replica, kind, row.id, partial(link_to_hub, replica))
        names = team_names(replica)
        lines = [line for entry in entries for line in _lines(kind, entry, names)]
        told = {"collection": kind.name, "id": row.id, "complete": complete, "entries": entries}
        answer(told, [*lines, *(() if complete else [_ONLY_LOCAL])])
        replica.was_read(kind, [row.id], "history")


def _lines(collection: Collection, entry: JsonObject, teams: dict[str, Text | str]) -> list[str]:
    how = _HOW.get(entry["how"], entry["how"])
    who = entry["who"]
    if entry["person"]:
        who = _BY.format(person=entry["person"], laptop=who)
    lines = [f"{shown_moment(entry['at'])}  {visible(said(who))}{said(how)}"]
    if entry["forgotten"]:
        lines.append(f"  {said(_FORGOTTEN)}")
    for name, value in entry["after"].items():
        before = entry["before"].get(name)
        if value in (None, []) and before in (None, []):
            continue
        sides = [
            visible(
                said(
                    teams.get(side, side) if name == SCOPE else shown_plain(collection, name, side)
                )
            )
            for side in ((before, value) if name in entry["before"] else (value,))
        ]
        change = " → ".join(side or said(EMPTY) for side in sides)
        lost = said(_DID_NOT_STAND) if name in entry["lost"] else ""
        lines.append(f"  {said(label_of(collection, name))}: {change}{lost}")
    return lines

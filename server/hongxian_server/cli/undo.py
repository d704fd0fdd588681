"""`hongxian hub undo`: what a laptop wrote since a time is put back, once it has been looked at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import click

from hongxian.collections.local_time import moment_of
from hongxian.terminal.commands import Command, answer
from hongxian.terminal.help import option
from hongxian.terminal.layout import room, table
from hongxian.text import NOTHING, Text
from hongxian.words.values import JsonObject
from hongxian.writing.putting_back import Step
from hongxian_server.history.names import names_of
from hongxian_server.history.undo import planned
from hongxian_server.history.undo import undo as carry_out
from hongxian_server.membership.devices import numbered
from hongxian_server.ops.opening import open_hub
from hongxian_server.tables.access import incarnations_of


@click.command(cls=Command, zh="撤回一台电脑某时以来所写的内容；先看清单，加 --do 才执行。")
@click.argument("device", type=int)
@option(
    "--since",
    required=True,
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"]),
    help=Text("从何时起，按社区时间（+8）", "From this time on, in the community's time zone (+8)"),
)
@option("--do", "really", is_flag=True, help=Text("真的撤回", "Really undo it"))
def undo(device: int, since: datetime, really: bool) -> None:
    """Undo what a laptop has written since a given time: lists it first; --do undoes it.

    What others have written since is kept, and so is whatever was granted or spent.
    """
    with open_hub() as hub:
        theirs = incarnations_of(numbered(device).laptop)
        steps = planned(hub, theirs, moment_of(since))
        named = names_of(hub, (step.key for step in steps))
        refused = carry_out(hub, steps) if really else []
    reasons = {step.key: why for step, why in refused}
    told = [_as_json(step, named[step.key], reasons.get(step.key)) for step in steps]
    rows = [
        (
            hub.collections[step.collection].title,
            named[step.key],
            step.said,
            next(iter(step.stays.values()), NOTHING),
        )
        for step in steps
    ]
    headers = (
        Text("数据表", "collection"),
        Text("记录", "record"),
        Text("做法", "way"),
        Text("说明", "notes"),
    )
    answer(
        told,
        [
            *table(headers, rows, room()),
            _summary(sum(step.does_anything for step in steps), refused, really),
        ],
    )


def _as_json(step: Step, name: str, refused: Text | None) -> JsonObject:
    return {
        "collection": step.collection,
        "id": step.id,
        "name": name,
        "way": step.way,
        "fields": sorted(step.values),
        "stays": step.stays,
        "refused": refused,
    }


def _summary(count: int, refused: Sequence[tuple[Step, Text]], really: bool) -> Text:
    left = len(refused)
    if not really:
        said = Text(
            "{count} 条。还没有改动：加 --do 执行。",
            "Records: {count}. Nothing is changed yet: add --do.",
        )
    elif left:
        said = Text(
            "改回 {done} 条，{left} 条没能改回：{why}",
            "Put back: {done}; could not be: {left} ({why})",
        )
    else:
        said = Text("已撤回，改回 {count} 条。", "Put back: {count}.")
    why = refused[0][1] if refused else ""
    return said.format(count=count, done=count - left, left=left, why=why)

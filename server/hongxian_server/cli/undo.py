"""`hongxian hub undo`: what a laptop wrote since a time is put back, once it has been looked at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import click

from hongxian.terminal.commands import Command, answer
from hongxian.terminal.help import option
from hongxian.terminal.layout import room, table
from hongxian.text import Text
from hongxian.values import JsonObject
from hongxian_server.history.search import is_confidential
from hongxian_server.history.undo import Step, Way, planned
from hongxian_server.history.undo import undo as carry_out
from hongxian_server.hub import Hub
from hongxian_server.membership.devices import device_record, numbers_of
from hongxian_server.ops.opening import open_hub

WAYS = {
    Way.DELETE: Text("删除", "delete"),
    Way.BRING_BACK: Text("恢复", "bring back"),
    Way.EDIT: Text("改回", "put back"),
}


@click.command(cls=Command, zh="撤销一台电脑某时以来所写的内容；先看清单，加 --do 才执行。")
@click.argument("device", type=int)
@option(
    "--since",
    required=True,
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"]),
    help=Text("从何时起，按本机时区", "From when on, in this machine's zone"),
)
@option("--do", "really", is_flag=True, help=Text("真的撤销", "Really undo it"))
def undo(device: int, since: datetime, really: bool) -> None:
    """Undo what a laptop wrote since a time: it is listed first, and done with --do.

    What others wrote since stays; so does what was granted or spent.
    """
    with open_hub() as hub:
        steps = planned(
            hub, numbers_of(device_record(device).laptop), int(since.timestamp() * 1000)
        )
        named = _names(hub, steps)
        refused = carry_out(hub, steps) if really else []
    reasons = {(step.collection, step.id): why for step, why in refused}
    told = [_as_json(step, named, reasons.get((step.collection, step.id))) for step in steps]
    rows = [
        (
            hub.collections[step.collection].title,
            named[step.collection, step.id],
            _way(step),
            _why(step),
        )
        for step in steps
    ]
    headers = (
        Text("数据表", "collection"),
        Text("记录", "record"),
        Text("做法", "way"),
        Text("说明", "notes"),
    )
    answer(told, [*table(headers, rows, room()), _summary(len(steps), refused, really)])


def _names(hub: Hub, steps: Sequence[Step]) -> dict[tuple[str, str], str]:
    """What people call the records; of confidential ones the beginning of the id alone."""
    found: dict[tuple[str, str], str] = {}
    for name in {step.collection for step in steps}:
        ids = [step.id for step in steps if step.collection == name]
        known = {} if is_confidential(hub, name) else hub.collections[name].names_of(ids)
        found.update({(name, id): known.get(id, id[:8]) for id in ids})
    return found


def _as_json(step: Step, named: dict[tuple[str, str], str], refused: Text | None) -> JsonObject:
    return {
        "collection": step.collection,
        "id": step.id,
        "name": named[step.collection, step.id],
        "way": step.way,
        "fields": sorted(step.values),
        "stays": step.stays,
        "refused": refused,
    }


def _way(step: Step) -> Text:
    return Text("不动", "leave") if "" in step.stays else WAYS[step.way]


def _why(step: Step) -> Text:
    return next(iter(step.stays.values()), Text("", ""))


def _summary(count: int, refused: Sequence[tuple[Step, Text]], really: bool) -> Text:
    left = len(refused)
    if not really:
        said = Text(
            "{count} 条。还没有改动：加 --do 执行。",
            "Records: {count}. Nothing is changed yet: add --do.",
        )
    elif left:
        said = Text(
            "已撤销 {done} 条，{left} 条未能撤销：{why}",
            "Put back: {done}; could not be: {left} ({why})",
        )
    else:
        said = Text("已撤销 {count} 条。", "Put back: {count}.")
    why = refused[0][1] if refused else ""
    return said.format(count=count, done=count - left, left=left, why=why)

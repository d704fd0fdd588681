"""`hongxian today`: what is due, and what waits for a person."""

from __future__ import annotations

from collections.abc import Iterator

import click

from hongxian.collections.builtin import Task
from hongxian.kit.duties import Due, due_by_now
from hongxian.model.record import SHORT
from hongxian.terminal.commands import Command, answer
from hongxian.terminal.language import said
from hongxian.terminal.layout import room, table, visible
from hongxian.text import Text
from hongxian.words.values import JsonObject
from hongxian_client.replica.opening import laptop

_HEADERS = Text("日期", "day"), Text("事项", "what"), Text("编号", "id"), Text("哪种记录", "of")


@click.command(cls=Command, zh="今天：到期的事，和等人处理的事。")
def today_command() -> None:
    """Today: what is due, and the tasks that wait for somebody."""
    with laptop() as replica:
        due = due_by_now(replica, replica.teams())
        open_ones = Task.select().where(Task.done == False).order_by(Task.id)  # noqa: E712
        tasks = [each.text for each in open_ones]
    answer({"due": [_as_json(each) for each in due], "tasks": tasks}, _lines(due, tasks))


def _as_json(due: Due) -> JsonObject:
    record = due.record
    return {
        "day": due.day.isoformat(),
        "title": due.title,
        "collection": record._meta.collection if record else "",
        "id": record.id if record else "",
        "to": due.to if isinstance(due.to, str) else due.to.id,
    }


def _lines(due: list[Due], tasks: list[Text]) -> Iterator[str]:
    if due:
        rows = [(str(each.day), each.title, *_record_of(each)) for each in due]
        yield from table(_HEADERS, rows, room())
    else:
        yield said(Text("没有到期的事", "Nothing is due"))
    for task in tasks:
        yield visible(f"· {said(task)}")


def _record_of(due: Due) -> tuple[str, str]:
    record = due.record
    return (record.id[-SHORT:], record._meta.collection) if record else ("", "")

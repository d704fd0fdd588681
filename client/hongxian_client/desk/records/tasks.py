"""Tasks beside the records that they are about: one leads to the other."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from markupsafe import Markup

from hongxian.collections.builtin import Task
from hongxian.collections.collection import Collection
from hongxian_client.desk.formatting import titles_of
from hongxian_client.replica.replica import Replica
from hongxian_web import words

TASKS = str(Task._meta.collection)


@dataclass(frozen=True)
class Told:
    """One task, and the page that it leads to."""

    text: Markup
    url: str


def tasks_of(collection: Collection, id: str) -> list[Told]:
    """The open tasks about a record, each leading to its own page, where it is ticked off."""
    about = (Task.collection == collection.name) & (Task.record == id)
    found = Task.select().where(about, Task.done == False).order_by(Task.id)  # noqa: E712
    return [
        Told(words.marked(each.text), url_for("records.show", name=TASKS, id=each.id))
        for each in found
    ]


def record_of(replica: Replica, name: str | None, id: str | None) -> tuple[str, str] | None:
    """What a record is called that a task is about, and its page; None where it is not here."""
    title = titles_of(replica, name, [id]).get(id) if name and id else None
    return (title, url_for("records.show", name=name, id=id)) if title else None

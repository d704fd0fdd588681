"""Keys that several records hold, and no rule can take from one of them: a person is told by tasks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from peewee import SQL

from hongxian.collections.builtin import Task
from hongxian.collections.collection import Collection
from hongxian.model.claim import Claim, Key
from hongxian.model.row import Row
from hongxian.storage.state import State
from hongxian.text import Text
from hongxian.words.values import Values
from hongxian.writing.claim_holders import shown_key
from hongxian_server.store import HubStore

LONGEST_KEY = 150
"""Characters of a key in a task's text."""
_ALIKE = Text(
    "{key}：{n} 条记录占着同一个号（全角半角、空格不同也算同一个），请核对后改掉。",
    "{key}: {n} records hold it, for width and blanks make no other key. See which is to stay and change the others.",
)


@dataclass
class DoublesTold(State):
    """Which claims' doubles were looked for."""

    doubles_told: dict[str, list[str]] = field(default_factory=dict)
    """By collection the rules by which its keys were made then."""


def tell_doubles(hub: HubStore) -> None:
    """Open a task for each record that holds a key with others, once a claim or what keys are made by is new."""
    told = DoublesTold.read().doubles_told
    rules = {name: each.claim_rules for name, each in hub.collections.items() if each.claims}
    fresh = [hub.collections[name] for name, each in rules.items() if told.get(name) != each]
    if not fresh:
        return
    with hub.transaction():
        open_tasks(hub, [task for each in fresh for task in held_twice(hub, each, _ALIKE)])
        with DoublesTold.changing() as state:
            state.doubles_told |= {each.name: each.claim_rules for each in fresh}


def held_twice(hub: HubStore, collection: Collection, text: Text) -> list[Values]:
    """A task for each record that holds a key with others; `text` says so of a `key` and `n` of them."""
    return [
        task_for(row, collection, text.format(key=_shown(hub, collection, claim, row), n=len(held)))
        for column, claim in collection.keys.items()
        for held in _doubles(collection, column, claim)
        for row in held
    ]


def _doubles(collection: Collection, column: str, claim: Claim) -> Iterable[Sequence[Row]]:
    twice = (
        f'SELECT {column} FROM "{collection.table}" WHERE {column} IS NOT NULL '
        f"GROUP BY {column} HAVING count(*) > 1"
    )
    held: dict[Key | None, list[Row]] = defaultdict(list)
    for row in collection.rows(f"{column} IN ({twice}) ORDER BY id"):
        held[claim.key_of(row.values)].append(row)
    return held.values()


def _shown(hub: HubStore, collection: Collection, claim: Claim, row: Row) -> Text:
    spelling = claim.spelling_of(row.values)
    shown = shown_key(hub, collection, claim, spelling, lambda scope: scope == row.scope)
    return Text(shown.zh[:LONGEST_KEY], shown.en[:LONGEST_KEY])


def task_for(row: Row, collection: Collection, text: Text) -> Values:
    """A task about a record, for those who have it."""
    return {"scope": row.scope, "collection": collection.name, "record": row.id, "text": text}


def open_tasks(hub: HubStore, tasks: Sequence[Values]) -> None:
    """Open those tasks that are not open already."""
    told = {
        (each.collection, each.record, each.text)
        for each in Task.select().where(
            ~Task.done, SQL(*hub.database.among("record", [t["record"] for t in tasks]))
        )
    }
    hub.create(Task, [t for t in tasks if (t["collection"], t["record"], t["text"]) not in told])

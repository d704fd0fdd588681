"""Marks that stand: a task for each thing that is kept although a rule says it is not right.

A task has an id that follows from what it says, so that laptops which find the same make one. It closes
by itself when its record is right, and what the rule looked at is kept beside it, on each side its own: a
change of any of that has the rule asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain

from peewee import CharField, CompositeKey, Model

from hongxian.collections.builtin import Task
from hongxian.collections.collection import Collection
from hongxian.errors import Refused
from hongxian.kit.rules.judging import Finding, Judge
from hongxian.kit.seen import Looked, Lying
from hongxian.kit.typed import Reader
from hongxian.model.record import RecordMetadata, new_id, same_id
from hongxian.model.row import Row
from hongxian.text import Text
from hongxian.words.values import Value, Values

AT_ONCE = 200
"""Marks that one commit has judged again, at most; the others wait for the next."""
MOST_LOOKED = 100
"""Records that are kept as what one mark looked at; of more of a collection, all of it."""
MOST_TIMES = 100
"""That one mark of one record is told under an id that all laptops know."""
_DUE = "due"
"""In the place of a collection: the mark is to be judged again."""


class Watched(Model):  # type: ignore[misc]
    """One thing that the rule of an open task looked at."""

    task = CharField(max_length=36)
    collection = CharField(max_length=80)
    value = CharField(max_length=80)
    """A record's id, or "" for all of the collection."""

    class Meta:
        model_metadata_class = RecordMetadata
        table_name = "hongxian_watched"
        primary_key = CompositeKey("collection", "value", "task")
        indexes = ((("task",), False),)


Sides = Iterable[tuple[str, Mapping[str, Value]]]
"""Ids and values of records, as they were and as they are."""
Changed = Mapping[str, Callable[[], Sides]]
"""By collection what was written, for whoever asks."""


def settle(judge: Judge, findings: Sequence[Finding], changed: Changed) -> None:
    """Open the tasks of what is marked and close those of what is right, inside the caller's commit."""
    _settle(judge, findings)
    _make_due(judge, changed)
    waits = Watched.select(Watched.task).where(Watched.collection == _DUE).order_by(Watched.task)
    due = [task for (task,) in waits.limit(AT_ONCE).tuples()]
    if due:
        Watched.delete().where(Watched.task.in_(due)).execute()
        _settle(judge, list(_again(judge, due)))


def _settle(judge: Judge, findings: Sequence[Finding]) -> None:
    last = {(each.rule.name, each.record.id): each for each in findings}  # of several transactions
    asked = [each for each in last.values() if each.mark is not None or not each.is_new]
    if not asked:
        return
    store, tasks = judge.store, judge.store.collection(Task._meta.collection)
    open_ones = _open_tasks(tasks, [each.record.id for each in asked])
    opened: list[Values] = []
    closed: list[str] = []
    watched: list[tuple[str, Finding]] = []
    for each in asked:
        own = [
            row
            for row in open_ones.get(each.record.id, ())
            if row.values.get("rule") == each.rule.name
        ]
        same = [row.id for row in own if each.mark and _says(row, each.mark.text)]
        closed += [row.id for row in own if row.id not in same]
        if each.mark is not None:
            id = same[0] if same else _free_id(tasks, each, [new["id"] for new in opened])
            watched.append((id, each))
            if not same:
                opened.append(_task(id, each, each.mark.text))
    if opened:
        store.create(Task, opened)
    if closed:
        store.edit(Task, {id: {"done": True} for id in closed})
        Watched.delete().where(Watched.task.in_(closed)).execute()
    _watch(watched)


def _open_tasks(tasks: Collection, records: Sequence[str]) -> dict[str, list[Row]]:
    """The open tasks that rules have opened about these records, by record."""
    condition, parameters = tasks.database.among("record", list(dict.fromkeys(records)))
    found: dict[str, list[Row]] = {}
    for row in tasks.rows(
        f"rule IS NOT NULL AND NOT done AND NOT deleted AND {condition}", parameters
    ):
        found.setdefault(row.values["record"], []).append(row)
    return found


def _says(row: Row, text: Text) -> bool:
    return bool(Task.text.python_value(row.values["text"]) == text)


def _free_id(tasks: Collection, finding: Finding, taken: Sequence[str]) -> str:
    """Of what was told before and was right again, the next time has an id of its own.

    Where so many are taken that somebody took them on purpose, it is one that nobody can know.
    """
    text = finding.mark.text if finding.mark else Text.of("")
    for number in range(MOST_TIMES):
        parts = (finding.rule.name, finding.record.id, text.zh, text.en, str(number))
        id = same_id("hongxian.mark", *parts)
        if id not in taken and not tasks.rows_by_id([id]):
            return id
    return new_id()


def _task(id: str, finding: Finding, text: Text) -> Values:
    return {
        "id": id,
        "scope": finding.record.scope,
        "text": text,
        "rule": finding.rule.name,
        "collection": finding.rule.collection,
        "record": finding.record.id,
    }


# -- what they looked at ---------------------------------------------------------------------


def _watch(marked: Iterable[tuple[str, Finding]]) -> None:
    rows = [(id, *each) for id, finding in marked for each in sorted(_few(finding.looked))]
    if rows:
        fields = (Watched.task, Watched.collection, Watched.value)
        Watched.insert_many(rows, fields).on_conflict_ignore().execute()


def _few(looked: Iterable[Looked]) -> set[Looked]:
    by_collection: dict[str, set[Looked]] = {}
    for each in looked:
        by_collection.setdefault(each.collection, set()).add(each)
    return set(
        chain.from_iterable(
            found if len(found) <= MOST_LOOKED else {Looked(name, "")}
            for name, found in by_collection.items()
        )
    )


def _make_due(judge: Judge, changed: Changed) -> None:
    """Put down the marks whose rules looked at any of these rows."""
    names = [name for (name,) in Watched.select(Watched.collection).distinct().tuples()]
    for name in names:
        if name in changed and name in judge.store.collections:
            values = {"", *_values_of(judge.reader(name), changed[name]())}
            own = Watched.collection == name
            found = Watched.select(Watched.task).where(own & Watched.value.in_(list(values)))
            due = [(task, _DUE, "") for (task,) in found.distinct().tuples()]
            if due:
                fields = (Watched.task, Watched.collection, Watched.value)
                Watched.insert_many(due, fields).on_conflict_ignore().execute()


def _values_of(reader: Reader, sides: Sides) -> Iterator[str]:
    references = [n for n, column in reader.collection.columns.items() if column.reference]
    for id, values in sides:
        yield id
        yield from (values[n] for n in references if values.get(n))


def _again(judge: Judge, due: Sequence[str]) -> Iterable[Finding]:
    """What the rules say now of what these tasks are about, by the settings of when that was written."""
    tasks = judge.store.collection(Task._meta.collection).rows_by_id(due)
    for task in tasks.values():
        name, id, rule = (str(task.values.get(n)) for n in ("collection", "record", "rule"))
        known = judge.rules.named(name, rule) if name in judge.store.collections else None
        if known is None or task.deleted or task.values["done"]:
            continue
        row = judge.reader(name).collection.rows_by_id([id]).get(id)
        if row is None:
            continue
        record = judge.reader(name).of_row(row)
        if row.deleted:
            yield Finding(known[1], record, is_new=False, mark=None)
            continue
        try:
            yield from judge.ask(*known, record, record, row.newest, Lying())
        except Refused:  # of what nobody has changed nothing can be refused: the task stays
            continue

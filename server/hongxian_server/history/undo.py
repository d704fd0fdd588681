"""Undo: what some laptops wrote since a time is put back, by ordinary changes of the hub.

What others wrote since upon a record stays: only fields that are still as those laptops left them go
back to what they were before. Nothing is rewritten, so an undo can itself be undone by hand.
"""

from __future__ import annotations

from collections.abc import Collection as Some
from collections.abc import Iterator, Mapping, Sequence

from hongxian.collections.collection import Collection
from hongxian.errors import HongxianError
from hongxian.kinds.merged.merge_state import MergeStateColumn
from hongxian.model.row import DELETED, SCOPE, WRITTEN_BY, Key, Row
from hongxian.text import Text
from hongxian.words.logs import logger
from hongxian.writing.putting_back import USED, Step, Way, put_back, unmade
from hongxian_server.hub import Hub
from hongxian_server.intake.revival import GONE, revival
from hongxian_server.tables import journal
from hongxian_server.tables.journal import Block, Entry
from hongxian_server.tables.keeper_log import Act, note

log = logger(__name__)


_WENT_ON = Text("别的电脑后来又改过", "others have written on it since")
_FORGOTTEN = Text("先前的内容已不再保留", "what was there before is no longer kept")


def planned(hub: Hub, incarnations: Some[int], since: int) -> list[Step]:
    """What an undo would do, the newest record first; `since` is in milliseconds since 1970.

    By the hub's clock, as it took the changes in. Of a collection whose plugin is away nothing is told.
    The journal is read once, from its end to the first block that is concerned.
    """
    theirs = (Block.incarnation.in_(sorted(incarnations))) & (Block.at >= since)
    numbers = [number for (number,) in Block.select(Block.number).where(theirs).tuples()]
    if not numbers:
        return []
    concerned, bad = set(numbers), set[int]()
    records: dict[Key, list[Entry]] = {}
    for block in Block.select().where(Block.number.in_(numbers)).iterator():
        for key, entry in journal.entries_in(block):
            records[key] = []
            bad.add(entry.seq)
    later = Block.select().where(Block.number >= min(concerned)).order_by(Block.number.desc())
    for block in later.iterator():
        for key, entry in journal.entries_in(block):
            if key in records:
                records[key].append(entry)
    return list(_steps(hub, records, bad))


def _steps(hub: Hub, records: Mapping[Key, list[Entry]], bad: Some[int]) -> Iterator[Step]:
    ids: dict[str, list[str]] = {}
    for name, id in records:
        ids.setdefault(name, []).append(id)
    rows = {
        name: hub.collections[name].rows_by_id(each)
        for name, each in ids.items()
        if name in hub.collections
    }
    for (name, id), entries in sorted(records.items(), key=_newest, reverse=True):
        row = rows.get(name, {}).get(id)
        held = revival(hub, hub.collections[name], row) if row and row.deleted else row
        step = row and _step(hub.collections[name], held or row, entries, bad)
        if step and step.way is Way.BRING_BACK and held is None:
            step.stays[""] = GONE
        if step:
            yield step


def _newest(record: tuple[Key, list[Entry]]) -> int:
    return record[1][0].seq


def undo(hub: Hub, steps: Sequence[Step]) -> list[tuple[Step, Text]]:
    """Put records back, each by itself; returns those that were refused, with the reason."""
    refused = []
    for step in steps:
        if not step.does_anything:
            continue
        try:
            with hub.transaction():
                put_back(hub, step)
        except HongxianError as error:
            refused.append((step, error.text))
    done = sum(step.does_anything for step in steps) - len(refused)
    note(hub, Act.UNDONE, done)
    log.info("undone refused=%d of=%d", len(refused), len(steps))
    return refused


def _step(
    collection: Collection, row: Row, entries: Sequence[Entry], bad: Some[int]
) -> Step | None:
    """What puts one record back; None where nothing of theirs is left to be seen."""
    made, id = entries[-1], row.id
    if made.is_new and made.seq in bad:
        others = any(entry.seq not in bad for entry in entries)
        return unmade(collection, row, {"": _WENT_ON} if others else {})
    step = Step(collection.name, id, Way.EDIT)
    for name in dict.fromkeys(
        name for entry in entries if entry.seq in bad for name in entry.after
    ):
        if name != WRITTEN_BY:
            _put_back(step, collection, row, name, entries, bad)
    if DELETED in step.values:
        step.way = Way.BRING_BACK
    return step if step.values or step.stays else None


def _put_back(
    step: Step,
    collection: Collection,
    row: Row,
    name: str,
    entries: Sequence[Entry],
    bad: Some[int],
) -> None:
    """Add one field to a step: its value of before, or why it stays."""
    column = collection.columns.get(name)
    wrote = [entry for entry in entries if name in entry.after]
    if any(each.before_gone or each.after_gone for each in wrote if each.seq in bad):
        step.stays[name] = _FORGOTTEN
        return
    if isinstance(column, MergeStateColumn):
        value = column.taken_back([each.after[name] for each in wrote if each.seq in bad])
        if value is None:
            step.stays[name] = USED
        else:
            step.values[name] = value
        return
    if column is None and name not in (DELETED, SCOPE):
        return  # of a plugin's later release: its values stand in no table here
    if wrote[0].seq not in bad or wrote[0].stamp != row.stamp_of(name):
        step.stays[name] = _WENT_ON
        return
    before = row.values.get(name)
    for entry in wrote:
        if entry.seq not in bad:
            break
        before = entry.before.get(name)
    if before != row.values.get(name):
        step.values[name] = before

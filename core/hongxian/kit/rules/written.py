"""What a store itself writes, held against the rules: a laptop's writes, and what the hub writes of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from hongxian.collections.collection import Collection
from hongxian.kit.rules.judging import Finding, Judge
from hongxian.kit.rules.standing import Sides, settle
from hongxian.kit.seen import Layer, Lying, Tables
from hongxian.merges.quota import step_of
from hongxian.model.row import Change, Row, ids_by_collection, merge_change, new_row
from hongxian.writing.capture import Transaction, Written


@contextmanager
def judged(
    judge: Judge, transaction: Transaction, collection: Collection, written: Written
) -> Iterator[None]:
    """Have the rules asked about what is stored inside: of records that are transactions of their own at once.

    Of others what they were is kept until the end. Nobody is asked about what the engine brings, nor
    about rights that the hub deals.
    """
    name = collection.name
    is_dealing = judge.at_hub and all(deals_only(collection, each) for each in written.changes)
    is_asked = judge.is_watched(name) and judge.judges_any([name])
    if is_dealing or not (is_asked or (judge.at_hub and not transaction.separate)):
        yield
    elif transaction.separate:
        findings = _findings_of_each(judge, collection, written)
        yield
        _settle_each(judge, collection, written, findings)
    else:
        for change in written.changes:
            key, view = (collection.name, change.id), written.views.get(change.id)
            if key not in transaction.before:
                transaction.before[key] = view.local.copy() if view else None
        yield


def deals_only(collection: Collection, change: Change) -> bool:
    """Whether a change of the hub's says of quotas who holds the rights, and nothing else of its record."""
    return change.values.keys() <= collection.quotas and not any(
        step_of(part).is_use for part in change.values.values()
    )


def judge_transaction(judge: Judge, transaction: Transaction) -> None:
    """Ask the rules about the whole of a transaction, each record once; raises `Refused`."""
    before = dict(transaction.before)
    fresh = [key for key in before if key not in transaction.judged and judge.is_watched(key[0])]
    if not fresh or not judge.judges_any(name for name, _ in fresh):
        return
    transaction.judged.update(fresh)
    stamp, findings, lying = transaction.stamp(), list[Finding](), Lying(before=before)
    writer = judge.store.writer()
    by_collection = ids_by_collection(fresh)
    for name, ids in by_collection.items():
        if judge.judges(name):
            rows = judge.store.collection(name).rows_by_id(ids)
            for id in ids:
                if id in rows:
                    step = judge.step(name, before[name, id], rows[id])
                    findings += judge.findings(step, stamp, lying, writer)
    changed = {
        name: partial(_sides, judge.store.collection(name), ids, [before[name, id] for id in ids])
        for name, ids in by_collection.items()
    }
    settle(judge, findings, changed)


def _sides(collection: Collection, ids: Sequence[str], before: Sequence[Row | None]) -> Sides:
    rows = [*filter(None, before), *collection.rows_by_id(ids).values()]
    return [(row.id, row.values) for row in rows]


def _findings_of_each(judge: Judge, collection: Collection, written: Written) -> list[Finding]:
    """What they say before these are stored; each sees those before it. Raises `Refused`."""
    if not judge.judges(collection.name):
        return []
    findings: list[Finding] = []
    layer, tables = Layer(judge.reader(collection.name)), Tables()
    writer = judge.store.writer()
    for change in written.changes:
        view = written.views.get(change.id)
        after = view.local.copy() if view else new_row(change, writer.laptop)
        if view:
            merge_change(after, change, collection.rule_of)
        step = judge.step(collection.name, view.local if view else None, after)
        layer.add(step.record)
        was = {(collection.name, change.id): view.local if view else None}
        lying = Lying([{collection.name: layer}], was, tables)
        findings += judge.findings(step, change.stamp, lying, writer)
    return findings


def _settle_each(
    judge: Judge, collection: Collection, written: Written, findings: Sequence[Finding]
) -> None:
    if written.changes:
        ids = [change.id for change in written.changes]
        sides = [view.local for view in written.views.values()]
        changed = {collection.name: partial(_sides, collection, ids, sides)}
        settle(judge, findings, changed)

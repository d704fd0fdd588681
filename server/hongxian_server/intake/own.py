"""What the hub itself writes held against quotas, and what it writes for phones against the books, as a laptop's is.

Rules, claims and references it meets where it is captured; whether it spends what it holds, there too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hongxian.collections.collection import Collection
from hongxian.errors import Refused
from hongxian.merges.quota import step_of
from hongxian.model.row import DELETED, Change, Row, ids_by_collection
from hongxian.text import Text, sentences
from hongxian.wire.verdicts import Verdict, VerdictKind
from hongxian.writing.capture import Transaction
from hongxian_server.intake.books import Books
from hongxian_server.intake.draft import Draft
from hongxian_server.intake.quotas import more_back_than_spent
from hongxian_server.intake.validate import Reading
from hongxian_server.store import HubStore

_LATER = Text("主机正在补齐数据，请稍后。", "The hub waits for what laptops hold; try again later.")


def raise_refusal(verdict: Verdict) -> None:
    """Tell whoever wrote why the hub did not take it in."""
    detail = sentences(why for each in verdict.reasons.values() for why in each)
    raise Refused(detail=detail or _LATER)


def judge_own_quotas(
    draft: Draft, changes: Sequence[tuple[Collection, Change]], *, recovering: bool
) -> Verdict | None:
    """What stands against one statement's use of quotas; None if nothing does.

    A hub that is being refilled does not know what it passed on before: it spends nothing.
    """
    for collection, change in changes:
        for name in sorted(collection.quotas & change.values.keys()):
            step = step_of(change.values[name] or {})
            if recovering and (step.spent or step.passed):
                return Verdict(stamp=draft.stamp, verdict=VerdictKind.LATER)
            refusal = more_back_than_spent(draft, (collection.name, change.id), name)
            if step.given_back and refusal is not None:
                return refusal
    return None


def judge_by_books(hub: HubStore, transaction: Transaction) -> None:
    """Hold what a phone wrote, as a whole and once it is in the tables, against the books; raises `Refused`.

    What follows from it by exchanges comes later, and is the hub's own.
    """
    keys = [key for key in transaction.before if key[0] in hub.booked]
    if not keys or hub.recovering:
        return
    draft = Draft(transaction.stamp())
    for name, ids in ids_by_collection(keys).items():
        for id, row in hub.collections[name].rows_by_id(ids).items():
            before = transaction.before[name, id]
            draft.before[name, id], draft.rows[name, id] = before, _as_it_went(row, before)
    changes = [
        (hub.collections[name], change)
        for name, changes in transaction.changes.items()
        for change in changes
        if (name, change.id) in draft.rows
    ]
    verdict = Books(hub, Reading(hub, hub.writer()), {}).judge_stored(draft, changes)
    if verdict is not None:
        raise_refusal(verdict)


def _as_it_went(row: Row, before: Row | None) -> Row:
    """A record with what it held: the table has a tombstone without its values."""
    if not row.deleted or before is None:
        return row
    return replace(row, values={**before.values, DELETED: True})

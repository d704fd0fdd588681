"""How much a record and a transaction may hold, asked when they are written: what is stored can go out.

In the worst case nothing of it can be compressed. A transaction then fits into one request (64 MiB, see
`docs/serving.md`), and a record into one frame (16 MiB). So does a conflict, itself a record, that tells two
values as JSON in JSON, each at most twice as long: hence the bound of one value.
"""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from hongxian.collections.builtin import LONGEST_JSON
from hongxian.collections.collection import Collection
from hongxian.errors import RecordTooLarge, TransactionTooLarge, ValueTooLarge
from hongxian.model.row import DELETED
from hongxian.wire.page import FRAME, FRAME_BYTES
from hongxian.wire.weight import Weight, weight_of
from hongxian.words.values import Value, Values
from hongxian.writing.capture import Transaction, Written

VALUE = Weight(LONGEST_JSON, 2**17)
RECORD = Weight(8 * 2**20, 2**19)
TRANSACTION = Weight(48 * 2**20, 2**20)
SMALL = VALUE.values
"""Bytes of a record that need not be weighed: JSON has at least as many bytes as values."""


def refuse_too_large(transaction: Transaction, collection: Collection, written: Written) -> None:
    """Raise `ValueTooLarge`, `RecordTooLarge`, or `TransactionTooLarge` for what the transaction would hold."""
    told = [change.values for change in written.changes]
    weight = _weight(told)
    before = [
        written.views[each.id].local.values if each.id in written.views else {}
        for each in written.changes
    ]
    any_may_be = weight.exceeds(VALUE) or (weight + _weight(before)).exceeds(RECORD)
    for held, values in zip(before, told, strict=True) if any_may_be else ():
        if len(orjson.dumps([held, values])) > SMALL:
            _refuse_large_values(collection, values)
            _refuse_if_too_large(collection, held, values)
    if not transaction.separate:
        both = Weight(*transaction.weight) + weight
        if both.exceeds(TRANSACTION):
            raise TransactionTooLarge(limit=f" {TRANSACTION.bytes // 2**20} MB")
        transaction.weight = both.bytes, both.values


def is_too_large(changes: Sequence[bytes]) -> bool:
    """Whether a transaction, given by its changes as JSON, is one that no hub takes."""
    weights = list(map(weight_of, changes))
    return sum(weights, Weight()).exceeds(TRANSACTION) or any(
        each.exceeds(FRAME) or each.bytes > FRAME_BYTES for each in weights
    )


def _weight(held: Value) -> Weight:
    return weight_of(orjson.dumps(held))


def _refuse_large_values(collection: Collection, told: Values) -> None:
    for name, column in collection.columns.items() if collection.writers != "hub" else ():
        is_told_whole = name in told and not column.merge.keeps_both
        if is_told_whole and _weight(told[name]).exceeds(VALUE):
            raise ValueTooLarge(
                collection=collection.name, field=column.label, limit=VALUE.bytes // 2**20
            )


def _refuse_if_too_large(collection: Collection, before: Values, told: Values) -> None:
    """Refuse a record that these values make too large; one that is so already may shrink, and go."""
    values = {**before, **told}
    weight = _weight(values)
    if told.get(DELETED) or not weight.exceeds(RECORD) or weight.bytes <= _weight(before).bytes:
        return
    largest = max(values, key=lambda name: len(orjson.dumps(values[name])))
    column = collection.columns.get(largest)
    raise RecordTooLarge(
        collection=collection.name,
        field=column.label if column else largest,
        limit=RECORD.bytes // 2**20,
    )

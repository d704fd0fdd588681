"""From what a person or plugin wrote to the changes of a transaction: checked, allowed, stamped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from hongxian.collections.collection import Collection
from hongxian.collections.rights import Writer, may_write, refuse_unless_allowed
from hongxian.collections.store_protocol import PresentStore
from hongxian.errors import (
    Invalid,
    OnlyMovesForward,
    RecordUnknown,
    Refused,
    TransactionTooLarge,
    UnknownField,
)
from hongxian.kinds.reference import are_ids
from hongxian.model.record import SYSTEM_FIELDS, new_id
from hongxian.model.row import (
    DELETED,
    SCOPE,
    WRITTEN_BY,
    Change,
    Key,
    RecordView,
    Row,
    local_rows,
)
from hongxian.model.stamp import Clock, Stamp
from hongxian.model.transaction_id import TransactionId, TransactionIds
from hongxian.quotas import step_of_use
from hongxian.text import Text
from hongxian.words.incarnation import Incarnation
from hongxian.words.values import Value, Values
from hongxian.writing.claim_holders import refuse_taken
from hongxian.writing.new_scopes import scopes_of_new

LARGEST_TRANSACTION = 5_000
"""Records that one transaction may write."""
_STAYS_VOID = Text(
    "“{field}”不能撤回；若仍要它，请另记一条。", "“{field}” is final; write another if it counts."
)
_RECORDS = Text(" {n} 条记录", "{n} {n:record|records}")


class Transaction:
    """What is being written together.

    `shared` is one stamp for all, unless the records are written `separately`: then each record is a
    transaction of its own and gets a stamp of its own, in one commit.
    """

    def __init__(self, clock: Clock, ids: TransactionIds, separate: bool) -> None:
        self.clock = clock
        self.ids = ids
        self.separate = separate
        self.changes: dict[str, list[Change]] = {}
        self.shared = None if separate else clock.tick()
        self._id = None if separate else ids.draw()
        self.deleted: list[Key] = []
        """What was deleted, and what refers to it not asked about yet; see `deleting.py`."""
        self.before: dict[Key, Row | None] = {}
        """What its records were before it, None for those that it makes; not of `separate` ones."""
        self.judged: set[Key] = set()
        """Those of them about which the rules were asked."""
        self.weight = 0, 0
        """Bytes and values of its changes as JSON, where they travel together; see `bounds.py`."""

    @property
    def owner(self) -> Incarnation:
        """Whose shares, entries and dots are written."""
        return self.clock.incarnation

    def stamp(self) -> Stamp:
        """The stamp for the next record."""
        return self.shared or self.clock.tick()

    def id(self) -> TransactionId:
        """The id for the next record, to be asked once for each stamp."""
        return self._id or self.ids.draw()

    @property
    def written(self) -> dict[str, list[str]]:
        """The ids of the records that it writes, by collection."""
        return {name: [each.id for each in changes] for name, changes in self.changes.items()}

    def add(self, collection: str, changes: Sequence[Change]) -> None:
        """Take note of changes; refuses more records than may travel together."""
        self.changes.setdefault(collection, []).extend(changes)
        self.deleted += [(collection, each.id) for each in changes if each.values.get(DELETED)]
        count = sum(map(len, self.changes.values()))
        if not self.separate and count > LARGEST_TRANSACTION:
            raise TransactionTooLarge(limit=_RECORDS.format(n=LARGEST_TRANSACTION))


T = TypeVar("T", contravariant=True)


@dataclass(frozen=True)
class Written:
    """What was written to a collection by one statement."""

    changes: list[Change]
    views: Mapping[str, RecordView[Any]]  # Any: a laptop's pending changes are its own `Entry`
    """Of each record that is edited, as it was before: nobody need read it again."""


class Capture(Protocol[T]):
    """Makes changes of what was written: rows, edits by id, or the ids of what is deleted."""

    def __call__(
        self, store: PresentStore, collection: Collection, what: T, transaction: Transaction, /
    ) -> Written:
        """The changes, checked. Raises `Invalid`, `NotAllowed`, `Taken`."""


_ENGINE_KEEPS = frozenset(SYSTEM_FIELDS) - {SCOPE, DELETED}


def new_changes(
    store: PresentStore,
    collection: Collection,
    rows: Sequence[Mapping[str, Value]],
    transaction: Transaction,
) -> Written:
    """The changes that make these records."""
    _refuse_unknown_fields(collection, {name for row in rows for name in row})
    changes = []
    scopes = scopes_of_new(store, collection, rows)
    for id, row, scope in zip(_ids_of(collection, rows), rows, scopes, strict=True):
        stamp = transaction.stamp()
        values: Values = {SCOPE: scope}
        for name in collection.columns:
            given = row[name] if name in row else collection.default_of(name)
            values[name] = _part(store, collection, None, name, given, transaction.owner)
        changes.append(Change(id, stamp, values, whole=True))
    _check(collection, changes)
    writer = store.writer()
    for change in changes:
        refuse_unless_allowed(collection, None, change, writer)
    if collection.claims:
        refuse_taken(store, collection, changes, {})
    _sign(store, collection, changes, {}, writer)
    return Written(changes, {})


def _ids_of(collection: Collection, rows: Sequence[Mapping[str, Value]]) -> list[str]:
    ids = [row.get("id") or new_id() for row in rows]
    if not are_ids(ids):
        raise Invalid(
            collection=collection.name, reasons={"id": [Text("不是编号。", "Not an id.")]}
        )
    return ids


def edit_changes(
    store: PresentStore,
    collection: Collection,
    edits: Mapping[str, Mapping[str, Value]],
    transaction: Transaction,
) -> Written:
    """The changes that bring these records to the given values; what is so already is left out."""
    _refuse_unknown_fields(collection, {name for values in edits.values() for name in values})
    are_uses = collection.quotas.issuperset(name for given in edits.values() for name in given)
    views = (
        store.view_for_uses(collection, list(edits), transaction.shared)
        if are_uses
        else store.view(collection, list(edits))
    )
    rows = local_rows(views)
    changes = []
    for id, given in edits.items():
        row = rows.get(id)
        if row is None:
            raise RecordUnknown(id=id, collection=collection.name)
        stamp = transaction.stamp()
        values = {
            name: _part(store, collection, row, name, value, transaction.owner)
            for name, value in given.items()
            if name not in _ENGINE_KEEPS
        }
        values = {
            name: value
            for name, value in values.items()
            if value != (row.values.get(name) if not collection.rule_of(name).keeps_both else {})
        }
        if values:
            group = collection.with_their_groups(values)  # one stamp tells of all of it
            values |= {n: row.values.get(n) for n in sorted(group - values.keys())}
            replaced = {
                name: row.newest_before(stamp) if name == DELETED else row.stamp_of(name)
                for name in values
            }
            changes.append(Change(id, stamp, values, replaced))
    _check(collection, changes)
    writer = store.writer()
    for change in changes:
        row = rows[change.id]
        _refuse_backwards(collection, row, change)
        refuse_unless_allowed(collection, row, change, writer)
    if collection.claims:
        living = [change for change in changes if not rows[change.id].deleted]
        refuse_taken(store, collection, living, rows)
    if not are_uses:  # a use is told by whose rights it spends, and must stay nothing else
        _sign(store, collection, changes, rows, writer)
    return Written(changes, {change.id: views[change.id] for change in changes})


def delete_changes(
    store: PresentStore, collection: Collection, ids: Sequence[str], transaction: Transaction
) -> Written:
    """The changes that make these records tombstones."""
    return edit_changes(store, collection, {id: {DELETED: True} for id in ids}, transaction)


def _part(
    store: PresentStore,
    collection: Collection,
    row: Row | None,
    name: str,
    value: Value,
    owner: int,
) -> Value:
    """What travels when the incarnation `owner` writes a value to a field; `row` is the record as seen (None: new)."""
    column = collection.columns.get(name)
    if column is None:
        return value
    if name in collection.quotas:
        value = step_of_use(store, collection, row, name, value, owner)
    return column.part(row.values.get(name) if row else None, value, owner)


def _refuse_unknown_fields(collection: Collection, names: set[str]) -> None:
    for name in sorted(names - collection.columns.keys() - set(SYSTEM_FIELDS)):
        raise UnknownField(collection=collection.name, name=name, known=list(collection.columns))


def _check(collection: Collection, changes: Sequence[Change]) -> None:
    """Give the values the schema's verdict, column by column, as the hub will."""
    groups: dict[tuple[bool, tuple[str, ...]], list[Change]] = {}
    for change in changes:
        names = tuple(name for name in change.values if name in collection.columns)
        groups.setdefault((change.whole, names), []).append(change)
    for (whole, names), group in groups.items():
        columns = [[change.values[name] for change in group] for name in names]
        checked, bad = collection.checker.check(names, columns, whole=whole)
        for reasons in bad.values():
            raise Invalid(collection=collection.name, reasons=reasons)
        for name, column, before in zip(names, checked, columns, strict=True):
            if column is not before:
                for change, value in zip(group, column, strict=True):
                    change.values[name] = value


def _refuse_backwards(collection: Collection, row: Row, change: Change) -> None:
    """A value that the merge would not keep must not vanish unseen: say so at once."""
    for name, value in change.values.items():
        rule = collection.rule_of(name)
        if rule.keeps_both:
            continue
        earlier = min(row.stamp_of(name), change.stamp - 1)  # this transaction may write it twice
        kept, _ = rule.join(row.values.get(name), earlier, value, change.stamp)
        if kept != value and collection.lasting and name == collection.lasting.voided:
            raise Refused(_STAYS_VOID.format(field=collection.columns[name].label))
        if kept != value:
            raise OnlyMovesForward(
                collection=collection.name,
                field=name,
                old=row.values.get(name),
                new=value,
                direction=rule.direction,
            )


def _sign(
    store: PresentStore,
    collection: Collection,
    changes: Sequence[Change],
    rows: Mapping[str, Row],
    writer: Writer,
) -> None:
    """Put down in each change which person writes it, where one is known.

    It is a field like any other to a hub of an earlier release: where this laptop may not write the
    record's usual fields, it is left out.
    """
    for change in changes if store.person else ():
        row = rows.get(change.id)
        if may_write(collection, row, WRITTEN_BY, writer):
            change.values[WRITTEN_BY] = store.person
            if row is not None:
                change.replaced[WRITTEN_BY] = row.stamp_of(WRITTEN_BY)

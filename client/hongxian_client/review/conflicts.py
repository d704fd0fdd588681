"""Conflicts, and a person's choice between the two values."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass

import orjson

from hongxian.collections.builtin import Conflict
from hongxian.collections.collection import Collection
from hongxian.errors import RecordUnknown
from hongxian.model.row import DELETED, Row, local_rows
from hongxian.words.values import JsonObject, Value, Values
from hongxian_client.replica.replica import Replica
from hongxian_client.text.format import Makers, plain_value


def open_conflicts(*, resolved: bool = False) -> Iterator[Conflict]:
    """Those that wait for a choice, oldest first; with `resolved`, all."""
    query = Conflict.select().order_by(Conflict.id)
    yield from query if resolved else query.where(Conflict.resolved == False)  # noqa: E712


def settled_conflicts(most: int) -> Iterator[Conflict]:
    """Those that were settled, of the latest conflicts first."""
    settled = Conflict.select().where(Conflict.resolved == True)  # noqa: E712
    yield from settled.order_by(Conflict.id.desc()).limit(most)


def count_settled() -> int:
    """How many were."""
    return int(Conflict.select().where(Conflict.resolved == True).count())  # noqa: E712


def count_open() -> int:
    """How many wait for a choice."""
    return int(Conflict.select().where(Conflict.resolved == False).count())  # noqa: E712


@dataclass(frozen=True)
class Loser:
    """A value that was left out of a record by a conflict, and the stamp that it was written under."""

    field: str
    stamp: int
    value: Value


def losers_of(
    replica: Replica, collection: Collection, id: str, written: Container[tuple[str, int]]
) -> Iterator[Loser]:
    """The values of a record that did not stand, as far as the writes that are known tell.

    `written` are fields with the stamps they were written under. Nothing in a conflict says which
    side a person chose, but what is put back is written under the stamp that settles it.
    """
    kind = replica.collection(Conflict._meta.collection)
    found = kind.rows(
        "collection = ? AND record = ? AND NOT deleted ORDER BY id", (collection.name, id)
    )
    seen = replica.view(collection, [id])[id].local
    for row in local_rows(replica.view(kind, [each.id for each in found])).values():
        told, field = row.values, row.values["field"]
        if field in collection.groups:
            yield from _losers_in(told, row.stamp_of("resolved"), written)
            continue
        if field == DELETED:  # what brings a record back is told by no stamp of its own
            side = "kept" if seen.deleted else "lost"
        elif told["resolved"] and (field, row.stamp_of("resolved")) in written:
            side = "kept"
        elif (field, told["kept_stamp"]) in written:
            side = "lost"
        else:
            continue
        yield Loser(field, told[f"{side}_stamp"], orjson.loads(told[side]))


def _losers_in(told: Values, settled: int, written: Container[tuple[str, int]]) -> Iterator[Loser]:
    """The same of a group of fields."""
    kept, lost = (orjson.loads(told[side]) for side in ("kept", "lost"))
    for name in kept:
        if told["resolved"] and (name, settled) in written:
            yield Loser(name, told["kept_stamp"], kept[name])
        elif (name, told["kept_stamp"]) in written:
            yield Loser(name, told["lost_stamp"], lost[name])


def fields_in(collection: Collection | None, field: str, value: Value) -> Values:
    """One side of a conflict by its fields: several where these are a group."""
    is_group = collection is not None and field in collection.groups
    return dict(value) if is_group else {field: value}


def keep_the_kept(replica: Replica, conflict: Row) -> None:
    """Leave the record as the merge left it; of a conflict that was settled the other way, put it back so."""
    if conflict.values["resolved"]:
        _write(replica, conflict, "kept")
    else:
        _settle(replica, conflict.id)


def keep_the_lost(replica: Replica, conflict: Row) -> None:
    """Write the losing value to the record and settle the conflict, both or neither.

    Raises `RecordUnknown` when the record is not here, or is deleted and not by this choice.
    """
    _write(replica, conflict, "lost")


def settle_written(
    replica: Replica, collection: Collection, id: str, fields: Container[str]
) -> None:
    """Settle the conflicts of a record over fields that a person just wrote anew: neither value was right."""
    about = (Conflict.collection == collection.name) & (Conflict.record == id)
    for each in Conflict.select().where(about, Conflict.resolved == False):  # noqa: E712
        if any(name in fields for name in collection.groups.get(each.field, (each.field,))):
            _settle(replica, each.id)


def _settle(replica: Replica, id: str) -> None:
    replica.edit(Conflict, {id: {"resolved": True}})


def _write(replica: Replica, conflict: Row, side: str) -> None:
    told = conflict.values
    collection = replica.collection(told["collection"])
    with replica.transaction():
        row = local_rows(replica.view(collection, [told["record"]])).get(told["record"])
        if row is None or (row.deleted and told["field"] != DELETED):
            raise RecordUnknown(id=told["record"], collection=collection.name)
        values = fields_in(collection, told["field"], orjson.loads(told[side]))
        replica.edit(collection.model, {row.id: values})
        _settle(replica, conflict.id)


def as_json(conflict: Conflict, collection: Collection | None, makers: Makers) -> JsonObject:
    """For `--json` and the page: both values, with who wrote them and when."""
    field = conflict.field

    def plain(side: str) -> Value:
        told = fields_in(collection, field, orjson.loads(side))
        values = {name: plain_value(collection, name, value) for name, value in told.items()}
        return values.get(field, values)

    return {
        "id": conflict.id,
        "scope": conflict.scope,
        "collection": conflict.collection,
        "record": conflict.record,
        "field": field,
        "kept": plain(conflict.kept),
        "kept_by": makers.of_stamp(conflict.kept_stamp),
        "lost": plain(conflict.lost),
        "lost_by": makers.of_stamp(conflict.lost_stamp),
        "resolved": conflict.resolved,
    }

"""What was done on this laptop of late, and what each deed replaced: so much as undoing it needs.

A deed is what a person did at one go: a form, an action with all that it wrote, an import. Of what it made
nothing is kept but the id; of what it changed the values of before. No deed is kept for longer than
`KEPT_DAYS`, nor anything of a record that is here no more: what is erased leaves this table with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import orjson
from peewee import BigAutoField, BigIntegerField, BooleanField, CharField, Model, TextField

from hongxian.collections.collection import Collection
from hongxian.model.record import RecordMetadata, new_id
from hongxian.model.row import DELETED, WRITTEN_BY, Change, Key
from hongxian.model.stamp import DAY_MILLISECONDS
from hongxian.storage.database import AnyDatabase, write_all
from hongxian.text import Text
from hongxian.words.values import Values
from hongxian.writing.capture import Written
from hongxian_client.replica.todo import Todo, TodoKind, put_down

KEPT_DAYS = 14
"""The hub keeps what was written over for longer, unless its keeper says otherwise."""
MOST_RECORDS = 100_000
"""Of all deeds together; beyond it the oldest go, but never the newest."""


class Deed(Model):  # type: ignore[misc]
    """One thing that somebody did here."""

    id = CharField(max_length=36, primary_key=True)
    at = BigIntegerField(index=True)
    person = CharField(max_length=80, null=True)
    said = TextField(null=True)
    """What was meant, both languages as JSON: no record is named in it, for it may outlive that here."""
    final = TextField(null=True)
    """Why it cannot be undone, both languages as JSON."""
    undoes = CharField(max_length=36, null=True)
    """The deed that it undoes."""
    undone_by = CharField(max_length=36, null=True)
    offered = BooleanField(default=False)
    """Whether a page offers to undo it by one press, for it can be."""

    class Meta:
        model_metadata_class = RecordMetadata
        table_name = "hongxian_deed"


def offer(id: str) -> None:
    """Let pages offer to undo a deed by one press, inside the caller's transaction."""
    Deed.update(offered=True).where(Deed.id == id).execute()


class DeedPart(Model):  # type: ignore[misc]
    """What a deed wrote to one record, once for each time."""

    position = BigAutoField()
    deed = CharField(max_length=36, index=True)
    collection = CharField(max_length=80)
    record = CharField(max_length=36, index=True)
    stamp = BigIntegerField()
    made = BooleanField()
    was = TextField(null=True)
    """`Was` as JSON; None where it made the record."""

    class Meta:
        model_metadata_class = RecordMetadata
        table_name = "hongxian_deed_part"

    @classmethod
    def of_change(cls, collection: str, record: str, stamp: int, was: Was) -> DeedPart:
        """One of a change that somebody made elsewhere; it is kept nowhere."""
        text = orjson.dumps(was).decode()
        return cls(collection=collection, record=record, stamp=stamp, made=False, was=text)

    def load(self) -> Was:
        """What stood there before."""
        return Was(**orjson.loads(self.was)) if self.was else Was()


@dataclass(frozen=True)
class Was:
    """What a change found where it wrote."""

    before: Values = field(default_factory=dict)
    """The values of the fields, but for those that many write at once."""
    seen: dict[str, int] = field(default_factory=dict)
    """The stamps under which these stood."""
    parts: Values = field(default_factory=dict)
    """Of fields that many write at once, what it added."""
    back: dict[str, int] = field(default_factory=dict)
    """Of an undoing: the stamps under which stood what it brought back."""


@dataclass
class Doing:
    """The deed that is under way in a thread."""

    id: str = field(default_factory=new_id)
    kept: bool = True
    """False for what nobody did: the engine's own writes."""
    said: Text | None = None
    final: Text | None = None
    undoes: str | None = None
    back: Mapping[Key, dict[str, int]] = field(default_factory=dict)
    """What an undoing brings back, by record: `Was.back`."""


def keep(
    database: AnyDatabase,
    doing: Doing,
    at: int,
    person: str | None,
    collection: Collection,
    written: Written,
) -> None:
    """Keep what these changes replace, inside their transaction and before they are merged."""
    if not doing.kept or not written.changes:
        return
    sql = (
        "INSERT OR IGNORE INTO hongxian_deed (id, at, person, said, final, undoes, offered) "
        "VALUES (?, ?, ?, ?, ?, ?, FALSE)"
    )
    told = (doing.id, at, person, _dump(doing.said), _dump(doing.final), doing.undoes)
    database.execute_sql(sql, told)
    write_all(
        database,
        "INSERT INTO hongxian_deed_part (deed, collection, record, stamp, made, was) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (
            (
                doing.id,
                collection.name,
                change.id,
                change.stamp,
                change.whole,
                None if change.whole else _was(doing, collection, change, written),
            )
            for change in written.changes
        ),
    )


def _was(doing: Doing, collection: Collection, change: Change, written: Written) -> str:
    row = written.views[change.id].local
    names = [name for name in change.values if name != WRITTEN_BY]
    joined = {name for name in names if collection.rule_of(name).keeps_both}
    was = Was(
        {name: row.values.get(name) for name in names if name not in joined},
        {name: row.stamp_of(name) for name in names if name not in joined},
        {name: change.values[name] for name in joined},
        doing.back.get((collection.name, change.id), {}),
    )
    return orjson.dumps(was).decode()


def _dump(text: Text | None) -> str | None:
    return None if text is None else orjson.dumps({"zh": text.zh, "en": text.en}).decode()


def load_text(told: str | None) -> Text | None:
    """The reverse of how a deed keeps its words."""
    return Text(**orjson.loads(told)) if told else None


def parts_of(deed: str) -> list[DeedPart]:
    """What a deed wrote, in its order."""
    own = DeedPart.select().where(DeedPart.deed == deed)
    return list(own.order_by(DeedPart.position))


def parts_on(keys: Iterable[Key]) -> dict[Key, list[DeedPart]]:
    """All that is kept of what was written here to these records, oldest first."""
    found: dict[Key, list[DeedPart]] = {key: [] for key in keys}
    ids = sorted({id for _, id in found})
    for start in range(0, len(ids), 500):
        own = DeedPart.record.in_(ids[start : start + 500])
        for part in DeedPart.select().where(own).order_by(DeedPart.position):
            if (part.collection, part.record) in found:
                found[part.collection, part.record].append(part)
    return found


def undone_among(ids: Iterable[str]) -> list[Deed]:
    """Those of these deeds that are undone."""
    return list(Deed.select().where(Deed.id.in_(list(ids)) & Deed.undone_by.is_null(False)))


def tidy(database: AnyDatabase, now: int) -> None:
    """Let go of deeds that are too old or too many, inside the caller's transaction."""
    database.execute_sql(_TOO_MANY, (now - KEPT_DAYS * DAY_MILLISECONDS, MOST_RECORDS))
    gone = "DELETE FROM hongxian_deed_part WHERE deed NOT IN (SELECT id FROM hongxian_deed)"
    database.execute_sql(gone)


def is_to_be_tidied(now: int) -> bool:
    """Whether any deed is too old, or all are too many; each sync asks."""
    database = Deed._meta.database

    def held() -> tuple[int | None, int]:
        sql = (
            "SELECT (SELECT min(at) FROM hongxian_deed), (SELECT count(*) FROM hongxian_deed_part)"
        )
        oldest, records = database.execute_sql(sql).fetchone()
        return oldest, records

    oldest, records = database.kept("deeds held", held)
    return records > MOST_RECORDS or bool(oldest and oldest < now - KEPT_DAYS * DAY_MILLISECONDS)


_TOO_MANY = """DELETE FROM hongxian_deed WHERE at < ? OR id IN (
    SELECT id FROM (
        SELECT d.id, sum(count(p.position)) OVER newest AS records, row_number() OVER newest AS place
        FROM hongxian_deed d LEFT JOIN hongxian_deed_part p ON p.deed = d.id
        GROUP BY d.id, d.at WINDOW newest AS (ORDER BY d.at DESC, d.id DESC)
    ) WHERE records > ? AND place > 1)"""


def let_deleted_go(collection: str, ids: Iterable[str]) -> None:
    """Keep of records deleted everywhere only that they were: the hub has what they held, and gives it back."""
    written = [
        each for parts in parts_on((collection, id) for id in ids).values() for each in parts
    ]
    for part in written:
        held = orjson.loads(part.was) if part.was else {}
        if DELETED in held.get("before", {}):
            bare = {**held, "before": {DELETED: held["before"][DELETED]}, "parts": {}}
            part.was = orjson.dumps(bare).decode()
            part.save()
        elif held:
            part.delete_instance()
    if written:
        put_down([Todo(kind=TodoKind.SWEEP)])


def let_gone_go(database: AnyDatabase, tables: Mapping[str, str]) -> None:
    """Keep nothing of records that are here no more; `tables` are those of all collections."""
    names = [name for (name,) in DeedPart.select(DeedPart.collection).distinct().tuples()]
    for name in names:
        there = f'SELECT id FROM "{tables[name]}"' if name in tables else "SELECT NULL WHERE 0"
        sql = f"DELETE FROM hongxian_deed_part WHERE collection = ? AND record NOT IN ({there})"
        database.execute_sql(sql, (name,))
    database.execute_sql(
        "DELETE FROM hongxian_deed WHERE id NOT IN (SELECT deed FROM hongxian_deed_part)"
    )


def let_field_go(collection: str, id: str, name: str) -> None:
    """Keep nothing of what stood in one field of a record."""
    own = (DeedPart.collection == collection) & (DeedPart.record == id)
    for part in DeedPart.select().where(own & DeedPart.was.is_null(False)):
        held = orjson.loads(part.was)
        for side in held.values():
            side.pop(name, None)
        DeedPart.update(was=orjson.dumps(held).decode()).where(
            DeedPart.position == part.position
        ).execute()


def restamped(stamps: Mapping[int, int]) -> None:
    """Know what was written by its new stamps, inside the transaction that gave them."""
    for part in list(DeedPart.select()) if stamps else ():
        held = orjson.loads(part.was) if part.was else {}
        for side in ("seen", "back"):
            held[side] = {n: stamps.get(s, s) for n, s in held.get(side, {}).items()}
        was = orjson.dumps(held).decode() if part.was else None
        new = stamps.get(part.stamp, part.stamp)
        if (was, new) != (part.was, part.stamp):
            own = DeedPart.position == part.position
            DeedPart.update(was=was, stamp=new).where(own).execute()

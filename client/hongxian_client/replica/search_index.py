"""Search in this laptop's records: by parts of their texts, and by their pinyin, whole or its initials.

`zs` finds 张三, and every record that shows 张三 by name.

Texts that are searched lie in a narrow table of their own, one line a record:
100,000 of them are looked through in some milliseconds, where the records' own table is ten times
as wide. Triggers note what was written, whatever the road, and let go what was searched of it. So no
text outlives its record here while nobody searches.

A search writes nothing: what is not read into that table yet it looks through by hand, as far as a
person waits for that. `read_on` reads it in, slice by slice, each a commit of its own that may be the last:
who writes gets in between. A collection is read from its first record on when its triggers are not as they should be,
as before its first search, or when a migration that rebuilds a table has dropped them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

import orjson
from peewee import CharField, CompositeKey, Model, TextField

from hongxian.collections.collection import Collection
from hongxian.engine.store import Store
from hongxian.kinds.text import TextColumn
from hongxian.model.record import RecordMetadata
from hongxian.storage.database import write_all
from hongxian.storage.state import State
from hongxian_client.replica.pinyin import spellings

SHORT = 200
"""Characters up to which a text is a name of some sort, whose pinyin is searched too."""
BY_HAND = 20_000
"""Records that a search looks through which are not read in yet: some tenths of a second."""
A_FEW = 200
"""Records that are looked through by hand without being noticed."""
SLICE = 500
"""Records read in by one commit: some hundredths of a second."""
WRITTEN_AS = 2
"""How texts are folded and spelt here; with another number all are read anew."""
_BETWEEN = re.compile(r"[\s·・•‧∙.\-\u200b-\u200f\u2060\ufeff]+")
"""What people put between the parts of a name, or what a sheet left there unseen."""


class Searched(Model):  # type: ignore[misc]
    """What is searched of one record; `text` is folded as a query is."""

    collection = CharField(max_length=80)
    record = CharField(max_length=36)
    text = TextField()

    class Meta:
        model_metadata_class = RecordMetadata
        table_name = "hongxian_searched"
        primary_key = CompositeKey("collection", "record")


class Stale(Model):  # type: ignore[misc]
    """A record that was written since its text was searched."""

    collection = CharField(max_length=80)
    record = CharField(max_length=36)

    class Meta:
        model_metadata_class = RecordMetadata
        table_name = "hongxian_stale"
        primary_key = CompositeKey("collection", "record")


@dataclass
class SearchState(State):
    """How far collections are read that are not read to their end."""

    search_read: dict[str, str] = field(default_factory=dict)
    """Of each the last record that was, "" before the first."""


def matching(store: Store, collection: Collection, query: str) -> tuple[str, list[str]]:
    """SQL and parameters for the records that hold every word of a query, or refer to one that does.

    Of those that are not read in yet the newest `BY_HAND` of each collection are looked at.
    """
    columns = [each for each in collection.shown.values() if each.reference in store.collections]
    looked = [("id", _Looked(collection))]
    looked += [
        (collection.quoted(each.name), _Looked(store.collection(str(each.reference))))
        for each in columns
    ]
    conditions, parameters = [], []
    for word in words_of(query):
        told = [(name, *each.holding(word)) for name, each in looked]
        # many are met soon on the way through the records, a few are found sooner by their indexes
        by = "+" if any(is_many for _, _, _, is_many in told) else ""
        conditions.append(f"({' OR '.join(f'{by}{name} IN ({sql})' for name, sql, *_ in told)})")
        parameters += [each for _name, _sql, given, _many in told for each in given]
    return " AND ".join(conditions) or "0", parameters


class _Looked:
    """One collection's texts: those that are read in, and by hand those that are not yet."""

    def __init__(self, collection: Collection) -> None:
        unread, parameters = _unread(collection)
        newest = f"{unread} ORDER BY id DESC LIMIT {BY_HAND}"
        self._lines = _lines_of(collection, newest, parameters)
        self._collection, self._place = collection, _place(collection)

    def holding(self, word: str) -> tuple[str, list[str], bool]:
        """SQL and parameters for the ids of the records that hold a word, and whether they are many."""
        by_hand = [id for _, id, text in self._lines if word in text]
        read, upto = ("", []) if self._place is None else (" AND record <= ?", [self._place])
        sql = (
            f"SELECT record FROM hongxian_searched WHERE collection = ?{read} AND instr(text, ?) > 0 "
            "UNION ALL SELECT value FROM json_each(?)"
        )
        told = [self._collection.name, *upto, word, orjson.dumps(by_hand).decode()]
        few = self._collection.database.execute_sql(f"{sql} LIMIT {A_FEW + 1}", told).fetchall()
        if len(few) > A_FEW:
            return sql, told, True
        ids = orjson.dumps([id for (id,) in few]).decode()
        return "SELECT value FROM json_each(?)", [ids], False


def words_of(query: str) -> list[str]:
    """The words that are searched: what stands between blanks, folded."""
    return [word for each in query.split() if (word := folded(each))]


def unread(collection: Collection, most: int = BY_HAND) -> int:
    """How many records are not read in yet, at most one more than `most`."""
    condition, parameters = _unread(collection)
    sql = f'SELECT count(*) FROM (SELECT 1 FROM "{collection.table}" WHERE {condition} LIMIT {most + 1})'
    return int(collection.database.execute_sql(sql, parameters).fetchone()[0])


def folded(text: str) -> str:
    """A text as it is searched: width, case, blanks and the dots of names do not count."""
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", text).casefold())


def searched_columns(collection: Collection) -> list[TextColumn]:
    """The fields whose texts are searched."""
    return [
        column
        for column in collection.shown.values()
        if isinstance(column, TextColumn) and column.is_searched
    ]


# -- keeping up ----------------------------------------------------------------------------------


def read_on(store: Store, collection: Collection) -> bool:
    """Read one slice in; false where nothing was left to be read."""
    name = collection.name
    if _place(collection) is None and not _stale(collection, 1):
        return False
    with store.upkeep(), SearchState.changing() as state:
        if not _triggers_stand(collection):
            _set_triggers(collection)
            state.search_read[name] = ""
            return True
        place = state.search_read.get(name)
        ids = _stale(collection, SLICE) if place is None else _ids_after(collection, place)
        if place is not None:
            is_last = len(ids) < SLICE
            _drop_lines(collection, place, None if is_last else ids[-1])
            state.search_read.pop(name)
            state.search_read |= {} if is_last else {name: ids[-1]}
        among, parameters = collection.database.among("id", ids)
        lines = _lines_of(collection, f"NOT deleted AND {among}", parameters)
        sql = "INSERT OR REPLACE INTO hongxian_searched (collection, record, text) VALUES (?, ?, ?)"
        write_all(collection.database, sql, lines)
        done = "DELETE FROM hongxian_stale WHERE collection = ? AND record = ?"
        write_all(collection.database, done, ((name, id) for id in ids))
    return True


def _place(collection: Collection) -> str | None:
    """The last record that was read in, "" before the first; None where all were that are not stale."""
    if not _triggers_stand(collection):
        return ""
    return SearchState.read().search_read.get(collection.name)


def _unread(collection: Collection) -> tuple[str, list[str]]:
    """SQL and parameters for the records that are not read in yet."""
    place, stale = _place(collection), "SELECT record FROM hongxian_stale WHERE collection = ?"
    if place is None:
        return f"NOT deleted AND id IN ({stale})", [collection.name]
    return f"NOT deleted AND (id > ? OR id IN ({stale}))", [place, collection.name]


def _stale(collection: Collection, most: int) -> list[str]:
    sql = f"SELECT record FROM hongxian_stale WHERE collection = ? LIMIT {most}"
    return [id for (id,) in collection.database.execute_sql(sql, (collection.name,)).fetchall()]


def _ids_after(collection: Collection, place: str) -> list[str]:
    sql = f'SELECT id FROM "{collection.table}" WHERE id > ? ORDER BY id LIMIT {SLICE}'
    return [id for (id,) in collection.database.execute_sql(sql, (place,)).fetchall()]


def _drop_lines(collection: Collection, after: str, upto: str | None) -> None:
    """Let go of lines of an earlier reading; `upto` None: of all behind a record."""
    sql = "DELETE FROM hongxian_searched WHERE collection = ? AND record > ?"
    parameters = [collection.name, after]
    if upto is not None:
        sql, parameters = f"{sql} AND record <= ?", [*parameters, upto]
    collection.database.execute_sql(sql, parameters)


def _lines_of(
    collection: Collection, condition: str, parameters: Sequence[object]
) -> list[tuple[str, str, str]]:
    """What is searched of the records that SQL names: collection, id and text."""
    columns = searched_columns(collection)
    names = ", ".join(["id", *(collection.quoted(column.name) for column in columns)])
    sql = f'SELECT {names} FROM "{collection.table}" WHERE {condition}'
    rows = collection.database.execute_sql(sql, parameters)
    return [(collection.name, id, _text_of(columns, texts)) for id, *texts in rows]


def _text_of(columns: list[TextColumn], texts: list[str | None]) -> str:
    lines = []
    for column, text in zip(columns, texts, strict=True):
        if text and not (column.reference and column.names_record(text)):
            plain = folded(text)
            lines += [plain, *(spellings(plain) if column.max_length <= SHORT else ())]
    return "\n".join(lines)


# -- triggers ------------------------------------------------------------------------------------


def _wanted_triggers(collection: Collection) -> dict[str, str]:
    """By name; without OR IGNORE, which an upsert that fires one turns into a failure."""
    fields = ", ".join(collection.quoted(each.name) for each in searched_columns(collection))
    events = {
        "new": ("INSERT", "NEW"),
        "edit": (f"UPDATE OF {', '.join(filter(None, ['deleted', fields]))}", "NEW"),
        "gone": ("DELETE", "OLD"),
    }
    forget = "DELETE FROM hongxian_searched WHERE collection = '{}' AND record = OLD.id; "
    return {
        f"{collection.table}_searched_{name}": (
            f'CREATE TRIGGER "{collection.table}_searched_{name}" AFTER {event} '
            f'ON "{collection.table}" BEGIN /* {WRITTEN_AS} */ '
            f"{'' if name == 'new' else forget.format(collection.name)}INSERT INTO hongxian_stale "
            f"SELECT '{collection.name}', {row}.id WHERE NOT EXISTS (SELECT 1 FROM hongxian_stale "
            f"WHERE collection = '{collection.name}' AND record = {row}.id); END"
        )
        for name, (event, row) in events.items()
    }


def _standing_triggers(collection: Collection) -> dict[str, str]:
    sql = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?"
    return dict(collection.database.execute_sql(sql, (collection.table,)).fetchall())


def _triggers_stand(collection: Collection) -> bool:
    standing = _standing_triggers(collection)
    return all(standing.get(n) == sql for n, sql in _wanted_triggers(collection).items())


def _set_triggers(collection: Collection) -> None:
    for name, sql in _wanted_triggers(collection).items():
        collection.database.execute_sql(f'DROP TRIGGER IF EXISTS "{name}"')
        collection.database.execute_sql(sql)

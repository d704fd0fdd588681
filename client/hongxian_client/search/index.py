"""Search in this laptop's records: by parts of their texts, and by their pinyin, whole or its initials.

`zs` finds 张三, and every record that shows 张三 by name (`look.py`).

Texts that are searched lie in a narrow table of their own, one line a record, in blocks of which is kept where what
stands (`pairs.py`). Triggers note what was written, whatever the road, and let go what was searched of it. So no
text outlives its record here while nobody searches.

A search writes nothing: what is not read into that table yet it looks through by hand, as far as a
person waits for that. `read_on` reads it in, slice by slice, each a commit of its own that may be the last:
who writes gets in between. A collection is read from its first record on when its triggers are not as they should be,
as before its first search, or when a migration that rebuilds a table has dropped them.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field

from peewee import CharField, CompositeKey, IntegerField, Model, TextField

from hongxian.collections.collection import Collection
from hongxian.engine.store import Store
from hongxian.kinds.text import TextColumn
from hongxian.model.record import RecordMetadata
from hongxian.storage.database import AnyDatabase, write_all
from hongxian.storage.state import State
from hongxian_client.search import pairs
from hongxian_client.search.pairs import BLOCK, END
from hongxian_client.search.pinyin import spellings

SHORT = 200
"""Characters up to which a text is a name of some sort, whose pinyin is searched too."""
BY_HAND = 20_000
"""Records that a search looks through which are not read in yet: some tenths of a second."""
A_FEW = 200
"""Records that are looked through by hand without being noticed."""
SLICE = 500
"""Records read in by one commit: some hundredths of a second."""
WRITTEN_AS = 3
"""How texts are folded and spelt here; with another number all are read anew."""
BLOCKS = 2**20
"""Of one collection at most: a collection's blocks are numbered from a multiple of it."""
_BETWEEN = re.compile(r"[\s·・•‧∙.\-\u200b-\u200f\u2060\ufeff]+")
"""What people put between the parts of a name, or what a sheet left there unseen."""


class Searched(Model):  # type: ignore[misc]
    """What is searched of one record that has any text; `text` is folded as a query is."""

    place = IntegerField(primary_key=True)
    collection = CharField(max_length=80)
    record = CharField(max_length=36)
    text = TextField()

    class Meta:
        model_metadata_class = RecordMetadata
        table_name = "hongxian_search_line"
        indexes = ((("collection", "record"), True),)


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


TABLES = (Searched, Stale, pairs.Told, pairs.Pair)
_EARLIER = "hongxian_searched"
"""The table of release 0.2, which its triggers filled."""


def let_go_of_earlier(store: Store) -> None:
    """Take out what release 0.2 kept of searches; it is read in anew."""
    sql = (
        "SELECT type, name FROM sqlite_master WHERE name = ? OR type = 'trigger' AND instr(sql, ?)"
    )
    for kind, name in store.database.execute_sql(sql, (_EARLIER, f" {_EARLIER} ")).fetchall():
        with store.upkeep():
            store.database.execute_sql(f'DROP {kind} "{name}"')


def words_of(query: str) -> list[str]:
    """The words that are searched: what stands between blanks, folded."""
    return [word for each in query.split() if (word := folded(each))]


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


def blocks_of(collection: Collection) -> range:
    """The blocks in which its lines lie; another's may lie among them where two names' numbers are one."""
    first = zlib.crc32(collection.name.encode()) % BLOCKS * BLOCKS
    placed = "(place) FROM hongxian_search_line WHERE place >= ? AND place < ?"
    sql = f"SELECT (SELECT min{placed}), (SELECT max{placed})"  # together they read all between
    ends = (first * BLOCK, (first + BLOCKS) * BLOCK)
    database = collection.database
    least, most = database.kept(
        (blocks_of, first), lambda: database.execute_sql(sql, ends * 2).fetchone()
    )
    return range(first, first) if least is None else range(least // BLOCK, most // BLOCK + 1)


# -- how far it is -------------------------------------------------------------------------------


class Progress:
    """How far the collections of a database are read in."""

    def __init__(self, database: AnyDatabase) -> None:
        self._read = SearchState.read().search_read
        triggers = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        self._standing: dict[str, str] = dict(database.execute_sql(triggers).fetchall())
        stale = "SELECT DISTINCT collection FROM hongxian_stale"
        self._stale = {name for (name,) in database.execute_sql(stale).fetchall()}
        self._stand: dict[str, bool] = {}

    def place(self, collection: Collection) -> str | None:
        """The last record that was read in, "" before the first; None where all were that are not stale."""
        if not self.triggers_stand(collection):
            return ""
        return self._read.get(collection.name)

    def triggers_stand(self, collection: Collection) -> bool:
        """Whether what is written of it is noted."""
        if collection.name not in self._stand:
            wanted = _wanted_triggers(collection).items()
            self._stand[collection.name] = all(self._standing.get(n) == sql for n, sql in wanted)
        return self._stand[collection.name]

    def is_stale(self, collection: Collection) -> bool:
        """Whether anything was written that is not read in again."""
        return collection.name in self._stale

    def unread(self, collection: Collection) -> tuple[str, list[str]] | None:
        """SQL and parameters for the records that are not read in yet; None where all are."""
        place = self.place(collection)
        if place is None and not self.is_stale(collection):
            return None
        stale = "SELECT record FROM hongxian_stale WHERE collection = ?"
        if place is None:
            return f"NOT deleted AND id IN ({stale})", [collection.name]
        return f"NOT deleted AND (id > ? OR id IN ({stale}))", [place, collection.name]

    def count_unread(self, collection: Collection, most: int = BY_HAND) -> int:
        """How many records are not read in yet, at most one more than `most`."""
        found = self.unread(collection)
        if found is None:
            return 0
        condition, parameters = found
        sql = f'SELECT count(*) FROM (SELECT 1 FROM "{collection.table}" WHERE {condition} LIMIT {most + 1})'
        return int(collection.database.execute_sql(sql, parameters).fetchone()[0])

    def is_behind(self, collection: Collection) -> bool:
        """Whether much has to be looked through that may be read in before the next search."""
        return self.count_unread(collection, A_FEW) > A_FEW or bool(blocks_untold(collection))


def unread(collection: Collection, most: int = BY_HAND) -> int:
    """How many records are not read in yet, at most one more than `most`."""
    return Progress(collection.database).count_unread(collection, most)


def blocks_untold(collection: Collection) -> list[int]:
    """Its full blocks that have to be looked through by their texts: what is in them was written since."""
    blocks = blocks_of(collection)
    full = {*blocks[:-1]}
    return sorted(full - pairs.told(collection.database, blocks)) if full else []


# -- keeping up ----------------------------------------------------------------------------------


def read_on(store: Store, collection: Collection) -> bool:
    """Read one slice in, or tell one block's pairs; false where nothing was left to be done."""
    name, progress = collection.name, Progress(collection.database)
    if progress.place(collection) is None and not progress.is_stale(collection):
        return _tell_a_block(store, collection)
    with store.upkeep(), SearchState.changing() as state:
        if not progress.triggers_stand(collection):
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
        _put_lines(collection, lines_of(collection, f"NOT deleted AND {among}", parameters))
        done = "DELETE FROM hongxian_stale WHERE collection = ? AND record = ?"
        write_all(collection.database, done, ((name, id) for id in ids))
    return True


def _tell_a_block(store: Store, collection: Collection) -> bool:
    untold = blocks_untold(collection)[:1]
    with store.upkeep() if untold else nullcontext():
        for block in untold:
            sql = "SELECT place, text FROM hongxian_search_line WHERE place >= ? AND place < ?"
            ends = (block * BLOCK, (block + 1) * BLOCK)
            pairs.tell(
                collection.database, block, collection.database.execute_sql(sql, ends).fetchall()
            )
    return bool(untold)


def _put_lines(collection: Collection, lines: Sequence[tuple[str, str]]) -> None:
    """Put lines behind those that are there, in place of earlier ones of the same records."""
    gone = "DELETE FROM hongxian_search_line WHERE collection = ? AND record = ?"
    write_all(collection.database, gone, ((collection.name, id) for id, _ in lines))
    blocks = blocks_of(collection)
    sql = "SELECT max(place) FROM hongxian_search_line WHERE place < ?"
    (last,) = collection.database.execute_sql(sql, (blocks.stop * BLOCK,)).fetchone()
    first = blocks.start * BLOCK if not blocks else last + 1
    new = "INSERT INTO hongxian_search_line (place, collection, record, text) VALUES (?, ?, ?, ?)"
    rows = ((first + n, collection.name, *line) for n, line in enumerate(lines))
    write_all(collection.database, new, rows)


def _stale(collection: Collection, most: int) -> list[str]:
    sql = f"SELECT record FROM hongxian_stale WHERE collection = ? LIMIT {most}"
    return [id for (id,) in collection.database.execute_sql(sql, (collection.name,)).fetchall()]


def _ids_after(collection: Collection, place: str) -> list[str]:
    sql = f'SELECT id FROM "{collection.table}" WHERE id > ? ORDER BY id LIMIT {SLICE}'
    return [id for (id,) in collection.database.execute_sql(sql, (place,)).fetchall()]


def _drop_lines(collection: Collection, after: str, upto: str | None) -> None:
    """Let go of lines of an earlier reading; `upto` None: of all behind a record."""
    sql = "DELETE FROM hongxian_search_line WHERE collection = ? AND record > ?"
    parameters = [collection.name, after]
    if upto is not None:
        sql, parameters = f"{sql} AND record <= ?", [*parameters, upto]
    collection.database.execute_sql(sql, parameters)


def lines_of(
    collection: Collection, condition: str, parameters: Sequence[object]
) -> list[tuple[str, str]]:
    """What is searched of the records that SQL names: id and text, of those that have any."""
    columns = searched_columns(collection)
    names = ", ".join(["id", *(collection.quoted(column.name) for column in columns)])
    sql = f'SELECT {names} FROM "{collection.table}" WHERE {condition}'
    rows = collection.database.execute_sql(sql, parameters) if columns else ()
    return [(id, text) for id, *texts in rows if (text := _text_of(columns, texts))]


def _text_of(columns: list[TextColumn], texts: list[str | None]) -> str:
    lines = []
    for column, text in zip(columns, texts, strict=True):
        if text and not (column.reference and column.names_record(text)):
            for plain in filter(None, map(folded, column.searched(text))):
                lines += [plain, *(spellings(plain) if column.max_length <= SHORT else ())]
    return END.join(lines)


# -- triggers ------------------------------------------------------------------------------------


def _wanted_triggers(collection: Collection) -> dict[str, str]:
    """By name; without OR IGNORE, which an upsert that fires one turns into a failure."""
    fields = ["deleted", *(collection.quoted(each.name) for each in searched_columns(collection))]
    differs = " OR ".join(f"OLD.{each} IS NOT NEW.{each}" for each in fields)
    events = {
        "new": ("INSERT", "NEW", ""),
        "edit": (f"UPDATE OF {', '.join(fields)}", "NEW", f"WHEN {differs} "),
        "gone": ("DELETE", "OLD", ""),
    }
    forget = "DELETE FROM hongxian_search_line WHERE collection = '{}' AND record = OLD.id; "
    return {
        f"{collection.table}_searched_{name}": (
            f'CREATE TRIGGER "{collection.table}_searched_{name}" AFTER {event} '
            f'ON "{collection.table}" {when}BEGIN /* {WRITTEN_AS} */ '
            f"{'' if name == 'new' else forget.format(collection.name)}INSERT INTO hongxian_stale "
            f"SELECT '{collection.name}', {row}.id WHERE NOT EXISTS (SELECT 1 FROM hongxian_stale "
            f"WHERE collection = '{collection.name}' AND record = {row}.id); END"
        )
        for name, (event, row, when) in events.items()
    }


def _set_triggers(collection: Collection) -> None:
    collection.database.execute_sql(pairs.FORGET)
    for name, sql in _wanted_triggers(collection).items():
        collection.database.execute_sql(f'DROP TRIGGER IF EXISTS "{name}"')
        collection.database.execute_sql(sql)

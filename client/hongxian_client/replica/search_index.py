"""Search in this laptop's records: by parts of their texts, and by the initials of their pinyin.

`zs` finds 张三. Texts that are searched lie in a narrow table of their own, one line a record:
100,000 of them are looked through in some milliseconds, where the records' own table is ten times
as wide. Triggers note what was written, whatever the road, and let go what was searched of it; the
next search brings it up to date. So no text outlives its record here while nobody searches.
A collection's lines are made by the first search, and anew when its triggers are not as they
should be: a migration that rebuilds a table drops them.
"""

from __future__ import annotations

import unicodedata
from itertools import product

from peewee import CharField, CompositeKey, Model, TextField

from hongxian.collection import Collection
from hongxian.kinds.text import TextColumn
from hongxian.record import RecordMetadata
from hongxian.storage.database import write_all
from hongxian.store import Store

SHORT = 200
"""Characters up to which a text is a name of some sort, whose initials are searched too."""
READINGS = 4
"""Rows of initials that one text may have: 曾 is z or c."""


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


def matching(store: Store, collection: Collection, query: str) -> tuple[str, list[str]]:
    """SQL and parameters for the records that hold every word of a query; brings the texts up to date."""
    _catch_up(store, collection)
    words = folded(query).split()
    conditions = " AND ".join(["collection = ?", *["instr(text, ?) > 0"] * len(words)])
    sql = f"id IN (SELECT record FROM hongxian_searched WHERE {conditions})"
    return sql, [collection.name, *words]


def folded(text: str) -> str:
    """A text as it is searched: width and case do not count."""
    return unicodedata.normalize("NFKC", text).casefold()


def searched_columns(collection: Collection) -> list[TextColumn]:
    """The fields whose texts are searched."""
    return [
        column
        for column in collection.columns.values()
        if isinstance(column, TextColumn) and column.is_searched
    ]


# -- keeping up ----------------------------------------------------------------------------------


def _catch_up(store: Store, collection: Collection) -> None:
    database, name = collection.database, collection.name
    if not _triggers_stand(collection):
        with store.upkeep():
            _set_triggers(collection)
            Searched.delete().where(Searched.collection == name).execute()
            _take_in(collection, "NOT deleted", ())
            Stale.delete().where(Stale.collection == name).execute()
        return
    stale = "SELECT record FROM hongxian_stale WHERE collection = ?"
    if database.execute_sql(f"{stale} LIMIT 1", (name,)).fetchone() is None:
        return
    with store.upkeep():
        gone = f"DELETE FROM hongxian_searched WHERE collection = ? AND record IN ({stale})"
        database.execute_sql(gone, (name, name))
        _take_in(collection, f"NOT deleted AND id IN ({stale})", (name,))
        Stale.delete().where(Stale.collection == name).execute()


def _take_in(collection: Collection, condition: str, parameters: tuple[str, ...]) -> None:
    columns = searched_columns(collection)
    names = ", ".join(["id", *(collection.quoted(column.name) for column in columns)])
    rows = collection.database.execute_sql(
        f'SELECT {names} FROM "{collection.table}" WHERE {condition}', parameters
    )
    sql = "INSERT INTO hongxian_searched (collection, record, text) VALUES (?, ?, ?)"
    lines = [(collection.name, id, _text_of(columns, texts)) for id, *texts in rows]
    write_all(collection.database, sql, lines)


def _text_of(columns: list[TextColumn], texts: list[str | None]) -> str:
    lines = [folded(text) for text in texts if text]
    for column, text in zip(columns, texts, strict=True):
        if text and column.max_length <= SHORT:
            lines += initials(text)
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
            f'ON "{collection.table}" BEGIN '
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


# -- pinyin --------------------------------------------------------------------------------------


def initials(text: str) -> list[str]:
    """The first letters of a text's syllables, by each way to read it; [] without Chinese."""
    letters = [_initials_of[character] for character in text]
    if all(len(each) == 1 and each[0] == "" for each in letters):
        return []
    found: list[str] = []
    for reading in product(*letters):
        if len(found) == READINGS:
            break
        found.append("".join(reading))
    return found


class _Initials(dict[str, tuple[str, ...]]):
    """The initials of a character by all its readings, the usual one first; found once each."""

    def __missing__(self, character: str) -> tuple[str, ...]:
        found: tuple[str, ...] = ("",)
        if "\u3400" <= character <= "\u9fff":
            from pypinyin import Style, pinyin  # a fifth of a second, for those who search

            readings = pinyin(character, style=Style.FIRST_LETTER, heteronym=True)[0]
            found = tuple(dict.fromkeys(each[:1].lower() for each in readings if each.isalpha()))
        self[character] = found or ("",)
        return self[character]


_initials_of = _Initials()

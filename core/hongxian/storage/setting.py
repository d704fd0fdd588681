"""Small facts that a database keeps about itself, as dataclasses over one table of named values.

A subclass of `State` names those of one owner, each as a field with its type and with the value that
it has until it was set. `read` takes them all by one query; `changing` keeps what was changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import Self

import orjson
from peewee import CharField, Model, TextField

from hongxian.record import RecordMetadata


class Setting(Model):  # type: ignore[misc]
    """One named JSON value."""

    name = CharField(max_length=80, primary_key=True)
    value = TextField()

    class Meta:
        model_metadata_class = RecordMetadata
        table_name = "hongxian_setting"


@dataclass
class State:
    """Some facts of one owner. No name may be in two classes, unless one inherits it."""

    @classmethod
    def read(cls) -> Self:
        """As they are on disk."""
        return cls.of(_held())

    @classmethod
    def of(cls, held: Mapping[str, str]) -> Self:
        """As they are by these names and texts of the table, which may hold others too."""
        return cls(**{name: orjson.loads(held[name]) for name in _usual[cls] if name in held})

    @classmethod
    @contextmanager
    def changing(cls) -> Iterator[Self]:
        """As they are on disk, to be changed inside the caller's transaction; kept at the end.

        Only what differs then is written: what another road changed meanwhile stays.
        """
        held = _held()
        state = cls.of(held)
        yield state
        before = {**_usual[cls], **held}
        _put({name: text for name, text in _texts(state).items() if text != before[name]})


class _Usual(dict[type[State], dict[str, str]]):
    """The names of each class, and as what each is taken until it was set."""

    def __missing__(self, cls: type[State]) -> dict[str, str]:
        self[cls] = _texts(cls())
        return self[cls]


_usual = _Usual()


def _texts(state: State) -> dict[str, str]:
    return {name: orjson.dumps(value).decode() for name, value in vars(state).items()}


# By hand: every write reads and writes some of these, and peewee makes SQL slower than it runs.


def _held() -> dict[str, str]:
    """All there are: they are few, and sooner read than looked up one by one."""
    sql = "SELECT name, value FROM hongxian_setting"
    return dict(Setting._meta.database.execute_sql(sql).fetchall())


def _put(texts: Mapping[str, str]) -> None:
    if not texts:
        return
    database = Setting._meta.database
    rows = ", ".join([f"({database.param}, {database.param})"] * len(texts))
    sql = (
        f"INSERT INTO hongxian_setting (name, value) VALUES {rows} "
        "ON CONFLICT (name) DO UPDATE SET value = excluded.value"
    )
    database.execute_sql(sql, list(chain.from_iterable(texts.items())))

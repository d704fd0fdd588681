"""Small facts that a database keeps about itself, as dataclasses over one table of named values.

A subclass of `State` names those of one owner, each as a field with its type and with the value that
it has until it was set. `read` takes them all by one query; `changing` keeps what was changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from typing import Self

import orjson
from peewee import CharField, Model, TextField

from hongxian.model.record import RecordMetadata
from hongxian.model.stamp import Clock

LOOKED_UP = 8
"""Names that are looked up one by one; the whole table is sooner read than more of them."""


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
        return cls.of(_held(cls))

    @classmethod
    def of(cls, held: Mapping[str, str]) -> Self:
        """As they are by these names and texts of the table, which may hold others too."""
        names = _shapes[cls].usual
        return cls(**{name: orjson.loads(held[name]) for name in names if name in held})

    @classmethod
    @contextmanager
    def changing(cls) -> Iterator[Self]:
        """As they are on disk, to be changed inside the caller's transaction; kept at the end.

        Only what differs then is written: what another road changed meanwhile stays.
        """
        held = _held(cls)
        state = cls.of(held)
        yield state
        before = {**_shapes[cls].usual, **held}
        _put({name: text for name, text in _texts(state).items() if text != before[name]})


@dataclass(frozen=True)
class _Shape:
    """What a class of states says once for all."""

    usual: dict[str, str]
    """Its names, and as what each is taken until it was set."""
    sql: str


class _Shapes(dict[type[State], _Shape]):
    def __missing__(self, cls: type[State]) -> _Shape:
        usual, sql = _texts(cls()), "SELECT name, value FROM hongxian_setting"
        if len(usual) <= LOOKED_UP:
            names = ", ".join(f"'{name}'" for name in usual)
            sql += f" WHERE name IN ({names})"
        self[cls] = _Shape(usual, sql)
        return self[cls]


_shapes = _Shapes()


def _texts(state: State) -> dict[str, str]:
    return {name: orjson.dumps(value).decode() for name, value in vars(state).items()}


# By hand: every write reads and writes some of these, and peewee makes SQL slower than it runs.


def _held(cls: type[State]) -> dict[str, str]:
    database, sql = Setting._meta.database, _shapes[cls].sql
    held: dict[str, str] = database.kept(sql, lambda: dict(database.execute_sql(sql).fetchall()))
    return held


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


@dataclass
class ClockState(State):
    """The clock of a store: every write reads these, and leaves its last stamp."""

    incarnation: int = 0
    """Which life of the store writes now; 0 on a laptop before it joins."""
    last_stamp: int = 0
    """The newest that it gave."""
    observed: int = 0
    """The newest that came from the hub: an edit comes after what it edits."""
    clock_offset: int = 0
    """Milliseconds by which the hub's clock is ahead of this machine's."""

    def clock(self, now: Callable[[], int]) -> Clock:
        """The clock as this state leaves it."""
        last = max(self.last_stamp, self.observed)
        return Clock(self.incarnation, last=last, offset=self.clock_offset, now=now)


@dataclass
class StoreState(ClockState):
    """The facts that a laptop and a hub have in common."""

    format: int = 0
    """Of the engine's own tables."""
    kind: str = ""
    """"laptop" or "hub"."""
    community: str = ""
    """The community's name."""
    epoch: str = ""
    """The life of the hub's database, as far as it is known here."""
    recovering: bool = False
    """Whether the hub is being refilled from the laptops, as far as it is known here."""
    scrubbed: int | None = None
    """When a part of the rows was last looked at (`scrub.py`), in milliseconds since 1970."""
    scrub_place: list[str] = field(default_factory=list)
    """Collection and id of the row that was looked at last; nothing where a pass begins."""
    scrub_passed: int | None = None
    """When a pass through all rows last ended."""

    @classmethod
    def is_kept(cls) -> bool:
        """Whether the present database holds a store: not one that was just made, or emptied."""
        return bool(Setting.table_exists() and cls.read().kind)

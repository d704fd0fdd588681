"""What a plugin offers beyond records: things to do, tables to look at, sheets to print.

The same description serves the command line and the pages. What is to be typed is described by
peewee fields, as in a collection: `asks={"day": DateField(verbose_name="日期")}`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import peewee

Asks = Mapping[str, peewee.Field]
"""What a person is asked for, by name; a field that is null or has a default may stay empty."""


@dataclass(frozen=True)
class Action:
    """Something to do: `run(store, id, **values)`; what it returns is told to who asked for it.

    With a `collection` it is done to one record, and offered where `fits(values)` is true of it;
    without one `id` is None. It raises a `Refused` when it may not be done.
    """

    name: str
    title: str
    run: Callable[..., Any]
    collection: str = ""
    asks: Asks = field(default_factory=dict)
    fits: Callable[[Mapping[str, Any]], bool] = lambda values: True


@dataclass(frozen=True)
class Table:
    """Rows to show under headers; `ids` names the record behind each row where there is one."""

    headers: Sequence[str]
    rows: Sequence[Sequence[Any]]
    ids: Sequence[str] = ()
    collection: str = ""
    note: str = ""


@dataclass(frozen=True)
class View:
    """A table to look at: `run(store, **values)` returns a `Table`.

    With `today` its first rows are a card on the first page too; what it asks for may then stay empty.
    """

    name: str
    title: str
    run: Callable[..., Table]
    asks: Asks = field(default_factory=dict)
    today: bool = False


@dataclass(frozen=True)
class Document:
    """A sheet to print: `run(store, id, **values)` returns the body of an A4 page as HTML.

    With a `collection` it is of one record; without one `id` is None. All that a person typed
    must be escaped: build it with Jinja (autoescape) or markupsafe.
    """

    name: str
    title: str
    run: Callable[..., str]
    collection: str = ""
    asks: Asks = field(default_factory=dict)

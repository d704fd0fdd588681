"""The hooks: what a plugin may answer. The name of each says when it is called.

All begin with `hongxian_`, so that nothing else in a plugin's module takes a hook's place by
chance: a package's `views.py`, an imported function.

Hooks that *tell* (past tense) log a failure and go on; what may not be stored a plugin says by its
rules (`hongxian.rule`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from datetime import date

    from hongxian.collections.store_protocol import PresentStore
    from hongxian.model.record import Record
    from hongxian.shapes.calendar import CalendarEntry
    from hongxian.shapes.pages import Pages

PROJECT = "hongxian"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
"""Marks a function of a plugin as its answer to the hook of the same name."""


@hookspec
def hongxian_collections() -> list[type[Record]]:  # type: ignore[empty-body]
    """The collections that the plugin brings."""


@hookspec
def hongxian_works_with() -> str:  # type: ignore[empty-body]
    """The Hongxian releases that the plugin works with, as a version specifier: `">=0.2,<2"`."""


@hookspec
def hongxian_migrations() -> str:  # type: ignore[empty-body]
    """The folder of the plugin's numbered `playhouse.migrations` scripts.

    A new field that is nullable or has a default needs none.
    """


@hookspec
def hongxian_record_was_stored(store: PresentStore, collection: str, id: str) -> None:
    """Tells: a record was written here by a person or a plugin, or taken in by the hub."""


@hookspec
def hongxian_records_were_read(
    store: PresentStore, collection: str, ids: Sequence[str], how: str
) -> None:
    """Tells: a person looked at records of a collection here, a thousand at a time at most; `how` is one of
    "show", "list", "view", "history", "export" and "print".
    """


@hookspec
def hongxian_calendar_entries(store: PresentStore, first: date, last: date) -> list[CalendarEntry]:  # type: ignore[empty-body]
    """What happens from one day to another, both included, for the calendar of the desk."""


@hookspec
def hongxian_pages(store: PresentStore) -> list[Pages]:  # type: ignore[empty-body]
    """Pages of the plugin's own in the desk, made when the desk is opened."""


@hookspec
def hongxian_demo_was_asked(store: PresentStore, seed: int) -> None:
    """Tells: fill the laptop with invented records for a demonstration."""

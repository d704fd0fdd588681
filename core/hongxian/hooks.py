"""The hooks: what a plugin may answer. The name of each says when it is called.

Hooks that *tell* (past tense) log a failure and go on; the one that *may refuse* (future tense)
turns `PluginRefused` into a refusal that a person reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    from hongxian.record import Record
    from hongxian.store import Store

PROJECT = "hongxian"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def collections() -> list[type[Record]]:  # type: ignore[empty-body]
    """The collections that the plugin brings."""


@hookspec
def works_with() -> str:  # type: ignore[empty-body]
    """The Hongxian releases that the plugin works with, as a version specifier: `">=0.1,<2"`."""


@hookspec
def migrations() -> str:  # type: ignore[empty-body]
    """The folder of the plugin's numbered `playhouse.migrations` scripts.

    A new field that is nullable or has a default needs none.
    """


@hookspec
def record_will_be_stored(store: Store, collection: str, id: str, values: dict[str, Any]) -> None:
    """May refuse: raise `PluginRefused(detail=...)`, on the laptop as on the hub.

    `values` holds what is about to be written: all fields of a new record, else the changed.
    """


@hookspec
def record_was_stored(store: Store, collection: str, id: str) -> None:
    """Tells: a record was written here by a person or a plugin, or taken in by the hub."""


@hookspec
def demo_was_asked(store: Store, seed: int) -> None:
    """Tells: fill the laptop with invented records for a demonstration."""

"""Which plugins one side of a sync has and the other has not, told by the names of collections."""

from __future__ import annotations

from collections.abc import Iterable, Set


def plugins_apart(missing: Iterable[str], known: Set[str]) -> list[str]:
    """The plugins of collections that a side misses; `known` are those that it has.

    Of a plugin that it has in another release, the collections.
    """
    plugins = {_plugin_of(name) for name in known}
    return sorted({n if _plugin_of(n) in plugins else _plugin_of(n) for n in missing})


def _plugin_of(collection: str) -> str:
    return collection.partition(".")[0]

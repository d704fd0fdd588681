"""What people call records, for the keeper."""

from __future__ import annotations

from collections.abc import Iterable

from hongxian.model.row import Key, ids_by_collection
from hongxian_server.history.search import is_confidential
from hongxian_server.hub import Hub


def names_of(hub: Hub, keys: Iterable[Key]) -> dict[Key, str]:
    """Their names; of confidential ones, of those without a name and where the plugin is away, part of the id."""
    found: dict[Key, str] = {}
    for name, each in ids_by_collection(keys).items():
        hidden = name not in hub.collections or is_confidential(hub, name)
        known = {} if hidden else hub.collections[name].names_of(each)
        found.update({(name, id): known.get(id, id[:8]) for id in each})
    return found

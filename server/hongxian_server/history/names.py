"""What people call records, for the keeper."""

from __future__ import annotations

from collections.abc import Iterable

from hongxian_server.history.search import is_confidential
from hongxian_server.hub import Hub

Key = tuple[str, str]
"""A record: its collection and id."""


def names_of(hub: Hub, keys: Iterable[Key]) -> dict[Key, str]:
    """Their names; of confidential ones, of those without a name and where the plugin is away, part of the id."""
    ids: dict[str, list[str]] = {}
    for name, id in keys:
        ids.setdefault(name, []).append(id)
    found: dict[Key, str] = {}
    for name, each in ids.items():
        hidden = name not in hub.collections or is_confidential(hub, name)
        known = {} if hidden else hub.collections[name].names_of(each)
        found.update({(name, id): known.get(id, id[:8]) for id in each})
    return found

"""One person's data as a file, by the clerk at the hub, and that it was given."""

from __future__ import annotations

from pathlib import Path

from hongxian.engine.person_file import About, about, write_person_file
from hongxian_server.history.search import is_confidential
from hongxian_server.hub import Hub
from hongxian_server.hub_state import HubState
from hongxian_server.tables.keeper_log import Act, note


def give_person_data(hub: Hub, collection: str, id: str) -> list[About]:
    """All that they may have of it, but for what is confidential. Raises `RecordUnknown`, `UnknownCollection`."""
    found = about(hub, collection, id, lambda each: not is_confidential(hub, each.name))
    note(hub, Act.PERSON_FILE, hub.title_of(collection), id[-12:], _count(found))
    return found


def give_person_file(hub: Hub, collection: str, id: str, path: Path) -> int:
    """Write it; returns how many records it has. Raises as `give_person_data`."""
    found = give_person_data(hub, collection, id)
    write_person_file(hub, path, found, HubState.read().community)
    return _count(found)


def _count(found: list[About]) -> int:
    return sum(len(each.rows) for each in found)

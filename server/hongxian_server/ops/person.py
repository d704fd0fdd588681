"""One person's data as a file, by the clerk at the hub, and that it was given."""

from __future__ import annotations

from pathlib import Path

from hongxian.engine.person_file import about, write_person_file
from hongxian_server.history.search import is_confidential
from hongxian_server.hub import Hub
from hongxian_server.hub_state import HubState
from hongxian_server.tables.keeper_log import Act, note


def give_person_file(hub: Hub, collection: str, id: str, path: Path) -> int:
    """Write it; returns how many records it has. Raises `RecordUnknown`, `UnknownCollection`."""
    found = about(hub, collection, id, lambda each: not is_confidential(hub, each.name))
    write_person_file(hub, path, found, HubState.read().community)
    count = sum(len(each.rows) for each in found)
    note(hub, Act.PERSON_FILE, hub.title_of(collection), id[-12:], count)
    return count

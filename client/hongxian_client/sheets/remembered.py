"""What the columns of a team's sheets were said to hold: the next file of that kind asks nothing."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

import orjson

from hongxian.security.keys import write_privately
from hongxian_client.replica.replica import Replica
from hongxian_client.sheets.header import Header, key_of

FILE = "columns.json"
"""In the data folder: by team and collection the field of each header text, "" for one that is not wanted."""
MOST_TEXTS = 500
"""Of one collection; header texts may be anything."""


def remembered(replica: Replica, team: str, collection: str) -> dict[str, str]:
    """What header texts meant before."""
    found = _read(replica).get(team, {}).get(collection, {})
    return {str(key): str(name) for key, name in found.items()}


def remember(
    replica: Replica, team: str, collection: str, header: Header, said: Mapping[int, str]
) -> None:
    """Keep what a person said of this header's columns."""
    texts = {key_of(header.cells[place]): name for place, name in said.items()}
    texts.pop("", None)
    if not texts:
        return
    held = _read(replica)
    own = held.setdefault(team, {}).setdefault(collection, {})
    own.update(texts)
    for key in list(own)[:-MOST_TEXTS]:
        del own[key]
    write_privately(replica.folder / FILE, replica.safe.closed(orjson.dumps(held)))


def _read(replica: Replica) -> dict[str, dict[str, dict[str, str]]]:
    with suppress(OSError, ValueError):
        held = orjson.loads(replica.safe.opened((replica.folder / FILE).read_bytes()))
        if isinstance(held, dict):
            return held
    return {}

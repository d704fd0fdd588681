"""What the columns of a team's sheets were said to hold: the next file of that kind asks nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from hongxian.storage.privacy import private
from hongxian_client.sheets.header import Header, key_of

FILE = "columns.json"
"""In the data folder: by team and collection the field of each header text, "" for one that is not wanted."""
MOST_TEXTS = 500
"""Of one collection; header texts may be anything."""


def remembered(folder: Path, team: str, collection: str) -> dict[str, str]:
    """What header texts meant before."""
    found = _read(folder).get(team, {}).get(collection, {})
    return {str(key): str(name) for key, name in found.items()}


def remember(
    folder: Path, team: str, collection: str, header: Header, said: Mapping[int, str]
) -> None:
    """Keep what a person said of this header's columns."""
    texts = {key_of(header.cells[place]): name for place, name in said.items()}
    texts.pop("", None)
    if not texts:
        return
    held = _read(folder)
    own = held.setdefault(team, {}).setdefault(collection, {})
    own.update(texts)
    for key in list(own)[:-MOST_TEXTS]:
        del own[key]
    with open(folder / FILE, "w", encoding="utf-8", opener=private) as file:
        json.dump(held, file, ensure_ascii=False)


def _read(folder: Path) -> dict[str, dict[str, dict[str, str]]]:
    with suppress(OSError, ValueError):
        held = json.loads((folder / FILE).read_text("utf-8"))
        if isinstance(held, dict):
            return held
    return {}

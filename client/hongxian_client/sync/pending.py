"""What is to be mended still, on disk: neither an interruption nor a missing plugin skips it.

A collection that waits here is sent no pages: what came would take the place of what the hub may
have lost before it was offered.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from hongxian.errors import Refused, UnknownCollection
from hongxian.logs import logger
from hongxian.storage.setting import get_setting, put_settings
from hongxian_client.replica.replica import Replica
from hongxian_client.sync.link import Post
from hongxian_client.sync.reconcile import Pair, mend

log = logger(__name__)


def note_pending(pairs: Iterable[Pair], surplus: str) -> None:
    """Put down what is to be mended and what becomes of records that only this laptop has."""
    noted = {(scope, name): how for scope, name, how in get_setting("pending", [])}
    noted |= dict.fromkeys(pairs, surplus)
    put_settings(pending=[[*pair, how] for pair, how in noted.items()])


def pending_collections(settings: Mapping[str, Any]) -> set[str]:
    """The collections of which anything is to be mended still."""
    return {name for _, name, _ in settings.get("pending", [])}


def mend_pending(replica: Replica, post: Post) -> Iterator[tuple[Pair, int]]:
    """Mend what can be; tells each pair that is done and how many of its records moved.

    What waits for a plugin, here or at the hub, goes on waiting.
    """
    for noted in get_setting("pending", []):
        scope, name, surplus = noted
        try:
            moved = mend(replica, post, scope, name, surplus)
        except UnknownCollection:
            continue
        except Refused:
            moved = 0  # the scope is not ours any more; the round tells of that
        with replica.upkeep():
            put_settings(pending=[each for each in get_setting("pending") if each != noted])
        level = logging.INFO if moved else logging.DEBUG
        log.log(level, "repaired scope=%s collection=%s how=%s moved=%d", *noted, moved)
        yield (scope, name), moved

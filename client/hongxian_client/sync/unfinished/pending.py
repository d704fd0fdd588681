"""What is to be mended still.

A collection that waits here is sent no pages: what came would take the place of what the hub may
have lost before it was offered.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import suppress

from hongxian.errors import Refused, UnknownCollection
from hongxian.words.logs import logger
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.scrub import damaged_of
from hongxian_client.replica.todo import Surplus, Todo, TodoKind, done, put_down, to_be_done
from hongxian_client.sync.line.carrier import Carrier
from hongxian_client.sync.reconcile import Pair, fetch, mend

log = logger(__name__)


def note_pending(pairs: Iterable[Pair], surplus: Surplus) -> None:
    """Put down what is to be mended and what becomes of records that only this laptop has."""
    put_down(
        Todo(kind=TodoKind.MEND, scope=scope, collection=name, surplus=surplus)
        for scope, name in pairs
    )


def pending_collections() -> set[str]:
    """The collections of which anything is to be mended still."""
    return {each.collection for each in to_be_done(TodoKind.MEND)}


def mend_pending(replica: Replica, carrier: Carrier) -> Iterator[tuple[Pair, int]]:
    """Mend what can be; tells each pair that is done and how many of its records moved.

    What waits for a plugin, here or at the hub, goes on waiting.
    """
    for each in to_be_done(TodoKind.MEND):
        try:
            moved = mend(replica, carrier, each.scope, each.collection, Surplus(each.surplus))
        except UnknownCollection:
            continue
        except Refused:
            moved = 0  # the scope is not ours any more; the round tells of that
        with replica.upkeep():
            done([each])
        _log_repair(each, moved)
        yield (each.scope, each.collection), moved


def fetch_damaged(replica: Replica, carrier: Carrier) -> int:
    """Fetch what this disk has changed; returns how many records are as they were.

    What the hub has not got as it was either goes on waiting.
    """
    by_collection: dict[str, list[Todo]] = {}
    for each in to_be_done(TodoKind.FETCH):
        by_collection.setdefault(each.collection, []).append(each)
    mended = 0
    for name in by_collection.keys() & replica.collections.keys():
        collection, todos = replica.collections[name], by_collection[name]
        with suppress(UnknownCollection):
            fetch(replica, carrier, collection, [each.record for each in todos])
        with replica.upkeep():
            odd = damaged_of(collection, [each.record for each in todos])
            right = [each for each in todos if each.record not in odd]
            done(right)
        mended += len(right)
        _log_repair(Todo(collection=name, surplus="damaged"), len(right))
    return mended


def _log_repair(each: Todo, moved: int) -> None:
    level = logging.INFO if moved else logging.DEBUG
    text = "repaired scope=%s collection=%s how=%s moved=%d"
    log.log(level, text, each.scope, each.collection, each.surplus, moved)

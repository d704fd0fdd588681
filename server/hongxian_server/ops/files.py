"""Files that no record at the hub names any more: they go when what named them is forgotten, and not before."""

from __future__ import annotations

from hongxian.files import named_in
from hongxian.model.row import ids_by_collection
from hongxian.model.stamp import DAY_MILLISECONDS
from hongxian.storage.files import Link
from hongxian.words.logs import logger
from hongxian_server.hub import Hub
from hongxian_server.intake.revival import kept_since

log = logger(__name__)


def let_unnamed_go(hub: Hub) -> None:
    """Let go of files that nothing has named for as long as the journal keeps what was replaced.

    Until then an undo or a deletion taken back finds them. A part that a laptop has begun waits a day for its end.
    """
    if not hub.files.exist:
        return
    now, limit = hub.now(), kept_since(hub)
    with hub.upkeep():
        since = dict(hub.files.links())
        named = _named(hub, since)
        hub.files.note_unnamed([each for each in named if since[each] is not None], None)
        fresh = [each for each in since.keys() - named if since[each] is None]
        hub.files.note_unnamed(fresh, now)
        gone = [each for each in since.keys() - named if (since[each] or now) < limit]
        hub.files.let_go(gone)
    hub.files.sweep(now - DAY_MILLISECONDS)
    log.info("files=%d gone=%d", len(since), len(gone))


def _named(hub: Hub, links: dict[Link, int | None]) -> set[Link]:
    """Those that a record names; those of a collection whose plugin is away may be named."""
    found: set[Link] = set()
    ids = ids_by_collection(dict.fromkeys((each.collection, each.record) for each in links))
    told = {
        (name, id): named_in(collection, row).keys()
        for name, of_collection in ids.items()
        if (collection := hub.collections.get(name))
        for id, row in collection.rows_by_id(of_collection).items()
    }
    for each in links:
        is_away = each.collection not in hub.collections
        if is_away or each.sha256 in told.get((each.collection, each.record), ()):
            found.add(each)
    return found

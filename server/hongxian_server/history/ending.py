"""Much that ends at once waits for some days: one laptop may have written it, and nothing erased comes back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from hongxian.collections.builtin import Task
from hongxian.collections.collection import Collection
from hongxian.collections.local_time import local_today
from hongxian.model.record import COMMUNITY, same_id
from hongxian.model.stamp import DAY_MILLISECONDS
from hongxian.storage.state import State
from hongxian.text import Text
from hongxian_server.hub import Hub
from hongxian_server.hub_state import HubState
from hongxian_server.tables.endings import Ending

WAIT_DAYS = 3
AT_ONCE = 500
"""Records of which one statement tells."""
_FIELDS = (Ending.what, Ending.record, Ending.since)
_MUCH = Text(
    "“{title}”里有 {count} 条记录的保存期已过或同意已撤回，比平常多，{day} 起彻底删除。不对的，请在那之前改回，"
    "或请社区管理员撤回写错的那台电脑的改动（hongxian hub undo）。",
    "Of {count} records of “{title}” the time or consent is over, which is more than usual: they are erased for "
    "good from {day} on. Where that is wrong, put it right before, or have the keeper take back what a laptop wrote "
    "(hongxian hub undo).",
)


@dataclass
class EndingState(State):
    """What ended of late."""

    ended: dict[str, int] = field(default_factory=dict)
    """How many went, by the day and what they are of."""


def to_be_erased(hub: Hub, what: str, collection: Collection, over: Sequence[str]) -> list[str]:
    """Of the records of which something is over, those that go now; the others wait, and all are told.

    So many as one laptop may delete within a day go at once, the rest after some days.
    """
    known = dict(Ending.select(Ending.record, Ending.since).where(Ending.what == what).tuples())
    now, today = hub.now(), f"{local_today(hub)} {what}"
    waiting = sorted(over, key=lambda id: (known.get(id, now), id))
    ripe = [id for id in waiting if known.get(id, now) <= now - WAIT_DAYS * DAY_MILLISECONDS]
    rest = waiting[len(ripe) :]
    free = max(_free(collection) - EndingState.read().ended.get(today, 0), 0) if rest else 0
    go, wait = rest[:free], rest[free:]
    gone = known.keys() - set(wait)
    fresh = [id for id in wait if id not in known]
    if gone or fresh or go:
        with hub.transaction():
            for some in _batches(sorted(gone)):
                Ending.delete().where(Ending.what == what, Ending.record.in_(some)).execute()
            for some in _batches(fresh):
                Ending.insert_many([(what, id, now) for id in some], _FIELDS).execute()
            with EndingState.changing() as state:
                of_today = {k: n for k, n in state.ended.items() if k[:10] == today[:10]}
                state.ended = of_today | {today: of_today.get(today, 0) + len(go)}
            if fresh:
                _tell(hub, today, collection, len(wait))
    return [*ripe, *go]


def _batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """As many as one statement takes."""
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))


def _free(collection: Collection) -> int:
    state, there = HubState.read(), int(collection.model.select().count())
    return max(state.deletions_free, there * state.deletions_percent // 100)


def _tell(hub: Hub, today: str, collection: Collection, count: int) -> None:
    day = local_today(hub) + timedelta(days=WAIT_DAYS)
    id = same_id("hongxian.ending", today)
    if not Task.with_deleted().where(Task.id == id).exists():
        text = _MUCH.format(title=collection.title, count=count, day=f"{day}")
        hub.create(
            Task, [{"id": id, "scope": COMMUNITY, "collection": collection.name, "text": text}]
        )

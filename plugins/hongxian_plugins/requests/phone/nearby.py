"""What others told of these days: kind, place and how far it is, so that it is not told twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from hongxian import Store, Text, local_now, view
from hongxian.days import day_in_words
from hongxian.records import asked_as
from hongxian.shapes import Table
from hongxian_plugins.requests.kept.flow import REQUEST
from hongxian_plugins.requests.kept.kinds import kind_of
from hongxian_plugins.requests.kept.records import Request
from hongxian_plugins.requests.kept.settings import RequestRules
from hongxian_plugins.requests.phone.telling import KINDS
from hongxian_plugins.requests.reporting import alike_to

PRIVATE = ("noise", "visit", "escort", "electric", "gas")
"""Kinds that happen in somebody's home: nobody else reads of them."""
_MOST = 30
"""Lines of what others reported."""
_HEADS = (
    Text("什么事", "What"),
    Text("在哪儿", "Where"),
    Text("哪天", "On"),
    Text("情况", "Standing"),
)


@view(
    title=Text("附近报过的", "Reported nearby"),
    audience="public",
    icon="geo-alt",
    asks={
        "kind": asked_as(
            Request.kind,
            default=None,
            null=True,
            choices=[(n, title) for n, (title, _) in KINDS.items() if n not in PRIVATE],
            help_text=None,
        )
    },
)
def nearby(store: Store, kind: str | None = None) -> Table:
    """What others told of these days, once a leader has looked at it: kind, place and how far it is."""
    days = RequestRules.now(store).double_days
    since = local_now(store) - timedelta(days=days)
    of_late = Request.select().where(Request.reported_at >= since)
    of_kind = of_late.where(Request.kind == kind) if kind else of_late
    found = [
        each for each in of_kind.order_by(Request.id.desc()).limit(9 * _MOST) if _is_told(each)
    ]
    note = Text(
        "{days} 天内，看到一样的就不用再报。",
        "Of the last {days} {days:day|days}: no need to tell of it twice.",
    )
    return Table(
        _HEADS, [_line(store, each) for each in found[:_MOST]], note=note.format(days=days)
    )


def _is_told(request: Request) -> bool:
    """Not before somebody has looked at what a stranger wrote, and nothing of anybody's home."""
    return request.state not in ("reported", "rejected") and request.kind not in PRIVATE


def _line(store: Store, request: Request) -> list[object]:
    return [
        kind_of(request.kind).title,
        request.place,
        day_in_words(request.reported_at.date(), local_now(store).date()),
        REQUEST.title_of(request.state),
    ]


def alike(store: Store, request: Request) -> Iterator[Table]:
    """Of what is new what others told of the same, so that they wait for it together."""
    if request.state == "reported":
        others = alike_to(store, request.kind, request.place, request.id)
        rows = [_line(store, each) for each in others if _is_told(each)][:_MOST]
        if rows:
            yield Table(_HEADS, rows, note=Text("别人也报过，会一起办。", "Others told of it too."))

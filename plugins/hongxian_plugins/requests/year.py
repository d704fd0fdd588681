"""What was reported in a year, in numbers: by kind, what became of it, and whether the answer came in time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from hongxian import Store, Text
from hongxian.yearly import Figure, yearly
from hongxian_plugins.requests.kept.kinds import KINDS
from hongxian_plugins.requests.kept.records import Request

_MATTERS = Text("件", "matters")
_IN_TIME, _LATE, _OPEN = "in_time", "late", "open"
_CALLED = {
    _IN_TIME: Text("按时", "In time"),
    _LATE: Text("超时", "Late"),
    _OPEN: Text("还没答复", "Not answered yet"),
}


@yearly(title=Text("报事", "Reports"))
def requests(store: Store, year: int) -> Iterator[Figure]:
    """Matters reported by kind, and of how many the answer came by the day that was set at the report."""
    begins, ends = datetime(year, 1, 1), datetime(year, 12, 31, 23, 59, 59)
    found = list(Request.select().where(Request.reported_at.between(begins, ends)))
    kinds = Counter(each.kind for each in found)
    answers = Counter(_answered(each) for each in found)
    titles = {name: each.title for name, each in KINDS.items()}
    yield Figure.tallied(
        Text("报事", "Reported"), _MATTERS, kinds, Request.kind.verbose_name, titles
    )
    yield Figure.tallied(
        Text("答复情况", "Answers"), _MATTERS, answers, Text("答复", "Answer"), _CALLED
    )
    yield Figure(Text("按时答复", "Answered in time"), answers[_IN_TIME], _MATTERS)


def _answered(request: Request) -> str:
    if request.answered_at is None:
        return _OPEN
    due = request.extended_to or request.due
    return _LATE if due is not None and request.answered_at.date() > due else _IN_TIME

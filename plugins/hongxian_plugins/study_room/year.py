"""The study room of a year, in numbers: evenings, and children who came, as visits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime

from hongxian import Store, Text
from hongxian.yearly import Figure, yearly
from hongxian_plugins.study_room.rooms import Day
from hongxian_plugins.study_room.visits import Visit

_MONTH = Text("月份", "Month")


@yearly(title=Text("学习室", "Study room"))
def study_room(store: Store, year: int) -> Iterator[Figure]:
    """Evenings on which it was open, and visits. No child is told."""
    opened = Counter(
        each.date.month
        for each in Day.select().where(
            Day.date.between(date(year, 1, 1), date(year, 12, 31)), Day.opened.is_null(False)
        )
    )
    begins, ends = datetime(year, 1, 1), datetime(year, 12, 31, 23, 59, 59)
    came = Counter(
        came.month
        for (came,) in Visit.select(Visit.came)
        .where(Visit.came.between(begins, ends), Visit.how.is_null() | (Visit.how != "mistaken"))
        .tuples()
    )
    yield Figure.tallied(Text("开放", "Open"), Text("天", "days"), opened, _MONTH)
    yield Figure.tallied(Text("到室", "Visits"), Text("人次", "visits"), came, _MONTH)

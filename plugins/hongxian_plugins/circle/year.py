"""The circle at a glance, in numbers: places by type, and what readers found wrong in the year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from hongxian import Store, Text
from hongxian.yearly import Figure, yearly
from hongxian_plugins.circle.near import venues
from hongxian_plugins.circle.records import Venue
from hongxian_plugins.circle.told import Satisfaction, Wrong


@yearly(title=Text("一刻钟生活圈", "The circle of a quarter of an hour"))
def circle(store: Store, year: int) -> Iterator[Figure]:
    """Places that are open by type as they are now, each once; reports and answers of the year."""
    kinds = Counter(each.kind for each in venues() if each.state == "open")
    answers = Satisfaction.select().where(Satisfaction.year == year)
    told = Wrong.select().where(Wrong.told_on.between(date(year, 1, 1), date(year, 12, 31)))
    yield Figure.tallied(
        Text("开放的地方（现在）", "Open places, now"),
        Text("处", "places"),
        kinds,
        Venue.kind.verbose_name,
        dict(Venue.kind.choices or ()),
    )
    yield Figure(Text("读者报错", "Told to be wrong"), told.count(), Text("次", "times"))
    yield Figure.tallied(
        Text("回答满意", "Answered satisfied"),
        Text("次", "times"),
        Counter({each.kind: int(each.good) for each in answers}),
        Venue.kind.verbose_name,
        dict(Venue.kind.choices or ()),
    )

"""The caravans of a year, in numbers: fairs, and what was served at each service."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from hongxian import Store, Text
from hongxian.shapes import Table
from hongxian.yearly import Figure, yearly
from hongxian_plugins.caravan.counter.things import Count
from hongxian_plugins.caravan.fairs import Fair
from hongxian_plugins.caravan.services import SERVICES

_HELD = ("under_way", "packing", "archived")
_VISITS = Text("人次", "visits")


@yearly(title=Text("红管大篷车", "Caravan"))
def caravan(store: Store, year: int) -> Iterator[Figure]:
    """Fairs that were held, and visits by service."""
    held = list(
        Fair.select()
        .where(Fair.date.between(date(year, 1, 1), date(year, 12, 31)), Fair.state.in_(_HELD))
        .order_by(Fair.date)
    )
    services = Counter[str]()
    query = Count.select(Count.service, Count.people).where(
        Count.fair.in_([each.id for each in held])
    )
    for service, people in query.tuples():
        services[service] += people
    told = Table(
        [Fair.date.verbose_name, Fair.title.verbose_name],
        [[each.date, each.title] for each in held],
    )
    yield Figure(Text("大篷车", "Fairs"), len(held), Text("次", "times"), lambda: told)
    yield Figure.tallied(
        Text("服务", "Served"),
        _VISITS,
        services,
        Text("项目", "Service"),
        {name: each.title for name, each in SERVICES.items()},
    )

"""The campaigns of a year, in numbers. Visits (人次) are not people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from hongxian import Store, Text
from hongxian.shapes import Table
from hongxian.yearly import Figure, yearly
from hongxian_plugins.campaign.counting import Count
from hongxian_plugins.campaign.records import Campaign, Session

_VISITS = Text("人次", "visits")


@yearly(title=Text("大规模服务", "Campaigns"))
def campaigns(store: Store, year: int) -> Iterator[Figure]:
    """Campaigns that were held, their sessions, and the visits that they served."""
    held = {
        each.id: each.campaign
        for each in Session.select().where(
            Session.date.between(date(year, 1, 1), date(year, 12, 31))
        )
    }
    served = Counter[str]()
    query = Count.select(Count.session, Count.people).where(
        Count.kind == "served",
        Count.drill == False,  # noqa: E712
    )
    for session, people in query.tuples():
        if session in held:
            served[held[session]] += people
    names = {
        each.id: each.name
        for each in Campaign.select().where(Campaign.id.in_(list(set(held.values()))))
    }

    def by_campaign() -> Table:
        rows = [[names.get(id, "…"), served[id]] for id in sorted(set(held.values()))]
        return Table([Campaign.name.verbose_name, _VISITS], rows)

    yield Figure(
        Text("大规模服务", "Campaigns"), len(set(held.values())), Text("次", "times"), by_campaign
    )
    yield Figure(Text("服务人次", "Visits served"), served.total(), _VISITS, by_campaign)

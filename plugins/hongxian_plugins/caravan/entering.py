"""One form for a stall and its posts: as a row of the list that an organiser has in Excel."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from peewee import IntegerField

from hongxian import Store, Text
from hongxian.entries import entry
from hongxian.records import asked_as
from hongxian_plugins.caravan.fairs import Fair, Stall
from hongxian_plugins.caravan.helpers.records import Post
from hongxian_plugins.caravan.services import SERVICES
from hongxian_plugins.caravan.settings import CaravanRules


@entry(
    makes=Stall,
    title=Text("新摊位", "New stall"),
    icon="plus",
    asks={
        "fair": Stall.fair,
        "service": Stall.service,
        "letter": Stall.letter,
        "team": Stall.team,
        "provider": asked_as(Stall.provider, default=None, null=True),
        "filing_no": asked_as(Stall.filing_no, shown_if=None),  # who does it may follow from what
        "prices": asked_as(Stall.prices, shown_if=None),
        "per_hour": Stall.per_hour,
        "places": IntegerField(
            verbose_name=Text("人数", "Helpers a shift"),
            default=1,
            help_text=Text(
                "每班要几个志愿者；收费摊没有。", "Wanted in each shift; none at a paid stall."
            ),
        ),
    },
    parts={"provider": Text("谁来做", "By whom"), "places": Text("志愿者", "Helpers")},
)
def new_stall(
    store: Store,
    fair: str,
    service: str,
    letter: str,
    team: str | None,
    provider: str | None,
    filing_no: str | None,
    prices: str | None,
    per_hour: int | None,
    places: int,
) -> Text:
    """A stall with a post for each shift of its fair; what kind of people do it follows from the service."""
    kind = SERVICES[service].kind
    provider = provider or {"health": "medical", "sale": "paid"}.get(kind, "volunteer")
    held = Fair.get_by_id(fair)
    with store.transaction():
        stall = Stall.create(
            fair=fair,
            service=service,
            letter=letter,
            team=team,
            provider=provider,
            filing_no=filing_no,
            prices=prices,
            per_hour=per_hour,
            adults_only=SERVICES[service].blades,
        )
        shifts = [] if provider == "paid" or not places else list(shifts_of(store, held))
        for begins, ends in shifts:
            Post.create(fair=fair, stall=stall.id, begins=begins, ends=ends, places=places)
    return Text("已登记：{stall}，{n} 班", "Entered: {stall}, {n} {n:shift|shifts}").format(
        stall=stall.told, n=len(shifts)
    )


def shifts_of(store: Store, fair: Fair) -> Iterator[tuple[time, time]]:
    """A fair's hours cut into shifts; what is left over belongs to the last one."""
    step = timedelta(minutes=CaravanRules.now(store).shift_minutes)
    begins, end = datetime.combine(date.min, fair.opens), datetime.combine(date.min, fair.closes)
    while begins < end:
        ends = end if end - begins < 2 * step else begins + step
        yield begins.time(), ends.time()
        begins = ends

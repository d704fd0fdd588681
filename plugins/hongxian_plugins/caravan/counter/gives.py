"""A stall of a team is an occasion for whoever takes its service, and how many came there is told back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from hongxian import Seen, Store, gives
from hongxian.contracts import Occasion, Turnout, given, taken
from hongxian.shapes import Link
from hongxian_plugins.caravan.counter.records import Slip
from hongxian_plugins.caravan.fairs import Fair, Stall


@gives(Occasion, of=Stall, through=("fair", "team"), day="fair.date")
def occasion_of(stall: Stall, seen: Seen) -> Occasion | None:
    """Volunteers' work that is on; without a team nobody would know whose it is."""
    fair, team = seen.get(Fair, stall.fair), seen.get("hongxian.team", stall.team)
    if fair is None or team is None or fair.state == "called_off" or stall.provider == "paid":
        return None
    return Occasion(
        service=stall.service,
        title=f"{fair.title} {stall.called}",
        day=fair.date,
        place=fair.place,
        opens=fair.opens,
        closes=fair.closes,
        team=team.key,
    )


def queue_elsewhere(store: Store, stall: Stall) -> Link | None:
    """Where the queue of a stall is, if another plugin has made a day of it; then none is here."""
    for model, id in taken(store, Occasion, stall.id):
        return Link(stall.told, model, id)
    return None


def turnouts(store: Store, fair: Fair, stalls: Sequence[Stall]) -> dict[str, Turnout]:
    """By stall how many came, of the queues here and of those that others keep."""
    told = given(store, Turnout, since=fair.date, until=fair.date)
    elsewhere = {each.about: each for _, each in told}
    slips = Slip.select().where(Slip.stall.in_([each.id for each in stalls]))
    states: dict[str, Counter[str]] = {each.id: Counter() for each in stalls}
    for slip in slips:
        states[slip.stall][str(slip.state)] += 1
    return {
        id: elsewhere.get(id)
        or Turnout(
            about=id,
            day=fair.date,
            numbers=of.total(),
            waiting=of["taken"] + of["called"] + of["serving"] + of["unserved"],
            served=of["done"],
            skipped=of["skipped"],
            visits=of["at_home"],
        )
        for id, of in states.items()
    }

"""What hangs at the fair: of each stall the number that is called, and nobody's name."""

from __future__ import annotations

from collections.abc import Iterator

from hongxian import Store, Text, local_now, local_today, view
from hongxian.notices import Notice, notice
from hongxian.shapes import Beside, Queue
from hongxian.text import joined
from hongxian_plugins.caravan.counter.board import turns_of
from hongxian_plugins.caravan.counter.records import Slip
from hongxian_plugins.caravan.counter.stall import in_order
from hongxian_plugins.caravan.fairs import Fair, Stall, stalls_of
from hongxian_plugins.caravan.services import SERVICES

COLUMNS = 4
"""Queues on one wall: those that have most to say."""
_FOOT = (
    Text("取号在各摊位", "Numbers are given at the stalls"),
    Text("过号不用重新取，跟摊位说一声", "Passed over? Keep your number and tell the stall"),
    Text("志愿服务不收钱", "Volunteers take no money"),
)


@view(title=Text("大篷车叫号屏", "Numbers called at the caravan"), audience="display", menu=False)
def calling(store: Store) -> Beside:
    """By stall the number that is called, the last ones before it, who comes next and how many wait."""
    today = local_today(store)
    fairs = list(Fair.select().where(Fair.date == today, Fair.state != "called_off"))
    date = Text(f"{today.month}月{today.day}日", f"{today:%d %B}")
    lines = [(stall, _slips(stall)) for fair in fairs for stall in stalls_of(fair.id)]
    lines = sorted((e for e in lines if e[1]), key=lambda e: -len(e[1]))[:COLUMNS]
    return Beside(
        [_queue(store, *each) for each in sorted(lines, key=lambda e: e[0].letter)],
        title=fairs[0].title if fairs else Text("今天没有大篷车", "No caravan today"),
        note=joined([*(each.place for each in fairs), date], Text.of(" · ")),
        foot=_FOOT,
    )


@notice()
def numbers_called(store: Store) -> Iterator[Notice]:
    """Whoever is called at any stall of today's, each time that it is called."""
    today = Fair.select(Fair.id).where(Fair.date == local_today(store))
    stalls = {each.id: each for each in Stall.select().where(Stall.fair.in_(today))}
    for slip in Slip.select().where(Slip.stall.in_(list(stalls)), Slip.state == "called"):
        told = Text("叫到 {stall} {number} 号", "{stall}: number {number} is called")
        said = told.format(stall=stalls[slip.stall].told, number=slip.number)
        yield Notice(said, slip, str(slip.called_at or ""))


def _slips(stall: Stall) -> list[Slip]:
    return in_order(Slip.select().where(Slip.stall == stall.id))


def _queue(store: Store, stall: Stall, slips: list[Slip]) -> Queue:
    return turns_of(stall, slips).on_the_wall(
        local_now(store), stall.told, SERVICES[stall.service].icon
    )

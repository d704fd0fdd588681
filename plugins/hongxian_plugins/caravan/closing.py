"""The end of a fair: who was not served is promised something, and what the day came to."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import NamedTuple

from hongxian import Store, Text, action, step, view
from hongxian.days import minutes_together
from hongxian.records import known_until
from hongxian.shapes import Beside, Button, Chat, Go, Print, Stat, Stats, Table
from hongxian.text import joined
from hongxian_plugins.caravan.counter.gives import queue_elsewhere, turnouts
from hongxian_plugins.caravan.counter.records import OPEN, Slip, order
from hongxian_plugins.caravan.counter.stall import promise
from hongxian_plugins.caravan.counter.things import Count, Left
from hongxian_plugins.caravan.fairs import NO_FAIR, WHICH_FAIR, Fair, Stall, fair_meant, stalls_of
from hongxian_plugins.caravan.helpers.signup import helpers_of
from hongxian_plugins.caravan.services import SERVICES


def unserved(fair: str) -> list[Slip]:
    """Who still waits for something, stall by stall in their order."""
    stalls = {each.id: n for n, each in enumerate(stalls_of(fair))}
    slips = Slip.select().where(Slip.stall.in_(list(stalls)), Slip.state.in_(OPEN))
    return sorted(slips, key=lambda each: (stalls[each.stall], order(each)))


def heard() -> Text:
    """Until when this laptop has heard the others, said wherever something is closed."""
    at = known_until()
    if at is None:
        return Text("这台电脑还没同步过，别的电脑的不在内", "this laptop has heard no other yet")
    return Text("截至 {at:%m-%d %H:%M} 同步", "as heard until {at:%m-%d %H:%M}").format(at=at)


@view(title=Text("收摊", "Closing"), asks={"fair": WHICH_FAIR}, menu=False, icon="check2-all")
def closing(store: Store, fair: str | None = None) -> Beside | Table:
    """Who was not served, each with what becomes of it in one press, and what the day came to so far."""
    held = fair_meant(fair)
    if held is None:
        return Table([""], [], note=NO_FAIR)
    slips = unserved(held.id)
    stalls = {each.id: each for each in stalls_of(held.id)}
    table = Table.listing(
        Slip,
        slips,
        (Stall._meta.fields["letter"].verbose_name, lambda each: stalls[each.stall].told),
        "number",
        "state",
        "phone_last4",
        (Text("怎么办", "What now"), _presses),
        note=Text("没服务到的 {n} 号", "Not served: {n}").format(n=len(slips)),
    )
    return Beside(
        [table, _figures(store, held)],
        title=Text("收摊 {title}", "Closing {title}").format(title=held.title),
        note=heard(),
        presses=[
            *([Button(_ALL, "caravan.all_next_time", id=held.id)] if slips else []),
            Go(Text("人次", "Head-counts"), view="caravan.counts", id=held.id, icon="people"),
            Go(Text("签到", "In and out"), view="caravan.sign_in", id=held.id, icon="person-check"),
            Print(Text("汇总", "Summary"), "caravan.summary", held.id),
            Go(Text("发群文字", "For the chat"), {"fair": held.id}, "caravan.chat", "clipboard"),
        ],
    )


_ALL = Text("全部下次优先", "All first next time")


def _presses(slip: Slip) -> list[Button]:
    return [
        Button(Text("转上门", "Visit"), "caravan.visit_at_home", id=slip.id),
        Button(Text("下次优先", "Next time"), "caravan.next_time", id=slip.id, at_once=True)
        if slip.state != "serving"
        else Button(Text("完成", "Done"), "caravan.finish", id=slip.id),
    ]


@action(of=Fair, title=_ALL)
def all_next_time(store: Store, fair: Fair) -> Text:
    """Whoever was not served is the first at the next fair."""
    slips = [each for each in unserved(fair.id) if each.state != "serving"]
    with store.transaction():
        Slip.update(state="next_time").where(Slip.id.in_([each.id for each in slips])).execute()
        for slip in slips:
            promise(slip, "first")
    told = Text("{n} 号下次优先；{heard}", "{n} are first next time; {heard}")
    return told.format(n=len(slips), heard=heard())


@step(Fair, "pack")
def pack(store: Store, fair: Fair) -> Text:
    """Nobody is lost: who was not served stands on the closing page, and what was not heard is said."""
    told = Text(
        "没服务到的 {n} 号，请逐个安排；{heard}", "{n} were not served, see to each; {heard}"
    )
    return told.format(n=len(unserved(fair.id)), heard=heard())


@step(Stall, "close")
def close(store: Store, stall: Stall) -> Text:
    """Whoever waits there stays on the closing page."""
    waits = sum(each.stall == stall.id for each in unserved(stall.fair))
    told = Text("没服务到的 {n} 号；{heard}", "{n} were not served; {heard}")
    return told.format(n=waits, heard=heard())


@step(Fair, "archive")
def archive(store: Store, fair: Fair) -> Text:
    """What is still owed goes on being told on Today."""
    told = Text("还欠 {n} 号；{heard}", "{n} still wait; {heard}")
    return told.format(n=len(unserved(fair.id)), heard=heard())


# -- what it came to -------------------------------------------------------------------------------


def people_of(fair: str) -> dict[str, int]:
    """Head-counts by service, over all hours."""
    found: dict[str, int] = defaultdict(int)
    for each in Count.select().where(Count.fair == fair):
        found[each.service] += each.people
    return found


def hours_of(fair: str) -> tuple[int, float]:
    """How many helped, and their hours: of one person's posts together, never the sum of what overlaps."""
    spans: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    for each in helpers_of(fair):
        if each.came:
            spans[each.person] += [each.span] if each.span else []
    return len(spans), round(sum(map(minutes_together, spans.values())) / 60, 1)


class Line(NamedTuple):
    """What one service came to; `people` are those with and without a number."""

    service: Text
    numbers: int
    served: int
    skipped: int
    visits: int
    open: int
    people: int


def lines_of(store: Store, fair: Fair) -> list[Line]:
    """What each service came to: who was served here is counted here, and who was elsewhere there."""
    stalls, counted = stalls_of(fair.id), people_of(fair.id)
    came = turnouts(store, fair, stalls)
    by_service: dict[str, list[tuple[int, ...]]] = defaultdict(list)
    for stall in stalls:
        of = came[stall.id]
        elsewhere = of.served if queue_elsewhere(store, stall) else 0
        told = (of.numbers, of.served, of.skipped, of.visits, of.waiting, elsewhere)
        by_service[stall.service] += [told]
    for name, found in by_service.items():
        found += [(0, 0, 0, 0, 0, counted[name])]
    return [
        Line(SERVICES[name].title, *map(sum, zip(*found, strict=True)))
        for name, found in by_service.items()
    ]


def _figures(store: Store, fair: Fair) -> Stats:
    lines = lines_of(store, fair)
    helpers, hours = hours_of(fair.id)
    return Stats(
        [
            Stat(Text("人次", "People"), sum(each.people for each in lines)),
            Stat(Text("发号", "Numbers"), sum(each.numbers for each in lines)),
            Stat(Text("未服务", "Not served"), len(unserved(fair.id))),
            Stat(Text("寄放未取", "Things here"), len(left_at(fair.id))),
            Stat(Text("志愿者", "Helpers"), helpers, Text("人", "")),
            Stat(Text("时长", "Hours"), f"{hours:g}", Text("小时", "h")),
        ]
    )


def left_at(fair: str) -> list[Left]:
    """What was left at a fair and nobody fetched."""
    stalls = [each.id for each in stalls_of(fair)]
    slips = Slip.select(Slip.id).where(Slip.stall.in_(stalls))
    return list(Left.select().where(Left.slip.in_(slips), Left.state != "fetched"))


@view(title=Text("发到群里", "For the chat"), asks={"fair": WHICH_FAIR}, menu=False)
def chat(store: Store, fair: str | None = None) -> Chat:
    """What the day came to, in numbers, and nobody's name."""
    held = fair_meant(fair)
    if held is None:
        return Chat(NO_FAIR)
    lines = lines_of(store, held)
    helpers, _ = hours_of(held.id)
    each_of = Text("{service}{n}", "{service} {n}")
    return Chat(
        Text(
            "【大篷车】{month}月{day}日 {services}项服务 {told} 共{people}人次 志愿者{helpers}人 "
            "未服务{open} 已约上门{visits}；{heard}",
            "[Caravan] {month}-{day}: {services} {services:service|services}, {told}; {people} "
            "people, {helpers} {helpers:helper|helpers}, "
            "{open} not served, {visits} {visits:visit|visits} promised; {heard}",
        ).format(
            month=held.date.month,
            day=held.date.day,
            services=len(lines),
            told=joined(
                [each_of.format(service=e.service, n=e.people) for e in lines], Text(" ", ", ")
            ),
            people=sum(each.people for each in lines),
            helpers=helpers,
            open=len(unserved(held.id)),
            visits=sum(each.visits for each in lines),
            heard=heard(),
        )
    )

"""The stall to look at: what is pressed there, who waits, what is called, and what came of the day."""

from __future__ import annotations

from collections import Counter

from hongxian import Store, Text, local_today, view
from hongxian.records import Device
from hongxian.shapes import Button, Chat, Link, Print, Stat, Stats, Table
from hongxian.text import joined
from hongxian_plugins.knife_grinding.bookings import ITEMS
from hongxian_plugins.knife_grinding.days import Day
from hongxian_plugins.knife_grinding.placing import NO_DAY, WHICH_DAY, booked_on, day_meant, link_to
from hongxian_plugins.knife_grinding.queue import SLIP, Slip
from hongxian_plugins.knife_grinding.settings import GrindingRules
from hongxian_plugins.knife_grinding.stall import LABELS, waiting_at

_HERE = ("called", "serving", "done")
"""States of what is dealt with at the stall."""
_AT_ONCE = {"hand_back": {"to_adult": True}}
"""What a press says besides: whoever presses it has seen that it is an adult."""


@view(title=Text("摊位", "The stall"), asks={"day": WHICH_DAY}, card=True)
def stall(store: Store, day: str | None = None) -> Table:
    """All that is done at the stall, by one press each: draw, print, call, serve, hand back."""
    held = day_meant(store, day)
    slips = Slip.select().where(Slip.day == held.id, Slip.state.in_(_HERE)) if held else []
    shown = ("service", "state", "number")
    return Table(
        headers=[
            *(Slip._meta.fields[each].verbose_name for each in shown),
            Text("下一步", "Next"),
        ],
        rows=[
            *(_service_row(store, held, each) for each in LABELS if held),
            *(
                [
                    LABELS[each.service],
                    SLIP.title_of(each.state),
                    Link(each.number, Slip, each.id, big=True),
                    _steps_of(each),
                ]
                for each in slips
            ),
        ],
        note="" if held else NO_DAY,
        about=link_to(held) if held else None,
    )


def _service_row(store: Store, day: Day, service: str) -> list[object]:
    waiting = list(waiting_at(day.id, store.writer().laptop, service))
    paper, given = f"knife_grinding.slip_{GrindingRules.now(store).roll}", {"service": service}
    drawn = Text("打印 {number}", "Print {number}")
    return [
        LABELS[service],
        Text("{n} 人在等", "{n} waiting").format(n=len(waiting)),
        [Print(drawn.format(number=each.number), paper, each.id) for each in waiting[-1:]],
        [
            Button(Text("取号", "Draw"), "knife_grinding.draw", given, day.id, at_once=True),
            Button(Text("叫号", "Call"), "knife_grinding.call_next", given, day.id, at_once=True),
        ],
    ]


def _steps_of(slip: Slip) -> list[object]:
    """What may come next for it; a visit wants a name and an address first."""
    return [
        Button(
            each.title,
            f"knife_grinding.{each.name}",
            _AT_ONCE.get(each.name, {}),
            slip.id,
            at_once=each.name != "visit_at_home",
        )
        for each in SLIP.after(slip.state)
    ]


@view(title=Text("排队", "The queue"), asks={"day": WHICH_DAY}, menu=False)
def queue(store: Store, day: str | None = None) -> Table:
    """Everyone who took a number on a day, those who still wait first."""
    held = day_meant(store, day)
    slips = list(Slip.select().where(Slip.day == (held.id if held else "")))
    slips.sort(key=lambda each: (SLIP.place_of(each.state), each.id))
    stalls = {each.number: each.name for each in Device.select()}
    taken = Counter(each.service for each in slips if each.state == "taken")
    told = [Text.of("{label} {n}").format(label=LABELS[each], n=taken[each]) for each in taken]
    return Table.listing(
        Slip,
        slips,
        "number",
        "service",
        "state",
        (Slip.taken_at.verbose_name, lambda each: f"{each.taken_at:%H:%M}"),
        (Slip.stall.verbose_name, lambda each: stalls.get(each.stall, each.stall)),
        "tag",
        note=Text("在等：{told}。", "Waiting: {told}.").format(told=told or 0),
        about=link_to(held) if held else None,
    )


@view(title=Text("叫号屏", "Numbers called"), audience="display", menu=False)
def calling(store: Store) -> Stats:
    """What hangs at the stall: the numbers that are called and being served, of the day that is on."""
    today = Day.select(Day.id).where(Day.date == local_today(store))
    slips = Slip.select().where(Slip.day.in_(today), Slip.state.in_(("called", "serving")))
    told = Text.of("{service} · {state}")
    return Stats(
        [
            Stat(
                told.format(service=LABELS[each.service], state=SLIP.title_of(each.state)),
                each.number,
            )
            for each in slips.order_by(Slip.service, Slip.id)
        ],
        note=Text("叫到号请到摊位。", "When your number is called, come to the stall."),
    )


@view(title=Text("发到群里", "For the chat"), asks={"day": WHICH_DAY}, menu=False)
def chat(store: Store, day: str | None = None) -> Chat:
    """What a day came to, in numbers, and nobody's name."""
    held = day_meant(store, day)
    if held is None:
        return Chat(NO_DAY)
    booked = booked_on(held)
    slips = [each.state for each in Slip.select().where(Slip.day == held.id)]
    brought = {label: sum(getattr(each, n) for each in booked) for n, label in ITEMS.items()}
    items = joined(
        (Text.of(f"{{label}}{n}").format(label=label) for label, n in brought.items()), Text.of(" ")
    )
    return Chat(
        Text(
            "【磨刀】{date} 预约 {booked} 户（上门 {visits}）：{items}；"
            "现场取号 {slips}，磨好 {served}，过号 {skipped}",
            "[Grinding] {date}: {booked} booked ({visits} visits): {items}; {slips} numbers drawn, "
            "{served} served, {skipped} passed over",
        ).format(
            date=held.date,
            booked=len(booked),
            visits=sum(each.at_home for each in booked),
            items=items,
            slips=len(slips),
            served=sum(each in ("done", "handed_back") for each in slips),
            skipped=slips.count("skipped"),
        )
    )

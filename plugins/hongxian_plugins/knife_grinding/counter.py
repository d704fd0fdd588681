"""The counter to look at: which number is called, what is pressed next, who waits, and the day in numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from hongxian import Store, Text, view
from hongxian.records import Device
from hongxian.shapes import Button, Chat, Go, Numbers, Queue, Table
from hongxian.text import joined
from hongxian.turns import Turns
from hongxian_plugins.knife_grinding.bookings import DRAWINGS, ITEMS
from hongxian_plugins.knife_grinding.days import Day
from hongxian_plugins.knife_grinding.placing import NO_DAY, WHICH_DAY, booked_on, day_meant, link_to
from hongxian_plugins.knife_grinding.queue import SLIP, Slip
from hongxian_plugins.knife_grinding.settings import GrindingRules
from hongxian_plugins.knife_grinding.stall import LABELS


def queue_of(store: Store, day: Day, asked: str | None) -> Queue:
    """The queue for one service at this laptop: all of it is done by one press each."""
    here = list(
        Slip.select()
        .where(Slip.day == day.id, Slip.maker == store.writer().laptop)
        .order_by(Slip.id)
    )
    service = asked or next(
        (each.service for each in here if each.state != "handed_back"), "scissors"
    )
    turns = turns_of(store, [each for each in here if each.service == service])
    number = Slip.number.coming(day.scope, day=day.id, service=service)
    laptop, apart, _ = number.partition("-")
    called = turns.called
    return turns.at_the_counter(
        _give(store, day, service, number),
        services=[
            Go(label, {"service": name}, icon=DRAWINGS[name], here=name == service)
            for name, label in ITEMS.items()
        ],
        presses=[turns.again(called), turns.pass_over(called), _visit(called)] if called else (),
        lines=[
            Numbers(
                Text("等人来取", "To be fetched"),
                [
                    turns.press(each, "hand_back", Text.of("{number}"), to_adult=True)
                    for each in turns.of("done")
                ],
                note=Text("交给成年人就点号码", "press once an adult has it"),
            )
        ],
        note=_OWN.format(laptop=laptop) if apart else "",
    )


def turns_of(store: Store, slips: Sequence[Slip]) -> Turns:
    """The line that these stand in."""
    return Turns(
        "knife_grinding",
        slips,
        done=Text("{number} 磨好了", "{number} is done"),
        serving=Text("正在磨", "Being served"),
        minutes_each=GrindingRules.now(store).minutes_each,
    )


_OWN = Text(
    "“{laptop}-”是这台 {laptop} 号电脑：没有号簿时自己编号，不会与别的电脑重号。开号簿并同步后，接着发连号。",
    "“{laptop}-” is this laptop, No. {laptop}: without a book it counts by itself, and no other gives "
    "the same. Once a book is opened and synced, plain numbers go on.",
)


def _visit(called: Slip) -> Button:
    """A visit wants a name and an address first."""
    return Button(Text("转上门", "Visit"), "knife_grinding.visit_at_home", id=called.id)


def _give(store: Store, day: Day, service: str, number: str) -> Button:
    prints = GrindingRules.now(store).roll != "none"
    give = Text("发 {number} 号，打小票", "Give {number}, print") if prints else _GIVE
    return Button(
        give.format(number=number),
        "knife_grinding.draw",
        {"service": service},
        day.id,
        at_once=True,
        icon="ticket-perforated",
    )


_GIVE = Text("发 {number} 号", "Give {number}")


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
            "[Grinding] {date}: {booked} booked ({visits} {visits:visit|visits}): {items}; "
            "{slips} {slips:number|numbers} drawn, "
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

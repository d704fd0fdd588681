"""The counter to look at: which number is called, what is pressed next, who waits, and the day in numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from hongxian import Store, Text, view
from hongxian.records import Device
from hongxian.shapes import Button, Chat, Go, Numbers, Queue, Table
from hongxian.text import joined
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
    slips = [each for each in here if each.service == service]
    called = _newest_called(slips)
    number = Slip.number.coming(day.scope, day=day.id, service=service)
    _, _, suffix = number.partition("-")
    waiting = [each for each in slips if each.state == "taken"]
    return Queue(
        called=called.number if called else "",
        said=_said(called),
        services=[
            Go(label, {"service": name}, icon=DRAWINGS[name], here=name == service)
            for name, label in ITEMS.items()
        ],
        call=_press(waiting[0], "call", _CALL, "volume-up") if waiting else None,
        presses=_presses(called) if called else [],
        lines=list(_lines(store, slips, waiting)),
        give=_give(store, day, service, number),
        note=_OWN.format(suffix=suffix) if suffix else "",
    )


_OWN = Text(
    "{suffix} 是这台电脑：没有号簿时自己编号，不会与别的电脑重号。开号簿并同步后，接着发连号。",
    "{suffix} is this laptop: without a book of numbers it counts by itself, and no other gives the same. "
    "Once a book is opened and synced, plain numbers go on.",
)


_CALL = Text("叫 {number} 号", "Call {number}")
_DONE = Text("{number} 磨好了", "{number} is done")


def _newest_called(slips: Sequence[Slip]) -> Slip | None:
    called = [each for each in slips if each.state == "called"]
    return max(called, key=lambda each: (str(each.called_at or ""), each.id), default=None)


def _said(called: Slip | None) -> Text | str:
    if called is None:
        return Text("现在没有叫到谁", "Nobody is called now")
    if called.called_at is None:
        return ""
    return Text("{at:%H:%M} 叫的", "called at {at:%H:%M}").format(at=called.called_at)


def _press(slip: Slip, step: str, title: Text, icon: str = "", **values: bool) -> Button:
    """One press that takes a step of a slip."""
    name = title.format(number=slip.number)
    return Button(name, f"knife_grinding.{step}", values, slip.id, at_once=True, icon=icon)


def _presses(called: Slip) -> list[Button]:
    """What may come of who is called; a visit wants a name and an address first."""
    visit = Text("转上门", "Visit")
    return [
        _press(called, "once_more", Text("再叫一遍", "Again"), "arrow-repeat"),
        _press(called, "skip", Text("过号", "Pass over")),
        Button(visit, "knife_grinding.visit_at_home", id=called.id),
    ]


def _lines(store: Store, slips: Sequence[Slip], waiting: Sequence[Slip]) -> list[Numbers]:
    """Who waits, is served, was passed over and did not come back yet, and whose things are ready."""
    number = Text.of("{number}")
    in_hand = [each for each in slips if each.state in ("serving", "called")]
    skipped = [each for each in slips if each.state == "skipped"]
    ready = [each for each in slips if each.state == "done"]
    lines = [
        Numbers(waiting_words(store, len(waiting)), [each.number for each in waiting]),
        Numbers(
            Text("正在磨", "Being served"),
            presses=[_press(each, "finish", _DONE, "check2") for each in in_hand],
        ),
        Numbers(
            Text("过号", "Passed over"),
            [_press(each, "call_again", number) for each in skipped],
            note=Text("回来了就点号码", "press who came back"),
        ),
        Numbers(
            Text("等人来取", "To be fetched"),
            [_press(each, "hand_back", number, to_adult=True) for each in ready],
            note=Text("交给成年人就点号码", "press once an adult has it"),
        ),
    ]
    return [lines[0], *(each for each in lines[1:] if each.numbers or each.presses)]


def waiting_words(store: Store, waiting: int) -> Text:
    """How many wait and about how long, to five minutes."""
    each = GrindingRules.now(store).minutes_each
    told = Text("在等 {n} 人", "{n} waiting").format(n=waiting)
    if not each or not waiting:
        return told
    about = Text("约 {minutes} 分钟", "about {minutes} minutes")
    return joined([told, about.format(minutes=-(-waiting * each // 5) * 5)], Text("，", ", "))


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

"""Tables to look at: a day's places and who has them, the queue, and who supplied materials."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date

from hongxian import (
    Board,
    CalendarEntry,
    Device,
    Head,
    Held,
    Link,
    Reference,
    Store,
    Table,
    Text,
    joined,
    local_today,
    refused_among,
    sentences,
    view,
)
from hongxian.shapes.board import Tone
from hongxian_plugins.knife_grinding.bookings import ITEMS, MATERIALS, Booking, items_of
from hongxian_plugins.knife_grinding.days import Day, day_here, slots_of
from hongxian_plugins.knife_grinding.places import booked_on, coming_days
from hongxian_plugins.knife_grinding.queue import SERVICES, Slip
from hongxian_plugins.knife_grinding.steps import SLIP

_MARKS = {"done": "✓", "called_back": "✓✓"}
_WARN = "⚠"
_NOTE = Text(
    "工位 {taken}/{places}，上门 {visits}。",
    "Bench places taken {taken} of {places}; home visits {visits}.",
)
_WARNING = Text("⚠ 没有得到位置，请看“待处理”。", "⚠ got no place: see Needs attention.")


def _asked_day(help_text: Text, *, null: bool = False) -> Reference:
    label = Text("磨刀日", "Day")
    return Reference("knife_grinding.day", verbose_name=label, help_text=help_text, null=null)


@view(
    title=Text("当日排位", "The day's places"),
    asks={"day": _asked_day(Text("留空看最近的一天。", "Empty for the next one."), null=True)},
    card=True,
)
def board(store: Store, day: str | None = None) -> Board:
    """A day's slots down, its benches and the home visits across, and who is where.

    A free place is pressed to book it, or to move a booking there. Without a day the next is shown.
    """
    held = Day.get_by_id(day) if day else next(iter(coming_days(store)), None)
    if held is None:
        return Board(
            (), (), (), Booking, note=Text("没有要来的磨刀日。", "No grinding day is coming.")
        )
    slots, benches = slots_of(held), range(1, held.benches + 1)
    booked = booked_on(held)
    refused = refused_among(booked)
    standing = [
        Held(
            row=slots.index(each.slot),
            column=held.benches if each.at_home else each.bench - 1,
            title=_who(each),
            id=each.id,
            state=_WARN if each.id in refused else _MARKS.get(each.state, ""),
            tone=_tone(each, refused),
            moves=each.state == "slotted" and not each.at_home,
        )
        for each in booked
        if each.slot in slots
    ]
    return Board(
        rows=[Head(f"{slot:%H:%M}", {"slot": f"{slot:%H:%M}"}) for slot in slots],
        columns=[
            *(Head(Text(f"{n} 号工位", f"Bench {n}"), {"bench": n}) for n in benches),
            Head(Text("上门", "Visits"), open=False),
        ],
        held=standing,
        of=Booking,
        book="knife_grinding.book",
        move="knife_grinding.move",
        given={"day": held.id},
        note=_note(held, [each for each in booked if each.id not in refused], refused),
        about=_to(held),
    )


def _who(booking: Booking) -> Text:
    who = f"{booking.grinder} → {booking.name}" if booking.at_home else booking.name
    return joined(filter(None, (who, items_of(booking))), Text.of(" "))


def _tone(booking: Booking, refused: set[str]) -> Tone:
    if booking.id in refused:
        return "stop"
    return "done" if booking.state in _MARKS else "plan"


def _note(day: Day, placed: Sequence[Booking], refused: set[str]) -> Text:
    at_benches = sum(not each.at_home for each in placed)
    places, visits = day.benches * len(slots_of(day)), len(placed) - at_benches
    note = _NOTE.format(taken=at_benches, places=places, visits=visits)
    return sentences([_WARNING, note]) if refused else note


def _to(day: Day) -> Link:
    return Link(f"{day.date} {day.title}", Day, day.id)


@view(
    title=Text("排队", "The queue"),
    asks={"day": _asked_day(Text("哪一个磨刀日。", "Which grinding day."))},
)
def queue(store: Store, day: str) -> Table:
    """Everyone who took a number on a day, those who still wait first."""
    slips = list(Slip.select().where(Slip.day == day))
    slips.sort(key=lambda each: (SLIP.place_of(each.state), each.id))
    stalls = {each.number: each.name for each in Device.select()}
    services = dict(SERVICES)
    waiting = Counter(each.service for each in slips if each.state == "taken")
    told = [
        Text.of("{service} {number}").format(service=services[each], number=number)
        for each, number in sorted(waiting.items())
    ]
    return Table(
        headers=[
            Text("号码", "Number"),
            Text("项目", "For"),
            Text("状态", "State"),
            Text("取号", "Taken"),
            Text("摊位", "Stall"),
            Text("寄放牌", "Tag"),
        ],
        rows=[
            [
                each.number,
                services[each.service],
                SLIP.title_of(each.state),
                f"{each.taken_at:%H:%M}",
                stalls.get(each.stall, str(each.stall)),
                each.tag or "",
            ]
            for each in slips
        ],
        ids=[each.id for each in slips],
        of=Slip,
        note=Text("在等：{told}。", "Waiting: {told}.").format(told=told or 0),
        about=_to(held) if (held := day_here(day)) else None,
    )


@view(title=Text("材料来源", "Who supplied materials"))
def materials(store: Store) -> Table:
    """Who supplied the materials of all that was done, for anyone who asks whether money was taken."""
    done = Booking.select().where(Booking.state.in_(("done", "called_back")))
    counted: Counter[tuple[str, str]] = Counter()
    items: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for each in done:
        source = (each.materials, each.donor or "")
        counted[source] += 1
        items[source].update({name: getattr(each, name) for name in ITEMS})
    labels = dict(MATERIALS)
    return Table(
        headers=[
            Text("材料来源", "Supplied by"),
            Text("捐赠者", "Donor"),
            Text("单数", "Bookings"),
            *ITEMS.values(),
        ],
        rows=[
            [labels[source], donor, number, *(items[source, donor][name] for name in ITEMS)]
            for (source, donor), number in sorted(counted.items())
        ],
        note=Text("服务不收钱（志愿服务条例 21、37）。", "Nothing is paid for the service."),
    )


def calendar_entries(first: date, last: date) -> list[CalendarEntry]:
    """Each grinding day."""
    query = Day.select().where(Day.date.between(first, last))
    return [CalendarEntry(each.date, each.title, of=Day, id=each.id) for each in query]


@view(title=Text("叫号屏", "Numbers called"), audience="display")
def calling(store: Store) -> Table:
    """What hangs at the stall: the numbers that are called and being served, of the day that is on."""
    today = {day.id for day in Day.select().where(Day.date == local_today(store))}
    slips = Slip.select().where(Slip.day.in_(list(today)), Slip.state.in_(("called", "serving")))
    services = dict(SERVICES)
    return Table(
        headers=[Text("号码", "Number"), Text("项目", "For"), Text("状态", "State")],
        rows=[
            [each.number, services[each.service], SLIP.title_of(each.state)]
            for each in slips.order_by(Slip.service, Slip.number)
        ],
        note=Text("叫到号请到摊位。", "When your number is called, come to the stall."),
    )

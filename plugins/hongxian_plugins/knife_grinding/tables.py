"""Tables to look at: a day's places and who has them, the queue, and who supplied materials."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, time

from hongxian import (
    Button,
    CalendarEntry,
    Device,
    Link,
    Reference,
    Store,
    Table,
    Text,
    joined,
    sentences,
    view,
)
from hongxian_plugins.knife_grinding.bookings import ITEMS, MATERIALS, Booking, items_of
from hongxian_plugins.knife_grinding.days import Day, day_here, slots_of
from hongxian_plugins.knife_grinding.places import booked_on, coming_days
from hongxian_plugins.knife_grinding.queue import SERVICES, Slip
from hongxian_plugins.knife_grinding.steps import SLIP

_MARKS = {"done": "✓", "called_back": "✓✓"}
_REFUSED = "⚠"
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
def board(store: Store, day: str | None = None) -> Table:
    """A day's slots down, its benches and the home visits across, and who is where.

    A free place is a button that books it. Without a day the next one is shown.
    """
    held = Day.get_by_id(day) if day else next(iter(coming_days(store)), None)
    if held is None:
        return Table((), (), note=Text("没有要来的磨刀日。", "No grinding day is coming."))
    cells: dict[tuple[object, int], list[Link]] = defaultdict(list)
    booked = booked_on(held)
    collection = store.collection(Booking._meta.collection)
    views = store.view(collection, [each.id for each in booked])
    refused = {id for id, view in views.items() if view.refused}
    for each in booked:
        who = f"{each.grinder} → {each.name}" if each.at_home else each.name
        mark = _REFUSED if each.id in refused else _MARKS.get(each.state, "")
        told = joined(filter(None, (who, items_of(each), mark)), Text.of(" "))
        cells[each.slot, each.bench or 0].append(Link(told, Booking, each.id))
    benches = range(1, held.benches + 1)
    places = held.benches * len(slots_of(held))
    have_places = [each for each in booked if each.id not in refused]
    at_benches = sum(not each.at_home for each in have_places)
    visits = len(have_places) - at_benches
    note = _NOTE.format(taken=at_benches, places=places, visits=visits)
    return Table(
        headers=[
            Text("时段", "Slot"),
            *(Text(f"{n} 号工位", f"Bench {n}") for n in benches),
            Text("上门", "Visits"),
        ],
        rows=[
            [
                f"{slot:%H:%M}",
                *(cells[slot, n] or _free(held, slot, n) for n in benches),
                cells[slot, 0],
            ]
            for slot in slots_of(held)
        ],
        note=sentences([_WARNING, note]) if refused else note,
        about=_to(held),
    )


def _to(day: Day) -> Link:
    return Link(f"{day.date} {day.title}", Day, day.id)


def _free(day: Day, slot: time, bench: int) -> Button:
    place = {"day": day.id, "slot": f"{slot:%H:%M}", "bench": bench}
    return Button(Text("空", "Free"), "knife_grinding.book", place)


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

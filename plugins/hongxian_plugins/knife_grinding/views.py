"""Tables to look at: a day's places and who has them, the queue, and who supplied materials."""

from __future__ import annotations

from collections import Counter, defaultdict

from hongxian import Device, Reference, Store, Table, View
from hongxian_plugins.knife_grinding.bookings import ITEMS, MATERIALS, Booking, items_of
from hongxian_plugins.knife_grinding.days import Day, slots_of
from hongxian_plugins.knife_grinding.places import booked_on
from hongxian_plugins.knife_grinding.queue import SERVICES, Slip
from hongxian_plugins.knife_grinding.steps import SLIP_STATES

_MARKS = {"done": "✓", "called_back": "✓✓"}


def board(store: Store, day: str) -> Table:
    """A day's slots down, its benches and the home visits across, and who is where."""
    held = Day.get_by_id(day)
    cells: dict[tuple[object, int], list[str]] = defaultdict(list)
    booked = booked_on(held)
    for each in booked:
        who = f"{each.grinder} → {each.name}" if each.at_home else each.name
        told = " ".join((who, items_of(each), _MARKS.get(each.state, ""))).strip()
        cells[each.slot, each.bench or 0].append(told)
    lanes = [*range(1, held.benches + 1), 0]
    places = held.benches * len(slots_of(held))
    at_benches = sum(not each.at_home for each in booked)
    return Table(
        headers=["时段 Slot", *(f"{n} 号 Bench {n}" for n in lanes[:-1]), "上门 Visits"],
        rows=[
            [f"{slot:%H:%M}", *("；".join(cells[slot, lane]) for lane in lanes)]
            for slot in slots_of(held)
        ],
        note=f"{held.title}：工位 {at_benches}/{places}，上门 {len(booked) - at_benches}。"
        f"Bench places taken {at_benches} of {places}; home visits {len(booked) - at_benches}.",
    )


def queue(store: Store, day: str) -> Table:
    """Everyone who took a number on a day, those who still wait first."""
    slips = list(Slip.select().where(Slip.day == day))
    order = {state: place for place, (state, _) in enumerate(SLIP_STATES)}
    slips.sort(key=lambda each: (order[each.state], each.id))
    stalls = {each.number: each.name for each in Device.select()}
    services, states = dict(SERVICES), dict(SLIP_STATES)
    waiting = Counter(each.service for each in slips if each.state == "taken")
    told = "；".join(f"{services[each]} {number}" for each, number in sorted(waiting.items()))
    return Table(
        headers=["号码 Number", "项目 For", "状态 State", "取号 Taken", "摊位 Stall", "寄放牌 Tag"],
        rows=[
            [
                each.number,
                services[each.service],
                states[each.state],
                f"{each.taken_at:%H:%M}",
                stalls.get(each.stall, str(each.stall)),
                each.tag or "",
            ]
            for each in slips
        ],
        ids=[each.id for each in slips],
        collection="knife_grinding.slip",
        note=f"在等 Waiting: {told or '0'}",
    )


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
        headers=["材料来源 Supplied by", "捐赠者 Donor", "单数 Bookings", *ITEMS.values()],
        rows=[
            [labels[source], donor, number, *(items[source, donor][name] for name in ITEMS)]
            for (source, donor), number in sorted(counted.items())
        ],
        note="服务不收钱（志愿服务条例 21、37）。Nothing is paid for the service.",
    )


def asked_day() -> Reference:
    """What a view of one day asks for."""
    return Reference(
        "knife_grinding.day", verbose_name="磨刀日", help_text="哪一个磨刀日。Which grinding day."
    )


VIEWS = [
    View(
        "knife_grinding.board",
        "当日排位 · The day's places",
        board,
        {"day": asked_day()},
    ),
    View("knife_grinding.queue", "排队 · The queue", queue, {"day": asked_day()}),
    View("knife_grinding.materials", "材料来源 · Who supplied materials", materials),
]

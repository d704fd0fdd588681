"""The day to look at: its places and who has them, who waits, the queue, who supplied materials."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import time

from hongxian import Store, Text, local_now, local_today, view
from hongxian.days import day_in_words
from hongxian.records import refused_among
from hongxian.shapes import (
    Beside,
    Board,
    Brought,
    Button,
    Go,
    Head,
    Held,
    Link,
    Print,
    Table,
    Tone,
)
from hongxian.text import joined
from hongxian_plugins.knife_grinding.bookings import (
    BOOKING,
    DRAWINGS,
    ITEMS,
    MATERIALS,
    Booking,
    items_of,
)
from hongxian_plugins.knife_grinding.counter import queue_of
from hongxian_plugins.knife_grinding.days import Day, slots_of
from hongxian_plugins.knife_grinding.placing import (
    NO_DAY,
    WHICH_DAY,
    booked_on,
    day_meant,
    waiting,
)
from hongxian_plugins.knife_grinding.stall import ANY_SERVICE

# -- places --------------------------------------------------------------------------------------


@view(
    title=Text("今天的排位", "The day"),
    asks={"day": WHICH_DAY, "service": ANY_SERVICE},
)
def board(store: Store, day: str | None = None, service: str | None = None) -> Beside:
    """A grinding day on one page: who has which place, and the queue. Without a day the next one."""
    held = day_meant(store, day)
    if held is None:
        return Beside([Board((), (), (), Booking, note=NO_DAY)])
    booked = booked_on(held)
    refused = refused_among(booked)
    return Beside(
        [places_of(store, held, booked, refused), queue_of(store, held, service)],
        title=Text("磨刀日 {day}", "Grinding day {day}").format(
            day=day_in_words(held.date, local_today(store))
        ),
        note=_note(held, [each for each in booked if each.id not in refused]),
        presses=_ways(held),
    )


def places_of(store: Store, held: Day, booked: Sequence[Booking], refused: set[str]) -> Board:
    """Its slots down, its benches and the home visits across, and who is where.

    A free place is pressed to book it, or to move a booking there.
    """
    slots = slots_of(held)
    missed = Booking.select().where(Booking.day == held.id, Booking.state == "no_show")
    taken = {_place(held, each) for each in booked}
    shown = [*booked, *(each for each in missed if _place(held, each) not in taken)]
    return Board(
        rows=[Head(f"{slot:%H:%M}", {"slot": f"{slot:%H:%M}"}) for slot in slots],
        columns=[
            *(Head(Text(f"{n} 号工位", f"Bench {n}"), {"bench": n}) for n in _benches(held)),
            Head(Text("上门", "Visits"), open=False),
        ],
        held=[
            _held(slots.index(each.slot), _place(held, each)[1], each, refused)
            for each in shown
            if each.slot in slots
        ],
        of=Booking,
        book="knife_grinding.book",
        move="knife_grinding.slot",
        given={"day": held.id},
        note=_NO_PLACE if refused else "",
        now=_row_of_now(store, held, slots),
    )


_NO_PLACE = Text(
    "红色的没有得到位置，请看“待处理”。", "Those in red got no place: see Needs attention."
)
_STATES: dict[str, tuple[Tone, Text]] = {
    "slotted": ("plan", Text("约好了", "Booked")),
    "no_show": ("rest", Text("没来", "No-show")),
}
_DONE: tuple[Tone, Text] = ("done", Text("磨好了", "Done"))


def _place(day: Day, booking: Booking) -> tuple[object, int]:
    return booking.slot, day.benches if booking.at_home else (booking.bench or 1) - 1


def _held(row: int, column: int, booking: Booking, refused: set[str]) -> Held:
    tone, state = _STATES.get(booking.state, _DONE)
    if booking.id in refused:
        tone, state = "stop", Text("没有得到位置", "Got no place")
    return Held(
        row=row,
        column=column,
        title=f"{booking.grinder} → {booking.who}" if booking.at_home else booking.who,
        id=booking.id,
        state=state,
        tone=tone,
        moves=booking.state == "slotted" and not booking.at_home,
        brought=[
            Brought(DRAWINGS[name], label, getattr(booking, name))
            for name, label in ITEMS.items()
            if getattr(booking, name)
        ],
        presses=[
            Button(
                each.title,
                f"knife_grinding.{each.name}",
                id=booking.id,
                at_once=each.name == "no_show",
            )
            for each in BOOKING.after(booking.state)
        ],
    )


def _row_of_now(store: Store, day: Day, slots: Sequence[time]) -> int | None:
    """Before which slot it is now; None on another day, and before and after all of them."""
    now = local_now(store)
    after = sum(slot <= now.time() for slot in slots)
    return after if day.date == now.date() and 0 < after < len(slots) else None


def _benches(day: Day) -> range:
    return range(1, day.benches + 1)


def _note(day: Day, booked: Sequence[Booking]) -> Text:
    """Where it is, and how much of it is taken."""
    at_benches = sum(not each.at_home for each in booked)
    told = Text(
        "工位 {taken}/{places} · 上门 {visits} · 还在等 {waiting}",
        "Benches {taken}/{places} · visits {visits} · waiting {waiting}",
    ).format(
        taken=at_benches,
        places=day.benches * len(slots_of(day)),
        visits=len(booked) - at_benches,
        waiting=len(waiting()),
    )
    return joined([*filter(None, [day.place]), told], Text.of(" · "))


def _ways(day: Day) -> list[object]:
    """To the day before and after, to its own page, and what is printed and told of it."""
    before = Day.select().where(Day.date < day.date).order_by(Day.date.desc()).first()
    after = Day.select().where(Day.date > day.date).order_by(Day.date).first()
    return [
        *(
            [Go(Text("前一次", "Before"), {"day": before.id}, icon="chevron-left")]
            if before
            else []
        ),
        *([Go(Text("后一次", "Next"), {"day": after.id}, icon="chevron-right")] if after else []),
        Print(Text("名单", "List"), "knife_grinding.day_list", day.id),
        Go(Text("发群文字", "For the chat"), {"day": day.id}, "knife_grinding.chat", "clipboard"),
        Link(Text("这一天", "This day"), Day, day.id),
    ]


@view(title=Text("等候名单", "Waiting list"), menu=False)
def waiting_list(store: Store) -> Table:
    """Who has no place yet, the first that asked before the others; one press gives the first free one."""
    brings, following = Text("东西", "Brings"), Text("下一步", "Next")
    return Table.listing(
        Booking, waiting(), "name", (brings, items_of), "state", (following, _press)
    )


def _press(booking: Booking) -> Button:
    """At once but for a visit, for which somebody has to be named."""
    step = BOOKING.after(booking.state)[0]
    at_once = step.name == "verify" or not booking.at_home
    return Button(step.title, f"knife_grinding.{step.name}", id=booking.id, at_once=at_once)


# -- materials -----------------------------------------------------------------------------------


@view(title=Text("材料来源", "Who supplied materials"), menu=False)
def materials(store: Store) -> Table:
    """Who supplied the materials of all that was done, for anyone who asks whether money was taken."""
    sums: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for each in Booking.select().where(Booking.state.in_(("done", "called_back"))):
        brought = {name: getattr(each, name) for name in ITEMS}
        sums[each.materials, each.donor or ""].update({"bookings": 1, **brought})
    labels = dict(MATERIALS)
    return Table(
        headers=[
            Booking.materials.verbose_name,
            Booking.donor.verbose_name,
            Text("单数", "Bookings"),
            *ITEMS.values(),
        ],
        rows=[
            [labels[source], donor, counted["bookings"], *(counted[name] for name in ITEMS)]
            for (source, donor), counted in sorted(sums.items())
        ],
        note=Text("服务不收钱（志愿服务条例 21、37）。", "Nothing is paid for the service."),
    )

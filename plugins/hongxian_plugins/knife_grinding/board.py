"""The day to look at: its places and who has them, who waits, the queue, who supplied materials."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from hongxian import Store, Text, view
from hongxian.records import refused_among
from hongxian.shapes import Board, Button, Head, Held, Table
from hongxian.text import joined, sentences
from hongxian_plugins.knife_grinding.bookings import BOOKING, ITEMS, MATERIALS, Booking, items_of
from hongxian_plugins.knife_grinding.days import Day, slots_of
from hongxian_plugins.knife_grinding.placing import (
    NO_DAY,
    WHICH_DAY,
    booked_on,
    day_meant,
    link_to,
    waiting,
)

_MARKS = {"done": "✓", "called_back": "✓✓"}
# -- places --------------------------------------------------------------------------------------


@view(title=Text("当日排位", "The day's places"), asks={"day": WHICH_DAY})
def board(store: Store, day: str | None = None) -> Board:
    """A day's slots down, its benches and the home visits across, and who is where.

    A free place is pressed to book it, or to move a booking there. Without a day the next is shown.
    """
    held = day_meant(store, day)
    if held is None:
        return Board((), (), (), Booking, note=NO_DAY)
    slots, booked = slots_of(held), booked_on(held)
    refused = refused_among(booked)
    return Board(
        rows=[Head(f"{slot:%H:%M}", {"slot": f"{slot:%H:%M}"}) for slot in slots],
        columns=[
            *(Head(Text(f"{n} 号工位", f"Bench {n}"), {"bench": n}) for n in _benches(held)),
            Head(Text("上门", "Visits"), open=False),
        ],
        held=[
            Held(
                row=slots.index(each.slot),
                column=held.benches if each.at_home else each.bench - 1,
                title=_who(each),
                id=each.id,
                state="⚠" if each.id in refused else _MARKS.get(each.state, ""),
                tone="stop" if each.id in refused else "done" if each.state in _MARKS else "plan",
                moves=each.state == "slotted" and not each.at_home,
            )
            for each in booked
            if each.slot in slots
        ],
        of=Booking,
        book="knife_grinding.book",
        move="knife_grinding.slot",
        given={"day": held.id},
        note=_note(held, [each for each in booked if each.id not in refused], refused),
        about=link_to(held),
    )


def _benches(day: Day) -> range:
    return range(1, day.benches + 1)


def _who(booking: Booking) -> Text:
    who = f"{booking.grinder} → {booking.who}" if booking.at_home else booking.who
    return joined(filter(None, (who, items_of(booking))), Text.of(" "))


def _note(day: Day, placed: Sequence[Booking], refused: set[str]) -> Text:
    at_benches = sum(not each.at_home for each in placed)
    note = Text(
        "工位 {taken}/{places}，上门 {visits}，还在等 {waiting}。",
        "Bench places taken {taken} of {places}; home visits {visits}; waiting {waiting}.",
    ).format(
        taken=at_benches,
        places=day.benches * len(slots_of(day)),
        visits=len(placed) - at_benches,
        waiting=len(waiting()),
    )
    warning = Text("⚠ 没有得到位置，请看“待处理”。", "⚠ got no place: see Needs attention.")
    return sentences([warning, note]) if refused else note


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

"""What a team still owes: results, calls back, number books for the day that comes, things left behind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from hongxian import Due, Store, Text, local_today, reminder
from hongxian_plugins.knife_grinding.bookings import Booking
from hongxian_plugins.knife_grinding.days import Day
from hongxian_plugins.knife_grinding.placing import coming_days
from hongxian_plugins.knife_grinding.queue import NumberBook, Slip
from hongxian_plugins.knife_grinding.settings import GrindingRules


@reminder()
def results_and_calls_back(store: Store) -> Iterator[Due]:
    """Of each day that is over: who was neither done nor missed, and who is to be called back."""
    open_ones = Booking.select().where(Booking.state.in_(("slotted", "done")))
    counts = Counter((each.day, each.state) for each in open_ones)
    days = Day.select().where(Day.id.in_([*{day for day, _ in counts}]))
    calls = timedelta(days=GrindingRules.now(store).callback_days)
    for day in days.where(Day.date < local_today(store)):
        if n := counts[day.id, "slotted"]:
            told = Text("{day}：{n} 户没记结果", "{day}: {n} {n:booking|bookings} without a result")
            yield Due(day.date, told.format(day=day.title, n=n), day, to=day.scope)
        if n := counts[day.id, "done"]:
            told = Text("{day}：{n} 户待回访", "{day}: {n} {n:resident|residents} to call back")
            yield Due(day.date + calls, told.format(day=day.title, n=n), day, to=day.scope)


@reminder(ahead=3)
def number_books(store: Store) -> Iterator[Due]:
    """The evening before, while there is a network; where nobody opened any."""
    for day in coming_days():
        if day.benches and not NumberBook.select().where(NumberBook.day == day.id).exists():
            told = Text("{day}：联网开号簿", "{day}: open its number books, with a network")
            yield Due(day.date - timedelta(days=1), told.format(day=day.title), day, to=day.scope)


@reminder(ahead=0)
def things_left_behind(store: Store) -> Iterator[Due]:
    """What bears a tag and was not fetched."""
    days = {each.id: each.date for each in Day.select()}
    kept = timedelta(days=GrindingRules.now(store).keep_days)
    for slip in Slip.select().where(Slip.state == "done", Slip.tag.is_null(False)):
        if slip.day in days:
            told = Text("寄放牌 {tag} 还没取走", "What bears tag {tag} was not fetched")
            yield Due(days[slip.day] + kept, told.format(tag=slip.tag), slip, to=slip.scope)

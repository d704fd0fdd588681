"""What hangs at the stall: the numbers that are called, and nobody's name."""

from __future__ import annotations

from collections.abc import Iterator

from hongxian import Store, Text, local_now, local_today, view
from hongxian.notices import Notice, notice
from hongxian.shapes import Beside
from hongxian.text import joined
from hongxian_plugins.knife_grinding.bookings import DRAWINGS
from hongxian_plugins.knife_grinding.counter import turns_of
from hongxian_plugins.knife_grinding.days import Day
from hongxian_plugins.knife_grinding.queue import SERVICES, Slip

_FOOT = (
    Text("取号在入口的桌子", "Numbers are given at the table by the entrance"),
    Text("过号不用重新取，跟师傅说一声", "Passed over? Keep your number and tell us"),
    Text("不收钱", "Nothing is paid"),
)


@view(title=Text("叫号屏", "Numbers called"), audience="display", menu=False)
def calling(store: Store) -> Beside:
    """By service the number that is called, who comes next and how many wait, of the day that is on."""
    today = local_today(store)
    days = list(Day.select().where(Day.date == today))
    slips = list(Slip.select().where(Slip.day.in_([each.id for each in days])).order_by(Slip.id))
    title = days[0].title if days else Text("今天不磨刀", "No grinding today")
    date = Text(f"{today.month}月{today.day}日", f"{today:%d %B}")
    told = [*dict.fromkeys(each.place for each in days if each.place), date]
    return Beside(
        [
            turns_of(store, [each for each in slips if each.service == name]).on_the_wall(
                local_now(store), label, DRAWINGS[name]
            )
            for name, label in SERVICES
        ],
        title=title,
        note=joined(told, Text.of(" · ")),
        foot=_FOOT,
    )


@notice()
def numbers_called(store: Store) -> Iterator[Notice]:
    """Whoever is called at any stall of today's, each time that it is called."""
    today = Day.select().where(Day.date == local_today(store))
    for slip in Slip.select().where(Slip.day.in_(today), Slip.state == "called"):
        told = Text("叫到 {number} 号", "Number {number} is called").format(number=slip.number)
        yield Notice(told, slip, slip.called_at or "")

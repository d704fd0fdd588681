"""What hangs at the stall: the numbers that are called, and nobody's name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from hongxian import Store, Text, local_now, local_today, view
from hongxian.notices import Notice, notice
from hongxian.shapes import Beside, Numbers, Queue
from hongxian.text import joined
from hongxian_plugins.knife_grinding.bookings import DRAWINGS
from hongxian_plugins.knife_grinding.counter import waiting_words
from hongxian_plugins.knife_grinding.days import Day
from hongxian_plugins.knife_grinding.queue import SERVICES, Slip

CALLING = timedelta(seconds=40)
"""How long a number is shown as called just now."""
NEXT = 4
"""Numbers that are told to come near."""
_COME = Text("请到摊位", "Please come to the stall")
_NONE = Text("没人等，来了就办", "Nobody waits: come at once")
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
    told = [*(each.place for each in days if each.place), date]
    return Beside(
        [
            _queue(store, name, [each for each in slips if each.service == name])
            for name, _ in SERVICES
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


def _queue(store: Store, service: str, slips: Sequence[Slip]) -> Queue:
    called = [each for each in slips if each.state in ("called", "serving")]
    called.sort(key=lambda each: (each.state == "called", str(each.called_at or ""), each.id))
    waiting = [each.number for each in slips if each.state == "taken"]
    newest = called[-1] if called else None
    return Queue(
        called=newest.number if newest else "",
        title=dict(SERVICES)[service],
        icon=DRAWINGS[service],
        around=("", ""),
        said=_COME if newest else "",
        lines=[
            Numbers(Text("接着", "Next"), waiting[:NEXT]) if waiting else Numbers("", [_NONE]),
            Numbers(waiting_words(store, len(waiting))),
        ],
        calling=bool(newest and _is_called_now(store, newest)),
    )


def _is_called_now(store: Store, slip: Slip) -> bool:
    at = slip.called_at
    now = local_now(store)
    return slip.state == "called" and at is not None and now - CALLING < at <= now

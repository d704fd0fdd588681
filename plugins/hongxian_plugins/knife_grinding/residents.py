"""On anybody's phone: book a grinder's free time with a name and a telephone, look it up, move it, cancel it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, time
from itertools import islice

from peewee import CharField

from hongxian import PhoneField, Refused, Store, Text, action, local_now, local_today, view
from hongxian.codes import code_field, found_by_code, record_by_code, record_code, scannable
from hongxian.days import day_ahead
from hongxian.errors import Taken
from hongxian.records import Somebody, Value
from hongxian.shapes import Beside, Button, Facts, Go, Tag
from hongxian.text import joined
from hongxian_plugins.knife_grinding.bookings import BOOKING, HAS_PLACE, ITEMS, Booking, items_of
from hongxian_plugins.knife_grinding.days import Day, day_here, slots_of
from hongxian_plugins.knife_grinding.placing import (
    NO_DAY,
    coming_days,
    first_free,
    place,
)

WAIT = "wait"
"""In the place of an hour: whoever finds none that fits is called when there is one."""
_MOST = 30
"""Hours to choose from."""
_COMING = ("requested", "verified", "slotted")


def free_hours() -> list[tuple[str, Text]]:
    """The hours of the coming days at which a bench is free, then the waiting list: as a form's choices."""
    days, today = coming_days(), local_today()
    has_places = len(_places(days)) > 1
    found: dict[tuple[date, time, str], tuple[str, Text]] = {}
    for day, slot in sorted(_free(days), key=lambda each: (each[0].date, each[1])):
        at = joined([day_ahead(day.date, today), Text.of(f"{slot:%H:%M}")], " ")
        told = joined([at, Text.of(day.place)], " · ") if has_places and day.place else at
        # Where several teams are at one place, to whom one goes is all the same.
        found.setdefault((day.date, slot, day.place or ""), (f"{day.id} {slot:%H:%M}", told))
    return [
        *islice(found.values(), _MOST),
        (WAIT, Text("都不合适，等通知", "None: tell me of another")),
    ]


def _free(days: list[Day]) -> Iterator[tuple[Day, time]]:
    now = local_now()
    at_benches = Booking.select(Booking.day, Booking.slot).where(
        Booking.day.in_([day.id for day in days]),
        Booking.state.in_(HAS_PLACE),
        Booking.bench > 0,
    )
    taken = Counter(at_benches.tuples())
    for day in days:
        for slot in slots_of(day):
            is_over = day.date == now.date() and slot <= now.time()
            if taken[day.id, slot] < day.benches and not is_over:
                yield day, slot


def _places(days: list[Day]) -> set[str]:
    """Where these days are; "" for those that name no place."""
    return {each.place or "" for each in days}


def _where(_: object) -> Text | None:
    """The place, where it is the same on all coming days; else each hour names its own."""
    [place, *others] = _places(coming_days()) or {""}
    return _AT.format(place=place) if place and not others else None


_AT = Text("磨刀在：{place}", "At: {place}")


def _hour() -> CharField:
    return CharField(
        verbose_name=Text("哪个时段", "When"),
        max_length=60,
        choices=free_hours,
    )


_CODE = Text("预约码", "Code")


@action(
    title=Text("约磨刀", "Book a grinder"),
    audience="public",
    usual=True,
    menu=False,
    icon="scissors",
    says=_where,
    asks={
        "hour": _hour(),
        **{each: getattr(Booking, each) for each in ITEMS},
        "name": CharField(
            verbose_name=Text("怎么称呼", "Your name"),
            max_length=20,
            help_text=Text("只有磨刀的队看得到。", "Seen by the grinders' team alone."),
        ),
        "phone": PhoneField(
            verbose_name=Text("电话", "Telephone"),
            help_text=Text("改期、下雨时告诉您。", "To tell you of rain or another day."),
        ),
    },
)
def book_mine(store: Store, hour: str, name: str, phone: str, **brings: Value) -> Go:
    """A bench's free hour, or a place on the waiting list; whose it is the team of the day alone knows."""
    held, slot = _meant(store, hour)
    with store.transaction():
        booking = Booking.create(
            scope=held.scope,
            name=Somebody(f"{name} {phone}"),
            state="requested" if slot is None else "verified",
            **brings,
        )
        told = _WAITS if slot is None else _BOOKED.format(place=_placed(store, booking, held, slot))
    code = record_code(booking)
    said = joined([told, Text("预约码 {code}", "code {code}").format(code=code)], Text("，", ", "))
    return Go(said, {"code": code}, "knife_grinding.my_booking")


_BOOKED, _MOVED = (
    Text("约好了：{place}", "Booked: {place}"),
    Text("改好了：{place}", "Moved: {place}"),
)
_WAITS = Text("排上队了，有空位就打电话", "You are on the list, and are called")


def _meant(store: Store, hour: str) -> tuple[Day, time | None]:
    """The day and the hour that were pressed; of the waiting list the next day, or the last that was."""
    if hour != WAIT:
        id, _, slot = hour.partition(" ")
        held = day_here(id)
        if held is not None:
            return held, time.fromisoformat(slot)
    held = next(iter(coming_days()), None) or Day.select().order_by(Day.date.desc()).first()
    if held is None:
        raise Refused(NO_DAY)
    return held, None


def _placed(store: Store, booking: Booking, held: Day, slot: time) -> Text:
    """Put it there; raises `Refused` with the hours that are free where somebody was quicker."""
    if booking.state == "requested":
        _stands(booking, "verified")  # by their own choice of an hour
    try:
        found = first_free([held], {"slot": slot, "bench": None, "grinder": None})
        place(store, booking, held.id, slot, found["bench"])
        booking.scope = held.scope
        _stands(booking, "slotted")
    except Taken:
        free = [label for value, label in free_hours() if value != WAIT][:6]
        raise Refused(
            "这个时段刚被约走。还空着：{free}",
            "That hour was just taken. Free: {free}",
            free=free or "-",
        ) from None
    return _when(booking, held)


def _stands(booking: Booking, state: str) -> None:
    """Save it in a state."""
    booking.state = state  # type: ignore[assignment]
    booking.save()


# -- to look it up, move it, cancel it ---------------------------------------------------------------


@view(
    title=Text("查我约的磨刀", "My booking"),
    audience="public",
    icon="search",
    asks={"code": code_field(_CODE)},
    scans=lambda store, code: record_by_code(Booking, code) is not None,
)
def my_booking(store: Store, code: str) -> Beside:
    """When and where, by its code alone; no name and no telephone."""
    booking = found_by_code(Booking, code)
    day = day_here(booking.day)
    own = record_code(booking)
    return Beside(
        [
            Facts(
                [
                    (Text("什么时候", "When"), _when(booking, day)),
                    (Text("在哪儿", "Where"), day.place if day else None),
                    (Text("带什么", "What"), items_of(booking)),
                    (Text("结果", "Result"), booking.result),
                    (
                        Text("预约码，记下或截屏", "Code: write it down"),
                        [own, scannable(store, own)],
                    ),
                ],
                [Tag(BOOKING.title_of(booking.state), "plan")],
            )
        ],
        presses=_presses(own) if is_coming(store, booking) else [],
        foot=(Text("不收钱。刀具包好，只交给成年人。", "Nothing is paid. Wrap what is sharp."),),
    )


def _when(booking: Booking, day: Day | None) -> Text:
    if day is None or booking.slot is None:
        return _NOT_YET
    at = day_ahead(day.date, local_today())
    where = _BENCH.format(n=booking.bench) if booking.bench else _AT_HOME
    return joined([at, Text.of(f"{booking.slot:%H:%M}"), where], " ")


_BENCH, _AT_HOME = Text("{n} 号工位", "bench {n}"), Text("师傅上门", "at your home")
_NOT_YET = Text("还没排到，排到了打电话", "Not yet: you are called")


def is_coming(store: Store, booking: Booking) -> bool:
    """Whether it may still be moved and cancelled."""
    day = day_here(booking.day)
    return booking.state in _COMING and (day is None or day.date >= local_today(store))


def _presses(code: str) -> list[Button]:
    return [
        Button(Text("换个时间", "Another time"), "knife_grinding.move_mine", {"code": code}),
        Button(Text("不去了", "Cancel it"), "knife_grinding.cancel_mine", {"code": code}),
    ]


def _what(given: Mapping[str, str]) -> Text | None:
    """Which booking it is: when and where, and what is brought."""
    code = given.get("code")
    booking = record_by_code(Booking, code) if code else None
    if booking is None:
        return None
    day = day_here(booking.day)
    told = (
        _when(booking, day),
        Text.of(day.place or "" if day else ""),
        items_of(booking),
    )
    return joined(filter(None, told), Text("，", ", "))


def _still_coming(store: Store, code: str) -> Booking:
    booking = found_by_code(Booking, code)
    if not is_coming(store, booking):
        raise Refused("这个预约已经过了，请重新约。", "It is over: book anew.")
    return booking


@action(
    title=Text("换个时间", "Another time"),
    audience="public",
    menu=False,
    icon="arrow-left-right",
    says=_what,
    asks={"code": code_field(_CODE), "hour": _hour()},
)
def move_mine(store: Store, code: str, hour: str) -> Go:
    """To another free hour; where none is, it stays as it is."""
    held, slot = _meant(store, hour)
    with store.transaction():
        booking = _still_coming(store, code)
        if slot is None:
            raise Refused("请选一个时段；要取消请按“不去了”。", "Choose an hour, or cancel it.")
        told = _MOVED.format(place=_placed(store, booking, held, slot))
    return Go(told, {"code": record_code(booking)}, "knife_grinding.my_booking")


@action(
    title=Text("不去了", "Cancel it"),
    audience="public",
    menu=False,
    icon="x",
    says=_what,
    asks={"code": code_field(_CODE)},
)
def cancel_mine(store: Store, code: str) -> Go:
    """Its place is free again at once."""
    with store.transaction():
        booking = _still_coming(store, code)
        booking.cancel_reason = "居民在手机上取消"
        _stands(booking, "cancelled")
    said = Text("取消了，谢谢告诉我们", "Cancelled: thank you for telling us")
    return Go(said, {"code": record_code(booking)}, "knife_grinding.my_booking")

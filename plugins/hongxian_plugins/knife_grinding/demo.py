"""Invented bookings: twelve caravans of each team here, their benches, home visits and queue.

The same for the same seed and day: this month's caravan is today, and one is still to come. A day that
is there already, made of a caravan's stall, is filled and not made twice.
Residents are 示例·居民, telephone numbers begin with 100, which none in China does, and the estates
do not exist.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from hongxian import Store, local_today
from hongxian.days import month_away
from hongxian.records import Value, Values, new_id
from hongxian_plugins.knife_grinding.bookings import Booking
from hongxian_plugins.knife_grinding.days import Day, slots_between
from hongxian_plugins.knife_grinding.queue import SERVICES, Slip
from hongxian_plugins.knife_grinding.stall import prepare

MONTHS = range(-10, 2)
"""The months of the caravans, counted from the present one."""
TITLE = "示例 大篷车磨刀"
_BEGINS, _ENDS, _MINUTES, _BENCHES = time(9), time(11, 30), 15, 2
_ESTATES = ("示例苑一期", "示例苑二期", "示例新村", "示例花园")
_RISKS = (None,) * 8 + ("刀柄松动", "家中有犬", "刀刃有缺口")
_OVER = ("called_back",) * 8 + ("no_show", "cancelled")
_OVER_OF_LATE = ("called_back",) * 5 + ("done",) * 3 + ("no_show", "cancelled")
_GRINDERS = ("示例·师傅甲", "示例·师傅乙")
_IN_LINE = {"knives": 11, "scissors": 13, "screens": 7}
"""The numbers that are being served while the demonstration is looked at."""


def fill(store: Store, seed: int) -> None:
    """Fill the laptop's teams, those that it has not filled yet."""
    for scope in sorted(store.writer().teams):
        if not Booking.select().where(Booking.scope == scope).exists():
            _fill_team(store, scope, random.Random(seed))


def _fill_team(store: Store, scope: str, chance: random.Random) -> None:
    today = local_today(store)
    there = {each["date"]: each for each in Day.select().where(Day.scope == scope).dicts()}
    days = [_day(scope, today, months) for months in MONTHS]
    new = [each for each in days if each["date"] not in there]
    days = [there.get(each["date"], each) for each in days]
    bookings = [each for day in days for each in _bookings(chance, day, today)]
    with store.separately():
        store.create(Day, new)
        store.create(Booking, bookings)
        store.create(Slip, list(_slips(days[-2], store.writer().number)))
    prepare(
        store, Day.get_by_id(days[-2]["id"])
    )  # numbers go on behind these once the hub has said where


def _day(scope: str, today: date, months: int) -> Values:
    first = month_away(today, months)
    sunday = first + timedelta(days=(6 - first.weekday()) % 7)
    return {
        "id": new_id(),
        "scope": scope,
        "title": f"{TITLE} {first.month}月",
        "date": sunday if months else today,
        "place": "示例广场",
        "begins": _BEGINS,
        "ends": _ENDS,
        "slot_minutes": _MINUTES,
        "benches": _BENCHES,
    }


def _bookings(chance: random.Random, day: Values, today: date) -> Iterator[Values]:
    """Most benches, some homes; of today and what is to come not over yet, and some without a place."""
    is_late = day["date"] > today - timedelta(days=62)
    states = ("slotted",) if day["date"] >= today else _OVER_OF_LATE if is_late else _OVER
    for slot in slots_between(_BEGINS, _ENDS, _MINUTES):
        for bench in range(1, _BENCHES + 1):
            if chance.random() < 0.7:
                place = {"day": day["id"], "slot": slot, "bench": bench}
                yield _booking(chance, day["scope"], states, **place)
        if chance.random() < 0.2:
            place = {"day": day["id"], "slot": slot, "grinder": chance.choice(_GRINDERS)}
            yield _booking(chance, day["scope"], states, at_home=True, **place)
    if day["date"] > today:
        for state in ("requested", "requested", "verified", "verified", "requested"):
            yield {**_resident(chance), "scope": day["scope"], "state": state}


def _booking(chance: random.Random, scope: str, states: Sequence[str], **place: Value) -> Values:
    state = chance.choice(states)
    booking = {**_resident(chance), **place, "scope": scope, "state": state}
    if state == "cancelled":
        booking["cancel_reason"] = "示例：临时有事"
    if state in ("done", "called_back"):
        donated = booking["screens"] and chance.random() < 0.5
        booking["materials"] = "donor" if donated else chance.choice(("none", "resident", "team"))
        booking["donor"] = "示例五金店" if donated else None
        booking["result"] = "示例：都磨好了"
    if state == "called_back":
        booking["callback"] = "示例：好用"
    return booking


def _resident(chance: random.Random) -> Values:
    building, unit, floor = chance.randint(1, 40), chance.randint(1, 4), chance.randint(1, 6)
    return {
        "id": new_id(),
        "name": f"示例·居民{chance.randint(1, 999):03}",
        "phone": f"100{chance.randint(0, 99_999_999):08}" if chance.random() < 0.7 else None,
        "address": f"{chance.choice(_ESTATES)}–{building}幢–{unit}单元–{floor}0{unit}室",
        "scissors": chance.randint(0, 2),
        "knives": chance.randint(1, 3),
        "screens": int(chance.random() < 0.1),
        "risks": chance.choice(_RISKS),
    }


def _slips(day: Values, stall: int) -> Iterator[Values]:
    """One morning's queue: some served, a few who had gone, one at the stone, others waiting."""
    for place, (service, _) in enumerate(SERVICES):
        for number in range(1, 21 - 6 * place):
            taken = datetime.combine(day["date"], _BEGINS) + timedelta(minutes=5 * number)
            yield {
                "scope": day["scope"],
                "day": day["id"],
                "service": service,
                "number": str(number),
                "stall": stall,
                "taken_at": taken,
                "state": (state := _slip_state(number, _IN_LINE[service])),
                "to_adult": state == "handed_back",
                "called_at": None if state == "taken" else taken + timedelta(minutes=20),
            }


def _slip_state(number: int, in_line: int) -> str:
    if number < in_line:
        return "skipped" if number % 6 == 5 else "handed_back"
    return {0: "serving", 1: "called"}.get(number - in_line, "taken")

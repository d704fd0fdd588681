"""Invented service: twelve months of shifts for each team here, and twelve caravans for all.

The same for the same seed. Whoever serves is taken from the people that the roster's demo made.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zlib import crc32

from hongxian import COMMUNITY, Store, new_id
from hongxian_plugins.service.minutes import minutes_between
from hongxian_plugins.service.records import Activity, Attendance, Tally

FIRST_DAY, LAST_DAY = date(2025, 1, 1), date(2025, 12, 31)
SHIFT_DAYS = {2: time(18, 30), 5: time(9, 0)}
"""Weekday (Monday is 0) to the hour at which its shift begins."""
SHIFT_MINUTES = 120
DRILL_MONTHS = (3, 6, 9, 12)
SERVICES = ("磨剪刀", "磨菜刀", "换纱窗", "理发", "量血压")
CONFIRMED_BY = "示例·确认人"
_PLACES = ("示例学习室", "示例活动室", "示例广场", "示例服务站")
_BATCH = 5_000


def fill(store: Store, seed: int) -> None:
    """Fill a laptop: the community's caravans unless there are some, its teams' shifts likewise."""
    if not Activity.select().where(Activity.kind == "caravan").exists():
        _make_caravans(store, random.Random(seed))
    if "roster.membership" in store.collections:
        for scope in sorted(store.writer().teams):
            if not Activity.select().where(Activity.scope == scope).exists():
                _make_year(store, scope, seed)


def _make_caravans(store: Store, chance: random.Random) -> None:
    """The first Sunday of each month, with head-counts of each service."""
    activities, tallies = [], []
    for month in range(1, 13):
        first = date(FIRST_DAY.year, month, 1)
        day = first + timedelta(days=(6 - first.weekday()) % 7)
        activity = _activity(COMMUNITY, f"红管大篷车 {day:%Y-%m}", day, "caravan", 360)
        activities.append({**activity, "place": "示例广场"})
        for label in SERVICES:
            counted = {"activity": activity["id"], "label": label, "scope": COMMUNITY}
            tallies.append({**counted, "people": chance.randint(10, 90)})
    with store.transaction():
        store.create(Activity, activities)
        store.create(Tally, tallies)


def _make_year(store: Store, scope: str, seed: int) -> None:
    """One team's shifts, a drill a quarter, its part in the caravans, and who served."""
    chance = random.Random(seed ^ crc32(_team_name(store, scope).encode()))
    people = _members(store, scope)
    if not people:
        return
    own = list(_shifts(chance, scope))
    _insert(store, Activity, own)
    caravans = Activity.select().where(Activity.kind == "caravan").order_by(Activity.day).dicts()
    rows = []
    for activity in (*own, *caravans):
        begins = datetime.combine(activity["day"], _begin(activity))
        for person in chance.sample(people, min(len(people), chance.randint(5, 10))):
            rows.append(_attendance(chance, scope, activity, person, begins))
    _insert(store, Attendance, rows)


def _team_name(store: Store, scope: str) -> str:
    teams = getattr(store, "teams", None)
    return str(teams().get(scope, scope)) if teams else scope


def _members(store: Store, scope: str) -> list[str]:
    """The team's people, in the order in which they were entered."""
    model: Any = store.collection("roster.membership").model
    query = model.select(model.person).where(model.scope == scope).order_by(model.id)
    return [person for (person,) in query.tuples()]


def _shifts(chance: random.Random, scope: str) -> list[dict[str, Any]]:
    shifts = []
    day = FIRST_DAY
    while day <= LAST_DAY:
        if day.weekday() in SHIFT_DAYS:
            shift = _activity(scope, f"值班 {day.isoformat()}", day, "shift", SHIFT_MINUTES)
            shifts.append({**shift, "place": chance.choice(_PLACES)})
        if day.month in DRILL_MONTHS and day.day == 15:
            drill = _activity(scope, f"应急演练 {day.isoformat()}", day, "emergency", 60)
            shifts.append({**drill, "drill": True})
        day += timedelta(days=1)
    return shifts


def _activity(scope: str, title: str, day: date, kind: str, minutes: int) -> dict[str, Any]:
    return {
        "id": new_id(),
        "scope": scope,
        "title": f"示例 {title}",
        "day": day,
        "kind": kind,
        "state": "closed" if day.month == LAST_DAY.month else "confirmed",
        "planned_minutes": minutes,
        "shift_cap": minutes,
    }


def _begin(activity: dict[str, Any]) -> time:
    return SHIFT_DAYS.get(activity["day"].weekday(), time(8, 30))


def _attendance(
    chance: random.Random, scope: str, activity: dict[str, Any], person: str, begins: datetime
) -> dict[str, Any]:
    """One person's part: mostly on time; a few late entries, and fewer voided."""
    planned = activity["planned_minutes"]
    signed_in = begins + timedelta(minutes=chance.randint(-10, 15))
    signed_out = begins + timedelta(minutes=planned + chance.randint(-20, 20))
    voided = chance.random() < 0.01
    return {
        "scope": scope,
        "activity": activity["id"],
        "person": person,
        "signed_in": signed_in,
        "signed_out": signed_out,
        "minutes": minutes_between(signed_in, signed_out, activity["shift_cap"]),
        "late_entry": chance.random() < 0.03,
        "voided": voided,
        "void_reason": "示例：重复登记" if voided else None,
        "confirmed_by": CONFIRMED_BY if activity["state"] == "confirmed" else None,
    }


def _insert(store: Store, model: Any, rows: Sequence[dict[str, Any]]) -> None:
    for start in range(0, len(rows), _BATCH):
        with store.separately():
            store.create(model, rows[start : start + _BATCH])

"""Invented service: twelve months of shifts for each team here, and twelve caravans for all.

The same for the same seed and day: the months lie around it, the caravan of its month is on it,
the next month is still to come. Whoever serves is taken from the people that the roster's demo made.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zlib import crc32

from hongxian import Record, Store, local_now, local_today
from hongxian.days import month_away
from hongxian.records import COMMUNITY, Values, new_id
from hongxian_plugins.service.hours import minutes_between
from hongxian_plugins.service.records import Activity, Attendance, Tally

MONTHS = range(-10, 2)
"""The months that are told of, counted from the present one."""
CHECKED_AFTER = timedelta(days=7)
"""So long after its day an activity is confirmed."""
SHIFT_DAYS = {2: time(18, 30), 5: time(9, 0)}
"""Weekday (Monday is 0) to the hour at which its shift begins."""
SHIFT_MINUTES = 120
DRILL_MONTHS = (3, 6, 9, 12)
SERVICES = ("磨剪刀", "磨菜刀", "换纱窗", "理发", "量血压")
CONFIRMED_BY = "示例·确认人"
_PLACES = ("示例学习室", "示例活动室", "示例广场", "示例服务站")
_BATCH = 5_000


def fill(store: Store, seed: int) -> None:
    """Fill a laptop: the community's caravans, where nothing else tells of those, and its teams' shifts."""
    if "caravan.fair" not in store.collections and not _is_told(COMMUNITY):
        _make_caravans(store, random.Random(seed))
    if "roster.membership" in store.collections:
        for scope in sorted(store.writer().teams):
            if not _is_told(scope):
                _make_year(store, scope, seed)


def _is_told(scope: str) -> bool:
    """Whether this has filled in a scope already; what others gave has no hour at which it was planned."""
    of_its_own = Activity.planned_minutes.is_null(False)
    return bool(Activity.select().where(Activity.scope == scope, of_its_own).exists())


def _make_caravans(store: Store, chance: random.Random) -> None:
    """The first Sunday of each month, and today in this, with head-counts of each service."""
    activities, tallies, today = [], [], local_today(store)
    for months in MONTHS:
        first = month_away(today, months)
        day = first + timedelta(days=(6 - first.weekday()) % 7) if months else today
        activity = _activity(COMMUNITY, f"红管大篷车 {day:%Y-%m}", day, "caravan", 360, today)
        activities.append({**activity, "place": "示例广场"})
        for label in SERVICES if day <= today else ():
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
    now = local_now(store)
    own = _shifts(chance, scope, now.date())
    _insert(store, Activity, own)
    caravans = Activity.select().where(Activity.kind == "caravan").order_by(Activity.day).dicts()
    rows, served = [], set[tuple[date, str]]()
    for activity in (*own, *caravans):
        day = activity["day"]
        begins = datetime.combine(day, activity["begins"])
        if begins > now:
            continue
        free = [each for each in people if (day, each) not in served]  # nobody is in two places
        for person in chance.sample(free, min(len(free), chance.randint(5, 10))):
            served.add((day, person))
            rows.append(_attendance(chance, scope, activity, person, begins))
    _insert(store, Attendance, rows)


def _team_name(store: Store, scope: str) -> str:
    teams = getattr(store, "teams", None)
    return str(teams().get(scope, scope)) if teams else scope


def _members(store: Store, scope: str) -> list[str]:
    """The team's people, in the order in which they were entered."""
    model = store.collection("roster.membership").model
    query = model.select(model.person).where(model.scope == scope).order_by(model.id)
    return [person for (person,) in query.tuples()]


def _shifts(chance: random.Random, scope: str, today: date) -> list[Values]:
    shifts = []
    day, end = month_away(today, MONTHS.start), month_away(today, MONTHS.stop)
    while day < end:
        if day.weekday() in SHIFT_DAYS:
            shift = _activity(scope, f"值班 {day.isoformat()}", day, "shift", SHIFT_MINUTES, today)
            shifts.append({**shift, "place": chance.choice(_PLACES)})
        if day.month in DRILL_MONTHS and day.day == 15:
            drill = _activity(scope, f"应急演练 {day.isoformat()}", day, "emergency", 60, today)
            shifts.append({**drill, "drill": True})
        day += timedelta(days=1)
    return shifts


def _activity(scope: str, title: str, day: date, kind: str, minutes: int, today: date) -> Values:
    return {
        "id": new_id(),
        "scope": scope,
        "title": f"示例 {title}",
        "day": day,
        "begins": SHIFT_DAYS.get(day.weekday(), time(8, 30)),
        "kind": kind,
        "state": _state(day, today),
        "planned_minutes": minutes,
        "shift_cap": minutes,
    }


def _state(day: date, today: date) -> str:
    if day >= today:
        return "under_way" if day == today else "open"
    return "confirmed" if today - day > CHECKED_AFTER else "closed"


def _attendance(
    chance: random.Random, scope: str, activity: Values, person: str, begins: datetime
) -> Values:
    """One person's part: mostly on time; a few late entries, and fewer voided; today not over yet."""
    planned = activity["planned_minutes"]
    signed_in = begins + timedelta(minutes=chance.randint(-10, 15))
    signed_out = begins + timedelta(minutes=planned + chance.randint(-20, 20))
    voided = chance.random() < 0.01
    over = activity["state"] != "under_way"
    return {
        "scope": scope,
        "activity": activity["id"],
        "person": person,
        "signed_in": signed_in,
        "signed_out": signed_out if over else None,
        "minutes": minutes_between(signed_in, signed_out, activity["shift_cap"]) if over else None,
        "late_entry": chance.random() < 0.03,
        "voided": voided,
        "void_reason": "示例：重复登记" if voided else None,
        "confirmed_by": CONFIRMED_BY if activity["state"] == "confirmed" else None,
    }


def _insert(store: Store, model: type[Record], rows: Sequence[Values]) -> None:
    for start in range(0, len(rows), _BATCH):
        with store.separately():
            store.create(model, rows[start : start + _BATCH])

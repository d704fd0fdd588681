"""Invented evenings: a room, two dozen children, a fortnight behind and one ahead; the same for the same seed and day.

Children are 示例·童01 and so on, telephone numbers begin with 100; who is on duty is of the roster's demo.
"""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta

from hongxian import Store, local_now
from hongxian.records import COMMUNITY, Values, new_id, same_id
from hongxian_plugins.study_room.children import Adult, Child
from hongxian_plugins.study_room.enrol import Consent
from hongxian_plugins.study_room.rooms import Day, Room, day_id
from hongxian_plugins.study_room.sealed import Caution, Health, Watch
from hongxian_plugins.study_room.visits import Booking, Duty, Visit, duty_id, visit_id

ROOM = same_id("study_room.demo", "room")
CHILDREN = 24
_DAYS = range(-14, 8)
_STEMS = "甲乙丙丁"
_RELATIONS = ("母亲", "父亲", "祖母", "祖父")


def fill(store: Store, seed: int) -> None:
    """Fill the first of the laptop's teams, unless one of the community keeps the room already."""
    if Room.get_or_none(Room.id == ROOM) is not None:
        return
    scope, chance, now = min(store.writer().teams), random.Random(seed), local_now(store)
    room = Room.create(id=ROOM, name="示例学习室", place="示例社区 2 楼", scope=COMMUNITY)
    children = [_child(chance, n, scope, now.date()) for n in range(CHILDREN)]
    adults = [_adult(chance, each) for each in children]
    days = [each for n in _DAYS if (each := _day(room, scope, now + timedelta(days=n), now))]
    with store.separately():
        store.create(Child, children)
        store.create(Adult, adults)
        store.create(Consent, [_consent(each) for each in children if each["state"] == "enrolled"])
        store.create(Day, days)
        store.create(Duty, [each for day in days for each in _duties(chance, store, day, now)])
        store.create(
            Visit, [each for day in days for each in _visits(chance, day, children, adults, now)]
        )
        store.create(Booking, list(_bookings(days[-1], children)))
    _seal(children, scope)


def _child(chance: random.Random, n: int, scope: str, today: date) -> Values:
    grade = 1 + n % 6
    born = date(today.year - 6 - grade, chance.randint(1, 12), 1)
    return {
        "id": new_id(),
        "scope": scope,
        "name": f"示例·童{n + 1:02}",
        "grade": grade,
        "born": born,
        "guardian": f"示例·{_STEMS[n % 4]}家长{n + 1:02}",
        "phone": f"100{chance.randrange(10**8):08}",
        "alone": grade >= 4,
        "alone_from": time(19) if grade == 4 else None,
        "state": "enrolled" if n < CHILDREN - 2 else "applied",
    }


def _adult(chance: random.Random, child: Values) -> Values:
    return {
        "id": new_id(),
        "scope": child["scope"],
        "child": child["id"],
        "name": child["guardian"],
        "relation": chance.choice(_RELATIONS),
        "phone": child["phone"],
    }


def _consent(child: Values) -> Values:
    return {
        "scope": child["scope"],
        "child": child["id"],
        "kind": "data",
        "by": child["guardian"],
        "date": date(2026, 3, 2),
    }


def _day(room: Room, scope: str, at: datetime, now: datetime) -> Values | None:
    """Of a weekday; those before are closed, today is open from its hour on."""
    on = at.date()
    if on.weekday() > 4 and on != now.date():
        return None
    day = {
        "id": day_id(scope, room.id, on),
        "scope": scope,
        "room": room.id,
        "date": on,
        "title": f"{room.name} {on.month}月{on.day}日",
    }
    opened = dict.fromkeys(("lights", "exits", "first_aid"), True)
    if on < now.date():
        shut = dict.fromkeys(("windows", "power", "locked"), True)
        at_ = {
            "opened": datetime.combine(on, time(16, 30)),
            "closed": datetime.combine(on, time(20, 40)),
        }
        return {**day, "state": "closed", "closed_by": "示例·值班人", **opened, **shut, **at_}
    if on == now.date() and now.time() >= time(9):
        return {
            **day,
            "state": "open",
            "opened": now.replace(microsecond=0) - timedelta(minutes=50),
            **opened,
        }
    return day


def _duties(chance: random.Random, store: Store, day: Values, now: datetime) -> list[Values]:
    """Two of the team each evening, of the roster's demo; nobody where there is none."""
    if "roster.membership" not in store.collections:
        return []
    model = store.collection("roster.membership").model
    query = model.select(model.person).where(model.scope == day["scope"]).order_by(model.id)
    people = [person for (person,) in query.limit(20).tuples()]
    came = day.get("opened")
    return [
        {
            "id": duty_id(day["id"], person, 1),
            "scope": day["scope"],
            "day": day["id"],
            "person": person,
            "place": place,
            "came": came,
            "left": None,
        }
        for place, person in enumerate(chance.sample(people, min(2, len(people))), 1)
    ]


def _visits(
    chance: random.Random, day: Values, children: list[Values], adults: list[Values], now: datetime
) -> list[Values]:
    """Half of the children on each evening; today most of them are in, and nobody has left."""
    if not day.get("opened"):
        return []
    found = []
    for child, adult in zip(children, adults, strict=True):
        if child["state"] != "enrolled" or chance.random() < 0.45:
            continue
        came = day["opened"] + timedelta(minutes=chance.randint(2, 45))
        visit = {
            "id": visit_id(child["id"], day["id"], 1),
            "scope": day["scope"],
            "child": child["id"],
            "day": day["id"],
            "came": came,
            "seen_in": came,
        }
        if day["state"] == "closed":
            visit |= {
                "left": datetime.combine(day["date"], time(19, chance.randint(0, 59))),
                "how": "adult",
                "fetched_by": adult["id"],
                "out_to": f"{adult['relation']} {adult['name']}",
            }
        found.append(visit)
    return found


def _bookings(day: Values, children: list[Values]) -> list[Values]:
    return [
        {"scope": day["scope"], "day": day["id"], "child": each["id"], "seat": seat}
        for seat, each in enumerate(children[:6], 1)
    ]


def _seal(children: list[Values], scope: str) -> None:
    """One note on health with its consent, one who must not fetch."""
    watch = Watch.create(title="学习室值守", scope=scope)
    first, second = children[0], children[1]
    Consent.create(**{**_consent(first), "kind": "health"})
    Health.create(watch=watch.id, child=first["id"], note="示例：花生过敏")
    Caution.create(watch=watch.id, child=second["id"], who="示例·某人", what="示例：先打电话给母亲")

"""Invented caravans: twelve of the community, with stalls of its teams, helpers, and today's queues.

The same for the same seed and day: this month's caravan is today, and one is still to come. Helpers are of
the people that the roster's demo made; residents are a number and nobody's name.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from zlib import crc32

from hongxian import Store, local_now, local_today
from hongxian.days import month_away
from hongxian.records import COMMUNITY, Values, new_id, same_id
from hongxian_plugins.caravan.counter.gives import queue_elsewhere
from hongxian_plugins.caravan.counter.records import Slip
from hongxian_plugins.caravan.counter.things import Count, Left, Material, Wish
from hongxian_plugins.caravan.fairs import Fair, Stall
from hongxian_plugins.caravan.helpers.records import Helper, Post
from hongxian_plugins.caravan.services import SERVICES

MONTHS = range(-10, 2)
"""The months of the caravans, counted from the present one."""
_OPENS, _CLOSES = time(8, 30), time(11, 30)
_SHIFTS = ((_OPENS, time(10)), (time(10), _CLOSES))
_STALLS = {
    "A": ("grinding", 20),
    "B": ("haircut", 6),
    "C": ("screens", 8),
    "D": ("appliances", 6),
    "E": ("phones", 10),
    "F": ("law", 6),
    "G": ("pressure", 20),
    "H": ("waste", None),
    "J": ("produce", None),
}
_MATERIALS = (("示例 折叠桌", 9), ("示例 遮阳棚", 5), ("示例 扩音器", 2), ("示例 砂轮", 2))
_IN_LINE = 9
"""The number that is being served while the demonstration is looked at."""


def fill(store: Store, seed: int) -> None:
    """Fill a laptop: the community's caravans unless there are some, and its teams' part in them."""
    today = local_today(store)
    if not Fair.select().exists():
        _make_fairs(store, random.Random(seed), today)
    for scope in sorted(store.writer().teams)[:1]:  # who is in several stands in one place
        if not Helper.select().where(Helper.scope == scope).exists():
            chance = random.Random(seed ^ crc32(scope.encode()))
            _fill_team(store, scope, chance, today)


def _make_fairs(store: Store, chance: random.Random, today: date) -> None:
    found = store.collection("hongxian.team").model
    teams = [each.id for each in found.select().order_by(found.name)] or [None]
    fairs = [_fair(today, months) for months in MONTHS]
    stalls = [each for fair in fairs for each in _stalls(fair, today, teams)]
    near = [each for each in stalls if each["fair"] in {fair["id"] for fair in fairs[-2:]}]
    with store.separately():
        store.create(Fair, fairs)
        store.create(Stall, stalls)
        store.create(Post, [each for stall in near for each in _posts(stall)])
        store.create(
            Count,
            [
                each
                for fair in fairs
                if fair["date"] <= today
                for each in _counts(chance, fair, stalls)
            ],
        )


def _fair(today: date, months: int) -> Values:
    first = month_away(today, months)
    sunday = first + timedelta(days=(6 - first.weekday()) % 7)
    day = sunday if months else today
    return {
        "id": new_id(),
        "scope": COMMUNITY,
        "title": f"示例 红管大篷车 {first.month}月",
        "date": day,
        "place": "示例广场",
        "rain_plan": "示例活动室",
        "opens": _OPENS,
        "closes": _CLOSES,
        "state": "under_way" if not months else "signing_up" if day > today else "archived",
    }


def _stalls(fair: Values, today: date, teams: Sequence[str | None]) -> Iterator[Values]:
    states = {fair["date"] < today: "closed", fair["date"] == today: "open"}
    for place, (letter, (service, per_hour)) in enumerate(_STALLS.items()):
        kind = SERVICES[service].kind
        yield {
            "id": new_id(),
            "scope": COMMUNITY,
            "fair": fair["id"],
            "letter": letter,
            "service": service,
            "team": teams[place % len(teams)],
            "provider": {"health": "medical", "sale": "paid"}.get(kind, "volunteer"),
            "filing_no": "示例备案 001" if kind == "health" else None,
            "prices": "示例：鸡蛋 1 元一个" if kind == "sale" else None,
            "per_hour": per_hour,
            "adults_only": SERVICES[service].blades,
            "state": states.get(True, "waiting"),
        }


def _posts(stall: Values) -> Iterator[Values]:
    if stall["provider"] != "paid":
        for begins, ends in _SHIFTS:
            yield {
                "id": new_id(),
                "scope": COMMUNITY,
                "fair": stall["fair"],
                "stall": stall["id"],
                "begins": begins,
                "ends": ends,
                "places": 2 if stall["letter"] in "AB" else 1,
            }


def _counts(chance: random.Random, fair: Values, stalls: Sequence[Values]) -> Iterator[Values]:
    for stall in stalls:
        for hour in (8, 9, 10) if stall["fair"] == fair["id"] else ():
            service = str(stall["service"])
            yield {
                "id": same_id("caravan.count", str(fair["id"]), service, str(hour)),
                "scope": COMMUNITY,
                "fair": fair["id"],
                "service": service,
                "hour": hour,
                "people": chance.randint(2, 20),
            }


def _fill_team(store: Store, scope: str, chance: random.Random, today: date) -> None:
    """The team's helpers of today's caravan and the next, its stalls' queues today, and what it brings."""
    fairs = list(Fair.select().where(Fair.date >= today).order_by(Fair.date))
    people = _members(store, scope)
    team = store.collection("hongxian.team").model
    own = [each.id for each in team.select().where(team.key == scope)]
    with store.separately():
        for fair in fairs:
            stalls = list(Stall.select().where(Stall.fair == fair.id).order_by(Stall.letter))
            ours = [each for each in stalls if not each.team or each.team in own]
            chance.shuffle(people)
            store.create(Helper, list(_helpers(fair, ours, people, scope, today)))
            store.create(Material, list(_materials(fair, people, scope, today)))
            if fair.date == today:
                for stall in ours:
                    if stall.provider != "paid" and not queue_elsewhere(store, stall):
                        _queue(store, fair, stall, scope)


def _members(store: Store, scope: str) -> list[str]:
    """The team's people, in the order in which they were entered."""
    held = store.collections.get("roster.membership")
    if held is None:
        return []
    query = held.model.select(held.model.person).where(held.model.scope == scope)
    return [person for (person,) in query.order_by(held.model.id).tuples()]


def _helpers(
    fair: Fair, stalls: Sequence[Stall], people: Sequence[str], scope: str, today: date
) -> Iterator[Values]:
    """Most posts have somebody; of today's first shift all have come."""
    places = [
        (post, seat)
        for stall in stalls
        for post in Post.select().where(Post.stall == stall.id).order_by(Post.begins)
        for seat in range(1, post.places + 1)
    ]
    for n, ((post, seat), person) in enumerate(zip(places, people, strict=False)):
        if n % 5 == 4:
            continue
        is_here = fair.date == today and post.begins == _OPENS
        yield {
            "scope": scope,
            "fair": fair.id,
            "post": post.id,
            "shift": post.begins,
            "seat": seat,
            "person": person,
            "came": datetime.combine(today, post.begins) if is_here else None,
        }


def _materials(fair: Fair, people: Sequence[str], scope: str, today: date) -> Iterator[Values]:
    for (what, amount), who in zip(_MATERIALS, people, strict=False):
        there = fair.date == today
        yield {
            "scope": scope,
            "fair": fair.id,
            "what": what,
            "amount": amount,
            "brings": who,
            "arrived": there,
        }


def _queue(store: Store, fair: Fair, stall: Stall, scope: str) -> None:
    """One morning's slips: some served, one passed over, one at the stall, others waiting."""
    laptop, slips = store.writer().laptop, list[Values]()
    begins = min(datetime.combine(fair.date, fair.opens), local_now(store))
    for number in range(1, 15):
        taken = begins + timedelta(minutes=4 * number)
        state = _state(number)
        slips.append(
            {
                "id": same_id("caravan.slip", stall.id, str(number)),
                "scope": scope,
                "stall": stall.id,
                "number": str(number),
                "taken_at": taken,
                "queued_at": taken,
                "called_at": None if state == "taken" else taken + timedelta(minutes=15),
                "calls": 0 if state == "taken" else 1,
                "state": state,
                "to_adult": stall.adults_only and state == "done",
                "caller": laptop,
            }
        )
    store.create(Slip, slips)
    first = {"scope": scope, "slip": slips[0]["id"]}
    if stall.service == "appliances":
        store.create(Left, [{**first, "what": "示例：电水壶", "state": "ready"}])
    store.create(
        Wish,
        [
            {
                **first,
                "fair": fair.id,
                "service": stall.service,
                "kind": "first",
                "state": "promised",
            }
        ],
    )


def _state(number: int) -> str:
    if number < _IN_LINE:
        return "skipped" if number == 5 else "done"
    return {0: "serving", 1: "called"}.get(number - _IN_LINE, "taken")

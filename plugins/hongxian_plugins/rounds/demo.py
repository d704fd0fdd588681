"""Invented rounds: two routes for all, a quarter of rounds and findings for each team, sheets and households."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from hongxian import Store, local_today
from hongxian.quotas import grant
from hongxian.records import COMMUNITY, Values, new_id
from hongxian.workdays import workdays_after
from hongxian_plugins.rounds.cleanups import Cleaner, Cleanup, cleaner_id
from hongxian_plugins.rounds.findings import DANGERS, KINDS, Finding, FindingBook
from hongxian_plugins.rounds.places import Checkpoint, Route
from hongxian_plugins.rounds.setting import RoundRules, days_of, items_in
from hongxian_plugins.rounds.sorting.records import (
    Deduction,
    Household,
    Inspection,
    deduction_id,
    household_id,
    month_of,
)
from hongxian_plugins.rounds.tools import Move, Tool
from hongxian_plugins.rounds.walks import Round, Tick, Walker, tick_id, walker_id

WEEKS = 12
"""That were walked before today."""
_ROUTES = {
    "示例·南线": (
        "大门",
        "1幢充电棚",
        "3幢消防通道",
        "5幢楼道",
        "儿童乐园",
        "垃圾房",
        "9幢南侧",
        "配电间",
        "西门",
        "健身角",
    ),
    "示例·分类线": ("一号投放点", "二号投放点", "三号投放点", "四号投放点"),
}
_SHIFTS = (("evening", time(19)), ("morning", time(9)))
_TOOLS = {"示例·扫帚": 20, "示例·长夹": 12, "示例·马甲": 30}
_BUILDINGS = {"示例苑–1幢": 12, "示例苑–3幢": 12, "示例苑–5幢": 6}
_LED = "示例·带队人"


def fill(store: Store, seed: int) -> None:
    """Fill a laptop: the community's routes unless there are some, its teams' rounds likewise."""
    if not Route.select().exists():
        _make_routes(store)
    for scope in sorted(store.writer().teams)[:1]:  # who is in several stands in one place
        if not Round.select().where(Round.scope == scope).exists():
            _make_team(store, scope, random.Random(seed))


def _make_routes(store: Store) -> None:
    routes = [{"id": new_id(), "name": name, "scope": COMMUNITY} for name in _ROUTES]
    points = [
        {
            "name": f"示例·{name}",
            "route": route["id"],
            "place_no": n,
            "ask": "通道通不通，有没有堆物",
            "scored": "投放点" in name,
            "scope": COMMUNITY,
        }
        for route in routes
        for n, name in enumerate(_ROUTES[str(route["name"])], 1)
    ]
    with store.transaction():
        store.create(Route, routes)
        store.create(Checkpoint, points)


def _make_team(store: Store, scope: str, chance: random.Random) -> None:
    routes = list(Route.select().order_by(Route.id))
    points = {
        each.id: list(
            Checkpoint.select()
            .where(Checkpoint.route == each.id)
            .order_by(Checkpoint.place_no, Checkpoint.id)
        )
        for each in routes
    }
    people, today = _people(store, scope), local_today(store)
    made: dict[type, list[Values]] = {Round: [], Walker: [], Tick: [], Finding: []}
    for week in range(-WEEKS, 1):
        for route, (shift, begins) in zip(routes, _SHIFTS, strict=False):
            day = today + timedelta(days=7 * week)
            round = _round(scope, route, day, shift, begins, today)
            made[Round].append(round)
            made[Walker] += _walkers(chance, round, people)
            made[Tick] += _ticks(round, points[route.id], begins)
            made[Finding] += _findings(chance, store, round, points[route.id], today)
    sheets, lost = _sheets(chance, store, scope, points, today)
    with store.separately():
        for model, rows in made.items():
            store.create(model, rows)
        store.create(Inspection, sheets)
        store.create(Deduction, lost)
        store.create(Household, list(_households(chance, scope, today)))
        store.create(FindingBook, [{"scope": scope, "period": str(today.year), "numbers": 50}])
    _tools(store, scope, today)
    _cleaned(scope, people[:6], today - timedelta(days=18))


def _people(store: Store, scope: str) -> list[str]:
    """The team's first people, in the order in which they were entered."""
    if "roster.membership" not in store.collections:
        return []
    model = store.collection("roster.membership").model
    query = model.select(model.person).where(model.scope == scope).order_by(model.id).limit(24)
    return [person for (person,) in query.tuples()]


def _round(scope: str, route: Route, day: date, shift: str, begins: time, today: date) -> Values:
    """Those before today are over; today's is under way."""
    out, over = datetime.combine(day, begins), day < today
    return {
        "id": new_id(),
        "scope": scope,
        "title": f"{route.name} {day}",
        "route": route.id,
        "day": day,
        "shift": shift,
        "kind": "patrol" if shift == "evening" else "sorting",
        "state": "done" if over else "under_way" if shift == "morning" else "planned",
        "started": out if over or shift == "morning" else None,
        "ended": out + timedelta(minutes=75) if over else None,
        "confirmed_by": _LED if over else None,
    }


def _walkers(chance: random.Random, round: Values, people: Sequence[str]) -> Iterator[Values]:
    for person in chance.sample(people, min(2, len(people))):
        id = walker_id(str(round["id"]), person)
        yield {"id": id, "round": round["id"], "person": person, "scope": round["scope"]}


def _ticks(round: Values, points: Sequence[Checkpoint], begins: time) -> Iterator[Values]:
    """All of what is over, half of what is under way."""
    count = {"done": len(points), "under_way": len(points) // 2}.get(str(round["state"]), 0)
    for n, point in enumerate(points[:count], 1):
        yield {
            "id": tick_id(str(round["id"]), point.id),
            "scope": round["scope"],
            "round": round["id"],
            "checkpoint": point.id,
            "at": datetime.combine(round["day"], begins) + timedelta(minutes=7 * n),
            "how": "scan" if n % 3 else "list",
        }


def _findings(
    chance: random.Random, store: Store, round: Values, points: Sequence[Checkpoint], today: date
) -> Iterator[Values]:
    """One or two a round: old ones are closed, the last weeks' are still in work."""
    for _ in range(chance.randint(0, 2)):
        kind, title = chance.choice(KINDS)
        day, severity = (
            round["day"],
            "danger" if kind in DANGERS else chance.choice(("ordinary", "hard")),
        )
        age = (today - day).days
        finding: Values = {
            "scope": round["scope"],
            "round": round["id"],
            "kind": kind,
            "title": f"示例·{title.zh}",
            "place": chance.choice(points).name,
            "severity": severity,
            "found_on": day,
            "due": workdays_after(day, days_of(RoundRules.now(store))[severity]),
        }
        if age > 14:
            fixed = day + timedelta(days=1)
            closed = {
                "fixer": "示例·物业",
                "fixed_by": "示例·师傅",
                "fixed_on": fixed,
                "result": "示例：已整改",
            }
            finding |= {
                **closed,
                "state": "closed",
                "rechecked_by": "示例·复查人",
                "rechecked_on": fixed,
            }
        elif age:
            finding |= {"state": "assigned", "fixer": "示例·物业"}
        yield finding


def _sheets(
    chance: random.Random,
    store: Store,
    scope: str,
    points: dict[str, list[Checkpoint]],
    today: date,
) -> tuple[list[Values], list[Values]]:
    sheets, lost, items = list[Values](), list[Values](), items_in(RoundRules.now(store).items)
    for point in [each for some in points.values() for each in some if each.scored]:
        for week in range(4):
            id, day = new_id(), today - timedelta(days=7 * week)
            told = {
                "title": f"{point.name} {day}",
                "point": point.id,
                "day": day,
                "by": "示例·检查人",
            }
            sheets.append({"id": id, "scope": scope, **told})
            for item in chance.sample(sorted(items), 2):
                taken = {"points": chance.randint(1, 4), "why": "示例：桶外有垃圾"}
                key = {"id": deduction_id(id, item), "sheet": id, "item": item}
                lost.append({"scope": scope, **key, **taken})
    return sheets, lost


def _households(chance: random.Random, scope: str, today: date) -> Iterator[Values]:
    month = month_of(today)
    for building, count in _BUILDINGS.items():
        for n in range(count):
            room = f"{n % 2 + 1}单元–{n // 2 + 1}01室"
            yield {
                "id": household_id(scope, building, room, month),
                "scope": scope,
                "building": building,
                "room": room,
                "month": month,
                "right": chance.randint(6, 12)
                if building == "示例苑–1幢"
                else chance.randint(0, 6),
                "mixed": int(n % 6 == 0) if building == "示例苑–1幢" else chance.randint(1, 6),
                "none": int(n % 5 == 0),
                "talked": chance.randint(0, 2),
            }


def _tools(store: Store, scope: str, today: date) -> None:
    with store.transaction():
        Cleanup.create(
            title="示例·大扫除", day=today + timedelta(days=3), area="示例苑", scope=scope
        )
        for name, count in _TOOLS.items():
            tool = Tool.create(name=name, scope=scope)
            Move.create(tool=tool, kind="came", amount=count, scope=scope)
            grant(tool, "there", count)


def _cleaned(scope: str, people: Sequence[str], day: date) -> None:
    """One that is over, early in the morning, and whoever came to it."""
    cleanup = Cleanup.create(title="示例·清晨大扫除", day=day, area="示例苑", scope=scope)
    came = datetime.combine(day, time(6, 30))
    for person in people:
        Cleaner.create(
            id=cleaner_id(cleanup.id, person),
            cleanup=cleanup,
            person=person,
            came=came,
            left=came + timedelta(minutes=70),
            confirmed_by=_LED,
            scope=scope,
        )

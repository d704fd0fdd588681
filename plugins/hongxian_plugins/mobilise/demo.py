"""Invented mobilisation: 18 units, needs, a call that was and one that runs, and each team's members.

The same for the same seed and day. Whoever reports is taken from the people that the roster's demo made; units
do not exist, and what two laptops make of the community's is one record.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from hongxian import Record, Store, local_now
from hongxian.records import COMMUNITY, Consent, Values, new_id, same_id
from hongxian_plugins.mobilise.calls import Answer, Call, Post, Shift
from hongxian_plugins.mobilise.covers import Cover, Training
from hongxian_plugins.mobilise.people import MEMBERS
from hongxian_plugins.mobilise.presences import Presence
from hongxian_plugins.mobilise.reporting.members import FEEDBACK, Report
from hongxian_plugins.mobilise.reporting.units import Need, Unit, UnitReport

UNITS = 18
REPORTS = 24
"""Of each team."""
RUNNING, PAST = "示例 防汛值守", "示例 台风后清障"
CONFIRMED_BY = "示例·确认人"
_KINDS = ("示例学校", "示例银行网点", "示例电力所", "示例医院", "示例机关", "示例工厂")
_CAN = ("急救", "理发", "修电器", "法律咨询", "驾驶")
_FREE = ("工作日晚上", "周六", "周日", "应急随叫")
_NEEDS = (
    ("周六理发", "周六上午"),
    ("修电器进楼道", "周日"),
    ("法律咨询", "周六"),
    ("敬老探访", "周日"),
)
_POSTS = (("堤上巡查", 4), ("物资点", 3), ("引导", 2))
_HOURS = 4
_PAST_DAYS = 60
_OFFERS = "示例：会议室一间，周末可出人手"


def fill(store: Store, seed: int) -> None:
    """Fill a laptop: the community's unless there is some, its teams' members likewise."""
    now = local_now(store).replace(minute=0, second=0, microsecond=0)
    if not Unit.select().exists():
        _make_community(store, random.Random(seed), now)
    if MEMBERS in store.collections:
        for scope in sorted(store.writer().teams):
            if not Report.select().where(Report.scope == scope).exists():
                _make_team(store, scope, random.Random(f"{seed} {scope}"), now)


def _id(*parts: object) -> str:
    return same_id("mobilise.demo", *map(str, parts))


def _past(now: datetime) -> date:
    """A Monday, on which nobody of the demo serves elsewhere in the evening."""
    day = now.date() - timedelta(days=_PAST_DAYS)
    return day - timedelta(days=day.weekday())


def _make_community(store: Store, chance: random.Random, now: datetime) -> None:
    units = [
        {
            "id": _id("unit", n),
            "name": f"{_KINDS[n % len(_KINDS)]}{n // len(_KINDS) + 1}",
            "branch": f"示例支部{n + 1}",
            "contact": f"100 0000 {n + 1:04}",
        }
        for n in range(UNITS)
    ]
    told = [
        {"id": _id("told", n), "unit": each["id"], "offers": _OFFERS, "day": _past(now)}
        for n, each in enumerate(units)
    ]
    needs = [
        {
            "id": _id("need", n),
            "title": title,
            "hour": hour,
            "people": chance.randint(1, 4),
            "day": now.date() + timedelta(days=7 * n + (5 - now.weekday()) % 7),
        }
        for n, (title, hour) in enumerate(_NEEDS)
    ]
    evening = datetime.combine(_past(now), time(19))
    calls = [
        _call(RUNNING, now - timedelta(hours=1), 18, "on", risk="ordinary"),
        _call(PAST, evening, 12, "closed", risk="danger", summary="示例：道路已清，无人受伤"),
    ]
    cover = {
        "id": _id("cover"),
        "call": _id(PAST),
        "policy": "示例保险 0001",
        "begins": evening.date(),
        "ends": evening.date(),
        "terms": "示例：先上平台，48 小时内报案",
        "scope": COMMUNITY,
    }
    posts = [
        {"id": _id("post", name, n), "call": _id(name), "name": post, "places": places}
        for name in (RUNNING, PAST)
        for n, (post, places) in enumerate(_POSTS)
    ]
    shifts = [_shift(RUNNING, n, now - timedelta(hours=1 - n * _HOURS)) for n in range(2)]
    shifts.append(_shift(PAST, 0, evening))
    with store.separately():
        for model, rows in (
            (Unit, units),
            (UnitReport, told),
            (Need, needs),
            (Call, calls),
            (Post, posts),
            (Shift, shifts),
            (Cover, [cover]),
        ):
            store.create(model, rows)


def _call(title: str, begins: datetime, people: int, state: str, **values: object) -> Values:
    return {
        "id": _id(title),
        "title": title,
        "place": "示例桥头",
        "begins": begins,
        "people": people,
        "platform_no": f"示例-{begins:%m%d}",
        "command": "示例社区指挥点",
        "published_at": begins - timedelta(hours=1),
        "state": state,
        **values,
    }


def _shift(of: str, n: int, begins: datetime) -> Values:
    ends = begins + timedelta(hours=_HOURS)
    title = f"{begins:%m-%d %H:%M}–{ends:%H:%M}"
    return {
        "id": _id("shift", of, n),
        "call": _id(of),
        "title": title,
        "begins": begins,
        "ends": ends,
    }


def _make_team(store: Store, scope: str, chance: random.Random, now: datetime) -> None:
    """Members who report, what they answered, who was there and is there."""
    model = store.collection(MEMBERS).model
    query = model.select().where(model.scope == scope).order_by(model.id).limit(REPORTS)
    people = [each.person for each in query]
    if not people:
        return
    reports = [_report(chance, scope, person, now) for person in people]
    agreed = [
        {"person": each, "kind": FEEDBACK, "given": True, "scope": scope} for each in people[::2]
    ]
    trained = [
        {
            "id": new_id(),
            "person": each,
            "title": "示例 心肺复苏",
            "hours": 4,
            "giver": "示例红十字站",
            "day": now.date() - timedelta(days=700),
            "until": now.date() + timedelta(days=20 + n),
            "scope": scope,
        }
        for n, each in enumerate(people[:2])
    ]
    _write(store, Report, reports)
    _write(store, Consent, agreed)
    _write(store, Training, trained)
    _write(store, Answer, _answers(chance, scope, people, now))
    _write(store, Presence, [*_then(scope, people[:6], now), *_now(scope, people[6:14], now)])


def _report(chance: random.Random, scope: str, person: str, now: datetime) -> Values:
    return {
        "id": new_id(),
        "scope": scope,
        "person": person,
        "unit": _id("unit", chance.randrange(UNITS)),
        "kind": chance.choice(("member", "member", "staff", "youth")),
        "can": frozenset(chance.sample(_CAN, 2)),
        "free": frozenset(chance.sample(_FREE, 2)),
        "adult": True,
        "day": now.date() - timedelta(days=chance.randrange(90, 400)),
        "opinion": "示例：欢迎",
        "state": chance.choice(("accepted", "accepted", "fed_back", "reported")),
    }


def _answers(
    chance: random.Random, scope: str, people: Sequence[str], now: datetime
) -> list[Values]:
    say = ["yes"] * 14 + ["later"] * 2 + ["no"] * 3
    return [
        {
            "id": _id("answer", scope, person),
            "scope": scope,
            "call": _id(RUNNING),
            "person": person,
            "say": each,
            "at": now - timedelta(minutes=chance.randint(70, 110)),
        }
        for person, each in zip(people, say, strict=False)
    ]


def _then(scope: str, people: Sequence[str], now: datetime) -> list[Values]:
    begins = datetime.combine(_past(now), time(19))
    return [
        {
            "id": new_id(),
            "scope": scope,
            "call": _id(PAST),
            "person": person,
            "post": _id("post", PAST, n % len(_POSTS)),
            "shift": _id("shift", PAST, 0),
            "arrived": begins + timedelta(minutes=5 * n),
            "released": begins + timedelta(hours=3),
            "confirmed_by": CONFIRMED_BY,
            "state": "released",
        }
        for n, person in enumerate(people)
    ]


def _now(scope: str, people: Sequence[str], now: datetime) -> list[Values]:
    """Five are there, two come in the next shift, one has not come yet."""
    rows: list[Values] = []
    for n, person in enumerate(people):
        held: Values = {
            "id": new_id(),
            "scope": scope,
            "call": _id(RUNNING),
            "person": person,
            "post": _id("post", RUNNING, n % len(_POSTS)),
            "shift": _id("shift", RUNNING, 0 if n < 6 else 1),
        }
        came = {"arrived": now - timedelta(minutes=55 - n), "state": "at_post"}
        rows.append({**held, **came} if n < 5 else held)
    return rows


def _write(store: Store, model: type[Record], rows: Sequence[Values]) -> None:
    with store.separately():
        store.create(model, rows)

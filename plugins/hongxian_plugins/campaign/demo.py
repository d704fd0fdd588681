"""Invented campaigns: six in a year with 700,000 visits in all, the last of them under way today.

The same for the same seed and day. Whoever stands at a post is taken from the people that the roster's demo made.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from hongxian import Store, local_now, local_today
from hongxian.days import month_away
from hongxian.quotas import grant
from hongxian.records import COMMUNITY, Values, new_id
from hongxian_plugins.campaign.counting import Count
from hongxian_plugins.campaign.material import Material, Move
from hongxian_plugins.campaign.posts import ROLES, Post, Stand
from hongxian_plugins.campaign.records import Campaign, Session, Site, Unit

VISITS = 700_000
"""Served in the five campaigns that are over."""
MONTHS = (-10, -8, -6, -4, -2, 0)
SESSIONS, SITES, BUILDINGS, HOURS = 4, 5, 12, range(8, 14)
CONFIRMED_BY = "示例·确认人"
_KEPT = timedelta(days=60)
_PLACES = ("示例广场", "示例小学", "示例活动室", "示例停车场", "示例服务站")


def fill(store: Store, seed: int) -> None:
    """Fill a laptop, unless there are campaigns."""
    if Campaign.select().exists():
        return
    chance, today = random.Random(seed), local_today(store)
    over = [each for each in MONTHS if each]
    shares = _shares(chance, VISITS, len(over) * SESSIONS * SITES * len(HOURS))
    for months in MONTHS:
        first = month_away(today, months) + timedelta(days=9) if months else today
        _make(store, chance, first, shares if months else None)


def _shares(chance: random.Random, whole: int, count: int) -> Iterator[int]:
    """So many parts, much alike, that come to the whole."""
    each, left = whole // count, whole % count
    parts = [each + (n < left) for n in range(count)]
    for n in range(0, count - 1, 2):
        moved = chance.randint(0, each // 3)
        parts[n], parts[n + 1] = parts[n] + moved, parts[n + 1] - moved
    return iter(parts)


def _make(store: Store, chance: random.Random, first: date, shares: Iterator[int] | None) -> None:
    """A campaign from its first day; that of today has posts, people and material, and a few counts."""
    name = f"示例 便民健康服务 {first:%Y-%m}"
    with store.transaction():
        campaign = Campaign.create(
            name=name,
            purpose="示例：一年两月一次的便民健康服务",
            keep_until=first + _KEPT,
            state="over" if shares else "running",
        ).id
        sites = _rows(
            store,
            Site,
            (
                {"campaign": campaign, "name": f"{n}号点", "place": place, "lanes": 4}
                for n, place in enumerate(_PLACES[:SITES], 1)
            ),
        )
        sessions = _rows(
            store,
            Session,
            (
                {
                    "campaign": campaign,
                    "date": first + timedelta(days=n),
                    "begins": time(HOURS.start),
                    "ends": time(HOURS.stop),
                }
                for n in range(SESSIONS)
            ),
        )
        units = _rows(
            store,
            Unit,
            (
                {"campaign": campaign, "name": f"{n}幢", "expected": VISITS // 5 // BUILDINGS}
                for n in range(1, BUILDINGS + 1)
            ),
        )
        _count(store, chance, sites, sessions if shares else sessions[:1], units, first, shares)
    if shares is None:
        _man(store, chance, sites, sessions[0], first)


def _rows(store: Store, model: type, rows: Iterator[Values]) -> list[str]:
    return list(store.create(model, [{"id": new_id(), **each} for each in rows]))


def _count(
    store: Store,
    chance: random.Random,
    sites: list[str],
    sessions: list[str],
    units: list[str],
    first: date,
    shares: Iterator[int] | None,
) -> None:
    rows = []
    for number, session in enumerate(sessions):
        for site in sites:
            for hour in HOURS:
                served = next(shares) if shares else chance.randint(5, 40)
                at = datetime.combine(first + timedelta(days=number), time(hour, 59))
                if not shares and at > local_now(store):
                    break
                key = {
                    "session": session,
                    "site": site,
                    "unit": chance.choice(units),
                    "hour": hour,
                    "laptop": "demo",
                    "counted_at": at,
                }
                rows.append({**key, "kind": "served", "people": served})
                rows.append({**key, "kind": "came", "people": served + served // 40})
    store.create(Count, rows)


def _man(store: Store, chance: random.Random, sites: list[str], session: str, day: date) -> None:
    """Posts at each site, people at most of them, and what is used there."""
    people = _people(store)
    chance.shuffle(people)
    stands = []
    with store.transaction():
        for site in sites:
            for role in ROLES:
                post = Post.create(site=site, role=role, places=2).id
                for seat in (1, 2):
                    if not people or chance.random() < 0.2:
                        continue
                    stands.append(
                        {
                            "post": post,
                            "session": session,
                            "seat": seat,
                            "scope": min(store.writer().teams),
                            "person": people.pop(),
                            "arrived": datetime.combine(day, time(7, 45)),
                        }
                    )
            for item, amount in (("口罩", 500), ("瓶装水", 240)):
                material = Material.create(site=site, item=item, scope=COMMUNITY)
                Move.create(material=material, kind="came", amount=amount)
                grant(material, "stock", amount)
        store.create(Stand, stands)


def _people(store: Store) -> list[str]:
    """Of the laptop's first team, in the order in which they were entered."""
    if "roster.membership" not in store.collections:
        return []
    model, teams = store.collection("roster.membership").model, sorted(store.writer().teams)
    query = model.select(model.person).where(model.scope == teams[0]).order_by(model.id)
    return [person for (person,) in query.tuples()]

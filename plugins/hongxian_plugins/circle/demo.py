"""Invented surroundings: three gates, a drawn picture, some forty venues, a holiday told in part, readers' reports.

The same for the same seed, and of the same ids on every laptop. Telephones begin with 100.
"""

from __future__ import annotations

import random
from datetime import timedelta
from io import BytesIO

from PIL import Image, ImageDraw

from hongxian import Store, local_today
from hongxian.files import attach
from hongxian.records import Values, same_id
from hongxian_plugins.circle.around import Gate, Picture, Walk, walk_id
from hongxian_plugins.circle.holidays import next_holiday
from hongxian_plugins.circle.records import Special, Venue
from hongxian_plugins.circle.told import Satisfaction, Wrong, satisfaction_id
from hongxian_plugins.circle.trades import TRADES

WIDE, HIGH = 1_600, 1_100
"""Metres that the picture shows; a pixel each."""
GATES = {"示例苑3幢": "780,560", "示例苑南门": "800,700", "示例新村北门": "420,380"}
_COUNTS = {"breakfast": 3, "shop": 4, "food": 3, "hairdresser": 2, "parcels": 3, "pharmacy": 2}
"""How many of a kind; one of each other, and no laundry: a gap to be found."""
_MISSING = ("laundry", "supermarket")
_FAR = ("childcare",)
_HOURS = {
    "basic": ("每天 7:00–21:00", "每天 8:00–20:30", "每天 6:30–22:00"),
    "better": ("每天 9:00–20:00", "周二至周日 10:00–21:00；周一 休息"),
    "public": (
        "周一至周五 8:30–11:30 13:30–17:00；周六、周日 休息",
        "周一至周五 8:00–17:00；周六 9:00–12:00；周日 休息",
    ),
}
_OWN = {
    "breakfast": "每天 5:30–10:00",
    "market": "每天 5:30–18:00",
    "day_care": "周一至周五 8:00–17:00；周六、周日 休息",
}
_STREETS = ("示例路", "示例东街", "示例西街", "示例巷")


def fill(store: Store, seed: int) -> None:
    """Fill a laptop, unless there are venues already."""
    if Venue.select().exists():
        return
    chance, today = random.Random(seed), local_today(store)
    picture = attach(Picture.file, _drawn(), "circle.png")
    venues = [_venue(chance, kind, n) for kind in TRADES for n in range(_count(kind))]
    for each in venues:
        each["checked_on"] = today - timedelta(days=chance.randint(5, 100))
    with store.transaction():
        for name, point in GATES.items():
            Gate.create(id=same_id("circle.demo", name), name=name, point=point)
        Picture.create(
            id=same_id("circle.demo", "picture"), name="示例便民圈图", file=picture, metres=WIDE
        )
        store.create(Venue, venues)
    with store.transaction():
        _tell_more(store, chance, venues)


def _count(kind: str) -> int:
    return 0 if kind in _MISSING else _COUNTS.get(kind, 1)


def _venue(chance: random.Random, kind: str, n: int) -> Values:
    trade = TRADES[kind]
    name = f"示例·{trade.title.zh}{n + 1}" if _count(kind) > 1 else f"示例·{trade.title.zh}"
    east, south = chance.randint(180, 1_400), chance.randint(150, 950)
    if kind in _FAR:
        east, south = 1_560, 1_060
    return {
        "id": same_id("circle.demo", name),
        "name": name,
        "kind": kind,
        "address": f"{chance.choice(_STREETS)}{chance.randint(1, 199)}号",
        "hours": _OWN.get(kind) or chance.choice(_HOURS[trade.tier]),
        "holidays": chance.choice(("照常", None))
        if trade.tier != "public"
        else chance.choice(("休息", None)),
        "phone": f"100{chance.randrange(10**8):08}",
        "point": f"{east},{south}",
        "barrier_free": chance.random() < 0.5,
        "cash": chance.random() < 0.9,
        "state": "open",
    }


def _tell_more(store: Store, chance: random.Random, venues: list[Values]) -> None:
    """What is paused, what readers said, what somebody walked, how satisfied people are."""
    today, ids = local_today(store), [str(each["id"]) for each in venues]
    paused = Venue.get_by_id(ids[8])
    paused.state, paused.back_on, paused.note = "paused", today + timedelta(days=5), "示例：装修"
    paused.save()
    for n, what in enumerate(("示例：周日不开", "示例：电话打不通")):
        Wrong.create(
            id=same_id("circle.demo", what),
            venue=ids[3 + n],
            what=what,
            told_on=today - timedelta(days=3),
        )
    gate = same_id("circle.demo", next(iter(GATES)))
    Walk.create(id=walk_id(gate, ids[0]), gate=gate, venue=ids[0], minutes=4)
    for kind in ("breakfast", "market", "pharmacy"):
        counts = {
            "good": chance.randint(20, 90),
            "fair": chance.randint(3, 20),
            "poor": chance.randint(0, 9),
        }
        Satisfaction.create(
            id=satisfaction_id(kind, today.year), kind=kind, year=today.year, **counts
        )
    holiday = next_holiday(today)
    if holiday:
        days = {"first": holiday.first, "last": holiday.last, "note": holiday.name.zh}
        for id in ids[:3]:
            Special.create(
                id=same_id(
                    "circle.special", id, holiday.first.isoformat(), holiday.last.isoformat()
                ),
                venue=id,
                hours="9:00–15:00",
                **days,
            )


def _drawn() -> bytes:
    """Streets, houses, a park and a river, in the colours of a plan that hangs at a gate."""
    plan = Image.new("RGB", (WIDE, HIGH), "#f3efe6")
    draw = ImageDraw.Draw(plan)
    draw.polygon(
        [(0, 880), (500, 930), (1_100, 860), (WIDE, 930), (WIDE, 1_010), (0, 970)], fill="#c3dcec"
    )
    draw.rectangle((1_050, 250, 1_350, 480), fill="#cfe3c4")
    for left in range(80, WIDE - 150, 170):
        for top in (110, 260, 420, 580, 720):
            if not (1_030 < left < 1_360 and 240 < top < 490):
                draw.rectangle((left, top, left + 105, top + 55), fill="#e3dacb", outline="#cfc3af")
    for street in ((210, 30), (360, 22), (520, 34), (675, 22), (815, 26)):
        draw.rectangle((0, street[0], WIDE, street[0] + street[1]), fill="#ffffff")
    for street in ((210, 22), (560, 34), (900, 22), (1_390, 30)):
        draw.rectangle((street[0], 0, street[0] + street[1], HIGH), fill="#ffffff")
    made = BytesIO()
    plan.save(made, "PNG", optimize=False)
    return made.getvalue()

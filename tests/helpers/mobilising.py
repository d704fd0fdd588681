"""Calls, people and reports for the tests of mobilisation, as far as a test wants them."""

from datetime import datetime, timedelta

from hongxian.records import COMMUNITY
from hongxian_plugins.mobilise import Call, Cover, Post, Presence, Report, Shift, Unit
from hongxian_plugins.mobilise.reporting.units import unit_called
from hongxian_plugins.roster import Membership, Person
from hongxian_testing import Laptop

TEAM = "示例·红队"
NOON = datetime(2026, 3, 1, 14)
HOUR = timedelta(hours=1)


def person(name: str = "示例·甲001", born: int | None = 1980) -> str:
    id = Person.create(name=name, born=born, scope=COMMUNITY).id
    Membership.create(person=id)
    return str(id)


def call(risk: str = "ordinary", **values: object) -> str:
    usual = {"title": "防汛", "place": "示例桥头", "begins": NOON, "people": 20, "risk": risk}
    return str(Call.create(**{**usual, "platform_no": "P-0001", "state": "on", **values}).id)


def post(of: str, name: str = "堤上", places: int = 1) -> str:
    return str(Post.create(call=of, name=name, places=places).id)


def shift(of: str, begins: datetime = NOON, hours: int = 4) -> str:
    ends = begins + hours * HOUR
    title = f"{begins:%H:%M}–{ends:%H:%M}"
    return str(Shift.create(call=of, title=title, begins=begins, ends=ends).id)


def cover(whose: str, days: int = 30) -> str:
    begins = NOON.date()
    return str(
        Cover.create(
            person=whose, policy="示例保险 1", begins=begins, ends=begins + timedelta(days)
        ).id
    )


def presence(of: str, whose: str, arrived: datetime, released: datetime | None) -> Presence:
    """What stands on paper: from when to when somebody was there."""
    state = "released" if released else "arrived"
    return Presence.create(call=of, person=whose, arrived=arrived, released=released, state=state)


def report(whose: str, unit: str = "示例电力公司", **values: object) -> str:
    at: Unit = unit_called(unit)
    return str(Report.create(person=whose, unit=at, state="accepted", **values).id)


def is_there(laptop: Laptop, name: str, id: str, **asked: object) -> None:
    laptop.do(f"mobilise.{name}", id, **asked)

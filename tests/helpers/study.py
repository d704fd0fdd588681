"""What the tests of the study room share: a room, children with a consent, an evening that is open."""

from __future__ import annotations

from typing import Any

from hongxian.records import COMMUNITY
from hongxian_plugins import roster, service, study_room
from hongxian_plugins.study_room import Adult, Child, Consent, Day, Room, Visit
from hongxian_testing import Laptop

PLUGINS = (roster, service, study_room)
TEAM = "示例·学习室队"
EVENING = "2026-03-02 17:00"
SHUT = {"windows": True, "power": True, "locked": True, "closed_by": "示例·队长"}
SEEN_TO = {"lights": True, "exits": True, "first_aid": True}


def room(**values: Any) -> str:
    usual = {"name": "示例学习室", "place": "示例路 1 号", "duty_min": 1, "scope": COMMUNITY}
    return str(Room.create(**{**usual, **values}).id)


def child(name: str = "示例·童01", **values: Any) -> str:
    """One who is enrolled, with a mother who may fetch."""
    usual = {"guardian": "示例·甲001", "phone": "10000000001", "state": "enrolled"}
    id = str(Child.create(name=name, **{**usual, **values}).id)
    Adult.create(child=id, name="示例·甲001", relation="母亲", phone="10000000001")
    Consent.create(child=id, by="示例·甲001", date="2026-02-20")
    return id


def person(name: str = "示例·丁001") -> str:
    return str(roster.Person.create(name=name, scope=COMMUNITY).id)


def do(laptop: Laptop, name: str, record: str | None = None, /, **asked: Any) -> Any:
    return laptop.do(f"study_room.{name}", record, **asked)


def opened(laptop: Laptop, who: str) -> str:
    """Today's day, open, with one adult; returns its id."""
    do(laptop, "sign_on", None, person=who)
    with laptop:
        day = str(Day.select().order_by(Day.date.desc()).first().id)
    do(laptop, "open_up", day, **SEEN_TO)
    return day


def visit_of(child: str, turn: int = 1) -> Visit:
    found: Visit = Visit.get(Visit.child == child, Visit.turn == turn)
    return found

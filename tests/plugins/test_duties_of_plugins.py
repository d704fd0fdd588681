"""Each duty of a bundled plugin leads to its record, and closes by itself once what it asks for is done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest

from hongxian import local_now, local_today
from hongxian.kit.duties import REMINDER
from hongxian.records import COMMUNITY
from hongxian_plugins import knife_grinding, mediation, reward_station, roster, service
from hongxian_plugins.knife_grinding import Booking, Day, NumberBook, Slip
from hongxian_plugins.mediation import Case
from hongxian_plugins.roster import Membership, Person
from hongxian_plugins.service import Activity, Attendance
from hongxian_testing import Desk, Laptop
from mediating import case_at, terminate
from station import pledged, stocked

BUNDLED = (knife_grinding, mediation, reward_station, roster, service)
pytestmark = pytest.mark.plugins(*BUNDLED)
DAYS = timedelta(days=1)
Solve = Callable[[], object]
"""Does what a duty asks for."""


def a_day(laptop: Laptop, ahead: int) -> str:
    return str(Day.create(title="示例·磨刀日", date=local_today(laptop.store) + ahead * DAYS).id)


def a_result(laptop: Laptop) -> Solve:
    day = a_day(laptop, -2)
    id = Booking.create(
        name="示例·甲001", knives=2, day=day, slot=time(9), bench=1, state="slotted"
    ).id
    return lambda: laptop.do("knife_grinding.no_show", id)


def a_book(laptop: Laptop) -> Solve:
    day = a_day(laptop, 1)
    return lambda: NumberBook.create(day=day, service="knives", numbers=10)


def a_thing_left(laptop: Laptop) -> Solve:
    day, taken = a_day(laptop, -90), local_now(laptop.store).replace(microsecond=0)
    told = {"service": "knives", "number": "1", "stall": 5, "tag": "7", "state": "done"}
    id = Slip.create(day=day, taken_at=taken, **told).id
    return lambda: laptop.do("knife_grinding.hand_back", id, to_adult=True)


def an_attendance_to_confirm(laptop: Laptop) -> Solve:
    begins = local_now(laptop.store).replace(microsecond=0) - 15 * DAYS
    held = Activity.create(title="示例·值班", day=begins.date())
    person = Person.create(name="示例·甲001", scope=COMMUNITY)
    times = {"signed_in": begins, "signed_out": begins + timedelta(minutes=30)}
    id = Attendance.create(activity=held, person=person, **times).id
    return lambda: Attendance.update(confirmed_by="示例·队长").where(Attendance.id == id).execute()


def a_lot(laptop: Laptop) -> Solve:
    lot = stocked(laptop, expires=local_today(laptop.store) + DAYS)
    how = {"reason": "示例：到期", "by": "示例·甲001"}
    return lambda: laptop.do("reward_station.write_off", lot, **how)


def a_pledge_that_is_late(laptop: Laptop) -> Solve:
    pledge = pledged(6, comes_by=local_today(laptop.store) - DAYS)
    return lambda: laptop.do("reward_station.receive", pledge, received=6)


def a_record_that_ends(laptop: Laptop) -> Solve:
    left = local_today(laptop.store) - 3 * 366 * DAYS
    id = Person.create(name="示例·甲001", state="left", left_on=left, scope=COMMUNITY).id
    return lambda: laptop.do("roster.ask_again", id)


def a_case(laptop: Laptop) -> Solve:
    day = local_today(laptop.store) - 29 * DAYS
    case = case_at(laptop, day=day)
    return lambda: terminate(laptop, case, day=day)


def a_danger(laptop: Laptop) -> Solve:
    """Of a case that is open no more, the police is to be told still."""
    solve = a_case(laptop)
    solve()
    Case.update(risk="public_order").execute()
    return lambda: Case.update(police_told_on=local_today(laptop.store)).execute()


def a_member_who_was_asked(laptop: Laptop) -> Solve:
    today = local_today(laptop.store)
    person = Person.create(name="示例·甲001", state="active", scope=COMMUNITY)
    id = Membership.create(person=person, since=today - 400 * DAYS, asked_on=today - 60 * DAYS).id
    return lambda: Membership.update(stays_on=today).where(Membership.id == id).execute()


DUTIES: dict[str, list[Callable[[Laptop], Solve]]] = {
    "attendances_to_confirm": [an_attendance_to_confirm],
    "results_and_calls_back": [a_result],
    "number_books": [a_book],
    "things_left_behind": [a_thing_left],
    "lots_that_expire": [a_lot],
    "pledges_to_come": [a_pledge_that_is_late],
    "people_to_be_forgotten": [a_record_that_ends],
    "who_has_not_answered": [a_member_who_was_asked],
    "due_in_open_cases": [a_case, a_danger],
}


def test_every_reminder_of_a_bundled_plugin_is_tried_here(laptop: Laptop) -> None:
    declared = {
        each.run.__name__ for plugin in laptop.store.plugins.all for each in plugin.marked(REMINDER)
    }
    assert declared == DUTIES.keys()


@pytest.mark.parametrize("begin", [each for some in DUTIES.values() for each in some])
def test_a_duty_leads_to_its_record_and_closes_by_itself(
    laptop: Laptop, desk: Desk, begin: Callable[[Laptop], Solve]
) -> None:
    before = laptop.due()
    solve: Any = begin(laptop)
    [due] = [each for each in laptop.due() if each not in before]
    waits = desk.open("/attention")
    address = f"/c/{due.record._meta.collection}/{due.record.id}"
    assert f'href="{address}"' in waits.html
    desk.open(address)
    solve()
    assert due.title not in [each.title for each in laptop.due()]
    assert f'href="{address}"' not in desk.open("/attention").html

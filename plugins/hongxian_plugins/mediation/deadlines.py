"""What is due in the cases that this laptop holds, the soonest first.

The list names nobody and tells nothing of a dispute: opening the case does, and is logged.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from hongxian import CalendarEntry, Store, Table, Text, local_today
from hongxian_plugins.mediation.case import Case, court_deadline
from hongxian_plugins.mediation.papers import Agreement, Session


class Due(NamedTuple):
    """One thing to be done by a day."""

    day: date
    what: Text
    case: str


def deadlines(store: Store, days: int | None = 30) -> Table:
    """What is overdue, and what falls due within so many days."""
    now = local_today(store)
    last = now + timedelta(days=30 if days is None else days)
    soon = (each for each in due_in_open_cases(now) if each.day <= last)
    due = sorted(soon, key=lambda each: (each.day, each.what.zh, each.case))
    cases = {case.id: case for case in Case.select().where(Case.id.in_([e.case for e in due]))}
    kinds = dict(Case.kind.choices)
    return Table(
        headers=(
            Text("期限", "Due"),
            Text("还有几天", "Days left"),
            Text("事项", "What"),
            Text("纠纷类型", "Kind"),
            Text("受理日期", "Registered"),
        ),
        rows=[
            (
                each.day,
                (each.day - now).days,
                each.what,
                kinds[cases[each.case].kind],
                cases[each.case].registered_on,
            )
            for each in due
        ],
        ids=[each.case for each in due],
        collection="mediation.case",
        note=Text("负数为逾期。", "Negative: overdue."),
    )


def calendar_entries(store: Store, first: date, last: date) -> list[CalendarEntry]:
    """Each deadline on its day."""
    return [
        CalendarEntry(each.day, each.what, "mediation.case", each.case)
        for each in due_in_open_cases(local_today(store))
        if first <= each.day <= last
    ]


def due_in_open_cases(now: date) -> Iterator[Due]:
    """Every open deadline; the court's is open until it has passed, for asking it is optional."""
    query = Case.select().where(Case.voided == False, Case.state != "archived")  # noqa: E712
    cases = {case.id: case for case in query}
    for case in cases.values():
        if case.risk == "public_order" and case.police_told_on is None:
            yield Due(now, Text("报告公安（25）", "Tell the police"), case.id)
        if case.agreed_on and not case.court_filed_on and court_deadline(case.agreed_on) >= now:
            last = court_deadline(case.agreed_on)
            yield Due(last, Text("可共同申请司法确认（33）", "The court may be asked"), case.id)
    for agreement in Agreement.select():
        held = cases.get(agreement.case)
        if held and held.agreed_on and held.performance != "done":
            yield Due(agreement.perform_by, Text("履行协议（31）", "Performance"), held.id)
    planned = Session.select().where(
        Session.planned_at.is_null(False),
        Session.held_at.is_null(),
        Session.cancelled == False,  # noqa: E712
    )
    for session in planned:
        held = cases.get(session.case)
        if held and held.ended_on is None:
            yield Due(session.planned_at.date(), Text("调解会", "Session"), held.id)

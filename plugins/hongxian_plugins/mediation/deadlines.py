"""What is due in the cases that this laptop holds, the soonest first.

The list names nobody and tells nothing of a dispute: opening the case does, and is logged.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from peewee import IntegerField

from hongxian import Due, Store, Text, local_today, reminder, view
from hongxian.shapes import Table
from hongxian_plugins.mediation.case import Case, court_deadline
from hongxian_plugins.mediation.papers import Agreement, Session

AHEAD = 30
"""Days before its day from which a deadline stands on Today."""


@view(
    title=Text("调解期限", "Mediation deadlines"),
    asks={
        "days": IntegerField(
            verbose_name=Text("天数", "Days"),
            default=AHEAD,
            help_text=Text(
                "往后看几天；过期的都在。", "Days ahead; what is overdue is there anyway."
            ),
        )
    },
)
def deadlines(store: Store, days: int | None = AHEAD) -> Table:
    """What is overdue, and what falls due within so many days."""
    now = local_today(store)
    last = now + timedelta(days=AHEAD if days is None else days)
    soon = [each for each in due_in_open_cases(store) if each.on <= last]
    due = sorted(soon, key=lambda each: (each.on, Text.of(each.title).zh, each.record.id))
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
                each.on,
                (each.on - now).days,
                each.title,
                kinds[each.record.kind],
                each.record.registered_on,
            )
            for each in due
        ],
        ids=[each.record.id for each in due],
        of=Case,
        note=Text("负数为逾期。", "Negative: overdue."),
    )


@reminder(ahead=AHEAD)
def due_in_open_cases(store: Store) -> Iterator[Due]:
    """Every open deadline; the court's is open until it has passed, for asking it is optional."""
    now = local_today(store)
    query = Case.select().where(Case.voided == False, Case.state != "archived")  # noqa: E712
    cases = {case.id: case for case in query}
    for case in cases.values():
        if case.risk == "public_order" and case.police_told_on is None:
            yield Due(now, Text("报告公安（25）", "Tell the police"), case)
        if case.agreed_on and not case.court_filed_on and court_deadline(case.agreed_on) >= now:
            last = court_deadline(case.agreed_on)
            yield Due(last, Text("可共同申请司法确认（33）", "The court may be asked"), case)
    for agreement in Agreement.select():
        held = cases.get(agreement.case)
        if held and held.agreed_on and held.performance != "done":
            yield Due(agreement.perform_by, Text("履行协议（31）", "Performance"), held)
    planned = Session.select().where(
        Session.planned_at.is_null(False),
        Session.held_at.is_null(),
        Session.cancelled == False,  # noqa: E712
    )
    for session in planned:
        held = cases.get(session.case)
        if held and held.ended_on is None:
            yield Due(session.planned_at, Text("调解会", "Session"), held)

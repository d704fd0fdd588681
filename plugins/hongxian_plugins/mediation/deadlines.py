"""What is due in the cases that this laptop holds: told on Today, and as one list, the soonest first.

Neither names anybody or tells of a dispute: opening the case does, and is logged.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from hongxian import Due, Store, Text, local_today, reminder, view
from hongxian.shapes import Table
from hongxian_plugins.mediation.case import Case, court_deadline
from hongxian_plugins.mediation.papers import Agreement, Session, is_to_come
from hongxian_plugins.mediation.setting import Setting
from hongxian_plugins.mediation.steps import OPEN

AHEAD = 30
"""Days before its day from which a deadline stands on Today."""


@view(title=Text("调解期限", "Mediation deadlines"))
def deadlines(store: Store) -> Table:
    """All that is open, however far off."""
    due = sorted(due_in_open_cases(store), key=lambda each: (each.on, each.record.id))
    kinds, today = dict(Case.kind.choices), local_today(store)
    return Table(
        headers=[
            Text("期限", "Due"),
            Text("还有几天", "Days left"),
            Text("事项", "What"),
            Text("纠纷类型", "Kind"),
            Text("受理日期", "Registered"),
        ],
        rows=[
            [each.on, (each.on - today).days, each.title, kinds[case.kind], case.registered_on]
            for each in due
            for case in [each.record]
        ],
        ids=[each.record.id for each in due],
        of=Case,
        note=Text("负数为逾期。", "Negative: overdue."),
    )


@reminder(ahead=AHEAD)
def due_in_open_cases(store: Store) -> Iterator[Due]:
    """Every open deadline; the court's is open until it has passed, for asking it is optional."""
    today, within = local_today(store), timedelta(days=Setting.now(store).within_days)
    query = Case.select().where(Case.voided == False, Case.state != "archived")  # noqa: E712
    cases = {case.id: case for case in query}
    for case in cases.values():
        if case.risk == "public_order" and case.police_told_on is None:
            yield Due(today, Text("报告公安（25）", "Tell the police"), case)
        if case.state in OPEN:
            last = case.registered_on + within
            yield Due(last, Text("调解完毕", "Mediation to end"), case)
        if case.agreed_on and not case.court_filed_on and court_deadline(case.agreed_on) >= today:
            last = court_deadline(case.agreed_on)
            yield Due(last, Text("可共同申请司法确认（33）", "The court may be asked"), case)
    for agreement in Agreement.select().where(Agreement.case.in_(list(cases))):
        case = cases[agreement.case]
        if case.agreed_on and case.performance != "done":
            yield Due(agreement.perform_by, Text("履行协议（31）", "Performance"), case)
    for session in Session.select().where(Session.case.in_(list(cases)), is_to_come()):
        if cases[session.case].state in OPEN:
            yield Due(session.planned_at, Text("调解会", "Session"), cases[session.case])

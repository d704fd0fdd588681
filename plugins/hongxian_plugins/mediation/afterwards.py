"""What comes after a case has ended: visits, the court, the archive; and what is said of it at any time."""

from __future__ import annotations

from datetime import date

from hongxian import Store, Text, action, local_today, step
from hongxian.records import Value, asked_as
from hongxian_plugins.mediation.case import Case
from hongxian_plugins.mediation.dossier import missing_in
from hongxian_plugins.mediation.papers import Visit

_NUMBERED_AND_MISSING = Text(
    "卷宗编号 {number}，还缺 {missing}", "number {number}; missing: {missing}"
)


@step(
    Case,
    "check",
    asks=[
        Visit.performance,
        Visit.reason,
        Visit.found,
        Visit.visitor,
        Visit.day,
        Case.remedies_told,
    ],
)
def check(
    store: Store, case: Case, *, day: date, performance: str, remedies_told: bool, **visit: Value
) -> None:
    """Someone went to see whether the agreement is performed (art. 31); may be done again."""
    Visit.create(case=case, day=day, performance=performance, **visit)
    case.checked_on, case.performance = day, performance
    case.remedies_told = remedies_told or case.remedies_told


@action(
    of=Case,
    title=Text("申请司法确认", "File for court confirmation"),
    when=lambda case: (
        case.state in ("agreed", "checked") and not case.court_filed_on and not case.voided
    ),
    asks=[
        asked_as(Case.court_filed_on, default=local_today),
        Case.court_jointly,
        Case.court_late_because,
    ],
)
def court(store: Store, case: Case, **filed: Value) -> Text:
    """Both parties asked the court to confirm the agreement (art. 33)."""
    store.edit(Case, {case.id: filed})
    return Text("已登记司法确认申请", "Application to the court recorded")


@step(Case, "archive", asks=[Case.archive_number, Case.dossier_note])
def archive(
    store: Store, case: Case, *, archive_number: str | None, dossier_note: str | None
) -> Text:
    """The papers are bound and numbered (art. 27); what is missing of practice is told and hinders nothing."""
    drawn = archive_number or Case.archive_number.draw(case.scope, on=case.archived_on)
    outcome = "agreed" if case.agreed_on else "terminated"
    told = {"archive_number": drawn, "outcome": outcome, "dossier_note": dossier_note}
    store.edit(Case, {case.id: told})
    if missing := missing_in(case):
        return _NUMBERED_AND_MISSING.format(number=drawn, missing=missing)
    return Text("卷宗编号 {number}", "number {number}").format(number=drawn)


@action(
    of=Case,
    title=Text("标记激化风险", "Mark a risk"),
    when=lambda case: case.state != "archived" and not case.voided,
    asks=[asked_as(Case.risk, default=None), Case.measures, Case.police_told_on],
)
def risk(store: Store, case: Case, **marked: Value) -> Text:
    """The dispute may escalate: what is done about it, and when the police were told (art. 25)."""
    store.edit(Case, {case.id: marked})
    if marked["risk"] == "public_order" and marked["police_told_on"] is None:
        return Text("已标记；请及时报告公安（25）", "Marked; tell the police now")
    return Text("已标记", "Marked")

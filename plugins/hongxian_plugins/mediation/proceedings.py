"""What a mediator does with a case, each in one transaction: the rules then hold it together."""

from __future__ import annotations

import re
from datetime import date, datetime

from hongxian import PluginRefused, Store, Text, Value, local_now, local_today
from hongxian_plugins.mediation.case import Case, court_deadline, end_of, next_archive_numbers
from hongxian_plugins.mediation.papers import Agreement, Party, Session, Visit
from hongxian_plugins.mediation.team import mediators_team

_BETWEEN_NAMES = re.compile(r"[、,，;；\s]+")


def _case(id: str) -> Case:
    case: Case | None = Case.get_or_none(Case.id == id)
    if case is None:
        raise PluginRefused(
            detail=Text("本机没有这件案件。", "There is no such case on this laptop.")
        )
    return case


def _parties(case: str) -> list[Party]:
    return list(Party.select().where(Party.case == case, Party.part != "mistaken"))


# -- registering, consent, mediators ---------------------------------------------------------------


def accept(
    store: Store,
    id: None,
    *,
    committee: str,
    kind: str,
    summary: str,
    applicant: str,
    respondent: str,
    request: str | None = None,
    source: str = "applied",
    day: date | None = None,
) -> Text:
    """Register a case with its two sides; the rest about them is filled in on their records.

    It begins a circle of its own; on a laptop of several teams, of the one named 老娘舅.
    """
    with store.transaction():
        case = Case.create(
            scope=mediators_team(store),
            committee=committee,
            registered_on=day or local_today(store),
            kind=kind,
            source=source,
            summary=summary,
            request=request,
        )
        for part, name in (("applicant", applicant), ("respondent", respondent)):
            Party.create(case=case.id, part=part, name=name)
    return Text(f"已登记，案件 {case.id}", f"Registered as case {case.id}")


def consent(store: Store, id: str, *, day: date | None = None) -> Text:
    """Every party has been told its rights and agreed to mediate (arts. 17, 23)."""
    day = day or local_today(store)
    with store.transaction():
        answers = {party.id: {"answer": "agreed", "answered_on": day} for party in _asked(id)}
        store.edit(Party, answers)
        told = _case(id).rights_told_on or day
        store.edit(Case, {id: {"rights_told_on": told, "consented_on": day, "state": "consented"}})
    return Text("各方同意调解", "All parties agree to mediate")


def _asked(case: str) -> list[Party]:
    return [party for party in _parties(case) if party.answer == "asked"]


def refuse(
    store: Store, id: str, *, party: str, remedies_told: bool, day: date | None = None
) -> Text:
    """A party refused: mediation stops (art. 17)."""
    day = day or local_today(store)
    with store.transaction():
        if party not in {each.id for each in _parties(id)}:
            raise PluginRefused(
                detail=Text("此人不是本案当事人。", "This is no party of the case.")
            )
        store.edit(Party, {party: {"answer": "refused", "answered_on": day}})
        terminate(store, id, because="refused", remedies_told=remedies_told, day=day)
    return Text("一方拒绝，已终止", "A party refused; terminated")


def choose(
    store: Store, id: str, *, mediators: str, chosen_by: str, day: date | None = None
) -> Text:
    """One or several mediators are chosen by the parties or named by the committee (art. 19)."""
    names = {name for name in _BETWEEN_NAMES.split(mediators) if name}
    fields = {"mediators": names, "chosen_by": chosen_by, "chosen_on": day or local_today(store)}
    store.edit(Case, {id: {**fields, "state": "chosen"}})
    return Text("调解员：{names}", "Mediators: {names}").format(names=sorted(names))


# -- sessions, and how they end --------------------------------------------------------------------


def plan(store: Store, id: str, *, at: datetime, place: str | None = None) -> Text:
    """Agree on a session's time and place."""
    Session.create(case=_case(id).id, planned_at=at, place=place)
    return Text(f"已约定 {at}", f"Planned for {at}")


def hold(
    store: Store,
    id: str,
    *,
    record: str,
    at: datetime | None = None,
    place: str | None = None,
    others: str | None = None,
    result: str | None = None,
) -> Text:
    """A session was held; it takes the place of the earliest that was planned."""
    case, at = _case(id), at or local_now(store)
    said = {"held_at": at, "record": record, "others": others, "result": result}
    planned = next(iter(open_sessions(id)), None)
    with store.transaction():
        if planned is None:
            Session.create(case=id, place=place, **said)
        else:
            store.edit(Session, {planned.id: {**said, "place": place or planned.place}})
        if case.state == "chosen":
            store.edit(Case, {id: {"first_session": str(at)[:10], "state": "in_session"}})
    return Text(f"已记录 {at} 的调解", f"Session of {at} recorded")


def open_sessions(case: str) -> list[Session]:
    """A case's sessions that are planned and neither held nor cancelled, earliest first."""
    query = Session.select().where(
        Session.case == case,
        Session.planned_at.is_null(False),
        Session.held_at.is_null(),
        Session.cancelled == False,  # noqa: E712
    )
    return list(query.order_by(Session.planned_at))


def agree(store: Store, id: str, *, day: date | None = None, **agreement: Value) -> Text:
    """The parties agreed in writing or orally (arts. 28–30)."""
    with store.transaction():
        Agreement.create(case=_case(id).id, **agreement)
        store.edit(Case, {id: {"agreed_on": day or local_today(store), "state": "agreed"}})
        last = court_deadline(_case(id).agreed_on)
    return Text(
        f"已达成协议；共同申请司法确认到 {last} 为止",
        f"Agreed; the court may be asked until {last}",
    )


def terminate(
    store: Store, id: str, *, because: str, remedies_told: bool, day: date | None = None
) -> Text:
    """There is no agreement; the parties were told of the other remedies (art. 26)."""
    fields = {"ended_because": because, "remedies_told": remedies_told}
    store.edit(Case, {id: {**fields, "ended_on": day or local_today(store), "state": "terminated"}})
    return Text("已终止", "Terminated")


# -- afterwards ------------------------------------------------------------------------------------


def check(
    store: Store,
    id: str,
    *,
    performance: str,
    day: date | None = None,
    reason: str | None = None,
    found: str | None = None,
    visitor: str | None = None,
    remedies_told: bool = False,
) -> Text:
    """Someone went to see whether the agreement is performed (art. 31); may be done again."""
    case, day = _case(id), day or local_today(store)
    visit = {"performance": performance, "reason": reason, "found": found, "visitor": visitor}
    seen = {"checked_on": day, "performance": performance, "state": "checked"}
    with store.transaction():
        Visit.create(case=id, day=day, **visit)
        store.edit(Case, {id: {**seen, "remedies_told": remedies_told or case.remedies_told}})
    return Text("已登记回访", "Return visit recorded")


def file_for_court(
    store: Store,
    id: str,
    *,
    jointly: bool,
    day: date | None = None,
    late_because: str | None = None,
) -> Text:
    """Both parties asked the court to confirm the agreement (art. 33)."""
    fields = {"court_jointly": jointly, "court_late_because": late_because}
    store.edit(Case, {id: {**fields, "court_filed_on": day or local_today(store)}})
    return Text("已登记司法确认申请", "Application to the court recorded")


def archive(store: Store, id: str, *, number: str | None = None, day: date | None = None) -> Text:
    """The papers are bound and numbered (art. 27)."""
    day = day or local_today(store)
    with store.transaction():
        number = number or _next_number(day)
        fields = {"archive_number": number, "outcome": end_of(_case(id).__data__)}
        store.edit(Case, {id: {**fields, "archived_on": day, "state": "archived"}})
    return Text(f"已归档，卷宗编号 {number}", f"Archived as {number}")


def _next_number(day: date | str) -> str:
    """The number after the largest of that year that this laptop knows, such as 2026-008."""
    year = str(day)[:4]
    query = Case.select(Case.archive_number).where(Case.archive_number.startswith(f"{year}-"))
    known = [number for (number,) in query.tuples() if number[5:].isdecimal()]
    last = max(known, key=lambda number: int(number[5:]), default=f"{year}-000")
    return str(next(next_archive_numbers({"archive_number": last}))["archive_number"])


def mark_risk(
    store: Store,
    id: str,
    *,
    risk: str,
    measures: str | None = None,
    police_told_on: date | None = None,
) -> Text:
    """The dispute may escalate: what is done about it, and when the police were told (art. 25)."""
    store.edit(Case, {id: {"risk": risk, "measures": measures, "police_told_on": police_told_on}})
    if risk == "public_order" and police_told_on is None:
        return Text("已标记；请及时报告公安（25）", "Marked; tell the police now")
    return Text("已标记", "Marked")


def void(store: Store, id: str, *, reason: str) -> Text:
    """The case was entered by mistake; it stays to be seen."""
    store.edit(Case, {id: {"voided": True, "void_reason": reason}})
    return Text("已作废", "Void")

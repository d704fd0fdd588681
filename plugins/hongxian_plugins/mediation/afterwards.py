"""What comes after a case has ended: visits, the court, the archive; and what is said of it at any time."""

from __future__ import annotations

from datetime import date

from peewee import BooleanField, CharField

from hongxian import Store, Text, action, local_today
from hongxian_plugins.mediation.asking import DAY, OPEN, as_in, is_in
from hongxian_plugins.mediation.case import Case, end_of, next_archive_numbers
from hongxian_plugins.mediation.papers import Visit


@action(
    of=Case,
    title=Text("履行回访", "Check performance"),
    when=is_in("agreed", "checked"),
    asks={
        **as_in(Visit, "performance", "reason", "found", "visitor"),
        **as_in(Case, "remedies_told"),
        **DAY,
    },
)
def check(
    store: Store,
    case: Case,
    *,
    performance: str,
    day: date | None = None,
    reason: str | None = None,
    found: str | None = None,
    visitor: str | None = None,
    remedies_told: bool = False,
) -> Text:
    """Someone went to see whether the agreement is performed (art. 31); may be done again."""
    day = day or local_today(store)
    visit = {"performance": performance, "reason": reason, "found": found, "visitor": visitor}
    seen = {"checked_on": day, "performance": performance, "state": "checked"}
    with store.transaction():
        Visit.create(case=case.id, day=day, **visit)
        told = remedies_told or case.remedies_told
        store.edit(Case, {case.id: {**seen, "remedies_told": told}})
    return Text("已登记回访", "Return visit recorded")


@action(
    of=Case,
    title=Text("申请司法确认", "File for court confirmation"),
    when=lambda case: is_in("agreed", "checked")(case) and not case.court_filed_on,
    asks={
        "jointly": BooleanField(
            verbose_name=Text("双方共同申请", "Jointly"),
            help_text=Text("人民调解法第 33 条。", "Both ask together."),
        ),
        "late_because": Case.court_late_because,
        **DAY,
    },
)
def court(
    store: Store,
    case: Case,
    *,
    jointly: bool,
    day: date | None = None,
    late_because: str | None = None,
) -> Text:
    """Both parties asked the court to confirm the agreement (art. 33)."""
    fields = {"court_jointly": jointly, "court_late_because": late_because}
    store.edit(Case, {case.id: {**fields, "court_filed_on": day or local_today(store)}})
    return Text("已登记司法确认申请", "Application to the court recorded")


@action(
    of=Case,
    title=Text("归档", "Archive"),
    when=is_in("terminated", "checked"),
    asks={
        "number": CharField(
            verbose_name=Text("卷宗编号", "Number"),
            max_length=40,
            null=True,
            help_text=Text("不填则接着编。", "Empty: the next one."),
        ),
        **DAY,
    },
)
def archive(
    store: Store, case: Case, *, number: str | None = None, day: date | None = None
) -> Text:
    """The papers are bound and numbered (art. 27)."""
    day = day or local_today(store)
    with store.transaction():
        number = number or _next_number(day)
        fields = {"archive_number": number, "outcome": end_of(case.__data__)}
        store.edit(Case, {case.id: {**fields, "archived_on": day, "state": "archived"}})
    return Text(f"已归档，卷宗编号 {number}", f"Archived as {number}")


def _next_number(day: date | str) -> str:
    """The number after the largest of that year that this laptop knows, such as 2026-008."""
    year = str(day)[:4]
    query = Case.select(Case.archive_number).where(Case.archive_number.startswith(f"{year}-"))
    known = [number for (number,) in query.tuples() if number[5:].isdecimal()]
    last = max(known, key=lambda number: int(number[5:]), default=f"{year}-000")
    return str(next(next_archive_numbers({"archive_number": last}))["archive_number"])


@action(
    of=Case,
    title=Text("标记激化风险", "Mark a risk"),
    when=is_in(*OPEN, "agreed", "checked", "terminated"),
    asks=as_in(Case, "risk", "measures", "police_told_on"),
)
def risk(
    store: Store,
    case: Case,
    *,
    risk: str,
    measures: str | None = None,
    police_told_on: date | None = None,
) -> Text:
    """The dispute may escalate: what is done about it, and when the police were told (art. 25)."""
    fields = {"risk": risk, "measures": measures, "police_told_on": police_told_on}
    store.edit(Case, {case.id: fields})
    if risk == "public_order" and police_told_on is None:
        return Text("已标记；请及时报告公安（25）", "Marked; tell the police now")
    return Text("已标记", "Marked")


@action(
    of=Case,
    title=Text("作废", "Void"),
    when=lambda case: not case.voided,
    asks={
        "reason": CharField(
            verbose_name=Text("作废原因", "Reason"),
            max_length=200,
            help_text=Text("为什么。", "Why."),
        )
    },
)
def void(store: Store, case: Case, *, reason: str) -> Text:
    """The case was entered by mistake; it stays to be seen."""
    store.edit(Case, {case.id: {"voided": True, "void_reason": reason}})
    return Text("已作废", "Void")

"""The sessions of a case, and how they end: in agreement, or without it."""

from __future__ import annotations

from datetime import date, datetime

from peewee import CharField

from hongxian import Reference, Refused, Store, Text, action, local_now, local_today
from hongxian.records import Value
from hongxian_plugins.mediation.asking import DAY, OPEN, as_in, is_in, moment, parties_of
from hongxian_plugins.mediation.case import Case, court_deadline
from hongxian_plugins.mediation.papers import Agreement, Party, Session


@action(
    of=Case,
    title=Text("约定调解", "Plan a session"),
    when=is_in(*OPEN),
    asks={
        "at": moment(Text("年月日时分。", "Day and hour."), null=False),
        **as_in(Session, "place"),
    },
)
def plan(store: Store, case: Case, *, at: datetime, place: str | None = None) -> Text:
    """Agree on a session's time and place."""
    Session.create(case=case.id, planned_at=at, place=place)
    return Text(f"已约定 {at}", f"Planned for {at}")


@action(
    of=Case,
    title=Text("调解记录", "Hold a session"),
    when=is_in("chosen", "in_session"),
    asks={
        "record": Session.record.clone(),
        "at": moment(Text("不填为现在。", "Empty: now."), null=True),
        **as_in(Session, "place", "others", "result"),
    },
)
def hold(
    store: Store,
    case: Case,
    *,
    record: str,
    at: datetime | None = None,
    place: str | None = None,
    others: str | None = None,
    result: str | None = None,
) -> Text:
    """A session was held; it takes the place of the earliest that was planned."""
    at = at or local_now(store)
    said = {"held_at": at, "record": record, "others": others, "result": result}
    planned = next(iter(open_sessions(case)), None)
    with store.transaction():
        if planned is None:
            Session.create(case=case.id, place=place, **said)
        else:
            store.edit(Session, {planned.id: {**said, "place": place or planned.place}})
        if case.state == "chosen":
            store.edit(Case, {case.id: {"first_session": str(at)[:10], "state": "in_session"}})
    return Text(f"已记录 {at} 的调解", f"Session of {at} recorded")


def open_sessions(case: Case) -> list[Session]:
    """A case's sessions that are planned and neither held nor cancelled, earliest first."""
    query = Session.select().where(
        Session.case == case.id,
        Session.planned_at.is_null(False),
        Session.held_at.is_null(),
        Session.cancelled == False,  # noqa: E712
    )
    return list(query.order_by(Session.planned_at))


@action(
    of=Case,
    title=Text("达成协议", "Agree"),
    when=is_in("in_session"),
    asks={
        **as_in(
            Agreement, "form", "facts", "dispute", "responsibility", "terms", "way", "perform_by"
        ),
        **DAY,
    },
)
def agree(store: Store, case: Case, *, day: date | None = None, **agreement: Value) -> Text:
    """The parties agreed in writing or orally (arts. 28–30)."""
    day = day or local_today(store)
    with store.transaction():
        Agreement.create(case=case.id, **agreement)
        store.edit(Case, {case.id: {"agreed_on": day, "state": "agreed"}})
    last = court_deadline(day)
    return Text(
        f"已达成协议；共同申请司法确认到 {last} 为止",
        f"Agreed; the court may be asked until {last}",
    )


@action(
    of=Case,
    title=Text("终止调解", "Terminate"),
    when=is_in(*OPEN),
    asks={
        "because": CharField(
            verbose_name=Text("终止原因", "Because"),
            choices=Case.ended_because.choices,
            help_text=Text("人民调解法第 26 条。", "Why it ends."),
        ),
        **as_in(Case, "remedies_told"),
        **DAY,
    },
)
def terminate(
    store: Store, case: Case, *, because: str, remedies_told: bool, day: date | None = None
) -> Text:
    """There is no agreement; the parties were told of the other remedies (art. 26)."""
    ended = {"ended_on": day or local_today(store), "ended_because": because}
    fields = {**ended, "remedies_told": remedies_told, "state": "terminated"}
    store.edit(Case, {case.id: fields})
    return Text("已终止", "Terminated")


@action(
    of=Case,
    title=Text("一方拒绝", "Record a refusal"),
    when=is_in(*OPEN),
    asks={
        "party": Reference(
            "mediation.party",
            verbose_name=Text("当事人", "Party"),
            help_text=Text("谁拒绝。", "Who refused."),
        ),
        **as_in(Case, "remedies_told"),
        **DAY,
    },
)
def refuse(
    store: Store, case: Case, *, party: str, remedies_told: bool, day: date | None = None
) -> Text:
    """A party refused: mediation stops (art. 17)."""
    day = day or local_today(store)
    with store.transaction():
        if party not in {each.id for each in parties_of(case)}:
            raise Refused(Text("此人不是本案当事人。", "This is no party of the case."))
        store.edit(Party, {party: {"answer": "refused", "answered_on": day}})
        terminate(store, case, because="refused", remedies_told=remedies_told, day=day)
    return Text("一方拒绝，已终止", "A party refused; terminated")

"""The sessions of a case, and how they end: in agreement, or with a refusal."""

from __future__ import annotations

from datetime import datetime

from hongxian import Reference, Refused, Store, Text, action, local_now, step
from hongxian.records import Value, asked_as
from hongxian_plugins.mediation.case import Case, court_deadline
from hongxian_plugins.mediation.papers import Agreement, Session, is_to_come, parties_of
from hongxian_plugins.mediation.steps import OPEN


@action(
    of=Case,
    title=Text("约定调解", "Plan a session"),
    when=lambda case: case.state in OPEN and not case.voided,
    asks=[asked_as(Session.planned_at, null=False), Session.place],
)
def plan(store: Store, case: Case, *, planned_at: datetime, place: str | None) -> Text:
    """Agree on a session's time and place."""
    Session.create(case=case, planned_at=planned_at, place=place)
    return Text("已约定 {at}", "Planned for {at}").format(at=planned_at)


@step(
    Case,
    "hold",
    asks=[
        Session.record,
        asked_as(Session.held_at, default=local_now, help_text=Text("不填为现在。", "Empty: now.")),
        Session.place,
        Session.others,
        Session.result,
    ],
)
def hold(store: Store, case: Case, *, held_at: datetime, **said: Value) -> Text:
    """A session was held; it takes the place of the earliest that was planned."""
    planned = Session.select().where(Session.case == case.id, is_to_come())
    session = planned.order_by(Session.planned_at).first()
    if session is None:
        session = Session.create(case=case)
    told = {**said, "held_at": held_at, "place": said["place"] or session.place}
    store.edit(Session, {session.id: told})
    case.first_session = case.first_session or held_at.date()
    return Text("已记录 {at} 的调解", "Session of {at} recorded").format(at=held_at)


@step(
    Case,
    "agree",
    asks=[
        Agreement.form,
        Agreement.facts,
        Agreement.dispute,
        Agreement.responsibility,
        Agreement.terms,
        Agreement.way,
        Agreement.perform_by,
    ],
)
def agree(store: Store, case: Case, **agreement: Value) -> Text:
    """The parties agreed in writing or orally (arts. 28–30)."""
    Agreement.create(case=case, **agreement)
    told = Text("共同申请司法确认到 {last} 为止", "the court may be asked until {last}")
    return told.format(last=court_deadline(case.agreed_on))


@step(
    Case,
    "refuse",
    asks={
        "party": Reference(
            "mediation.party",
            verbose_name=Text("当事人", "Party"),
            help_text=Text("谁拒绝。", "Who refused."),
        ),
        "remedies_told": Case.remedies_told,
    },
)
def refuse(store: Store, case: Case, *, party: str, remedies_told: bool) -> None:
    """A party refused: mediation stops (art. 17)."""
    refusing = next((each for each in parties_of(case) if each.id == party), None)
    if refusing is None:
        raise Refused("此人不是本案当事人。", "This is no party of the case.")
    refusing.answer, refusing.answered_on = "refused", case.ended_on
    refusing.save()
    case.ended_because, case.remedies_told = "refused", remedies_told

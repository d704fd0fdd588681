"""How a case begins: it is registered, and the parties agree."""

from __future__ import annotations

from hongxian import PersonField, Store, Text, action, step
from hongxian.records import Somebody, Value, asked_as, present_store
from hongxian.shapes import Link
from hongxian_plugins.mediation.case import Case
from hongxian_plugins.mediation.papers import Party, parties_of
from hongxian_plugins.mediation.setting import Setting

TEAM = "老娘舅"


def mediators_team(store: Store) -> str | None:
    """The team named 老娘舅, or the laptop's only team if its name says that it mediates."""
    known = getattr(store, "teams", None)  # a laptop has teams of its own, the hub has none
    teams: dict[str, str] = known() if known else {}
    named = [scope for scope, name in teams.items() if name == TEAM]
    only = [scope for scope, name in teams.items() if "调解" in name or TEAM in name]
    return next(iter(named or (only if len(teams) == 1 else [])), None)


def _usual_committee() -> str | None:
    """The community's own; while nobody has entered it, that of the case before."""
    last = Case.select(Case.committee).order_by(Case.registered_on.desc(), Case.id.desc())
    committee: str | None = Setting.now(present_store()).committee or last.scalar()
    return committee


def _side(label: Text) -> PersonField:
    help_text = Text(
        "名册里的人，或姓名（单位）加电话。", "Of the roster, or a name and telephone."
    )
    return PersonField(verbose_name=label, help_text=help_text)


@action(
    title=Text("调解登记", "Register a case"),
    card=True,
    asks={
        "applicant": _side(Text("申请人", "Applicant")),
        "respondent": _side(Text("被申请人", "Respondent")),
        "kind": Case.kind,
        "source": Case.source,
        "summary": Case.summary,
        "request": Case.request,
        "committee": asked_as(Case.committee, default=_usual_committee),
        "registered_on": Case.registered_on,
    },
)
def accept(store: Store, *, applicant: Somebody, respondent: Somebody, **facts: Value) -> Link:
    """Register a case with its two sides; the rest about them is filled in on their records.

    It begins a circle of its own; on a laptop of several teams, of the one named 老娘舅.
    """
    with store.transaction():
        case = Case.create(scope=mediators_team(store), **facts)
        for part, who in (("applicant", applicant), ("respondent", respondent)):
            told = {"name": who.called, "phone": who.phone or None, "person": who.person}
            Party.create(case=case, part=part, **told)
        Case.archive_number.prepare(case.scope)
    return Link(Text("已受理登记", "Registered"), Case, case.id)


@step(Case, "consent")
def consent(store: Store, case: Case) -> None:
    """Every party has been told its rights and agreed to mediate (arts. 17, 23)."""
    for party in parties_of(case):
        if party.answer == "asked":
            party.answer, party.answered_on = "agreed", case.consented_on
            party.save()

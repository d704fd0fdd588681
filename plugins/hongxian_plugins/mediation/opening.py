"""How a case begins: it is registered, the parties agree, mediators are chosen."""

from __future__ import annotations

import re
from datetime import date

from peewee import CharField

from hongxian import Store, Text, action, local_today
from hongxian_plugins.mediation.asking import DAY, as_in, is_in, named, parties_of
from hongxian_plugins.mediation.case import Case
from hongxian_plugins.mediation.papers import Party
from hongxian_plugins.mediation.team import mediators_team

_BETWEEN_NAMES = re.compile(r"[、,，;；\s]+")


@action(
    title=Text("受理登记", "Register a case"),
    asks={
        **as_in(Case, "committee", "kind", "source", "summary", "request"),
        "applicant": named(Text("申请人", "Applicant"), Text("姓名或单位。", "A person or body.")),
        "respondent": named(
            Text("被申请人", "Respondent"), Text("姓名或单位。", "A person or body.")
        ),
        **DAY,
    },
)
def accept(
    store: Store,
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


@action(of=Case, title=Text("各方同意", "Record consent"), when=is_in("registered"), asks=DAY)
def consent(store: Store, case: Case, *, day: date | None = None) -> Text:
    """Every party has been told its rights and agreed to mediate (arts. 17, 23)."""
    day = day or local_today(store)
    asked = [party for party in parties_of(case) if party.answer == "asked"]
    with store.transaction():
        store.edit(Party, {each.id: {"answer": "agreed", "answered_on": day} for each in asked})
        told = {"rights_told_on": case.rights_told_on or day, "consented_on": day}
        store.edit(Case, {case.id: {**told, "state": "consented"}})
    return Text("各方同意调解", "All parties agree to mediate")


@action(
    of=Case,
    title=Text("选定调解员", "Choose mediators"),
    when=is_in("consented"),
    asks={
        "mediators": named(
            Text("人民调解员", "Mediators"),
            Text("一名或数名，用顿号分开（19）。", "One or several names."),
        ),
        "chosen_by": CharField(
            verbose_name=Text("选定方式", "Chosen by"),
            choices=Case.chosen_by.choices,
            help_text=Text("人民调解法第 19 条。", "Who chose them."),
        ),
        **DAY,
    },
)
def choose(
    store: Store, case: Case, *, mediators: str, chosen_by: str, day: date | None = None
) -> Text:
    """One or several mediators are chosen by the parties or named by the committee (art. 19)."""
    names = {name for name in _BETWEEN_NAMES.split(mediators) if name}
    fields = {"mediators": names, "chosen_by": chosen_by, "chosen_on": day or local_today(store)}
    store.edit(Case, {case.id: {**fields, "state": "chosen"}})
    return Text("调解员：{names}", "Mediators: {names}").format(names=sorted(names))

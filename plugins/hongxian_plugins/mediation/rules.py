"""What mediation may not write, asked on the laptop and again on the hub.

A case is looked at as it would be afterwards, merged with what came from elsewhere, and not as a
step from one state to the next: so two laptops' work may arrive in any order, and what cannot be
true together is refused whole, under `hongxian attention` of whoever came second.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any, NoReturn  # Any: a field of any of the models

from hongxian import Record, Refused, Seen, Text, rule
from hongxian_plugins.mediation.case import (
    STATES,
    TO_AGREEMENT,
    Case,
    court_deadline,
    end_of,
    road_of,
)
from hongxian_plugins.mediation.circle import is_limited
from hongxian_plugins.mediation.note import Note
from hongxian_plugins.mediation.papers import PAPERS, Agreement, Party, Session, Visit
from hongxian_plugins.mediation.reading import Reading

_IDENTITY_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
_KEPT: tuple[type[Record], ...] = (Case, *PAPERS, Reading)
_IN_ORDER = (
    "registered_on",
    "rights_told_on",
    "consented_on",
    "chosen_on",
    "first_session",
    "agreed_on",
    "ended_on",
    "checked_on",
    "archived_on",
)
_AFTER_ARCHIVING = frozenset({"voided", "void_reason", "court_result", "archive_number"})
"""What may still be written: a number that another case turned out to have must be given up."""
_LABELS = dict(STATES)


def _refuse(detail: Text) -> NoReturn:
    raise Refused(detail)


# -- every record --------------------------------------------------------------------------------


def holds_no_blanks_and_no_identity_numbers(
    record: Record, before: Record | None, seen: Seen
) -> None:
    for name, field in record._meta.fields.items():
        value = None if name in Record._meta.fields else getattr(record, name)
        if not isinstance(value, str) or (before is not None and getattr(before, name) == value):
            continue
        if not value.strip() and not field.null:
            _refuse(_BLANK.format(field=field.verbose_name))
        if _IDENTITY_NUMBER.search(value):
            _refuse(_IDENTITY.format(field=field.verbose_name))


_BLANK = Text("{field}必须填写。", "“{field}” must be filled in.")
_IDENTITY = Text(
    "{field}里像有身份证号，请删去，只记后四位。",
    "“{field}” holds what looks like an identity number; keep the last four only.",
)


def is_kept_where_it_is(record: Record, before: Record | None, seen: Seen) -> None:
    if record.deleted:
        _refuse(
            Text(
                "调解案件和材料不删除；登错了请作废并写明原因，录错的当事人请改为“误录”。",
                "Cases and their papers are never deleted: void the case with a reason, mark a party "
                "as mistaken, a session as cancelled.",
            )
        )
    is_moved = before is not None and record.scope != before.scope
    if is_moved and not is_limited(record.scope):
        _refuse(
            Text("案件不离开经办的调解队。", "A case stays with the mediators' team that holds it.")
        )


for _model in (*_KEPT, Note):
    rule(of=_model)(holds_no_blanks_and_no_identity_numbers)
for _model in _KEPT:
    rule(of=_model, when=("deleted", "scope"))(is_kept_where_it_is)


@rule(of=Reading)
def is_written_once(reading: Reading, before: Reading | None, seen: Seen) -> None:
    if before is not None:
        _refuse(Text("查阅记录不能修改。", "The access log does not change."))


# -- a case --------------------------------------------------------------------------------------


@rule(of=Case)
def goes_by_the_law(case: Case, before: Case | None, seen: Seen) -> None:
    if case.voided:
        if not (case.void_reason or "").strip():
            _refuse(Text("作废要写明原因。", "Say why it is void."))
        return
    if before is not None and before.state == "archived" and _changed(case, before):
        _refuse(
            Text(
                "已归档，不能再改；归档有误请作废后另立。",
                "Archived: it stays as it is. If that was wrong, void it and register another.",
            )
        )
    _refuse_two_ends(case)
    _refuse_missing(case)
    _refuse_dates_out_of_order(case)
    if case.court_filed_on:
        _refuse_court(case)
    if case.state == "archived":
        _refuse_archiving_early(case)
    is_step = before is None or case.state != before.state
    if is_step and road_of(case.__data__) is TO_AGREEMENT:
        _refuse_against_a_refusal(case, seen)
        _refuse_missing_papers(case, seen)


def _changed(case: Case, before: Case) -> set[str]:
    """The fields that an archived case may not change and does."""
    own = set(Case._meta.fields) - set(Record._meta.fields) - _AFTER_ARCHIVING
    return {name for name in own if getattr(case, name) != getattr(before, name)}


def _refuse_two_ends(case: Case) -> None:
    agreed, ended, facts = case.agreed_on, case.ended_on, case.__data__
    known = {step.state for step in road_of(facts)}
    other = case.outcome not in (None, end_of(facts))
    if (agreed and ended) or other or case.state not in known:
        _refuse(
            Text(
                f"一件案件只有一个结果：已有协议（{agreed or '—'}），就不能终止（{ended or '—'}），"
                "反之亦然。",
                f"A case ends once: agreed ({agreed or '—'}) and terminated ({ended or '—'}) cannot "
                "both be. See what the other mediator wrote.",
            )
        )


def _refuse_missing(case: Case) -> None:
    """Name every field that the state, and those before it on its road, still need."""
    missing, laws = [], []
    for step in road_of(case.__data__):
        lacking = [name for name in step.needs if not getattr(case, name)]
        missing += lacking
        if lacking and step.law:
            laws.append(step.law)
        if step.state == case.state:
            break
    if missing:
        law = f"（人民调解法 {'；'.join(laws)}）" if laws else ""
        needs = Text("要到“{state}”还缺：{missing}{law}。", "“{state}” still needs: {missing}.")
        labels = [Case._meta.fields[name].verbose_name for name in missing]
        _refuse(needs.format(state=_LABELS[case.state], missing=labels, law=law))


def _refuse_dates_out_of_order(case: Case) -> None:
    given = [(name, getattr(case, name)) for name in _IN_ORDER if getattr(case, name)]
    for (first, earlier), (second, later) in pairwise(given):
        if later < earlier:
            before, after_it = (Case._meta.fields[name].verbose_name for name in (first, second))
            _refuse(_EARLY.format(first=before, earlier=earlier, second=after_it, later=later))


_EARLY = Text(
    "{second} {later} 早于{first} {earlier}。",
    "“{second}” {later} comes before “{first}” {earlier}.",
)


def _refuse_court(case: Case) -> None:
    filed, agreed = case.court_filed_on, case.agreed_on
    if not agreed or not case.court_jointly:
        _refuse(
            Text(
                "司法确认须先有调解协议，并由双方共同申请（人民调解法 33）。",
                "Court confirmation needs an agreement, and both parties asking together.",
            )
        )
    if filed < agreed:
        _refuse(
            Text(
                f"申请日期 {filed} 早于协议 {agreed}。",
                f"Filed {filed}, before the agreement {agreed}.",
            )
        )
    last = court_deadline(agreed)
    if filed > last and not (case.court_late_because or "").strip():
        _refuse(
            Text(
                f"三十日到 {last} 为止（人民调解法 33）；末日为法定休假日而顺延的，请写“逾期说明”。",
                f"The thirty days ended on {last}; if a holiday moved it, say so in “Court late "
                "because”.",
            )
        )


def _refuse_archiving_early(case: Case) -> None:
    open_terms = case.agreed_on and case.performance != "done"
    if open_terms and not case.remedies_told:
        _refuse(
            Text(
                "协议没有全部履行：归档前请告知当事人可以向法院起诉（人民调解法 31、32）。",
                "Not fully performed: tell the parties that they may sue first.",
            )
        )
    if case.risk != "none" and not (case.measures or "").strip():
        _refuse(
            Text("有激化风险，还缺预防措施（25）。", "A risk of escalation needs measures first.")
        )
    if case.risk == "public_order" and not case.police_told_on:
        _refuse(
            Text(
                "可能成案的，还缺报告公安日期（25）。",
                "Still needs the day when the police were told.",
            )
        )


def _refuse_against_a_refusal(case: Case, seen: Seen) -> None:
    """Also against one that this transaction would write over, for its writer had not seen it."""
    parties = [each for each in seen.all(Party, case=case.id) if each.part != "mistaken"]
    sides = [side for each in parties for side in (each, seen.before(Party, each.id))]
    if case.state != "registered" and any(side and side.answer == "refused" for side in sides):
        _refuse(
            Text(
                "一方当事人明确拒绝，不得调解，只能终止（人民调解法 17）。",
                "A party refused: there is no mediation; the case can only be terminated.",
            )
        )


def _refuse_missing_papers(case: Case, seen: Seen) -> None:
    states = [step.state for step in TO_AGREEMENT]
    place = states.index(case.state)
    parts = {party.part for party in seen.all(Party, case=case.id)}
    held = [each for each in seen.all(Session, case=case.id) if each.held_at is not None]
    if place >= states.index("consented") and not {"applicant", "respondent"} <= parts:
        _refuse(
            Text("还缺当事人：申请人和被申请人。", "Still needs an applicant and a respondent.")
        )
    if place >= states.index("in_session") and not held:
        _refuse(Text("还缺调解记录。", "Still needs a session that was held."))
    if place >= states.index("agreed") and not seen.all(Agreement, case=case.id):
        _refuse(
            Text(
                "还缺调解协议：事实、争议、责任、内容、方式、期限（人民调解法 29）。",
                "Still needs an agreement: facts, dispute, responsibility, terms, way, deadline.",
            )
        )
    if place >= states.index("checked") and not seen.all(Visit, case=case.id):
        _refuse(Text("还缺回访记录（人民调解法 31）。", "Still needs a return visit."))


# -- its papers ----------------------------------------------------------------------------------


def belongs_to_an_open_case(paper: Any, before: Any, seen: Seen) -> None:
    """Held against the case as it was before: its last papers may come with its archiving."""
    case = seen.before(Case, paper.case)
    if case is not None and case.state == "archived" and not isinstance(paper, Visit):
        _refuse(Text("已归档，材料不能再改。", "Archived: its papers stay as they are."))


for _model in PAPERS:
    rule(of=_model)(belongs_to_an_open_case)

"""What mediation may not write, asked on the laptop and again on the hub.

A case is looked at as it would be afterwards, merged with what came from elsewhere, and not as a
step from one state to the next: so two laptops' work may arrive in any order, and what cannot be
true together is refused whole, under `hongxian attention` of whoever came second.
"""

from __future__ import annotations

import re

from hongxian import Record, Refused, Seen, Text, rule
from hongxian.records import refuse_out_of_order
from hongxian_plugins.mediation.case import Case, court_deadline
from hongxian_plugins.mediation.note import Note
from hongxian_plugins.mediation.papers import KEPT, Agreement, Paper, Party, Session, Visit
from hongxian_plugins.mediation.steps import CASE

_IDENTITY_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
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


# -- every record --------------------------------------------------------------------------------


def holds_no_blanks_and_no_identity_numbers(record: Record, before: Record | None) -> None:
    for name, field in record._meta.fields.items():
        value = None if name in Record._meta.fields else getattr(record, name)
        if not isinstance(value, str) or (before is not None and getattr(before, name) == value):
            continue
        label = field.verbose_name
        if not value.strip() and not field.null:
            raise Refused("{field}必须填写。", "“{field}” must be filled in.", field=label)
        if _IDENTITY_NUMBER.search(value):
            raise Refused(
                "{field}里像有身份证号，请删去，只记后四位。",
                "“{field}” holds what looks like an identity number; keep the last four only.",
                field=label,
            )


def stays_where_it_is(record: Record, before: Record | None) -> None:
    """One that an earlier release kept in a team goes from there into a circle alone."""
    if before is not None and record.scope != before.scope and not record.scope.startswith("c-"):
        raise Refused(
            "案件不离开经办的调解队。", "A case stays with the mediators' team that holds it."
        )


for _model in (*KEPT, Note):
    rule(of=_model)(holds_no_blanks_and_no_identity_numbers)
for _model in KEPT:
    rule(of=_model, when=("scope",))(stays_where_it_is)


# -- a case --------------------------------------------------------------------------------------


@rule(of=Case)
def goes_by_the_law(case: Case, before: Case | None, seen: Seen) -> None:
    if case.voided:
        return
    _ends_once(case)
    refuse_out_of_order(case, *_IN_ORDER)
    if case.court_filed_on:
        _asks_the_court_in_time(case)
    if case.state == "archived":
        _is_archived_whole(case)
    if before is None or case.state != before.state:
        _has_both_sides_and_no_refusal(case, seen)
        _has_its_papers(case, seen)


def _ends_once(case: Case) -> None:
    other = "terminated" if case.agreed_on else "agreed"
    if (case.agreed_on and case.ended_on) or case.outcome == other:
        raise Refused(
            "一件案件只有一个结果：已有协议（{agreed}），就不能终止（{ended}），反之亦然。",
            "A case ends once: agreed ({agreed}) and terminated ({ended}) cannot both be. See what "
            "the other mediator wrote.",
            agreed=case.agreed_on or "—",
            ended=case.ended_on or "—",
        )


def _label(name: str) -> Text:
    label: Text = Case._meta.fields[name].verbose_name
    return label


def _asks_the_court_in_time(case: Case) -> None:
    filed, agreed = case.court_filed_on, case.agreed_on
    if not agreed or not case.court_jointly:
        raise Refused(
            "司法确认须先有调解协议，并由双方共同申请（人民调解法 33、民事诉讼法 205）。",
            "Court confirmation needs an agreement, and both parties asking together.",
        )
    if filed < agreed:
        raise Refused(
            "申请日期 {filed} 早于协议 {agreed}。",
            "Filed {filed}, before the agreement {agreed}.",
            filed=filed,
            agreed=agreed,
        )
    if filed > court_deadline(agreed) and not (case.court_late_because or "").strip():
        raise Refused(
            "三十日到 {last} 为止（人民调解法 33）；末日为法定休假日而顺延的，请写“逾期说明”。",
            "The thirty days ended on {last}; if a holiday moved it, say so in “Court late because”.",
            last=court_deadline(agreed),
        )


def _is_archived_whole(case: Case) -> None:
    end = "checked" if case.agreed_on else "terminated"
    if lacking := [_label(each) for each in CASE.needs_of(end) if not getattr(case, each)]:
        raise Refused(
            "归档还缺：{lacking}。", "The archive still needs: {lacking}.", lacking=lacking
        )
    if case.agreed_on and case.performance != "done" and not case.remedies_told:
        raise Refused(
            "协议没有全部履行：归档前请告知当事人可以向法院起诉（人民调解法 31、32）。",
            "Not fully performed: tell the parties that they may sue first.",
        )
    if case.risk != "none" and not (case.measures or "").strip():
        raise Refused(
            "有激化风险，还缺预防措施（25）。", "A risk of escalation needs measures first."
        )
    if case.risk == "public_order" and not case.police_told_on:
        raise Refused(
            "可能成案的，还缺报告公安日期（25）。",
            "Still needs the day when the police were told.",
        )


def _has_both_sides_and_no_refusal(case: Case, seen: Seen) -> None:
    """Also none that this transaction would write over, for its writer had not seen it."""
    if case.state == "registered" or case.ended_on:
        return
    parties = [each for each in seen.all(Party, case=case.id) if each.part != "mistaken"]
    if not {"applicant", "respondent"} <= {each.part for each in parties}:
        raise Refused(
            "还缺当事人：申请人和被申请人。", "Still needs an applicant and a respondent."
        )
    sides = [side for each in parties for side in (each, seen.before(Party, each.id))]
    if any(side and side.answer == "refused" for side in sides):
        raise Refused(
            "一方当事人明确拒绝，不得调解，只能终止（人民调解法 17）。",
            "A party refused: there is no mediation; the case can only be terminated.",
        )


def _has_its_papers(case: Case, seen: Seen) -> None:
    if case.ended_on:
        return
    for state, model, named in _PAPERS_BY_STATE:
        found = seen.all(model, case=case.id) if CASE.place_of(case.state) >= state else [case]
        if not any(getattr(each, "held_at", True) for each in found):  # one that is planned is none
            raise Refused("还缺{paper}。", "Still needs {paper}.", paper=named)


_PAPERS_BY_STATE: tuple[tuple[int, type[Record], Text], ...] = (
    (CASE.place_of("in_session"), Session, Text("调解记录", "a session that was held")),
    (
        CASE.place_of("agreed"),
        Agreement,
        Text(
            "调解协议：事实、争议、责任、内容、方式、期限（人民调解法 28、29）",
            "an agreement: facts, dispute, responsibility, terms, way, deadline",
        ),
    ),
    (CASE.place_of("checked"), Visit, Text("回访记录（人民调解法 31）", "a return visit")),
)


# -- its papers ----------------------------------------------------------------------------------


def belongs_to_an_open_case(paper: Paper, seen: Seen) -> None:
    """Held against the case as it was before: its last papers may come with its archiving."""
    case = seen.before(Case, paper.case)
    if case is not None and case.state == "archived":
        raise Refused("已归档，材料不能再改。", "Archived: its papers stay as they are.")


for _model in (Party, Session, Agreement):
    rule(of=_model)(belongs_to_an_open_case)

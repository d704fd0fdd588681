"""What mediation may not write, asked of every write on the laptop and again on the hub.

A case is looked at as it would be afterwards, merged with what came from elsewhere, and not as a
step from one state to the next: so two laptops' work may arrive in any order, and what cannot be
true together is refused whole, under `hongxian attention` of whoever came second.
"""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from typing import NoReturn

from hongxian import Members, PluginRefused, Record, Store, Text, Value, Values
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
_ALL: tuple[type[Record], ...] = (Case, *PAPERS, Note, Reading)
_MODELS = {model._meta.collection: model for model in _ALL}
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


def refuse_what_mediation_forbids(
    store: Store,
    collection: str,
    id: str,
    values: Values,
    before: Values | None,
    after: Values,
) -> None:
    """Raise `PluginRefused`, with what is missing, when a write would break a rule."""
    model = _MODELS.get(collection)
    if model is None:
        return
    _refuse_blanks_and_identity_numbers(model, values)
    if model is not Note:
        _refuse_deletion_and_moves(values, before)
    if model is Reading and before is not None:
        _refuse(Text("查阅记录不能修改。", "The access log does not change."))
    if model is Case:
        _refuse_case(store, id, values, before or {}, after)
    elif model in PAPERS:
        _refuse_paper(model, after)


def _refuse(detail: Text) -> NoReturn:
    raise PluginRefused(detail=detail)


# -- every record --------------------------------------------------------------------------------


def _refuse_blanks_and_identity_numbers(model: type[Record], values: Values) -> None:
    for name, value in values.items():
        field = model._meta.fields.get(name)
        if field is None or not isinstance(value, str):
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


def _refuse_deletion_and_moves(values: Values, before: Values | None) -> None:
    if values.get("deleted"):
        _refuse(
            Text(
                "调解案件和材料不删除；登错了请作废并写明原因，录错的当事人请改为“误录”。",
                "Cases and their papers are never deleted: void the case with a reason, mark a party "
                "as mistaken, a session as cancelled.",
            )
        )
    if before is not None and "scope" in values and not is_limited(values["scope"]):
        _refuse(
            Text("案件不离开经办的调解队。", "A case stays with the mediators' team that holds it.")
        )


# -- a case --------------------------------------------------------------------------------------


def _refuse_case(store: Store, id: str, values: Values, before: Values, after: Values) -> None:
    if after.get("voided"):
        if not (after.get("void_reason") or "").strip():
            _refuse(Text("作废要写明原因。", "Say why it is void."))
        return
    if before.get("state") == "archived" and values.keys() - _AFTER_ARCHIVING:
        _refuse(
            Text(
                "已归档，不能再改；归档有误请作废后另立。",
                "Archived: it stays as it is. If that was wrong, void it and register another.",
            )
        )
    _refuse_two_ends(after)
    _refuse_missing(after)
    _refuse_dates_out_of_order(after)
    if after.get("court_filed_on"):
        _refuse_court(after)
    if after["state"] == "archived":
        _refuse_archiving_early(after)
    if "state" in values and road_of(after) is TO_AGREEMENT:
        _refuse_against_a_refusal(id, after)
        if store.kind == "laptop":  # the hub may meet a case before the papers of its transaction
            _refuse_missing_papers(id, after)


def _refuse_two_ends(after: Values) -> None:
    agreed, ended = after.get("agreed_on"), after.get("ended_on")
    known = {step.state for step in road_of(after)}
    other = after.get("outcome") not in (None, end_of(after))
    if (agreed and ended) or other or after["state"] not in known:
        _refuse(
            Text(
                f"一件案件只有一个结果：已有协议（{agreed or '—'}），就不能终止（{ended or '—'}），"
                "反之亦然。",
                f"A case ends once: agreed ({agreed or '—'}) and terminated ({ended or '—'}) cannot "
                "both be. See what the other mediator wrote.",
            )
        )


def _refuse_missing(after: Values) -> None:
    """Name every field that the state, and those before it on its road, still need."""
    missing, laws = [], []
    for step in road_of(after):
        lacking = [name for name in step.needs if not _filled(after.get(name))]
        missing += lacking
        if lacking and step.law:
            laws.append(step.law)
        if step.state == after["state"]:
            break
    if missing:
        law = f"（人民调解法 {'；'.join(laws)}）" if laws else ""
        needs = Text("要到“{state}”还缺：{missing}{law}。", "“{state}” still needs: {missing}.")
        labels = [Case._meta.fields[name].verbose_name for name in missing]
        _refuse(needs.format(state=_LABELS[after["state"]], missing=labels, law=law))


def _filled(value: Value) -> bool:
    """Whether there is something; a set travels as its state."""
    return bool(Members.present(value) if isinstance(value, dict) else value)


def _refuse_dates_out_of_order(after: Values) -> None:
    given = [(name, after[name]) for name in _IN_ORDER if after.get(name)]
    for (first, earlier), (second, later) in pairwise(given):
        if later < earlier:
            before, after_it = (Case._meta.fields[name].verbose_name for name in (first, second))
            _refuse(_EARLY.format(first=before, earlier=earlier, second=after_it, later=later))


_EARLY = Text(
    "{second} {later} 早于{first} {earlier}。",
    "“{second}” {later} comes before “{first}” {earlier}.",
)


def _refuse_court(after: Values) -> None:
    filed = date.fromisoformat(after["court_filed_on"])
    if not after.get("agreed_on") or not after.get("court_jointly"):
        _refuse(
            Text(
                "司法确认须先有调解协议，并由双方共同申请（人民调解法 33）。",
                "Court confirmation needs an agreement, and both parties asking together.",
            )
        )
    agreed = date.fromisoformat(after["agreed_on"])
    if filed < agreed:
        _refuse(
            Text(
                f"申请日期 {filed} 早于协议 {agreed}。",
                f"Filed {filed}, before the agreement {agreed}.",
            )
        )
    last = court_deadline(agreed)
    if filed > last and not (after.get("court_late_because") or "").strip():
        _refuse(
            Text(
                f"三十日到 {last} 为止（人民调解法 33）；末日为法定休假日而顺延的，请写“逾期说明”。",
                f"The thirty days ended on {last}; if a holiday moved it, say so in “Court late "
                "because”.",
            )
        )


def _refuse_archiving_early(after: Values) -> None:
    open_terms = after.get("agreed_on") and after.get("performance") != "done"
    risk = after.get("risk", "none")
    if open_terms and not after.get("remedies_told"):
        _refuse(
            Text(
                "协议没有全部履行：归档前请告知当事人可以向法院起诉（人民调解法 31、32）。",
                "Not fully performed: tell the parties that they may sue first.",
            )
        )
    if risk != "none" and not (after.get("measures") or "").strip():
        _refuse(
            Text("有激化风险，还缺预防措施（25）。", "A risk of escalation needs measures first.")
        )
    if risk == "public_order" and not after.get("police_told_on"):
        _refuse(
            Text(
                "可能成案的，还缺报告公安日期（25）。",
                "Still needs the day when the police were told.",
            )
        )


def _refuse_against_a_refusal(id: str, after: Values) -> None:
    refused = Party.select().where(
        Party.case == id, Party.part != "mistaken", Party.answer == "refused"
    )
    if after["state"] != "registered" and refused.exists():
        _refuse(
            Text(
                "一方当事人明确拒绝，不得调解，只能终止（人民调解法 17）。",
                "A party refused: there is no mediation; the case can only be terminated.",
            )
        )


def _refuse_missing_papers(id: str, after: Values) -> None:
    states = [step.state for step in TO_AGREEMENT]
    place = states.index(after["state"])
    parts = {part for (part,) in Party.select(Party.part).where(Party.case == id).tuples()}
    held = Session.select().where(Session.case == id, Session.held_at.is_null(False))
    if place >= states.index("consented") and not {"applicant", "respondent"} <= parts:
        _refuse(
            Text("还缺当事人：申请人和被申请人。", "Still needs an applicant and a respondent.")
        )
    if place >= states.index("in_session") and not held.exists():
        _refuse(Text("还缺调解记录。", "Still needs a session that was held."))
    if place >= states.index("agreed") and not _there(Agreement, id):
        _refuse(
            Text(
                "还缺调解协议：事实、争议、责任、内容、方式、期限（人民调解法 29）。",
                "Still needs an agreement: facts, dispute, responsibility, terms, way, deadline.",
            )
        )
    if place >= states.index("checked") and not _there(Visit, id):
        _refuse(Text("还缺回访记录（人民调解法 31）。", "Still needs a return visit."))


def _there(model: type[Record], case: str) -> bool:
    return bool(model.select().where(model.case == case).exists())


# -- its papers ----------------------------------------------------------------------------------


def _refuse_paper(model: type[Record], after: Values) -> None:
    """Held against the case where it is here; one transaction may bring the paper first."""
    case = Case.with_deleted().where(Case.id == after.get("case")).get_or_none()
    if case is not None and case.state == "archived" and model is not Visit:
        _refuse(Text("已归档，材料不能再改。", "Archived: its papers stay as they are."))

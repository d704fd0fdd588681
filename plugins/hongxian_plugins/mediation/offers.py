"""The actions, views and sheets as people are offered them, with what each asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from peewee import BooleanField, CharField, DateField, DateTimeField, Field, IntegerField

from hongxian import Action, Document, Record, Reference, Text, Value, View
from hongxian_plugins.mediation import circle
from hongxian_plugins.mediation import proceedings as do
from hongxian_plugins.mediation import sheets as sheet
from hongxian_plugins.mediation.case import Case
from hongxian_plugins.mediation.deadlines import deadlines
from hongxian_plugins.mediation.figure import figures
from hongxian_plugins.mediation.papers import Agreement, Session, Visit
from hongxian_plugins.mediation.road import ROAD

Fits = Callable[[Mapping[str, Value]], bool]
_OPEN = ("registered", "consented", "chosen", "in_session")


def _in(*states: str) -> Fits:
    return lambda values: values.get("state") in states and not values.get("voided")


def _not_filed(values: Mapping[str, Value]) -> bool:
    return _in("agreed", "checked")(values) and not values.get("court_filed_on")


def _is_limited(values: Mapping[str, Value]) -> bool:
    return circle.is_limited(values.get("scope"))


def _as_in(model: type[Record], *names: str) -> dict[str, Field]:
    """Asked for as the model itself describes it."""
    return {name: model._meta.fields[name] for name in names}


def _name(label: Text, help: Text) -> CharField:
    return CharField(verbose_name=label, max_length=80, help_text=help)


_DAY = {
    "day": DateField(
        verbose_name=Text("日期", "Day"), null=True, help_text=Text("不填为今天。", "Empty: today.")
    )
}
_AT = {
    "at": DateTimeField(
        verbose_name=Text("时间", "At"), help_text=Text("年月日时分。", "Day and hour.")
    )
}
_AT_OR_NOW = {
    "at": DateTimeField(
        verbose_name=Text("时间", "At"), null=True, help_text=Text("不填为现在。", "Empty: now.")
    )
}
_BECAUSE = {
    "because": CharField(
        verbose_name=Text("终止原因", "Because"),
        choices=Case.ended_because.choices,
        help_text=Text("人民调解法第 26 条。", "Why it ends."),
    )
}
_MEDIATORS = {
    "mediators": _name(
        Text("人民调解员", "Mediators"),
        Text("一名或数名，用顿号分开（19）。", "One or several names."),
    ),
    "chosen_by": CharField(
        verbose_name=Text("选定方式", "Chosen by"),
        choices=Case.chosen_by.choices,
        help_text=Text("人民调解法第 19 条。", "Who chose them."),
    ),
}
_LAPTOP = {
    "laptop": Reference(
        "hongxian.device",
        verbose_name=Text("电脑", "Laptop"),
        help_text=Text("本调解队的一台电脑。", "A laptop of this mediators' team."),
    )
}
_WHICH = {
    "number": IntegerField(
        verbose_name=Text("第几次", "Number"),
        null=True,
        help_text=Text(
            "不填为最近一次；还没有则印空白。", "Empty: the last; blank if there is none."
        ),
    )
}


def _action(name: str, title: Text, run: Callable[..., Text], fits: Fits, **asks: Field) -> Action:
    return Action(f"mediation.{name}", title, run, "mediation.case", asks, fits)


def _document(name: str, title: Text, run: Callable[..., str], **asks: Field) -> Document:
    return Document(f"mediation.{name}", title, run, "mediation.case", asks)


ACTIONS = [
    Action(
        "mediation.accept",
        Text("受理登记", "Register a case"),
        do.accept,
        asks={
            **_as_in(Case, "committee", "kind", "source", "summary", "request"),
            "applicant": _name(
                Text("申请人", "Applicant"), Text("姓名或单位。", "A person or body.")
            ),
            "respondent": _name(
                Text("被申请人", "Respondent"), Text("姓名或单位。", "A person or body.")
            ),
            **_DAY,
        },
    ),
    _action("consent", Text("各方同意", "Record consent"), do.consent, _in("registered"), **_DAY),
    _action(
        "refuse",
        Text("一方拒绝", "Record a refusal"),
        do.refuse,
        _in(*_OPEN),
        party=Reference(
            "mediation.party",
            verbose_name=Text("当事人", "Party"),
            help_text=Text("谁拒绝。", "Who refused."),
        ),
        **_as_in(Case, "remedies_told"),
        **_DAY,
    ),
    _action(
        "choose",
        Text("选定调解员", "Choose mediators"),
        do.choose,
        _in("consented"),
        **_MEDIATORS,
        **_DAY,
    ),
    _action(
        "plan",
        Text("约定调解", "Plan a session"),
        do.plan,
        _in(*_OPEN),
        **_AT,
        **_as_in(Session, "place"),
    ),
    _action(
        "hold",
        Text("调解记录", "Hold a session"),
        do.hold,
        _in("chosen", "in_session"),
        record=Session.record.clone(),
        **_AT_OR_NOW,
        **_as_in(Session, "place", "others", "result"),
    ),
    _action(
        "agree",
        Text("达成协议", "Agree"),
        do.agree,
        _in("in_session"),
        **_as_in(
            Agreement, "form", "facts", "dispute", "responsibility", "terms", "way", "perform_by"
        ),
        **_DAY,
    ),
    _action(
        "terminate",
        Text("终止调解", "Terminate"),
        do.terminate,
        _in(*_OPEN),
        **_BECAUSE,
        **_as_in(Case, "remedies_told"),
        **_DAY,
    ),
    _action(
        "check",
        Text("履行回访", "Check performance"),
        do.check,
        _in("agreed", "checked"),
        **_as_in(Visit, "performance", "reason", "found", "visitor"),
        **_as_in(Case, "remedies_told"),
        **_DAY,
    ),
    _action(
        "court",
        Text("申请司法确认", "File for court confirmation"),
        do.file_for_court,
        _not_filed,
        jointly=BooleanField(
            verbose_name=Text("双方共同申请", "Jointly"),
            help_text=Text("人民调解法第 33 条。", "Both ask together."),
        ),
        late_because=Case.court_late_because,
        **_DAY,
    ),
    _action(
        "archive",
        Text("归档", "Archive"),
        do.archive,
        _in("terminated", "checked"),
        number=CharField(
            verbose_name=Text("卷宗编号", "Number"),
            max_length=40,
            null=True,
            help_text=Text("不填则接着编。", "Empty: the next one."),
        ),
        **_DAY,
    ),
    _action(
        "risk",
        Text("标记激化风险", "Mark a risk"),
        do.mark_risk,
        _in(*_OPEN, "agreed", "checked", "terminated"),
        **_as_in(Case, "risk", "measures", "police_told_on"),
    ),
    _action(
        "share", Text("让另一台电脑看到", "Let a laptop in"), circle.share, _is_limited, **_LAPTOP
    ),
    _action(
        "unshare",
        Text("移出一台电脑", "Let a laptop out"),
        circle.unshare,
        _is_limited,
        **_LAPTOP,
    ),
    _action(
        "limit",
        Text("改为只有经办电脑可见", "Limit to the laptops that work on it"),
        circle.limit,
        lambda values: not _is_limited(values),
    ),
    _action(
        "void",
        Text("作废", "Void"),
        do.void,
        lambda values: not values.get("voided"),
        reason=CharField(
            verbose_name=Text("作废原因", "Reason"),
            max_length=200,
            help_text=Text("为什么。", "Why."),
        ),
    ),
]

VIEWS = [
    ROAD,
    View(
        "mediation.laptops",
        Text("哪些电脑看得到", "Which laptops see it"),
        circle.laptops,
        collection="mediation.case",
    ),
    View(
        "mediation.deadlines",
        Text("调解期限", "Mediation deadlines"),
        deadlines,
        {
            "days": IntegerField(
                verbose_name=Text("天数", "Days"),
                default=30,
                help_text=Text(
                    "往后看几天；过期的都在。", "Days ahead; what is overdue is there anyway."
                ),
            )
        },
    ),
    View(
        "mediation.figures",
        Text("调解统计", "Mediation figures"),
        figures,
        {
            "month": CharField(
                verbose_name=Text("月份", "Month"),
                null=True,
                max_length=7,
                help_text=Text("如 2026-03。", "Empty: all."),
            )
        },
        overview=True,
    ),
]

DOCUMENTS = [
    _document("application", Text("人民调解申请书", "Application"), sheet.application),
    _document("acceptance", Text("人民调解受理登记表", "Acceptance register"), sheet.acceptance),
    _document(
        "session_record", Text("人民调解记录", "Session record"), sheet.session_record, **_WHICH
    ),
    _document("agreement_paper", Text("人民调解协议书", "Agreement"), sheet.agreement_paper),
    _document(
        "return_visit", Text("人民调解回访记录", "Return visit"), sheet.return_visit, **_WHICH
    ),
]

"""Whether a member's unit may be told of them: seen, given and withdrawn on the page of their report."""

from __future__ import annotations

from hongxian import Store, Text, action, view
from hongxian.records import Consent, consent_said, withdraw_consent
from hongxian.shapes import Facts, Tag
from hongxian_plugins.mobilise.reports import FEEDBACK, Report

_MAY = Tag(Text("同意", "Yes"), "done")
_MAY_NOT = Tag(Text("没有同意", "No"), "rest")


def may_be_told(report: Report) -> bool:
    """Whether their last word to this team is a yes."""
    return bool(consent_said(report.person, FEEDBACK, report.scope))


@view(of=Report, title=Text("反馈给单位", "Feedback"))
def feedback(store: Store, report: Report) -> Facts:
    """How it stands now: what a letter that is printed now would hold."""
    told = _MAY if may_be_told(report) else _MAY_NOT
    return Facts([(Text("服务情况反馈给单位", "Their unit may be told"), told)])


@action(
    of=Report,
    title=Text("本人同意反馈给单位", "Their unit may be told"),
    when=lambda report: not may_be_told(report),
)
def agree(store: Store, report: Report) -> Text:
    """They said yes to this by itself, on paper or aloud (个人信息保护法 23)."""
    Consent.create(person=report.person, kind=FEEDBACK, scope=report.scope)
    return Text("记下了：同意。", "Noted: yes.")


@action(
    of=Report,
    title=Text("撤回反馈给单位的同意", "Their unit is to be told no more"),
    when=may_be_told,
)
def withdraw(store: Store, report: Report) -> Text:
    """They take it back (15): no letter that is printed from now on has a line of them."""
    withdraw_consent(report.person, FEEDBACK, report.scope)
    return Text(
        "已撤回；之后打印的反馈函没有这个人。", "Withdrawn: letters printed from now on omit them."
    )

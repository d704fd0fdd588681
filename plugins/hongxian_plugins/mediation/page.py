"""What stands at the head of a case's page: whose case it is, and how long there is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from hongxian import Store, Text, local_today, view
from hongxian.shapes import Facts, Link, Tag, Tone
from hongxian_plugins.mediation.case import RISKS, Case
from hongxian_plugins.mediation.dossier import missing_in
from hongxian_plugins.mediation.papers import ANSWERS, Party, parties_of
from hongxian_plugins.mediation.setting import Setting
from hongxian_plugins.mediation.steps import OPEN

_TONES: dict[str, Tone] = {"asked": "wait", "agreed": "done", "refused": "stop"}
_UNTIL = Text("期限 {last}，还剩 {days} 天", "Until {last}, {days} {days:day|days} left")
_OVERDUE = Text("期限 {last}，逾期 {days} 天", "Until {last}, {days} {days:day|days} overdue")
_MISSING = Text("卷宗缺 {missing}", "Missing in its file: {missing}")
_TO_BIND = ("terminated", "checked", "archived")
"""From where a case is archived, and after it: before, most of its papers are still to come."""


@view(of=Case, title=Text("案情", "The case"))
def at_first_sight(store: Store, case: Case) -> Facts:
    """Its two sides with what each has answered, its deadline, and whether it may escalate."""
    parts, answers = dict(Party.part.choices), dict(ANSWERS)
    sides = [
        (
            parts[each.part],
            [Link(each.name, Party, each.id), Tag(answers[each.answer], _TONES[each.answer])],
        )
        for each in parties_of(case)
    ]
    return Facts(sides, tags=list(_tags(store, case)))


def _tags(store: Store, case: Case) -> Iterator[Tag]:
    if case.state in OPEN and not case.voided:
        last = case.registered_on + timedelta(days=Setting.now(store).within_days)
        days = (last - local_today(store)).days
        told = (_OVERDUE if days < 0 else _UNTIL).format(last=last, days=abs(days))
        yield Tag(told, "stop" if days < 0 else "wait")
    if case.state in _TO_BIND and not case.voided and (missing := missing_in(case)):
        yield Tag(_MISSING.format(missing=missing), "wait")
    if case.risk != "none":
        yield Tag(dict(RISKS)[case.risk], "stop")

"""Thirty closed cases and three open ones that never were, for the mediators' own team.

The same for the same seed and day: the closed lie in the year before it, the open around it.
No real dispute or person is here: names follow the scheme 示例·甲001, telephone numbers begin with
100, which none in China does.
"""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta

from hongxian import Store, local_today
from hongxian.circles import begin_circle
from hongxian.records import Values, new_id
from hongxian_plugins.mediation.case import KINDS, Case
from hongxian_plugins.mediation.opening import mediators_team
from hongxian_plugins.mediation.papers import Agreement, Enclosure, Party, Session, Visit

CASES = 30
OPEN = ("chosen", "in_session", "agreed")
"""The states of the cases that are still open."""
COMMITTEE = "示例社区人民调解委员会"
_FIRST_DAY = timedelta(days=400)
"""So long before the day of the demonstration the first case was registered."""
_ROOM = "示例调解室"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_MEDIATORS = ("示例·调解员一", "示例·调解员二", "示例·调解员三")
_MATTERS = {
    "family": "赡养老人的分担有分歧",
    "neighbours": "楼上漏水，楼下顶棚受潮",
    "housing": "合租押金退还有分歧",
    "property": "公共部位堆物与清理费用",
    "damages": "晾晒物坠落损坏花架",
    "contract": "装修尾款支付有分歧",
    "consumer": "家电维修质量有分歧",
    "labour": "钟点工工时结算有分歧",
    "traffic": "小区内自行车剐蹭",
    "medical": "陪护费用分担有分歧",
    "other": "宠物夜间吠叫扰邻",
}


def fill(store: Store, seed: int) -> None:
    """Fill the mediators' team of this laptop, unless it has cases; nothing without one."""
    scope = mediators_team(store)
    if scope is None or Case.select().where(Case.committee == COMMITTEE).exists():
        return
    chance, today = random.Random(seed), local_today(store)
    for number in range(1, CASES + 1):
        with store.transaction():
            _make(chance, scope, number, today - _FIRST_DAY)
    for number, state in enumerate(OPEN, CASES + 1):
        with store.transaction():
            _make_open(chance, scope, number, state, today)


def _make(chance: random.Random, scope: str, number: int, since: date) -> None:
    """One case from its registration to its archive, papers first."""
    id, kind = new_id(), KINDS[number % len(KINDS)][0]
    day = since + timedelta(days=11 * (number - 1) + chance.randrange(5))
    first = day + timedelta(days=chance.randint(2, 6))
    own = {"scope": begin_circle(scope), "case": id}
    _make_parties(chance, own, number, day)
    _make_session(own, first)
    if number % 10:  # of every tenth a paper is missing
        Enclosure.create(**own, kind="identity", about="示例：复印件各一份")
    values = {
        **_chosen(chance, kind, day),
        "first_session": first,
        "archive_number": f"{day.year}-示例-{number:03}",
        "state": "archived",
    }
    end = _terminated(first) if number % 6 == 0 else _agreed(chance, own, kind, first)
    Case.create(id=id, scope=own["scope"], **values, **end)


def _make_open(chance: random.Random, scope: str, number: int, state: str, today: date) -> None:
    """One case that is under way: a session to come, or an agreement that is to be performed."""
    id, kind = new_id(), KINDS[number % len(KINDS)][0]
    day, first = today - timedelta(days=12), today - timedelta(days=8)
    own = {"scope": begin_circle(scope), "case": id}
    _make_parties(chance, own, number, day)
    values = {**_chosen(chance, kind, day), "state": state}
    if state == "chosen":
        planned = datetime.combine(today + timedelta(days=2), time(14))
        Session.create(**own, planned_at=planned, place=_ROOM)
    else:
        _make_session(own, first)
        values["first_session"] = first
    if state == "agreed":
        _make_agreement(chance, own, kind, today + timedelta(days=5))
        values["agreed_on"] = first
    if state == "in_session":
        values |= {"risk": "may_escalate", "measures": "示例：分开劝说，请楼组长多走动。"}
    Case.create(id=id, scope=own["scope"], **values)


def _make_parties(chance: random.Random, own: dict[str, str], number: int, day: date) -> None:
    for place, part in enumerate(("applicant", "respondent")):
        Party.create(**own, **_party(chance, part, 2 * number + place, day))


def _make_session(own: dict[str, str], day: date) -> None:
    Session.create(
        **own,
        held_at=datetime.combine(day, time(14)),
        place=_ROOM,
        record="示例：各方陈述，分别劝说，再共同商量。",
        result="示例：各方愿意继续商量。",
    )


def _chosen(chance: random.Random, kind: str, day: date) -> Values:
    """A case of which the mediators are chosen."""
    return {
        "committee": COMMITTEE,
        "registered_on": day,
        "kind": kind,
        "summary": f"示例：{_MATTERS[kind]}。",
        "request": "示例：请求调解。",
        "rights_told_on": day,
        "consented_on": day,
        "chosen_on": day,
        "chosen_by": chance.choice(("parties", "committee")),
        "mediators": chance.sample(_MEDIATORS, chance.randint(1, 2)),
    }


def _party(chance: random.Random, part: str, number: int, day: date) -> Values:
    return {
        "part": part,
        "name": f"示例·{_STEMS[number % len(_STEMS)]}{number:03}",
        "sex": chance.choice(("female", "male")),
        "age": chance.randint(25, 80),
        "ethnicity": "汉族",
        "occupation": "示例职业",
        "address": f"示例苑–{chance.randint(1, 40)}幢–{chance.randint(1, 4)}单元–{chance.randint(1, 18)}01室",
        "phone": f"100{chance.randrange(10**8):08}",
        "answer": "agreed",
        "answered_on": day,
    }


def _terminated(first: date) -> Values:
    ended = first + timedelta(days=7)
    return {
        "ended_on": ended,
        "ended_because": "failed",
        "remedies_told": True,
        "archived_on": ended + timedelta(days=3),
        "outcome": "terminated",
    }


def _agreed(chance: random.Random, own: dict[str, str], kind: str, first: date) -> Values:
    perform_by = first + timedelta(days=chance.randint(10, 40))
    _make_agreement(chance, own, kind, perform_by)
    Visit.create(
        **own, day=perform_by, reason="示例：检查履行", found="示例：已履行。", performance="done"
    )
    filed = first + timedelta(days=10) if chance.random() < 0.2 else None
    return {
        "agreed_on": first,
        "checked_on": perform_by,
        "performance": "done",
        "court_filed_on": filed,
        "court_jointly": filed is not None,
        "court_result": "confirmed" if filed else None,
        "archived_on": perform_by + timedelta(days=5),
        "outcome": "agreed",
    }


def _make_agreement(
    chance: random.Random, own: dict[str, str], kind: str, perform_by: date
) -> None:
    Agreement.create(
        **own,
        form="oral" if chance.random() < 0.2 else "written",
        facts=f"示例：{_MATTERS[kind]}。",
        dispute="示例：责任与费用的分担。",
        responsibility="示例：双方各有责任。",
        terms="示例：双方各承担一半，互相谅解。",
        way="示例：一次付清",
        perform_by=perform_by,
    )

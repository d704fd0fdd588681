"""The dispatcher's board and a team's own list: what is to be done first stands first, a press each."""

from __future__ import annotations

from collections import Counter

from peewee import CharField

from hongxian import Store, Text, local_today, view
from hongxian.days import day_in_words
from hongxian.shapes import Beside, Button, Go, Link, Masked, Print, Table, Tag
from hongxian_plugins.requests.clock import TOLD, Standing, by_of, standing_of
from hongxian_plugins.requests.going import going
from hongxian_plugins.requests.kept.flow import (
    ANSWERED,
    AT_A_TEAM,
    AT_THE_DISPATCHER,
    OPEN,
    REQUEST,
)
from hongxian_plugins.requests.kept.people import Reporter
from hongxian_plugins.requests.kept.records import Request
from hongxian_plugins.requests.kept.settings import RequestRules
from hongxian_plugins.requests.reporting import alike_to
from hongxian_plugins.requests.teams import teams_of

_TELL = Text("待回告", "To be told")
_ALL = Text("全部", "All")
_HEADS = (
    Text("情况", "Standing"),
    Text("什么事", "What"),
    Text("时限", "Due"),
    Text("下一步", "Next"),
)
_WHAT = {
    "what": CharField(
        verbose_name=Text("看哪些", "Which"),
        choices=[
            ("all", _ALL),
            *((name, word) for name, (word, _) in TOLD.items()),
            ("tell", _TELL),
        ],
        null=True,
    )
}


def _looked_at(store: Store, requests: list[Request]) -> list[tuple[Standing, Request]]:
    """Each with its standing, the most pressing first."""
    rules, order = RequestRules.now(store), list(TOLD)
    told = [(standing_of(store, each, rules), each) for each in requests]
    return sorted(told, key=lambda e: (order.index(e[0]), by_of(store, e[1]), e[1].id))


@view(title=Text("派单台", "Dispatching"), asks=_WHAT, card=True, icon="megaphone")
def board(store: Store, what: str | None = None) -> Beside:
    """What is new, due, overdue and sent back, and who waits to hear; one press dispatches."""
    stands = _looked_at(store, list(Request.select().where(Request.state.in_(OPEN))))
    waits = who_waits()
    counts = Counter(name for name, _ in stands)
    chosen = what if what in {*counts, "tell"} else "all"
    table = (
        _to_tell(waits)
        if chosen == "tell"
        else _table(store, [each for each in stands if chosen in ("all", each[0])])
    )
    return Beside([table], presses=_ways(counts, len(waits), chosen))


def _ways(counts: Counter[Standing], waits: int, chosen: str) -> list[object]:
    named: list[tuple[str, Text, int]] = [("all", _ALL, sum(counts.values()))]
    named += [(name, word, counts[name]) for name, (word, _) in TOLD.items() if counts[name]]
    named += [("tell", _TELL, waits)] if waits else []
    told = Text.of("{word} {n}")
    return [
        Button(Text("报事", "Report"), "requests.report", icon="plus"),
        *(
            Go(told.format(word=w, n=n), {"what": name}, here=name == chosen)
            for name, w, n in named
        ),
        Print(Text("周清单", "The week"), "requests.week"),
        Go(Text("月报", "The month"), view="requests.month"),
        Go(Text("发群文字", "For the chat"), view="requests.chat", icon="clipboard"),
    ]


def _table(store: Store, stands: list[tuple[Standing, Request]]) -> Table:
    today = local_today(store)
    rows = [
        [
            Tag(*TOLD[name]),
            told_of(each),
            day_in_words(by_of(store, each), today),
            each.team or "",
            _same(store, each),
            _press(each),
        ]
        for name, each in stands
    ]
    ids = [each.id for _, each in stands]
    heads = (*_HEADS[:3], Text("承办", "Team"), Text("报过", "Reported"), _HEADS[-1])
    return Table(heads, rows, ids=ids, of=Request)


def told_of(request: Request) -> Text:
    """A matter in a line: number, place, what."""
    told = Text.of("{number} {place} {what}")
    return told.format(number=request.number or "", place=request.place, what=request.title[:40])


def _same(store: Store, request: Request) -> Button | str:
    """One press that links it with what was reported of the same before."""
    if request.state not in AT_THE_DISPATCHER or request.same_as:
        return ""
    found = alike_to(store, request.kind, request.place, request.id)
    before = next((e for e in found if e.id < request.id and e.same_as != request.id), None)
    if before is None:
        return ""
    told = Text("同 {number}", "As {number}").format(number=before.number)
    return Button(told, "requests.link", {"other": before.id}, request.id, at_once=True)


def _press(request: Request) -> Button | Text:
    """To dispatch; of what a team has, how far it is."""
    if request.state in AT_THE_DISPATCHER:
        return Button(Text("派单", "Dispatch"), "requests.dispatch", id=request.id)
    return REQUEST.title_of(request.state)


def who_waits() -> list[tuple[Reporter, Request]]:
    """Of the reporters on this laptop those who did not hear yet what came of it."""
    reporters = list(Reporter.select().where(Reporter.heard_at.is_null()))
    ids = [each.request for each in reporters]
    answered = Request.select().where(Request.id.in_(ids), Request.state.in_(ANSWERED))
    of = {each.id: each for each in answered}
    return [(each, of[each.request]) for each in reporters if each.request in of]


def _to_tell(waits: list[tuple[Reporter, Request]]) -> Table:
    heads = (Text("诉求人", "Reporter"), Text("电话", "Phone"), _HEADS[1], Text("结果", "Result"))
    rows = [
        [
            reporter.called,
            Masked(reporter.reached_by, Reporter, reporter.id),
            told_of(request),
            request.result or request.responsible or "",
            Button(Text("已回告", "Told"), "requests.heard", id=request.id),
        ]
        for reporter, request in waits
    ]
    ids = [request.id for _, request in waits]
    return Table([*heads, _HEADS[-1]], rows, ids=ids, of=Request)


@view(title=Text("我的单", "Mine"), icon="person-check")
def mine(store: Store) -> Table:
    """What the teams of this laptop have: accept it, set out, done."""
    teams = list(teams_of(store).values())
    held = Request.select().where(Request.team.in_(teams), Request.state.in_(AT_A_TEAM))
    stands = _looked_at(store, list(held))
    rows = [
        [
            Tag(*TOLD[name]),
            told_of(each),
            day_in_words(by_of(store, each), local_today(store)),
            _who(store, each),
            [
                Button(
                    step.title, f"requests.{step.name}", id=each.id, at_once=step.name in _AT_ONCE
                )
                for step in REQUEST.after(each.state)
                if step.name in _SHOWN[each.state]
            ],
        ]
        for name, each in stands
    ]
    heads = (*_HEADS[:3], Text("谁去", "Who goes"), _HEADS[-1])
    ids = [each.id for _, each in stands]
    return Table(heads, rows, ids=ids, of=Request)


_SHOWN = {
    "dispatched": ("take", "bounce"),
    "taken": ("begin", "finish", "bounce"),
    "working": ("finish", "bounce"),
    "waiting": ("resume",),
}
_AT_ONCE = ("begin", "resume")


def _who(store: Store, request: Request) -> list[object]:
    people = [each.volunteer for each in going(request) if each.volunteer]
    if "roster.person" not in store.collections:
        return [str(len(people) or "")]
    names = store.names_of("roster.person", people)
    return [Link(names[each], "roster.person", each) for each in people]

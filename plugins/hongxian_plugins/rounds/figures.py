"""Rounds in numbers: the text for the chat, the month, and what the keeper may know. Nobody's name."""

from __future__ import annotations

from collections import Counter
from datetime import date

from peewee import DateField

from hongxian import Store, Text, local_today, view
from hongxian.days import day_in_words, month_away
from hongxian.shapes import Chat, Stat, Stats, Table
from hongxian_plugins.rounds.findings import KINDS, Finding
from hongxian_plugins.rounds.places import Checkpoint
from hongxian_plugins.rounds.walks import Round, Tick

_MONTHS = 6


@view(
    title=Text("发群文字", "For the chat"),
    menu=False,
    asks={
        "day": DateField(
            verbose_name=Text("日期", "Day"),
            null=True,
            help_text=Text("留空是今天。", "Empty: today."),
        )
    },
)
def chat(store: Store, day: date | None = None) -> Chat:
    """What a day's rounds came to: points, findings, what was closed."""
    day = day or local_today(store)
    held = [each for each in Round.select().where(Round.day == day) if each.state != "off"]
    ticked = Tick.select().where(Tick.round.in_([each.id for each in held]), Tick.how != "missed")
    routes = Counter(each.route for each in held)
    points = Checkpoint.select(Checkpoint.route).where(Checkpoint.route.in_([*routes])).tuples()
    told = Text(
        "【巡查】{day}{team} {done}/{all}点 新发现{found} 复查结案{closed}",
        "[Rounds] {day}{team}: {done} of {all} points, {found} new {found:finding|findings}, {closed} closed",
    )
    return Chat(
        told.format(
            day=day_in_words(day, local_today(store)),
            team=_team(store),
            done=ticked.count(),
            all=sum(routes[route] for (route,) in points),
            found=Finding.select().where(Finding.found_on == day).count(),
            closed=Finding.select().where(Finding.rechecked_on == day).count(),
        )
    )


def _team(store: Store) -> str:
    """The team's name behind a blank, where the laptop is of one alone."""
    teams = getattr(store, "teams", None)
    names = list(teams().values()) if teams else []
    return f" {names[0]}" if len(names) == 1 else ""


@view(title=Text("本月巡查", "This month's rounds"), menu=False)
def month(store: Store) -> Stats:
    """Rounds, findings and what was closed, beside the months before."""
    firsts = [month_away(local_today(store), each) for each in range(1 - _MONTHS, 1)]
    walked = Round.select(Round.day).where(
        Round.day >= firsts[0], Round.state.in_(("unfinished", "done"))
    )
    found = Finding.select(Finding.found_on).where(Finding.found_on >= firsts[0])
    closed = Finding.select(Finding.rechecked_on).where(Finding.rechecked_on >= firsts[0])
    told = (
        (Text("巡查", "Rounds"), walked, "rounds.today"),
        (Text("发现", "Findings"), found, "rounds.to_settle"),
        (Text("复查结案", "Closed"), closed, "rounds.to_settle"),
    )
    stats = []
    for label, query, to in told:
        counted = Counter(day.replace(day=1) for (day,) in query.tuples())
        of = [counted[each] for each in firsts]
        stats.append(Stat(label, of[-1], Text("次", ""), past=of[:-1], to=to))
    return Stats(stats)


@view(title=Text("巡查发现", "Findings of rounds"), audience="keeper", console=True)
def findings_by_kind(store: Store) -> Table:
    """By kind how many are open, late and closed."""
    today, labels = local_today(store), dict(KINDS)
    open_ones, late, closed = Counter[str](), Counter[str](), Counter[str]()
    for each in Finding.select():
        if each.state == "closed":
            closed[each.kind] += 1
        elif each.state != "returned":
            open_ones[each.kind] += 1
            late[each.kind] += each.due is not None and each.due < today
    return Table(
        [Text("类别", "Kind"), Text("在办", "Open"), Text("超期", "Late"), Text("结案", "Closed")],
        [
            [labels[kind], open_ones[kind], late[kind], closed[kind]]
            for kind, _ in KINDS
            if open_ones[kind] + closed[kind]
        ],
    )

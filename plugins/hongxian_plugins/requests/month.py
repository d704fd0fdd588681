"""A week and a month in numbers: by kind and by team, in time or not, and what residents said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from statistics import median

from peewee import DateField

from hongxian import Store, Text, local_now, local_today, view
from hongxian.days import day_in_words, month_away
from hongxian.records import known_until
from hongxian.shapes import Beside, Chat, Go, Print, Stat, Stats, Table
from hongxian.text import joined
from hongxian.workdays import workdays_between
from hongxian_plugins.requests.clock import by_of
from hongxian_plugins.requests.kept.flow import ANSWERED, OPEN
from hongxian_plugins.requests.kept.kinds import UNSATISFIED, kind_of
from hongxian_plugins.requests.kept.records import Request

WHICH_MONTH = {
    "month": DateField(
        verbose_name=Text("月份", "Month"),
        null=True,
        help_text=Text("那个月的任一天；留空为本月。", "Any day of it; empty for this month."),
    )
}
HEADS = (
    Text("类别", "Kind"),
    Text("收", "In"),
    Text("办结", "Done"),
    Text("按时", "In time"),
    Text("未结", "Open"),
    Text("用时中位（工作日）", "Median (working days)"),
    Text("有评价", "Rated"),
    Text("不满意", "Dissatisfied"),
)


def of_days(first: date, after: date) -> list[Request]:
    """What was reported from one day to before another, the first before the others."""
    begin, end = (datetime.combine(each, time()) for each in (first, after))
    return list(
        Request.select()
        .where(Request.reported_at >= begin, Request.reported_at < end)
        .order_by(Request.reported_at, Request.id)
    )


def of_month(store: Store, month: date | None) -> tuple[date, list[Request]]:
    """The first day of a month, this one if none is named, and what was reported in it."""
    first = (month or local_today(store)).replace(day=1)
    return first, of_days(first, month_away(first, 1))


def days_used(request: Request) -> int | None:
    """Working days from the report to the answer; None while there is none."""
    if request.answered_at is None:
        return None
    return workdays_between(request.reported_at.date(), request.answered_at.date())


def in_time(store: Store, request: Request) -> bool:
    """Whether it was answered by its day."""
    return request.answered_at is not None and request.answered_at.date() <= by_of(store, request)


def counted(
    store: Store, requests: Iterable[Request], by: Callable[[Request], object]
) -> list[list[object]]:
    """A row for each kind, or team: how many came in, were done, in time, and how long they took."""
    of = defaultdict[object, list[Request]](list)
    for each in requests:
        of[by(each)].append(each)
    return [[what, *_figures(store, held)] for what, held in of.items()]


def _figures(store: Store, held: list[Request]) -> list[object]:
    answered = [each for each in held if each.state in ANSWERED]
    used = [days for each in answered if (days := days_used(each)) is not None]
    return [
        len(held),
        len(answered),
        sum(in_time(store, each) for each in answered),
        sum(each.state in OPEN for each in held),
        int(median(used)) if used else "",
        sum(each.rating is not None for each in held),
        sum(each.rating in UNSATISFIED for each in held),
    ]


def title_of_kind(request: Request) -> Text:
    """What its kind is called."""
    return kind_of(request.kind).title


def team_of(request: Request) -> Text | str:
    """Who has it."""
    return request.team or Text("未派", "Not dispatched")


@view(title=Text("报事月报", "The month"), asks=WHICH_MONTH, menu=False)
def month(store: Store, month: date | None = None) -> Beside:
    """By kind, then by team."""
    first, held = of_month(store, month)
    total = [[Text("合计", "All"), *_figures(store, held)]] if held else []
    rows = [*counted(store, held, title_of_kind), *counted(store, held, team_of), *total]
    return Beside(
        [Table(HEADS, rows)],
        title=Text("报事月报 {month}", "Requests of {month}").format(month=f"{first:%Y-%m}"),
        note=Text("没评价不算满意", "No grade is no satisfaction"),
        presses=[
            Go(Text("上个月", "Before"), {"month": month_away(first, -1)}, icon="chevron-left"),
            Print(Text("打印本月", "Print this month"), "requests.month_report"),
        ],
    )


@view(title=Text("报事", "Requests"), audience="keeper", console=True)
def answers(store: Store) -> Stats:
    """This month's answers in time, for the console: numbers alone."""
    _, held = of_month(store, None)
    answered = [each for each in held if each.state in ANSWERED]
    return Stats(
        [
            Stat(Text("本月报事", "Reported this month"), len(held)),
            Stat(Text("已答复", "Answered"), len(answered)),
            Stat(Text("按时", "In time"), sum(in_time(store, each) for each in answered)),
            Stat(Text("未结", "Open"), sum(each.state in OPEN for each in held)),
        ]
    )


@view(title=Text("发到群里", "For the chat"), menu=False)
def chat(store: Store) -> Chat:
    """What is open and what was done this week, in numbers and places, and nobody's name."""
    today = local_today(store)
    monday = today - timedelta(days=today.weekday())
    held = of_days(monday, monday + timedelta(days=7))
    going = list(Request.select().where(Request.state.in_(("dispatched", "taken", "working"))))
    until = known_until() or local_now(store)
    told = Text(
        "【报事】本周收 {n} 件，办结 {done} 件，未结 {open} 件（截至 {until:%H:%M}）",
        "[Requests] this week {n} in, {done} done, {open} open (as of {until:%H:%M})",
    ).format(
        n=len(held),
        done=sum(each.state in ANSWERED for each in held),
        open=Request.select().where(Request.state.in_(OPEN)).count(),
        until=until,
    )
    line = Text(
        "{number} {place}{kind} 已派{team} {by}前", "{number} {place} {kind}: {team}, by {by}"
    )
    lines = [
        line.format(
            number=each.number or "",
            place=each.place,
            kind=title_of_kind(each),
            team=team_of(each),
            by=day_in_words(by_of(store, each), today),
        )
        for each in sorted(going, key=lambda e: (by_of(store, e), e.id))[:10]
    ]
    return Chat(joined([told, *lines], "\n"))

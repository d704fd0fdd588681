"""Sheets: the slip of a report, the week's list, the month, and a card of thanks."""

from __future__ import annotations

from datetime import date, timedelta

from peewee import DateField

from hongxian import Store, Text, document, local_today
from hongxian.codes import scannable
from hongxian.shapes import Big, Facts, Section, Sheet, Signed, Table
from hongxian_plugins.requests.clock import by_of
from hongxian_plugins.requests.kept.kinds import CHANNELS, RATINGS, kind_of
from hongxian_plugins.requests.kept.people import Ask, Reporter
from hongxian_plugins.requests.kept.records import Request
from hongxian_plugins.requests.kept.settings import RequestRules
from hongxian_plugins.requests.month import (
    HEADS,
    WHICH_MONTH,
    counted,
    days_used,
    of_days,
    of_month,
    team_of,
    title_of_kind,
)

_PROMISE = Text(
    "有危险先打 {calls}。服务不收钱。时限从报事那天算，退单、转派都不重算；办结后 {days} 天内可以重开。",
    "In danger call {calls} first. Nothing is paid. The time counts from the report, and no return "
    "begins it anew; for {days} {days:day|days} after it is done it may be reopened.",
)


_CODE = Text("查询码，手机扫得开", "Code, to be scanned by a phone")


@document(of=Request, title=Text("报事受理单", "Slip of a report"), usual=True)
def acceptance(store: Store, request: Request) -> Sheet:
    """What a resident takes along: the number, the day, and the code to follow it by."""
    reporter = Reporter.get_or_none(Reporter.request == request.id)
    rules = RequestRules.now(store)
    return Sheet(
        Text("报事受理单", "Report"),
        [
            Facts(
                [
                    (Request.number.verbose_name, request.number),
                    (Request.reported_at.verbose_name, f"{request.reported_at:%Y-%m-%d %H:%M}"),
                    (Request.channel.verbose_name, dict(CHANNELS)[request.channel]),
                    (Request.kind.verbose_name, kind_of(request.kind).title),
                    (Request.title.verbose_name, request.title),
                    (Request.place.verbose_name, request.place),
                    (Reporter.name.verbose_name, reporter.called if reporter else None),
                    (Request.team.verbose_name, request.team),
                    (Request.due.verbose_name, by_of(store, request)),
                ]
            ),
            Table([_CODE], [[scannable(store, request.track)], [request.track]]),
            Signed([Text("经办人", "Taken in by")]),
        ],
        note=_PROMISE.format(calls=rules.hotlines, days=rules.reopen_days),
    )


_WEEK = {
    "monday": DateField(
        verbose_name=Text("哪一周", "Week"),
        null=True,
        help_text=Text("那周的任一天；留空为本周。", "Any day of it; empty for this week."),
    )
}


@document(title=Text("报事周清单", "The week's list"), asks=_WEEK, menu=False)
def week(store: Store, monday: date | None = None) -> Sheet:
    """All that was reported in a week, with who has it, by when, and what came of it."""
    day = monday or local_today(store)
    first = day - timedelta(days=day.weekday())
    grades = dict(RATINGS)
    heads = (
        *(getattr(Request, n).verbose_name for n in ("number", "title", "place", "team", "due")),
        Text("办结", "Done"),
        Text("用时（工作日）", "Working days"),
        Request.rating.verbose_name,
    )
    rows = [
        [
            each.number,
            each.title,
            each.place,
            team_of(each),
            by_of(store, each),
            f"{each.answered_at:%m-%d}" if each.answered_at else "",
            days_used(each),
            grades.get(each.rating, ""),
        ]
        for each in of_days(first, first + timedelta(days=7))
    ]
    return Sheet(
        Text("报事周清单", "Reports of the week"), [[first], Table(heads, rows)], wide=True
    )


@document(title=Text("报事月报", "The month"), asks=WHICH_MONTH, menu=False)
def month_report(store: Store, month: date | None = None) -> Sheet:
    """The month by kind and by team."""
    first, held = of_month(store, month)
    by_team = (Text("承办", "Team"), *HEADS[1:])
    return Sheet(
        Text("报事月报", "Reports of the month"),
        [
            [Text.of(f"{first:%Y-%m}")],
            Table(HEADS, counted(store, held, title_of_kind)),
            Table(by_team, counted(store, held, team_of)),
        ],
        note=Text("没评价不算满意。", "No grade is no satisfaction."),
        wide=True,
    )


@document(of=Ask, title=Text("感谢卡", "Card of thanks"), when=lambda ask: ask.say == "yes")
def thanks(store: Store, ask: Ask) -> Sheet:
    """For whoever went: what they did, and that it was for nothing but thanks."""
    request = Request.get_by_id(ask.request)
    name = store.name_of("roster.person", ask.volunteer) or Text("志愿者", "volunteer")
    told = Text("{place}：{what}。谢谢您。", "{place}: {what}. Thank you!")
    return Sheet(
        Text("感谢卡", "Thank you"),
        [
            Big(name),
            told.format(place=request.place, what=request.title),
            Section(Text("居民的话", "What the resident says"), "", lines=3),
            Signed([Text("社区", "The community")]),
        ],
        note=Text.of(request.number or ""),
    )

"""What one person served, on their page and where it is looked up, and signing them in from there."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

from hongxian import (
    Record,
    Refused,
    Store,
    Text,
    action,
    local_today,
    view,
)
from hongxian.contracts import Hours, given
from hongxian.doubles import group
from hongxian.records import asked_as, local_minute
from hongxian.shapes import Beside, Chart, Link, Stat, Stats, Table, Tag
from hongxian.text import joined
from hongxian_plugins.service.day import team_of
from hongxian_plugins.service.hours import by_month, minutes_between
from hongxian_plugins.service.records import KINDS, Activity, Attendance, next_attendance

_PERSON = "roster.person"
_SHOWN = 6
_HOUR = Text("小时", "h")
_CONFIRMED = Tag(Text("已确认", "Confirmed"), "done")
_TO_CONFIRM = Text("待确认", "To confirm")
_WAITS = Tag(_TO_CONFIRM, "wait")
_VOID = Tag(Text("作废", "Void"), "rest")
_THERE = Tag(Text("在场", "There"), "now")
_HEADS = (
    Text("日期", "Day"),
    Text("活动", "Activity"),
    Text("时长", "Time"),
    Text("情况", "How it stands"),
)
_BY_KIND = Text("{kind} {hours} 小时", "{kind} {hours} h")
_KINDS_SHOWN = 4
_LONG = Text("{hours} 小时 {minutes:02} 分", "{hours} h {minutes:02} min")


_WHOSE = asked_as(
    Attendance.person,
    null=True,
    verbose_name=Text("查一个人", "Of one person"),
    help_text=Text("留空看大家的。", "Empty for everybody's."),
)


@view(title=Text("服务时长", "Hours of service"), card=True, menu=False, asks={"person": _WHOSE})
def hours(store: Store, person: str | None = None) -> Chart | Beside:
    """Confirmed hours of the last months, or what one person served."""
    if person is None:
        return by_month(store)
    return Beside(
        [_latest(store, person), _figures(store, person)],
        presses=[Link(store.collection(_PERSON).names_of([person])[person], _PERSON, person)],
    )


@view(of=_PERSON, title=Text("服务时长", "Hours of service"), audience=("leader", "self"))
def served(store: Store, person: Record) -> Stats:
    """What of one person's service counts: this year's, all, and when it was last; none is told as 0."""
    return _figures(store, person.id)


def _figures(store: Store, person: str) -> Stats:
    by_year, by_kind = Counter[int](), Counter[str]()
    last: date | None = None
    found = [each for _, each in given(store, Hours, person=person)]
    kinds = _kinds_of([each.about for each in found])
    for each in found:
        by_year[each.day.year] += each.minutes
        by_kind[kinds.get(each.about, "other")] += each.minutes
        last = max(last or each.day, each.day)
    this_year = by_year[local_today(store).year]
    waits = _waiting(person)
    told = [
        _BY_KIND.format(kind=dict(KINDS)[kind], hours=minutes // 60)
        for kind, minutes in by_kind.most_common(_KINDS_SHOWN)
    ]
    return Stats(
        [
            Stat(Text("今年时长", "This year"), this_year // 60, _HOUR),
            Stat(Text("累计", "In all"), by_year.total() // 60, _HOUR),
            *([Stat(Text("上一次", "Last"), str(last))] if last else []),
            *([Stat(_TO_CONFIRM, waits, Text("次", ""))] if waits else []),
        ],
        note=joined(told, " · ") if len(told) > 1 else "",
    )


def _kinds_of(activities: list[str]) -> dict[str, str]:
    """By activity its kind, of those that are here."""
    query = Activity.select(Activity.id, Activity.kind).where(Activity.id.in_(activities))
    return dict(query.tuples())


def _waiting(person: str) -> int:
    """How many of somebody's stays are over and wait to be confirmed."""
    open_ones = Attendance.voided == False, Attendance.confirmed_by.is_null()  # noqa: E712
    over = Attendance.signed_out.is_null(False), Attendance.person.in_(group(_PERSON, person))
    return int(Attendance.select().where(*open_ones, *over).count())


@view(of=_PERSON, title=Text("服务记录", "Service"), audience=("leader", "self"))
def attended(store: Store, person: Record) -> Table:
    """Where they served last, how long, and whether somebody confirmed it."""
    latest = _latest(store, person.id)
    return replace(latest, note=_NOT_ALL) if latest.rows else latest


_NOT_ALL = Text(
    "这里是最近的活动签到；值班、巡查等别的服务也算时长，不在这里列。",
    "These are the latest sign-ins at activities. Duty, rounds and other services count too, and are not listed here.",
)


def _latest(store: Store, person: str) -> Table:
    mine = Attendance.person.in_(group(_PERSON, person))
    found = list(
        Attendance.select().where(mine).order_by(Attendance.signed_in.desc()).limit(_SHOWN)
    )
    titles = store.names_of("service.activity", [each.activity for each in found])
    rows = [
        [each.signed_in.date(), titles.get(each.activity, "…"), _how_long(each), _state(each)]
        for each in found
    ]
    return Table(_HEADS, rows, ids=[each.id for each in found], of=Attendance)


def _how_long(attendance: Attendance) -> Text | str:
    minutes = attendance.minutes
    if minutes is None and attendance.signed_out is not None:
        minutes = max(minutes_between(attendance.signed_in, attendance.signed_out), 0)
    return "" if minutes is None else _LONG.format(hours=minutes // 60, minutes=minutes % 60)


def _state(attendance: Attendance) -> Tag:
    if attendance.voided:
        return _VOID
    if attendance.confirmed_by:
        return _CONFIRMED
    return _THERE if attendance.signed_out is None else _WAITS


def _todays() -> str | None:
    """The activity of today, where there is one alone."""
    found = [each.id for each in Activity.select().where(Activity.day == local_today()).limit(2)]
    return found[0] if len(found) == 1 else None


@action(
    of=_PERSON,
    title=Text("签到", "Sign in"),
    usual=True,
    icon="person-check",
    asks={"activity": asked_as(Attendance.activity, default=_todays)},
)
def sign_in_person(store: Store, person: Record, activity: str) -> Text:
    """They have come to an activity now."""
    held = Activity.get_by_id(activity)
    scope = team_of(store, held)
    if scope is None:
        raise Refused("这台电脑不在这次活动的队里。", "This laptop is not of the activity's team.")
    now = local_minute(store)
    came = Attendance.select().where(
        Attendance.activity == activity, Attendance.person == person.id
    )
    id = next_attendance(activity, person.id, came.count())
    Attendance.create(id=id, activity=held, person=person, signed_in=now, scope=scope)
    return Text("{name}已签到：{title}。", "{name} is signed in: {title}.").format(
        name=person.name, title=held.title
    )

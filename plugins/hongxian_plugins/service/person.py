"""What stands on a person's page of their service, and signing them in from there."""

from __future__ import annotations

from collections import Counter

from hongxian import (
    Record,
    Refused,
    Store,
    Text,
    action,
    local_now,
    local_today,
    view,
)
from hongxian.contracts import Hours, given
from hongxian.doubles import group
from hongxian.records import asked_as
from hongxian.shapes import Stat, Stats, Table, Tag
from hongxian_plugins.service.day import team_of
from hongxian_plugins.service.hours import minutes_between
from hongxian_plugins.service.records import Activity, Attendance

_PERSON = "roster.person"
_SHOWN = 6
_HOUR = Text("小时", "h")
_CONFIRMED = Tag(Text("已确认", "Confirmed"), "done")
_WAITS = Tag(Text("待确认", "To confirm"), "wait")
_VOID = Tag(Text("作废", "Void"), "rest")
_THERE = Tag(Text("在场", "There"), "now")
_HEADS = (
    Text("日期", "Day"),
    Text("活动", "Activity"),
    Text("时长", "Time"),
    Text("情况", "How it stands"),
)
_LONG = Text("{hours} 小时 {minutes:02} 分", "{hours} h {minutes:02} min")


@view(of=_PERSON, title=Text("服务时长", "Hours of service"))
def served(store: Store, person: Record) -> Stats:
    """What of one person's service counts: this year's, and all; and what waits to be confirmed."""
    by_year, last = Counter[int](), None
    for _, each in given(store, Hours, person=person.id):
        by_year[each.day.year] += each.minutes
        last = max(last or each.day, each.day)
    if last is None:
        return Stats([])
    this_year = by_year[local_today(store).year]
    return Stats(
        [
            Stat(Text("今年时长", "This year"), this_year // 60, _HOUR),
            Stat(Text("累计", "In all"), by_year.total() // 60, _HOUR),
            Stat(Text("上一次", "Last"), f"{last:%m-%d}"),
        ]
    )


@view(of=_PERSON, title=Text("服务记录", "Service"))
def attended(store: Store, person: Record) -> Table:
    """Where they served last, how long, and whether somebody confirmed it."""
    mine = Attendance.person.in_(group(_PERSON, person.id))
    found = list(
        Attendance.select().where(mine).order_by(Attendance.signed_in.desc()).limit(_SHOWN)
    )
    titles = store.names_of("service.activity", [each.activity for each in found])
    rows = [
        [f"{each.signed_in:%m-%d}", titles.get(each.activity, "…"), _how_long(each), _state(each)]
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
    now = local_now(store).replace(second=0, microsecond=0)
    Attendance.create(activity=held, person=person, signed_in=now, scope=scope)
    return Text("{name}已签到：{title}。", "{name} is signed in: {title}.").format(
        name=person.name, title=held.title
    )

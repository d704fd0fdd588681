"""The day of an activity: what takes place, and who comes, leaves and is confirmed, a tick each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta

from peewee import fn

from hongxian import Store, Text, Viewer, local_now, local_today, view
from hongxian.doubles import group
from hongxian.records import COMMUNITY
from hongxian.shapes import (
    Add,
    Button,
    Cells,
    Go,
    Grid,
    GridRow,
    Print,
    Table,
    codes_in_brief,
    row_code,
)
from hongxian_plugins.service.ending import END, may_end
from hongxian_plugins.service.hours import minutes_between
from hongxian_plugins.service.records import KINDS, Activity, Attendance, next_attendance
from hongxian_plugins.service.setting import is_late
from hongxian_plugins.service.sign_up import sign_ups_of
from hongxian_plugins.service.steps import ACTIVITY

MOST = 300
"""People on one sheet: those who attended, and of the team those who may still come."""
MOST_ON_PAPER = 40
"""Lines with names on a sheet of paper for which nobody has signed up."""
SHORT_MINUTES = 10
"""A stay shorter than this is pointed out before it is confirmed."""
PEOPLE, MEMBERS, CONTACTS = "roster.person", "roster.membership", "roster.contact"
_AWAY = ("dormant", "left")
_NIGHT_ENDS = 6
"""The hour until which what began the evening before is still under way."""
_NOT_YET = Text("未到", "Not yet")
_HERE = Text("在场", "Here")
_LATE = Text("补记", "Entered late")
_UNCONFIRMED = Text("待确认", "To confirm")
_CONFIRMED = Text("已确认", "Confirmed")


@view(title=Text("今天的活动", "Today's activities"))
def today(store: Store) -> Table:
    """What takes place today."""
    held = list(
        Activity.select().where(Activity.day == local_today(store)).order_by(Activity.title)
    )
    heads = ("活动", "Activity"), ("地点", "Place"), ("类别", "Kind"), ("状态", "State")
    return Table(
        [Text(*each) for each in heads],
        [[a.title, a.place, dict(KINDS)[a.kind], ACTIVITY.title_of(a.state)] for a in held],
        ids=[each.id for each in held],
        of=Activity,
    )


@view(of=Activity, title=Text("签到", "Sign in"), page=True, usual=True, icon="person-check")
def sign_in(store: Store, activity: Activity, viewer: Viewer) -> Grid:
    """A row for each who attended, and for each who signed up, or else is in the team, and has not come yet."""
    scope, now = team_of(store, activity), moment_of(activity, local_now(store))
    given = {"activity": activity.id, "scope": scope, "late_entry": is_late(store, activity.day)}
    return Grid(
        of=Attendance,
        title=Text("姓名", "Name"),
        beside=Text("手机尾号", "Phone") if CONTACTS in store.collections else "",
        columns=[
            Cells("signed_in", Text("到", "In"), tick=now),
            Cells(
                "signed_out",
                Text("离", "Out"),
                tick=now,
                all=Text("全部签退", "All out"),
                key="L",
            ),
            Cells("minutes"),
            Cells(
                "confirmed_by",
                Text("状态", "State"),
                tick=viewer.name,
                all=Text("全部确认", "Confirm all"),
                key="C",
                asks=Text(
                    "确认 {count} 人？确认后时间不能再改。",
                    "Confirm {count}? Their times then stay.",
                ),
                tells_state=True,
            ),
            Cells("note"),
        ],
        rows=_rows(store, activity, given),
        by_name=True,
        note=_told(activity),
        presses=[
            *(
                [Button(END, "service.end", id=activity.id, at_once=True, icon="check2-all")]
                if may_end(activity)
                else []
            ),
            Print(Text("签到表", "Sign-in sheet"), "service.sign_in_sheet", activity.id),
            Go(
                Text("门口的码", "Code at the door"),
                {"activity": activity.id},
                "service.door_code",
                "person-check",
            ),
            Print(Text("纸上的码", "Code on paper"), "service.door_paper", activity.id),
            Go(Text("数人次", "Head-counts"), view="service.tallies", id=activity.id),
        ],
        add=Add(
            PEOPLE,
            field="person",
            tick="signed_in",
            given=given,
            title=Text("加人：姓名、拼音或手机后四位", "Add: name, pinyin or last four of a phone"),
            new=lambda name: _enter(store, name, scope),
        )
        if PEOPLE in store.collections
        else None,
    )


def moment_of(activity: Activity, now: datetime) -> datetime:
    """What a tick writes: now, or the same hour of the day that the activity was on, if that is past."""
    over = now >= end_of(activity)
    moment = now.replace(second=0, microsecond=0)
    return datetime.combine(activity.day, moment.time()) if over else moment


def end_of(activity: Activity) -> datetime:
    """When its day is over: what began in the evening is under way in the night."""
    return datetime.combine(activity.day + timedelta(days=1), time(_NIGHT_ENDS))


def teams_of(store: Store, person: str) -> set[str]:
    """The scopes of the teams that somebody is in, by any of their doubles."""
    if MEMBERS not in store.collections:
        return set()
    members = store.collection(MEMBERS).model
    stays = members.until.is_null() | (members.until >= local_today(store))
    query = members.select(members.scope).where(members.person.in_(group(PEOPLE, person)), stays)
    return {scope for (scope,) in query.tuples()}


def _told(activity: Activity) -> Text:
    hour = f" {activity.begins:%H:%M}" if activity.begins else ""
    when = f"{activity.day}{hour} {activity.place or ''}".strip()
    return Text("{when} · 确认后时间不能再改", "{when} · what is confirmed stays").format(when=when)


def _rows(store: Store, activity: Activity, given: dict[str, object]) -> list[GridRow]:
    came = list(
        Attendance.select()
        .where(Attendance.activity == activity.id, Attendance.voided == False)  # noqa: E712
        .order_by(Attendance.signed_in, Attendance.id)
    )
    first = {each.person: each.id for each in reversed(came)}  # who came twice has a second row
    expected = [each.person for each in sign_ups_of(activity.id) if each.place]
    names = (
        store.names_of(PEOPLE, [*first, *expected])
        if expected
        else _names(store, str(given["scope"]), set(first))
    )
    phones = _last_fours(store, names)
    rows = [
        GridRow(
            names.get(each.person, f"…{each.person[-6:]}"),
            each.id,
            key,
            beside=phones.get(each.person, ""),
            state=state,
            tone=tone,
            hints=(counted := _counted(activity, each)),
            odd=_short(each, counted),
            code=row_code(activity.id, key),
        )
        for each in came
        for state, tone in [_state(each)]
        for key in [each.person if first[each.person] == each.id else f"{each.person}/{each.id}"]
    ]
    waiting = [each for each in sorted(names, key=names.__getitem__) if each not in first]
    void = _voided(activity)
    return rows + [
        GridRow(
            names[id],
            key=id,
            given={
                "id": next_attendance(activity.id, id, void[id]),
                **given,
                "person": id,
            },
            beside=phones.get(id, ""),
            state=_NOT_YET,
            code=row_code(activity.id, id),
        )
        for id in waiting[: max(MOST - len(rows), 0)]
    ]


def _voided(activity: Activity) -> Counter[str]:
    """By person how many of their attendances are void."""
    void = Attendance.activity == activity.id, Attendance.voided == True  # noqa: E712
    return Counter(
        person for (person,) in Attendance.select(Attendance.person).where(*void).tuples()
    )


def expected(store: Store, activity: Activity) -> Iterator[tuple[str, str, Text | str, str, str]]:
    """Of each on the paper their row's code, name, the last four of a telephone, and when they came and left."""
    rows = _rows(store, activity, {"scope": team_of(store, activity)})
    codes, there = codes_in_brief(rows), _on_paper(activity, rows)
    rows = sorted(there, key=lambda each: store.in_order(str(each.title)))
    held = {
        each.id: each
        for each in Attendance.select().where(Attendance.id.in_([row.id for row in rows if row.id]))
    }
    for row in rows:
        came = held.get(row.id)
        times = (came.signed_in, came.signed_out) if came else (None, None)
        came_at, left_at = (f"{each:%H:%M}" if each else "" for each in times)
        yield codes[row.called], str(row.title), row.beside, came_at, left_at


def _on_paper(activity: Activity, rows: list[GridRow]) -> list[GridRow]:
    """Who signed up or came; while nobody has, the team, and of a large one who came last to anything."""
    if any(each.place for each in sign_ups_of(activity.id)):
        return rows
    if came := [each for each in rows if each.id]:
        return came
    if len(rows) <= MOST_ON_PAPER:
        return rows
    theirs = Attendance.person.in_([each.called for each in rows])
    query = (
        Attendance.select(Attendance.person)
        .where(theirs, Attendance.voided == False)  # noqa: E712
        .group_by(Attendance.person)
        .order_by(fn.MAX(Attendance.signed_in).desc())
        .limit(MOST_ON_PAPER)
    )
    last = {person: place for place, (person,) in enumerate(query.tuples())}
    return sorted(rows, key=lambda each: last.get(each.called, len(last)))[:MOST_ON_PAPER]


def _state(attendance: Attendance) -> tuple[Text, str]:
    if attendance.confirmed_by:
        return _CONFIRMED, "done"
    if attendance.signed_out:
        return _UNCONFIRMED, "wait"
    return (_LATE, "wait") if attendance.late_entry else (_HERE, "now")


def _counted(activity: Activity, attendance: Attendance) -> dict[str, int]:
    """The minutes of a stay, where nobody wrote fewer."""
    if attendance.signed_out is None:
        return {}
    came, left = attendance.signed_in, attendance.signed_out
    return {"minutes": minutes_between(came, left, activity.shift_cap)}


def _short(attendance: Attendance, counted: dict[str, int]) -> Text | str:
    minutes = attendance.minutes if attendance.minutes is not None else counted.get("minutes")
    if minutes is None or minutes >= SHORT_MINUTES:
        return ""
    return Text("只有 {count} 分钟", "{count} {count:minute|minutes} only").format(count=minutes)


def team_of(store: Store, activity: Activity) -> str | None:
    """Whose sheet it is: the activity's team, or the laptop's only one for an activity of all."""
    teams = sorted(store.writer().teams)
    if activity.scope in teams:
        return str(activity.scope)
    return teams[0] if len(teams) == 1 else None


def _names(store: Store, scope: str, people: set[str]) -> dict[str, str]:
    """The names of these people and of those who are in the team, but for who rests or has left."""
    if MEMBERS not in store.collections:
        return {}
    members = store.collection(MEMBERS).model
    query = members.select(members.person).where(
        members.scope == scope, members.until.is_null() | (members.until >= local_today(store))
    )
    person = store.collection(PEOPLE).model
    serve = person.select(person.id).where(person.id.in_(query), person.state.not_in(_AWAY))
    everybody = people | {id for (id,) in serve.tuples()}
    return dict(store.collection(PEOPLE).names_of(everybody))


def _last_fours(store: Store, people: Iterable[str]) -> dict[str, str]:
    """The last four of the telephones that the laptop knows of these people."""
    if CONTACTS not in store.collections:
        return {}
    contacts = store.collection(CONTACTS).model
    query = contacts.select(contacts.person, contacts.phone).where(
        contacts.person.in_(list(people)), contacts.phone.is_null(False)
    )
    return {person: str(phone)[-4:] for person, phone in query.tuples()}


def _enter(store: Store, name: str, scope: str | None) -> str:
    """Whoever is in no roster becomes a volunteer of the team that signs them in."""
    with store.transaction():
        person = store.collection(PEOPLE).model.create(name=name, scope=COMMUNITY)
        if scope and MEMBERS in store.collections:
            store.collection(MEMBERS).model.create(person=person.id, scope=scope)
    return str(person.id)

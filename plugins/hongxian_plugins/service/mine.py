"""What a volunteer does by their own phone: see what is to come, sign up for it, and take that back."""

from __future__ import annotations

from datetime import timedelta

from hongxian import Record, Refused, Store, Text, Viewer, action, local_today, view
from hongxian.days import day_ahead
from hongxian.doubles import group
from hongxian.records import COMMUNITY
from hongxian.shapes import Button, Table, Tag
from hongxian.text import joined
from hongxian_plugins.service.day import PEOPLE, teams_of
from hongxian_plugins.service.records import Activity
from hongxian_plugins.service.sign_up import SignUp, give_place, in_line, sign_ups_of

DAYS_SHOWN, MOST_SHOWN = 60, 40
_OPEN = ("planned", "open")
_HEADS = (Text("活动", "Activity"), "", "", "")
_SIGN_UP = Text("报名", "Sign up")
_GIVEN = Tag(Text("已报名", "Signed up"), "done")
_WAITS = Text("排队第 {n} 位", "Number {n} in line")


@view(of=PEOPLE, title=Text("我报的活动", "Signed up for"), audience="self", usual=True)
def coming(store: Store, person: Record) -> Table:
    """What somebody is signed up for from today on: where, when, and whether they have a place."""
    mine = SignUp.select().where(SignUp.person.in_(group(PEOPLE, person.id)))
    signed = {each.activity: each for each in mine}
    held = Activity.select().where(
        Activity.id.in_(list(signed)), Activity.day >= local_today(store)
    )
    found = list(held.order_by(Activity.day, Activity.begins).limit(MOST_SHOWN))
    return Table(
        _HEADS,
        [[each.title, _when(store, each), *_stands(signed[each.id])] for each in found],
    )


@view(
    title=Text("活动报名", "Activities"),
    audience="self",
    usual=True,
    icon="calendar-plus",
)
def activities(store: Store, viewer: Viewer) -> Table:
    """What one may sign up for: everybody's, and that of one's own teams."""
    person = viewer.person or ""
    mine = SignUp.select().where(SignUp.person.in_(group(PEOPLE, person)))
    signed = {each.activity: each for each in mine}
    found = _open_to(store, person)
    return Table(
        _HEADS,
        [
            [
                each.title,
                _when(store, each),
                *(_stands(signed[each.id]) if each.id in signed else _offered(each)),
            ]
            for each in found
        ],
        note="" if found else Text("近来没有要报名的活动。", "Nothing to sign up for just now."),
    )


@action(title=_SIGN_UP, audience="self", menu=False, icon="calendar-plus", asks=[SignUp.activity])
def sign_me_up(store: Store, activity: str, viewer: Viewer) -> Text:
    """A place, or a place in the line; raises `Refused` for what is not theirs to sign up for."""
    found = {each.id: each for each in _open_to(store, viewer.person or "")}
    if activity not in found:
        raise Refused("这个活动现在不能报名。", "Nobody signs up for this now.")
    mine = SignUp.person.in_(group(PEOPLE, viewer.person or ""))
    if SignUp.select().where(mine, SignUp.activity == activity).exists():
        return Text("已经报过名了。", "You are signed up already.")
    return give_place(store, found[activity], viewer.person or "")


def _open_to(store: Store, person: str) -> list[Activity]:
    today = local_today(store)
    days = Activity.day.between(today, today + timedelta(days=DAYS_SHOWN))
    theirs = Activity.scope.in_([COMMUNITY, *sorted(teams_of(store, person))])
    found = Activity.select().where(days, theirs, Activity.state.in_(_OPEN))
    return list(found.order_by(Activity.day, Activity.begins, Activity.id).limit(MOST_SHOWN))


def _when(store: Store, activity: Activity) -> Text:
    """When and where: 3月7日 09:00 · 活动室."""
    hour = f"{activity.begins:%H:%M}" if activity.begins else ""
    day = day_ahead(activity.day, local_today(store))
    at = Text("{day} {hour}", "{day} {hour}").format(day=day, hour=hour)
    return joined([at, Text.of(activity.place)], " · ") if activity.place else at


def _stands(signed: SignUp) -> tuple[Tag, Button]:
    """That they have a place, or which in the line; and to take it back."""
    off = Button(Text("取消报名", "Sign off"), "service.sign_off", id=signed.id)
    if signed.place is not None:
        return _GIVEN, off
    line = [each.id for each in in_line(signed.activity)]
    return Tag(_WAITS.format(n=line.index(signed.id) + 1), "wait"), off


def _offered(activity: Activity) -> tuple[Text | str, Button]:
    """How many places are left, and to have one."""
    press = Button(_SIGN_UP, "service.sign_me_up", {"activity": activity.id}, at_once=True)
    if activity.places is None:
        return "", press
    signed = sign_ups_of(activity.id)
    left = activity.places - sum(each.place is not None for each in signed)
    waits = sum(each.place is None for each in signed)
    if left > 0 and not waits:
        return Text("还有 {n} 个名额", "{n} {n:place|places} left").format(n=left), press
    return Text("满了，{n} 人排队", "Full, {n} in line").format(n=waits), press

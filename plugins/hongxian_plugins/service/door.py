"""Signing in and out at the door: a laptop shows a code that any phone scans, or a leader prints one for the day.

A laptop signs the codes, and the hub none; so a screen that shows them is a laptop's.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from peewee import CharField

from hongxian import Refused, Store, Text, Viewer, action, document, local_today, view
from hongxian.codes import (
    is_signed_for,
    passing_qr,
    read_signed_qr,
    signed_qr,
)
from hongxian.doubles import group
from hongxian.records import COMMUNITY, asked_as, local_minute
from hongxian.shapes import Beside, Facts, Sheet
from hongxian_plugins.service.day import PEOPLE, SHORT_MINUTES, end_of, teams_of
from hongxian_plugins.service.records import Activity, Attendance, next_attendance

DOOR = "service.door"
"""For what the codes are signed."""
MOST_CODES = 2
"""That one screen shows: a phone far off reads no small ones."""
_SCAN = Text(
    "手机扫一扫：来时签到，走时再扫一次签退", "Scan it: once to sign in, once more to sign out"
)
_ONE = asked_as(
    Attendance.activity, null=True, help_text=Text("留空是今天的。", "Empty for today's.")
)


@view(
    title=Text("门口的签到码", "Code at the door"),
    audience="display",
    signs=True,
    asks={"activity": _ONE},
    icon="person-check",
)
def door_code(store: Store, activity: str | None = None) -> Beside:
    """The code of an activity, or of those of today; another each minute. Raises `Refused` at the hub."""
    held = Activity.select().order_by(Activity.begins, Activity.id)
    meant = Activity.id == activity if activity else Activity.day == local_today(store)
    found = list(held.where(meant, Activity.state != "confirmed").limit(MOST_CODES))
    shown = [Facts([(each.title, passing_qr(store, DOOR, each))]) for each in found]
    note = _SCAN if found else Text("今天没有活动。", "Nothing takes place today.")
    return Beside(shown, note=note)


@document(of=Activity, title=Text("纸上的签到码", "Code on paper"), icon="person-check")
def door_paper(store: Store, activity: Activity) -> Sheet:
    """For where no laptop stands: good on the activity's day alone."""
    until = end_of(activity)
    if until <= local_minute(store):
        raise Refused("活动已经过了。", "The activity is over.")
    return Sheet(
        activity.title,
        [
            [activity.day, activity.begins, activity.place],
            signed_qr(store, DOOR, activity, until),
            _SCAN,
        ],
        note=_DAY_ONLY,
    )


_DAY_ONLY = Text("这张码只在当天有用，用过请收起来。", "Good on the day alone: take it down after.")


@action(
    title=Text("签到、签退", "Sign in or out"),
    audience="self",
    menu=False,
    icon="person-check",
    asks={"code": CharField(verbose_name=Text("门口的码", "Code at the door"), max_length=400)},
    scans=lambda _, code: is_signed_for(DOOR, code),
)
def at_the_door(store: Store, code: str, viewer: Viewer) -> Text:
    """Whoever stands there is signed in, signed up or not; scanned once more, they are signed out."""
    said, person, now = read_signed_qr(store, DOOR, code), viewer.person or "", local_minute(store)
    activity = Activity.get_or_none(Activity.id == said.record)
    if activity is None or now.date() < activity.day:
        raise Refused(
            "这个码还不能用：当天到了门口再扫。", "Not yet: scan it at the door, on the day."
        )
    with store.transaction():
        return _signed(store, activity, person, now, _team(store, activity, person, said.teams))


def _signed(store: Store, activity: Activity, person: str, now: datetime, team: str) -> Text:
    came = Attendance.select().where(
        Attendance.activity == activity.id, Attendance.person.in_(group(PEOPLE, person))
    )
    last = came.where(Attendance.voided == False).order_by(Attendance.signed_in.desc()).first()  # noqa: E712
    if last is not None and _is_fresh(last.signed_out or last.signed_in, now):
        return _ALREADY[last.signed_out is not None].format(title=activity.title)
    if last is not None and last.signed_out is None:
        store.edit(Attendance, {last.id: {"signed_out": now}})
        return Text(
            "{title}：{at:%H:%M} 签退，辛苦了。", "{title}: out at {at:%H:%M}, thank you."
        ).format(title=activity.title, at=now)
    Attendance.create(
        id=next_attendance(activity.id, person, came.where(Attendance.person == person).count()),
        activity=activity,
        person=person,
        signed_in=now,
        scope=team,
    )
    return Text(
        "{title}：{at:%H:%M} 签到。走时再扫一次。",
        "{title}: in at {at:%H:%M}. Scan it again as you leave.",
    ).format(title=activity.title, at=now)


_ALREADY = {
    False: Text(
        "{title}：已签到。走时再扫一次。", "{title}: signed in. Scan it again as you leave."
    ),
    True: Text("{title}：已签退。", "{title}: signed out."),
}


def _is_fresh(moment: datetime, now: datetime) -> bool:
    """Whether it was just now: scanned twice, it is meant once."""
    return bool(now - moment < timedelta(minutes=SHORT_MINUTES))


def _team(store: Store, activity: Activity, person: str, there: frozenset[str]) -> str:
    """Whose sheet it stands on: the activity's team; of what is for all, one of those at the door."""
    if activity.scope != COMMUNITY:
        return str(activity.scope)
    return min(there & teams_of(store, person) or there, default=COMMUNITY)

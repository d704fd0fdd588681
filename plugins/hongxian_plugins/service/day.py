"""The day of an activity: what takes place, and who comes, leaves and is confirmed, a tick each."""

from __future__ import annotations

from operator import itemgetter

from hongxian import Store, Text, Viewer, local_now, local_today, view
from hongxian.shapes import Cells, Grid, GridRow, Table
from hongxian_plugins.service.records import KINDS, Activity, Attendance
from hongxian_plugins.service.steps import ACTIVITY

MOST = 300
"""People on one sheet: those who attended, and of the team those who may still come."""


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


@view(of=Activity, title=Text("签到表", "Sign-in sheet"))
def sign_in(store: Store, activity: Activity, viewer: Viewer) -> Grid:
    """A row for each who attended, and for each of the team who has not come yet."""
    came = list(
        Attendance.select()
        .where(Attendance.activity == activity.id, Attendance.voided == False)  # noqa: E712
        .order_by(Attendance.signed_in, Attendance.id)
    )
    first = {each.person: each.id for each in reversed(came)}  # who came twice has a second row
    scope = team_of(store, activity)
    names = _names(store, scope, set(first))
    rows = [
        GridRow(
            names.get(each.person, f"…{each.person[-6:]}"),
            each.id,
            each.person if first[each.person] == each.id else f"{each.person}/{each.id}",
        )
        for each in came
    ] + [
        GridRow(name, key=id, given={"activity": activity.id, "person": id, "scope": scope})
        for id, name in names.items()
        if id not in first
    ]
    now = local_now(store).replace(second=0, microsecond=0)
    return Grid(
        of=Attendance,
        title=Text("志愿者", "Person"),
        columns=[
            Cells("signed_in", Text("到", "In"), tick=now),
            Cells("signed_out", Text("离", "Out"), tick=now),
            Cells("minutes"),
            Cells("confirmed_by", Text("确认", "Confirmed"), tick=viewer.name),
        ],
        rows=rows[:MOST],
        note=Text(
            "打勾记现在；确认后时间不能再改。",
            "A tick notes the time of now; what is confirmed stays.",
        ),
    )


def team_of(store: Store, activity: Activity) -> str | None:
    """Whose sheet it is: the activity's team, or the laptop's only one for an activity of all."""
    teams = sorted(store.writer().teams)
    if activity.scope in teams:
        return str(activity.scope)
    return teams[0] if len(teams) == 1 else None


def _names(store: Store, scope: str | None, people: set[str]) -> dict[str, str]:
    """These people and those of the team, in the order of their names: `{id: name}`."""
    if "roster.membership" not in store.collections:
        return {}
    members = store.collection("roster.membership").model
    query = members.select(members.person).where(members.scope == scope)
    everybody = people | {person for (person,) in query.tuples()}
    names = store.collection("roster.person").names_of(everybody)
    return dict(sorted(names.items(), key=itemgetter(1)))

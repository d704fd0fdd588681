"""The sign-in sheet of an activity: who came, who left, what was confirmed, a tick each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from hongxian import Cells, Device, Grid, GridRow, Store, Text, Viewer, local_now, view
from hongxian_plugins.service.records import Activity, Attendance

MOST = 300
"""People on one sheet: those who attended, and of the team those who may still come."""


@view(of=Activity, title=Text("签到表", "Sign-in sheet"))
def sign_in(store: Store, activity: Activity, viewer: Viewer) -> Grid:
    """A row for each who attended, and for each of the team who has not come yet."""
    held = list(
        Attendance.select()
        .where(Attendance.activity == activity.id, Attendance.voided == False)  # noqa: E712
        .order_by(Attendance.signed_in, Attendance.id)
    )
    team = _team(store, activity)
    names = _names(store, [each.person for each in held]) | team
    now = local_now(store).replace(second=0, microsecond=0)
    return Grid(
        of=Attendance,
        title=Text("志愿者", "Person"),
        columns=[
            Cells("signed_in", Text("到", "In"), tick=now),
            Cells("signed_out", Text("离", "Out"), tick=now),
            Cells("minutes"),
            Cells("confirmed_by", Text("确认", "Confirmed"), tick=viewer.name or _laptop(store)),
        ],
        rows=[*_who_came(held, names), *_who_may_come(store, activity, held, team)][:MOST],
        note=Text(
            "打勾记现在；确认后时间不能再改。",
            "A tick notes the time of now; what is confirmed stays.",
        ),
    )


def _who_came(held: Sequence[Attendance], names: Mapping[str, str]) -> Iterator[GridRow]:
    seen: set[str] = set()
    for each in held:  # who came twice has a second row
        key = f"{each.person}/{each.id}" if each.person in seen else each.person
        seen.add(each.person)
        yield GridRow(names.get(each.person, f"…{each.person[-6:]}"), each.id, key)


def _who_may_come(
    store: Store, activity: Activity, held: Sequence[Attendance], team: Mapping[str, str]
) -> Iterator[GridRow]:
    came, scope = {each.person for each in held}, _scope(store, activity)
    for person, name in team.items():
        if person not in came:
            given = {"activity": activity.id, "person": person, "scope": scope}
            yield GridRow(name, key=person, given=given)


def _laptop(store: Store) -> str:
    """What the laptop is called: who confirms where it has no people of its own."""
    device = Device.get_or_none(Device.laptop == store.writer().laptop)
    return str(device.name) if device else "本机"


def _team(store: Store, activity: Activity) -> dict[str, str]:
    """The people of the activity's team by name, where a roster is installed: `{id: name}`."""
    members = store.collections.get("roster.membership")
    if members is None:
        return {}
    query = members.model.select(members.model.person).where(
        members.model.scope == _scope(store, activity)
    )
    named = _names(store, [person for (person,) in query.tuples()])
    return dict(sorted(named.items(), key=lambda each: each[1]))


def _scope(store: Store, activity: Activity) -> str | None:
    """Whose sheet it is: the activity's team, or the laptop's only one for an activity of all."""
    teams = sorted(store.writer().teams)
    if activity.scope in teams:
        return str(activity.scope)
    return teams[0] if len(teams) == 1 else None


def _names(store: Store, people: list[str]) -> dict[str, str]:
    roster = store.collections.get("roster.person")
    return roster.names_of(people) if roster else {}

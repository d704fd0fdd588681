"""The end of an activity: once the hours of all who came are confirmed, so is the activity, by one press."""

from __future__ import annotations

from hongxian import Store, Text, action
from hongxian.records import COMMUNITY
from hongxian_plugins.service.records import Activity, Attendance

END = Text("活动已办完", "The activity is over")


def may_end(activity: Activity) -> bool:
    """Whether nobody who came waits to be confirmed, and it is not confirmed itself.

    Of what is for the whole community a laptop knows its own team's alone.
    """
    if activity.state == "confirmed" or activity.scope == COMMUNITY:
        return False
    came = Attendance.select(Attendance.confirmed_by).where(
        Attendance.activity == activity.id,
        Attendance.voided == False,  # noqa: E712
    )
    confirmed = [by for (by,) in came.tuples()]
    return bool(confirmed) and all(confirmed)


@action(of=Activity, title=END, icon="check2-all", when=may_end)
def end(store: Store, activity: Activity) -> Text:
    """Ended, and confirmed with the hours of all who came."""
    with store.transaction():
        for state in ("closed", "confirmed"):
            if activity.state != state:
                store.edit(Activity, {activity.id: {"state": state}})
    return Text("{title}：已办完。", "{title}: over and confirmed.").format(title=activity.title)

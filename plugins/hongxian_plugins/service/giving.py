"""What service gives other plugins: the confirmed hours of each attendance."""

from __future__ import annotations

from hongxian import Hours, Seen, gives
from hongxian_plugins.service.minutes import credited_minutes
from hongxian_plugins.service.records import Activity, Attendance


@gives(Hours, of=Attendance, through=("activity",))
def hours_of(attendance: Attendance, seen: Seen) -> Hours | None:
    """Those that count: confirmed, not void, no drill (民政部令第67号)."""
    activity = seen.get(Activity, attendance.activity)
    if activity is None or not attendance.confirmed_by:
        return None
    minutes = credited_minutes(attendance, activity)
    if minutes <= 0:
        return None
    return Hours(
        person=attendance.person,
        day=activity.day,
        minutes=minutes,
        activity=activity.title,
        late=attendance.late_entry,
    )

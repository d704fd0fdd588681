"""Presences that others confirmed (a duty, a round, a stall of a caravan) are attendances here.

So there is one list of all that counts, under one set of rules, whoever led the work.
"""

from __future__ import annotations

from hongxian import Refused, Store, takes
from hongxian.contracts import Presence
from hongxian.records import Values, same_id
from hongxian_plugins.service.records import KINDS, Activity, Attendance

_GONE = "来源已撤销"
"""Why an attendance is void whose presence is given no more; data, as it is stored."""


@takes(Presence)
def attend(store: Store, source: str, presence: Presence | None, scope: str) -> None:
    """Write the attendance of a presence, or void it; what was confirmed is not written again.

    What may not be confirmed here, such as an hour that is confirmed elsewhere already, waits
    unconfirmed and marked until somebody judges it.
    """
    held = Attendance.get_or_none(Attendance.id == same_id("service.attendance", source))
    if presence is None or presence.void:
        if held is not None and not held.voided:
            held.voided, held.void_reason = True, presence.void if presence else _GONE
            held.save()
        return
    if held is not None and (held.confirmed_by or held.voided):
        return
    with store.transaction():
        activity = _activity_of(presence, scope)
    told = _told(presence, activity, scope)
    try:
        _write(store, source, held, {**told, "confirmed_by": presence.confirmed_by})
    except Refused:
        _write(store, source, held, told)


def _write(store: Store, source: str, held: Attendance | None, values: Values) -> None:
    if held is None:
        id = same_id("service.attendance", source)
        store.create(Attendance, [{"id": id, **values}])
    else:
        store.edit(Attendance, {held.id: values})


def _told(presence: Presence, activity: str, scope: str) -> Values:
    return {
        "activity": activity,
        "person": presence.person,
        "signed_in": presence.begins,
        "signed_out": presence.ends,
        "late_entry": presence.late,
        "note": presence.note or None,
        "scope": scope,
    }


def _activity_of(presence: Presence, scope: str) -> str:
    """The id of what they were at, one for each team that was there; made, and kept called as it is called now."""
    id = same_id("service.activity", presence.about, scope)
    called = {
        "title": presence.activity,
        "day": presence.day,
        "place": presence.place or None,
        "platform_no": presence.platform_no or None,
    }
    held = Activity.get_or_none(Activity.id == id)
    if held is None:
        kind = presence.kind if presence.kind in dict(KINDS) else "other"
        Activity.create(id=id, kind=kind, state="closed", scope=scope, **called)
        return id
    changed = {name: value for name, value in called.items() if getattr(held, name) != value}
    if changed:
        Activity.update(**changed).where(Activity.id == id).execute()
    return id

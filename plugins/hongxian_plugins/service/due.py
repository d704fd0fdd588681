"""What is still to be confirmed, before the days are over within which it is to be recorded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from peewee import fn

from hongxian import Due, Store, Text, local_today, reminder
from hongxian.workdays import workdays_after, workdays_between
from hongxian_plugins.service.records import Activity, Attendance
from hongxian_plugins.service.setting import ServiceRules

_LOOKED_BACK = timedelta(days=366)


@reminder()
def attendances_to_confirm(store: Store) -> Iterator[Due]:
    """Of each activity that is over: how many are not confirmed yet, from the seventh working day.

    民政部令第67号 11: recorded within ten working days; both are settings.
    """
    rules, today = ServiceRules.now(store), local_today(store)
    waiting = dict(
        Attendance.select(Attendance.activity, fn.COUNT(Attendance.id))
        .where(Attendance.voided == False, Attendance.confirmed_by.is_null())  # noqa: E712
        .group_by(Attendance.activity)
        .tuples()
    )
    over = Activity.select().where(Activity.day.between(today - _LOOKED_BACK, today))
    for each in over.where(Activity.id.in_(list(waiting))):
        if workdays_between(each.day, today) >= rules.remind_after:
            told = Text("{title}：{n} 人的时长待确认", "{title}: confirm the hours of {n}")
            yield Due(
                workdays_after(each.day, rules.record_within),
                told.format(title=each.title, n=waiting[each.id]),
                each,
                to=each.scope,
            )

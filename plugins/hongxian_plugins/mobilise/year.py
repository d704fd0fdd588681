"""Mobilisation in a year, in numbers: who reported, which calls went out, and who was there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime

from hongxian import Store, Text
from hongxian.shapes import Table
from hongxian.yearly import Figure, yearly
from hongxian_plugins.mobilise.calls import Call
from hongxian_plugins.mobilise.presences import Presence, standing
from hongxian_plugins.mobilise.reporting.members import KINDS, Report
from hongxian_plugins.mobilise.reporting.units import UnitReport


@yearly(title=Text("双报到", "Mobilisation"))
def mobilisation(store: Store, year: int) -> Iterator[Figure]:
    """Reports of units and of members by kind, calls, and confirmed presences. Nobody is told by name."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    begins, ends = datetime(year, 1, 1), datetime(year, 12, 31, 23, 59, 59)
    units = UnitReport.select().where(UnitReport.day.between(first, last)).count()
    members = Counter(each.kind for each in Report.select().where(Report.day.between(first, last)))
    calls = list(
        Call.select()
        .where(Call.begins.between(begins, ends), Call.state != "draft")
        .order_by(Call.begins)
    )
    there = Counter(
        each.call
        for each in standing(
            Presence.call.in_([each.id for each in calls]), Presence.confirmed_by.is_null(False)
        )
    )
    told = Table(
        [Call.begins.verbose_name, Call.title.verbose_name, Text("人次", "presences")],
        [[each.begins.date(), each.title, there[each.id]] for each in calls],
    )
    yield Figure(Text("单位报到", "Units reported"), units, Text("家", "units"))
    yield Figure.tallied(
        Text("在职报到", "Members reported"),
        Text("人", "people"),
        members,
        Report.kind.verbose_name,
        dict(KINDS),
    )
    yield Figure(Text("召集", "Calls"), len(calls), Text("次", "times"), lambda: told)
    yield Figure(Text("到岗", "Presences"), there.total(), Text("人次", "presences"), lambda: told)

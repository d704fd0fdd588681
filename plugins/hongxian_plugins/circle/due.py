"""What is due: doors to look at, readers to believe, holidays to ask about, the calendar of the next year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from hongxian import Due, Store, Text, local_today, reminder
from hongxian.shapes import CalendarEntry
from hongxian.workdays import year_is_known
from hongxian_plugins.circle.checking import to_check
from hongxian_plugins.circle.holidays import next_holiday, untold
from hongxian_plugins.circle.records import VENUE, Special, Venue
from hongxian_plugins.circle.settings import CircleRules
from hongxian_plugins.circle.told import Wrong

NOTICE_MONTH = 11
"""In which the State Council tells the holidays of the next year."""
_SEVERAL = Text("{name} 等 {n} 家", "{name} and others, {n} in all")


@reminder(ahead=7)
def doors_to_check(store: Store) -> Iterator[Due]:
    """One duty for each day on which checks fall due, and one for all that are over; it leads to the first."""
    today = local_today(store)
    by_day: dict[date, list[Venue]] = defaultdict(list)
    for day, venue in to_check(store):
        by_day[max(day, today - timedelta(days=1))].append(venue)
    for day, found in by_day.items():
        told = Text("核对 {who}", "Look at {who}").format(who=_who(found))
        yield Due(day, told, found[0])


@reminder()
def reports(store: Store) -> Iterator[Due]:
    """What readers said is wrong."""
    days = timedelta(days=CircleRules.now(store).report_days)
    told = Text("读者说 {name} 不对", "Readers say that {name} is wrong")
    found = list(Wrong.select().where(Wrong.state == "told").order_by(Wrong.told_on).limit(100))
    names = store.names_of(VENUE, [each.venue for each in found])
    for each in found:
        yield Due(each.told_on + days, told.format(name=names.get(each.venue, "…")), each)


@reminder(ahead=0)
def back_again(store: Store) -> Iterator[Due]:
    """What said that it would be open again by now."""
    for each in Venue.select().where(Venue.state == "paused", Venue.back_on.is_null(False)):
        told = Text("{name} 说好这天恢复", "{name} said it would be back")
        yield Due(each.back_on, told.format(name=each.name), each)


@reminder(ahead=6)
def holiday_hours_missing(store: Store) -> Iterator[Due]:
    """A week before a holiday: of whom nobody knows whether they are open."""
    holiday = next_holiday(local_today(store))
    missing = untold(holiday) if holiday else []
    if holiday and missing:
        told = Text("{holiday}时间未填：{who}", "{holiday}: hours missing of {who}")
        day = holiday.first - timedelta(days=1)
        yield Due(day, told.format(holiday=holiday.name, who=_who(missing)), missing[0])


@reminder(ahead=45)
def next_calendar(store: Store) -> Iterator[Due]:
    """The holidays of the next year, once they were announced."""
    today = local_today(store)
    year = today.year + 1 if today.month >= NOTICE_MONTH else today.year
    if not year_is_known(year):
        told = Text("导入 {year} 年节假日表", "Bring in the holidays of {year}").format(year=year)
        yield Due(date(year - 1, 12, 15), told)


def entries(first: date, last: date) -> list[CalendarEntry]:
    """Other hours in the calendar: one line for each day on which some begin."""
    by_day: dict[date, list[Special]] = defaultdict(list)
    for each in Special.select().where(Special.first.between(first, last)).order_by(Special.id):
        by_day[each.first].append(each)
    names = {each.id: each for each in Venue.select(Venue.id, Venue.name)} if by_day else {}
    told = []
    for day, found in by_day.items():
        there = [names[each.venue] for each in found if each.venue in names]
        if there:
            title = Text("特别时间：{who}", "Other hours: {who}").format(who=_who(there))
            told.append(CalendarEntry(day, title, of=Special, id=found[0].id))
    return told


def _who(found: list[Venue]) -> Text:
    """One by its name, several by the first and how many they are."""
    if len(found) == 1:
        return Text("{name}", "{name}").format(name=found[0].name)
    return _SEVERAL.format(name=found[0].name, n=len(found))

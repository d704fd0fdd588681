"""Whether a venue is open at a moment: its week, the days that are not as their weekday says, its other hours.

All of it is on the laptop: no network is asked. On a public holiday of which a venue said nothing nobody knows, and
so it is said: a map that calls a shut door open sends an old man there for nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hongxian import Text
from hongxian.doubles import Doubles
from hongxian.shapes import Tone
from hongxian.workdays import holidays_between, is_workday, year_is_known
from hongxian_plugins.circle.hours import DAY, Spans, Unreadable, clock, day_of, week_of
from hongxian_plugins.circle.records import VENUE, Special, Venue

_ONE_DAY = timedelta(days=1)
_WEEKDAYS, _SATURDAY = range(1, 6), 6


@dataclass(frozen=True)
class Day:
    """A day as shops see it: what holiday it is of, and whether it is a week-end day that is worked."""

    on: date
    holiday: Text | None
    worked_weekend: bool

    @classmethod
    def of(cls, day: date) -> Day:
        """As the community has it; needs a store."""
        return cls(
            day,
            holidays_between(day, day).get(day),
            day.isoweekday() >= _SATURDAY and is_workday(day),
        )


@dataclass(frozen=True)
class Standing:
    """How it stands with a venue at a moment: in a word, and in a colour."""

    word: Text
    is_open: bool = False
    later: bool = False
    known: bool = True

    @property
    def tone(self) -> Tone:
        if self.is_open:
            return "done"
        return "plan" if self.later else "rest" if self.known else "wait"


class Opening:
    """The hours of venues around a moment: two days, and the other hours told of them, read once for all."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.today = Day.of(now.date())
        self._yesterday = Day.of(now.date() - _ONE_DAY)
        self._specials = specials_between(self._yesterday.on, now.date())

    def standing(self, venue: Venue) -> Standing:
        """How it stands with a venue now."""
        if venue.state != "open":
            return _not_open(venue)
        minute = self.now.hour * 60 + self.now.minute
        for _begins, ends in self._on(venue, self._yesterday) or ():
            if minute + DAY < ends:
                return _open_until(ends)
        spans = self.hours(venue)
        if spans is None:
            return Standing(
                Text("{holiday}时间未知", "{holiday}: not known").format(holiday=self.today.holiday)
                if self.today.holiday
                else Text("时间未填", "Hours not known"),
                known=False,
            )
        for begins, ends in spans:
            if begins <= minute < ends:
                return _open_until(ends)
        later = next((begins for begins, _ in spans if begins > minute), None)
        if later is not None:
            return Standing(
                Text("{hour} 开门", "Opens {hour}").format(hour=clock(later)), later=True
            )
        return Standing(
            Text("今天关了", "Shut for today") if spans else Text("今天不开", "Shut today")
        )

    def hours(self, venue: Venue) -> Spans | None:
        """Its hours of this day; None where nobody knows."""
        return self._on(venue, self.today)

    def _on(self, venue: Venue, day: Day) -> Spans | None:
        return hours_on(venue, day, special_of(self._specials[venue.id], day.on))


def hours_on(venue: Venue, day: Day, special: Special | None = None) -> Spans | None:
    """The hours of a venue on a day, none where it is closed, None where nobody knows."""
    try:
        for told in (special.hours if special else None, venue.holidays if day.holiday else None):
            if told:
                spans = day_of(told)
                return usual_on(venue, day) if spans is None else spans
        return None if day.holiday else usual_on(venue, day)
    except Unreadable:  # as a later release keeps them
        return None


def usual_on(venue: Venue, day: Day) -> Spans | None:
    """As its week says; on a week-end day that is worked as on most weekdays."""
    if not venue.hours:
        return None
    week = week_of(venue.hours)
    if day.worked_weekend:
        [(spans, times)] = Counter(week[each] for each in _WEEKDAYS).most_common(1)
        if times > len(_WEEKDAYS) // 2:
            return spans
    return week[day.on.isoweekday()]


def specials_between(first: date, last: date) -> dict[str, list[Special]]:
    """The other hours told of any of these days, by venue, those made last before the others."""
    found: dict[str, list[Special]] = defaultdict(list)
    doubles = Doubles(VENUE)
    query = Special.select().where(Special.first <= last, Special.last >= first)
    for each in query.order_by(Special.id.desc()):
        found[doubles.first(each.venue)].append(each)
    return found


def special_of(specials: Iterable[Special], day: date) -> Special | None:
    """Those that count on a day: of several the shortest, for it was meant; of as long ones the last that was told."""
    on_it = [each for each in specials if each.first <= day <= each.last]
    return min(on_it, key=lambda each: each.last - each.first, default=None)


def calendar_note(day: date) -> Text | None:
    """A word for pages of a year whose holidays nobody has told."""
    if year_is_known(day.year):
        return None
    return Text(
        "{year} 年的节假日表还没导入，先按星期几算。",
        "The holidays of {year} are not here yet: each day goes by its weekday.",
    ).format(year=day.year)


def _open_until(ends: int) -> Standing:
    if ends in (DAY, 2 * DAY):
        return Standing(Text("开着", "Open"), is_open=True)
    return Standing(
        Text("开到 {hour}", "Open until {hour}").format(hour=clock(ends % DAY)), is_open=True
    )


def _not_open(venue: Venue) -> Standing:
    if venue.state == "paused" and venue.back_on:
        return Standing(Text("暂停到 {day}", "Paused until {day}").format(day=venue.back_on))
    words = {"paused": Text("暂停", "Paused"), "closed": Text("关闭", "Closed")}
    return Standing(words.get(venue.state, Text("草稿", "Draft")), known=venue.state != "draft")

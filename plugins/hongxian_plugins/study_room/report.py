"""What a day, a month and a year came to: for the chat, on paper, for the keeper; of a child at first sight."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from peewee import DateField

from hongxian import Store, Text, local_today, view
from hongxian.days import month_away
from hongxian.shapes import Chat, Facts, Masked, Stat, Stats, Table, Tag
from hongxian.text import joined
from hongxian.yearly import Figure, yearly
from hongxian_plugins.study_room.at_the_door.days import WHICH_DAY, day_meant, duties_of, visits_of
from hongxian_plugins.study_room.children import Adult, Child
from hongxian_plugins.study_room.due import late_by_child
from hongxian_plugins.study_room.enrol import KINDS, Consent
from hongxian_plugins.study_room.rooms import CHECKS, DAY, Day
from hongxian_plugins.study_room.sealed import Accident
from hongxian_plugins.study_room.visits import Visit, inside, left_at, on_duty

MONTH = DateField(
    verbose_name=Text("哪个月", "Month"),
    null=True,
    help_text=Text("这个月里的任何一天；留空是本月。", "Any day of it; empty for this month."),
)
_MONTHS = Text("月份", "Month")
HEADS = (
    Text("日期", "Date"),
    Text("状态", "State"),
    Text("到人", "Came"),
    Text("最晚离", "Last out"),
    Text("值班", "On duty"),
    Text("要说明", "To explain"),
)


@view(title=Text("发到群里", "For the chat"), asks={"day": WHICH_DAY}, menu=False)
def chat(store: Store, day: str | None = None) -> Chat:
    """What an evening came to, in numbers, and nobody's name."""
    held = day_meant(store, day)
    if held is None:
        return Chat(Text("【学习室值班】今天没有开", "[Study room] not open today"))
    visits = visits_of(held)
    came = {each.child for each in visits}
    checks = [
        Text("{what}{tick}", "{what} {tick}").format(
            what=Day._meta.fields[name].verbose_name, tick="✓" if getattr(held, name) else "✗"
        )
        for name in CHECKS
    ]
    told = Text(
        "【学习室值班】{on.month}月{on.day}日 到{came}人 离{left}人 {checks} {closed}",
        "[Study room] {on:%-d %B}: in {came}, out {left}, {checks} {closed}",
    )
    return Chat(
        told.format(
            on=held.date,
            came=len(came),
            left=len(came - {each.child for each in inside(visits)}),
            checks=joined(checks, " "),
            closed=f"{held.closed:%H:%M}" if held.closed else DAY.title_of(held.state),
        )
    )


@dataclass
class Line:
    """One day of a month, in numbers."""

    day: Day
    visits: list[Visit]
    adults: int
    accidents: int

    @property
    def last_out(self) -> datetime | None:
        """When the last child left."""
        return max((at for each in self.visits if (at := left_at(each))), default=None)

    @property
    def odd(self) -> int:
        """Who slipped away, is shown in after the closing, and accidents as far as they are known here."""
        slipped = [each for each in self.visits if each.how == "slipped"]
        left = inside(self.visits) if self.day.state == "closed" else []
        return len(slipped) + len(left) + self.accidents


def lines_of(store: Store, month: date | None) -> list[Line]:
    """The days of a month that were not called off without anybody."""
    first = (month or local_today(store)).replace(day=1)
    days = Day.select().where(Day.date >= first, Day.date < month_away(first, 1)).order_by(Day.date)
    accidents = [each.at.date() for each in Accident.select()]
    return [
        Line(each, visits_of(each), len(on_duty(duties_of(each))), accidents.count(each.date))
        for each in days
    ]


@view(title=Text("这个月", "The month"), asks={"month": MONTH}, menu=False)
def month(store: Store, month: date | None = None) -> Table:
    """A line a day: who came, when the last left, who was on duty."""
    lines = lines_of(store, month)
    return Table(HEADS, rows_of(lines), ids=[each.day.id for each in lines], of=Day)


def rows_of(lines: list[Line]) -> list[list[object]]:
    """As a table has them."""
    return [
        [
            each.day.date,
            DAY.title_of(each.day.state),
            len({visit.child for visit in each.visits}),
            f"{each.last_out:%H:%M}" if each.last_out else "",
            each.adults,
            each.odd or "",
        ]
        for each in lines
    ]


@view(title=Text("学习室", "Study room"), audience="keeper", console=True)
def overview(store: Store) -> Stats:
    """The month in numbers; and whether any closed day shows a child in."""
    lines = lines_of(store, None)
    left = sum(len(inside(each.visits)) for each in lines if each.day.state == "closed")
    return Stats(
        [
            Stat(Text("本月开放", "Days open"), sum(each.day.opened is not None for each in lines)),
            Stat(Text("到人次", "Visits"), sum(len(each.visits) for each in lines)),
            Stat(Text("关门后还显示在里面", "Shown in after closing"), left),
        ]
    )


@view(of=Child, title=Text("接送与同意", "Fetching and consents"))
def at_first_sight(store: Store, child: Child) -> Facts:
    """Who may fetch it, to what its guardian consents, how often it was late."""
    mine = Consent.select().where(Consent.child == child.id).order_by(Consent.date, Consent.id)
    said = {each.kind: each.state for each in mine}
    facts: list[tuple[Text | str, object]] = [
        (each.relation, [each.name, Masked(each.phone or "", Adult, each.id)])
        for each in Adult.select().where(Adult.child == child.id)
    ]
    facts += [(name, _SAID[said.get(kind, "")]) for kind, name in KINDS]
    late = len(late_by_child(store).get(child.id, []))
    tags = (
        [Tag(Text("晚接 {n} 次", "Late {n} {n:time|times}").format(n=late), "stop")] if late else []
    )
    return Facts(facts, tags=tags, tells_of=(Adult,))


_SAID = {
    "": Tag(Text("没有", "None"), "wait"),
    "given": Tag(Text("已同意", "Given"), "done"),
    "withdrawn": Tag(Text("已撤回", "Withdrawn"), "stop"),
}


@yearly(title=Text("学习室", "Study room"))
def study_room(store: Store, year: int) -> Iterator[Figure]:
    """Evenings on which it was open, and visits. No child is told."""
    days = Day.select(Day.date).where(
        Day.date.between(date(year, 1, 1), date(year, 12, 31)), Day.opened.is_null(False)
    )
    visits = Visit.select(Visit.came).where(
        Visit.came.between(datetime(year, 1, 1), datetime(year, 12, 31, 23, 59, 59)),
        Visit.how.is_null() | (Visit.how != "mistaken"),
    )
    opened, came = (Counter(at.month for (at,) in each.tuples()) for each in (days, visits))
    yield Figure.tallied(Text("开放", "Open"), Text("天", "days"), opened, _MONTHS)
    yield Figure.tallied(Text("到室", "Visits"), Text("人次", "visits"), came, _MONTHS)

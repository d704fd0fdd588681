"""The gap table: of each kind that is asked for the nearest, or that there is none; and a year in numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from hongxian import Store, Text, view
from hongxian.shapes import Link, Table, Tag
from hongxian.text import sentences
from hongxian.yearly import Figure, yearly
from hongxian_plugins.circle.around import Gate
from hongxian_plugins.circle.hours import week_said
from hongxian_plugins.circle.near import FROM, venues
from hongxian_plugins.circle.records import Venue
from hongxian_plugins.circle.settings import CircleRules
from hongxian_plugins.circle.told import Satisfaction, Wrong
from hongxian_plugins.circle.trades import TIERS, TRADES, trades_in
from hongxian_plugins.circle.walking import Walking, gate_here

HEADS = (
    Text("业态", "Kind"),
    Text("类别", "Class"),
    Text("有无", "There"),
    Text("最近", "Nearest"),
    Text("分钟", "Minutes"),
    Text("营业时间", "Hours"),
    Text("核对日期", "Checked on"),
)

UNREAD = Text(
    "看哪些业态由社区定；苏州市的指标（苏府办〔2022〕84号）没有读到全文，未照它核对。",
    "The community says which kinds; Suzhou's indicators (苏府办〔2022〕84号) were not read, and nothing is "
    "measured by them.",
)


@dataclass(frozen=True)
class Gap:
    """One kind: the nearest venue of it that is open at all, and how far it is."""

    kind: str
    nearest: Venue | None
    minutes: int | None
    quarter: int

    @property
    def tag(self) -> Tag:
        if self.nearest is None:
            return Tag(Text("缺", "None"), "stop")
        if self.minutes is None:
            return Tag(Text("有，远近不知", "There, how far nobody knows"), "wait")
        if self.minutes > self.quarter:
            return Tag(Text("太远", "Too far"), "wait")
        return Tag(Text("有", "Yes"), "done")

    def cells(self, *, link: bool = False) -> list[object]:
        """Its line in the table; on a page the nearest leads to its record."""
        trade, venue = TRADES[self.kind], self.nearest
        head = [trade.title, TIERS[trade.tier], self.tag]
        if venue is None:
            return [*head, "", "", "", ""]
        named = Link(venue.name, Venue, venue.id) if link else venue.name
        minutes = "" if self.minutes is None else self.minutes
        return [*head, named, minutes, week_said(venue.hours or ""), venue.checked_on]


def gaps(store: Store, gate: str | None) -> list[Gap]:
    """A line for each kind that the settings name, in their order."""
    rules = CircleRules.now(store)
    found = Walking(store, gate_here(gate)).nearest_first(
        each for each in venues() if each.state == "open"
    )
    nearest = {venue.kind: (venue, minutes) for venue, minutes in reversed(found)}
    return [
        Gap(kind, venue, minutes, rules.quarter)
        for kind in trades_in(rules.wanted)
        for venue, minutes in [nearest.get(kind, (None, None))]
    ]


@view(title=Text("业态缺口", "Gaps"), asks={"gate": FROM}, icon="clipboard")
def gap_table(store: Store, gate: str | None) -> Table:
    """What a walk of so many minutes leads to, and what is missing."""
    lines = gaps(store, gate)
    here = gate_here(gate)
    return Table(
        HEADS,
        [each.cells(link=True) for each in lines],
        note=sentences([_missing(here, lines, CircleRules.now(store).quarter), UNREAD]),
    )


def _missing(here: Gate | None, lines: list[Gap], quarter: int) -> Text:
    missing = sum(each.nearest is None or (each.minutes or 0) > each.quarter for each in lines)
    told = Text(
        "从 {gate} 走 {n} 分钟以内：缺 {missing} 样。",
        "Within {n} {n:minute|minutes} of {gate}: {missing} missing.",
    )
    return told.format(gate=here.name if here else "–", n=quarter, missing=missing)


@yearly(title=Text("一刻钟生活圈", "The circle of a quarter of an hour"))
def circle(store: Store, year: int) -> Iterator[Figure]:
    """Places that are open by type as they are now, each once; reports and answers of the year."""
    kinds = Counter(each.kind for each in venues() if each.state == "open")
    answers = Satisfaction.select().where(Satisfaction.year == year)
    told = Wrong.select().where(Wrong.told_on.between(date(year, 1, 1), date(year, 12, 31)))
    yield Figure.tallied(
        Text("开放的地方（现在）", "Open places, now"),
        Text("处", "places"),
        kinds,
        Venue.kind.verbose_name,
        dict(Venue.kind.choices or ()),
    )
    yield Figure(Text("读者报错", "Told to be wrong"), told.count(), Text("次", "times"))
    yield Figure.tallied(
        Text("回答满意", "Answered satisfied"),
        Text("次", "times"),
        Counter({each.kind: int(each.good) for each in answers}),
        Venue.kind.verbose_name,
        dict(Venue.kind.choices or ()),
    )

"""The gap table: of each kind that the settings ask for the nearest, its minutes, its hours, or that there is none."""

from __future__ import annotations

from dataclasses import dataclass

from hongxian import Store, Text, view
from hongxian.shapes import Link, Table, Tag
from hongxian_plugins.circle.hours import week_said
from hongxian_plugins.circle.near import FROM, venues
from hongxian_plugins.circle.records import Venue
from hongxian_plugins.circle.settings import CircleRules
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
        return (
            Tag(Text("太远", "Too far"), "wait")
            if self.minutes > self.quarter
            else Tag(Text("有", "Yes"), "done")
        )

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
    walking = Walking(gate_here(gate), rules)
    found = [each for each in venues() if each.state == "open"]
    lines = []
    for kind in trades_in(rules.wanted):
        near = [(walking.minutes(each), each) for each in found if each.kind == kind]
        near.sort(key=lambda each: (each[0] is None, each[0] or 0))
        minutes, venue = near[0] if near else (None, None)
        lines.append(Gap(kind, venue, minutes, rules.quarter))
    return lines


@view(title=Text("业态缺口", "Gaps"), asks={"gate": FROM}, icon="clipboard")
def gap_table(store: Store, gate: str | None) -> Table:
    """What a walk of so many minutes leads to, and what is missing."""
    lines = gaps(store, gate)
    missing = sum(each.nearest is None or (each.minutes or 0) > each.quarter for each in lines)
    here = gate_here(gate)
    return Table(
        HEADS,
        [each.cells(link=True) for each in lines],
        note=Text(
            "从 {gate} 走 {n} 分钟以内：缺 {missing} 样",
            "Within {n} minutes of {gate}: {missing} missing",
        ).format(
            gate=here.name if here else "–", n=CircleRules.now(store).quarter, missing=missing
        ),
    )

"""What is to be looked at: readers' reports, and venues at whose door nobody stood for long."""

from __future__ import annotations

from datetime import date, timedelta

from hongxian import Store, Text, local_today, view
from hongxian.shapes import Button, Cells, Grid, GridRow, Link, Table, Tag
from hongxian_plugins.circle.around import Gate, Walk, walk_id
from hongxian_plugins.circle.near import venues
from hongxian_plugins.circle.records import VENUE, Venue
from hongxian_plugins.circle.settings import CircleRules
from hongxian_plugins.circle.told import ANSWERS, Satisfaction, Wrong, satisfaction_id
from hongxian_plugins.circle.trades import TRADES
from hongxian_plugins.circle.walking import Walking

_MOST = 200
_HEADS = (
    Text("场所", "Venue"),
    Text("为什么", "Why"),
    Text("内容", "What"),
    Text("哪天", "When"),
    Text("办理", "Do"),
)


def to_check(store: Store) -> list[tuple[date, Venue]]:
    """Open venues by the day on which they are to be looked at again, what nobody ever looked at first."""
    days = timedelta(days=CircleRules.now(store).check_days)
    due = [
        ((each.checked_on or date.min) + days, each) for each in venues() if each.state == "open"
    ]
    return sorted(due, key=lambda each: (each[0], each[1].name))


@view(title=Text("待核对", "To check"), icon="check-circle")
def checks(store: Store) -> Table:
    """Readers' reports first, then the venues whose check is over, the oldest first; one press each."""
    today = local_today(store)
    over = [each for day, each in to_check(store) if day <= today]
    reports = list(Wrong.select().where(Wrong.state == "told").order_by(Wrong.told_on, Wrong.id))
    names = store.names_of(VENUE, [each.venue for each in reports])
    said = [
        [
            Link(names.get(each.venue, "…"), Venue, each.venue),
            Tag(Text("读者来话", "A report"), "stop"),
            each.what,
            each.told_on,
            _answers(each),
        ]
        for each in reports
    ]
    doors = [
        [
            Link(each.name, Venue, each.id),
            Tag(Text("该核对了", "To look at"), "wait"),
            each.address,
            each.checked_on or Text("从未核对", "never checked"),
            [Button(Text("看过了，没变", "Unchanged"), "circle.check", {}, each.id, at_once=True)],
        ]
        for each in over
    ]
    return Table(
        _HEADS,
        [*said, *doors][:_MOST],
        note=Text(
            "读者来话 {reports} 条，该核对 {doors} 家",
            "{reports} {reports:report|reports}, {doors} to look at",
        ).format(reports=len(reports), doors=len(over)),
    )


def _answers(wrong: Wrong) -> list[Button]:
    return [
        Button(Text("改好了", "Put right"), "circle.mend", {}, wrong.id, at_once=True),
        Button(Text("原来是对的", "It was right"), "circle.leave", {}, wrong.id, at_once=True),
    ]


@view(of=Gate, title=Text("步行分钟", "Minutes on foot"), page=True, icon="geo-alt")
def walks(store: Store, gate: Gate) -> Grid:
    """A row for each venue: what is reckoned, and what somebody walked typed over it."""
    walking = Walking(store, gate)
    return Grid(
        of=Walk,
        title=Text("场所", "Venue"),
        columns=[Cells("minutes")],
        rows=[
            GridRow(
                each.name,
                key=each.id,
                given={"id": walk_id(gate.id, each.id), "gate": gate.id, "venue": each.id},
                beside=each.address,
                hints={"minutes": walking.estimated(each)},
            )
            for each in venues()[:_MOST]
        ],
        note=Text("灰色是估算；走过一遍就填上", "Grey is reckoned; type what you walked"),
    )


@view(title=Text("满意度", "Satisfaction"), menu=False, icon="people")
def satisfaction(store: Store) -> Grid:
    """Answers of this year by kind, a press each; several laptops count at once."""
    year = local_today(store).year
    held = {each.kind: each.id for each in Satisfaction.select().where(Satisfaction.year == year)}
    there = {each.kind for each in venues()} | held.keys()
    return Grid(
        of=Satisfaction,
        title=Text("业态", "Kind"),
        columns=[Cells(each, step=1) for each in ANSWERS],
        rows=[
            GridRow(
                trade.title,
                held.get(kind, ""),  # one that was brought by a workbook has an id of its own
                key=kind,
                given={"id": satisfaction_id(kind, year), "kind": kind, "year": year},
            )
            for kind, trade in TRADES.items()
            if kind in there
        ],
        note=Text(
            "{year} 年；只数回答，不记是谁", "{year}; answers are counted, nobody is noted"
        ).format(year=year),
    )

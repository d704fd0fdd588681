"""The sheet of 100 points as a grid with its score running; what a point scored, on average."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from hongxian import Mark, Refused, Seen, Store, Text, local_today, rule, view
from hongxian.entries import entry
from hongxian.shapes import Cells, Grid, GridRow, Link, Print, Stat, Stats, Table
from hongxian_plugins.rounds.places import Checkpoint
from hongxian_plugins.rounds.setting import RoundRules, items_in
from hongxian_plugins.rounds.sorting.records import Deduction, Inspection, deduction_id


@entry(
    makes=Inspection,
    title=Text("新检查表", "New sheet"),
    icon="clipboard",
    asks=[Inspection.point, Inspection.day, Inspection.by],
)
def inspect(store: Store, point: str, day: date, by: str | None) -> Link:
    """A collection point is looked at; what it loses is typed into the grid."""
    title = f"{Checkpoint.get_by_id(point).name} {day}"
    made = Inspection.create(title=title, point=point, day=day, by=by)
    return Link(Text("已建：{title}", "Made: {title}").format(title=title), Inspection, made.id)


@view(of=Inspection, title=Text("打分", "Score"), page=True, usual=True, icon="clipboard")
def score_sheet(store: Store, sheet: Inspection) -> Grid:
    """A row for each item, with what it lost; the score stands above and runs along."""
    held = {each.item: each for each in Deduction.select().where(Deduction.sheet == sheet.id)}
    items = items_in(RoundRules.now(store).items)
    return Grid(
        of=Deduction,
        title=Text("项目", "Item"),
        columns=[Cells("points"), Cells("why")],
        rows=[_row(sheet, item, *items[item], held.get(item)) for item in items],
        beside=Text("标准", "What is looked at"),
        note=Text("得分 {score} / 100", "Score {score} of 100").format(score=sheet.score),
        presses=[Print(Text("检查表", "Sheet"), "rounds.score_paper", sheet.id)],
    )


def _row(sheet: Inspection, item: str, points: int, what: str, held: Deduction | None) -> GridRow:
    id = deduction_id(sheet.id, item)
    return GridRow(
        f"{item}（{points}）",
        held.id if held else "",
        key=item,
        given={"id": id, "sheet": sheet.id, "item": item, "scope": sheet.scope},
        beside=what,
    )


@rule(of=Deduction, when=("points", "item"))
def loses_no_more_than_it_has(deduction: Deduction, seen: Seen) -> None:
    items = items_in(seen.settings(RoundRules).items)
    most, _ = items.get(deduction.item, (100, ""))
    if deduction.points > most:
        raise Refused(
            "“{item}”共 {most} 分，扣不了 {points} 分。",
            "“{item}” has {most} {most:point|points}; {points} cannot be taken.",
            item=deduction.item,
            most=most,
            points=deduction.points,
        )


@rule(of=Inspection, when=("point", "day"))
def stands_beside_another(sheet: Inspection, seen: Seen) -> Mark | None:
    """Two who scored one point on one day both count: their average is shown."""
    if len(seen.all(Inspection, point=sheet.point, day=sheet.day)) < 2:
        return None
    return Mark(
        "这个点这天有两张检查表，按平均分算；记重了请删一张。",
        "Two sheets of this point and day, of which the average counts: delete one that was entered twice.",
    )


def by_day(sheets: list[Inspection]) -> dict[date, float]:
    """What a point scored on each day, the average of that day's sheets."""
    scores = defaultdict[date, list[int]](list)
    for each in sheets:
        scores[each.day].append(each.score)
    return {day: sum(some) / len(some) for day, some in scores.items()}


def average(sheets: list[Inspection]) -> int | None:
    """The average of the days' averages; None where nobody scored."""
    days = by_day(sheets)
    return round(sum(days.values()) / len(days)) if days else None


@view(of="rounds.checkpoint", title=Text("检查得分", "Scores"))
def scored(store: Store, point: Checkpoint) -> Stats:
    """What it scored last and on average; two sheets of a day are one score."""
    query = Inspection.select().where(Inspection.point == point.id)
    sheets = list(query.order_by(Inspection.day.desc()).limit(30))
    if not sheets:
        return Stats([])
    last = by_day(sheets)[sheets[0].day]
    return Stats(
        [
            Stat(Text("上次得分", "Last score"), round(last)),
            Stat(Text("平均", "Average"), average(sheets) or 0),
        ]
    )


@view(title=Text("各点得分", "Scores by point"), menu=False)
def scores(store: Store) -> Table:
    """Each point's average this month and before; the lowest first."""
    first = local_today(store).replace(day=1)
    names = {each.id: each.name for each in Checkpoint.select()}
    held = defaultdict[str, list[Inspection]](list)
    for each in Inspection.select():
        held[each.point].append(each)
    rows = [
        (point, average([each for each in sheets if each.day >= first]), average(sheets))
        for point, sheets in held.items()
        if point in names
    ]
    rows.sort(key=lambda each: (each[2] or 0, names[each[0]]))
    return Table(
        [Text("投放点", "Point"), Text("本月", "This month"), Text("平均", "Average")],
        [[names[point], "" if now is None else now, ever] for point, now, ever in rows],
        ids=[point for point, _, _ in rows],
        of=Checkpoint,
        note=Text("同一天的两张表先取平均。", "Two sheets of a day are averaged first."),
    )

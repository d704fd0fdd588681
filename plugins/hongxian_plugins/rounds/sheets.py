"""Sheets to print: a round's log, what is to be put right, the 100 points, lists by building, the codes."""

from __future__ import annotations

from collections.abc import Iterator

from hongxian import Store, Text, document, local_today
from hongxian.codes import scannable
from hongxian.records import Somebody
from hongxian.shapes import Big, Facts, Section, Sheet, Signed, Table
from hongxian.text import joined
from hongxian_plugins.rounds.findings import KINDS, SEVERITIES, Finding
from hongxian_plugins.rounds.handling import due_of
from hongxian_plugins.rounds.places import Checkpoint, Route, points_of
from hongxian_plugins.rounds.round_page import walkers_of
from hongxian_plugins.rounds.setting import RoundRules, items_in
from hongxian_plugins.rounds.sorting.households import blocks, listed
from hongxian_plugins.rounds.sorting.records import (
    WASTE,
    Deduction,
    Household,
    Inspection,
    month_of,
)
from hongxian_plugins.rounds.sorting.scoring import average
from hongxian_plugins.rounds.steps import FINDING
from hongxian_plugins.rounds.walking import ticks_of
from hongxian_plugins.rounds.walks import HOW, ROUND, SHIFTS, Round

_PLACE, _WHAT, _STATE = Text("地点", "Place"), Text("问题", "What"), Text("状态", "State")
_PERSUADE = Text(
    "巡查只看、只报、只劝导：不拦人、不搜查、不进屋；有危险先打 110、119、120。",
    "Patrols look, report and persuade: they stop nobody, search nothing and enter nowhere; in danger 110, 119, 120.",
)


@document(of=Round, title=Text("巡逻日志", "Log"), icon="printer")
def log(store: Store, round: Round) -> Sheet:
    """Who was where when, and what they found."""
    ticked, how = ticks_of(round), dict(HOW)
    names = store.names_of("roster.person", [each.person for each in walkers_of(round)])
    found = list(Finding.select().where(Finding.round == round.id).order_by(Finding.id))
    rows = []
    for point in points_of(round.route):
        tick = ticked.get(point.id)
        told = "" if tick is None else tick.why if tick.how == "missed" else how[tick.how]
        at = f"{tick.at:%H:%M}" if tick and tick.at else ":"
        here = [each.title for each in found if each.place == point.name]
        rows.append([point.place_no, point.name, at, told, joined(here, "；") if here else ""])
    return Sheet(
        Text("巡逻日志", "Patrol log"),
        [
            [round.title, round.day, dict(SHIFTS)[round.shift]],
            Facts(
                [
                    (
                        Text("人员", "Who walked"),
                        joined([*names.values()], "、") if names else None,
                    ),
                    (Text("出发", "Out"), f"{round.started:%H:%M}" if round.started else None),
                    (Text("收队", "Back"), f"{round.ended:%H:%M}" if round.ended else None),
                    (_STATE, ROUND.title_of(round.state)),
                ]
            ),
            Table(
                [
                    "#",
                    Text("点位", "Checkpoint"),
                    Text("时间", "At"),
                    Text("打卡", "Tick"),
                    Text("发现", "Found"),
                ],
                rows,
            ),
            Table(
                [_PLACE, _WHAT, Text("处理", "How it stands")],
                [[each.place, each.title, FINDING.title_of(each.state)] for each in found],
            ),
            Signed([Text("带队人", "Led by")]),
        ],
        note=_PERSUADE,
        roomy=True,
    )


@document(
    of=Finding,
    title=Text("整改单", "To be put right"),
    icon="printer",
    when=lambda finding: finding.number is not None,
)
def to_put_right(store: Store, finding: Finding) -> Sheet:
    """What is wrong where, who is to see to it by when, and who looks again."""
    lines = (
        (Text("编号", "No."), finding.number),
        (_PLACE, finding.place),
        (Text("类别", "Kind"), dict(KINDS)[finding.kind]),
        (Text("轻重", "Severity"), dict(SEVERITIES)[finding.severity]),
        (Text("发现日期", "Found on"), finding.found_on),
        (Text("责任方", "Who is to fix it"), finding.fixer),
        (Text("期限", "Due"), due_of(store, finding)),
        (Text("转交", "Passed on"), _outside(finding)),
        (Text("复查人", "Rechecked by"), _called(finding.rechecked_by)),
    )
    return Sheet(
        Text("整改单", "To be put right"),
        [
            Facts(lines),
            Section(_WHAT, finding.title),
            Section(Text("处置结果", "What was done"), finding.result or ""),
            Signed([Text("处置人", "Fixed by"), Text("复查人", "Rechecked by")]),
        ],
        note=Text(
            "处置的人不复查。占用消防通道的，按消防法 28 报有权的部门。",
            "Who fixes it does not recheck it. Blocked exits are passed on (Fire Law, 28).",
        ),
    )


def _outside(finding: Finding) -> str | None:
    return f"{finding.outside_to} {finding.outside_no}" if finding.outside_no else None


def _called(value: str | None) -> str | None:
    return Somebody(value).called if value else None


@document(of=Inspection, title=Text("百分检查表", "Sheet of 100"), icon="printer")
def score_paper(store: Store, sheet: Inspection) -> Sheet:
    """Each item with its points, what it lost and why."""
    held = {each.item: each for each in Deduction.select().where(Deduction.sheet == sheet.id)}
    rows: list[list[object]] = []
    for item, (points, what) in items_in(RoundRules.now(store).items).items():
        lost = held.get(item)
        taken = lost.points if lost else 0
        rows.append([item, what, points, taken or "", points - taken, lost.why if lost else ""])
    rows.append([Text("合计", "In all"), "", 100, 100 - sheet.score, sheet.score, ""])
    heads = (
        Text("项目", "Item"),
        Text("标准", "What is looked at"),
        Text("分值", "Points"),
        Text("扣分", "Lost"),
        Text("得分", "Score"),
        Text("说明", "Why"),
    )
    return Sheet(
        Text("百分检查表", "Sheet of 100 points"),
        [
            [sheet.title, _called(sheet.by)],
            Table(heads, rows),
            Signed([Text("检查人", "Scored by")]),
        ],
        note=joined([kind for _, kind in WASTE], Text("、", ", ")),
        roomy=True,
    )


@document(title=Text("户分类月表", "Households, month's table"), menu=False)
def household_month(store: Store) -> Sheet:
    """For the team alone: each household of this month."""
    month = month_of(local_today(store))
    query = Household.select().where(Household.month == month)
    rows = [
        [each.building, each.room, each.right, each.mixed, each.none, each.talked]
        for each in query.order_by(Household.building, Household.room)
    ]
    fields = (Household.building, Household.room, Household.right, Household.mixed, Household.none)
    heads = [each.verbose_name for each in (*fields, Household.talked)]
    return Sheet(
        Text("户分类月表 {month}", "Households, {month}").format(month=month),
        [Table(heads, rows)],
        note=Text("只在本队看，不张贴、不外传。", "For the team alone: not posted, not passed on."),
    )


@document(title=Text("红黑榜", "Red and black list"), menu=False)
def red_black(store: Store) -> Sheet:
    """To be posted: buildings, and never a household."""
    month = month_of(local_today(store))
    red, black = listed(store, month)
    heads = (Text("幢", "Building"), Text("户数", "Households"), Text("准确率", "Right"))

    def table(some: list[object]) -> Table:
        return Table(heads, [[e.building, e.households, f"{e.percent}%"] for e in some])  # type: ignore[attr-defined]

    return Sheet(
        Text("垃圾分类红黑榜 {month}", "Waste sorting, {month}").format(month=month),
        [
            Text("红榜", "Red list"),
            table([*red]),
            Text("黑榜", "Black list"),
            table([*black]),
        ],
        note=Text(
            "不到 {n} 户的幢不列，不写户。",
            "Buildings of fewer than {n} {n:household|households} are left out; no household is named.",
        ).format(n=RoundRules.now(store).least_households),
    )


@document(title=Text("巡查月报", "Month's report"), menu=False)
def month_report(store: Store) -> Sheet:
    """This month in numbers: rounds, points, findings by kind and how they stand, scores, buildings."""
    first = local_today(store).replace(day=1)
    walked = [each for each in Round.select().where(Round.day >= first) if each.state != "off"]
    found = list(Finding.select().where(Finding.found_on >= first))
    sheets = list(Inspection.select().where(Inspection.day >= first))
    return Sheet(
        Text("巡查月报 {month}", "Rounds, {month}").format(month=month_of(first)),
        [
            Facts(
                [
                    (Text("巡查次数", "Rounds"), len(walked)),
                    (Text("未完成", "Unfinished"), sum(e.state == "unfinished" for e in walked)),
                    (Text("发现", "Findings"), len(found)),
                    (Text("结案", "Closed"), sum(e.state == "closed" for e in found)),
                    (Text("检查表平均分", "Average score"), average(sheets)),
                    (Text("可上榜的幢", "Buildings told"), len(blocks(store, month_of(first)))),
                ]
            ),
            Table(
                [Text("类别", "Kind"), *(each.title for each in FINDING.states)],
                list(_by_kind(found)),
            ),
        ],
        wide=True,
    )


def _by_kind(found: list[Finding]) -> Iterator[list[object]]:
    for kind, title in KINDS:
        own = [str(each.state) for each in found if each.kind == kind]
        if own:
            yield [title, *(own.count(each.name) or "" for each in FINDING.states)]


@document(of=Route, title=Text("点位二维码", "Codes"), icon="printer")
def codes(store: Store, route: Route) -> Sheet:
    """A code for each checkpoint, to cut out and hang up there."""
    rows = [
        [each.place_no, each.name, scannable(store, each.code), each.code, each.ask or ""]
        for each in points_of(route.id)
    ]
    heads = (
        "#",
        Text("点位", "Checkpoint"),
        Text("扫一扫", "Scan"),
        Text("码", "Code"),
        Text("看什么", "Look at"),
    )
    return Sheet(
        Text("{route} 点位二维码", "{route}: codes").format(route=route.name),
        [Table(heads, rows)],
        note=Text(
            "只记到了这一点和时间，不记走过的路。",
            "It tells that somebody was here and when, and no way between.",
        ),
    )


@document(of=Checkpoint, title=Text("点位二维码", "Code"), icon="printer")
def code(store: Store, point: Checkpoint) -> Sheet:
    """One code, large."""
    return Sheet(point.name, [scannable(store, point.code), Big(point.code), point.ask or ""])

"""Rounds with the others: a matter becomes a finding and is answered, hours are given once; paper, hostile words."""

from datetime import date

import pytest
from openpyxl import Workbook
from peewee import CharField

import hongxian_plugins.roster as roster
import hongxian_plugins.rounds as rounds
import hongxian_plugins.service as service
from hongxian import Record, Refused, Text, gives
from hongxian.contracts import Hours, Matter, Outcome
from hongxian.contracts import given as given_by
from hongxian.errors import Invalid
from hongxian.records import COMMUNITY
from hongxian_plugins.rounds import (
    Checkpoint,
    Deduction,
    Finding,
    Household,
    Inspection,
    Round,
    RoundRules,
    Route,
    Tool,
    Walker,
)
from hongxian_plugins.service import Attendance
from hongxian_testing.told import refusing
from samples import plugin

FRIDAY = date(2026, 3, 6)
NASTY = "<script>alert('甲')</script>"


class Report(Record):
    """What somebody told of."""

    title = CharField(max_length=120)
    kind = CharField(max_length=10, default="finding")

    class Meta:
        collection = "reports.report"
        title = Text("报事", "Reports")


@gives(Matter, of=Report)
def matter_of(report: Report) -> Matter:
    return Matter(title=report.title, place="示例·3幢", kind=report.kind, reported=FRIDAY)


REPORTS = plugin("reports", Report)
REPORTS.matter_of = matter_of
pytestmark = [
    pytest.mark.plugins(roster, rounds, service, REPORTS),
    pytest.mark.teams("红袖章互助岗"),
]


def outcomes(laptop) -> list[Outcome]:
    return [each for _, each in given_by(laptop.store, Outcome) if each is not None]


def test_a_matter_that_was_passed_on_becomes_a_finding_and_is_answered(laptop):
    laptop.at("2026-03-09 09:00")
    source = Report.create(title="示例·楼道堆了纸箱")
    [finding] = Finding.select()
    assert (finding.title, finding.place, finding.found_on) == (
        "示例·楼道堆了纸箱",
        "示例·3幢",
        FRIDAY,
    )
    assert outcomes(laptop) == [], "nobody has looked at it yet"
    laptop.do("rounds.accept", finding.id)
    [told] = outcomes(laptop)
    assert (told.matter, told.said, told.settled) == (source.id, "受理", False)
    assert Finding.get().due == date(2026, 3, 11)
    laptop.do("rounds.assign", finding.id, fixer="示例·物业")
    laptop.do("rounds.answer", finding.id, fixed_by="示例·甲001", result="示例：清了")
    laptop.do("rounds.recheck", finding.id, rechecked_by="示例·乙002")
    [told] = outcomes(laptop)
    assert (told.said, told.settled, told.day) == ("结案：示例：清了", True, date(2026, 3, 9))


def test_a_matter_that_is_not_ours_goes_back_with_its_reason(laptop):
    Report.create(title="示例·噪声")
    laptop.do("rounds.give_back", Finding.get().id, why="示例：不归巡查")
    assert [(each.said, each.settled) for each in outcomes(laptop)] == [
        ("退回：示例：不归巡查", True)
    ]


def test_what_is_to_become_something_else_is_no_finding_and_a_long_title_stops_nobody(laptop):
    Report.create(title="示例·磨刀", kind="booking")
    assert not Finding.select().exists()
    Report.create(title="长" * 120)
    assert len(Finding.get().title) == 80


def test_who_found_it_by_hand_is_no_answer_to_anybody(laptop):
    Finding.create(title="示例·堆物", place="示例·3幢", state="returned", why="示例")
    assert outcomes(laptop) == []


def hours(laptop) -> dict[str, int]:
    told = [each for _, each in given_by(laptop.store, Hours) if each is not None]
    assert len({each.person for each in told}) == len(told)
    return {each.person: each.minutes for each in told}


def a_pairs_round(laptop) -> list[str]:
    laptop.at("2026-03-06 19:00")
    pair = [roster.Person.create(name=f"示例·甲00{n}", scope=COMMUNITY).id for n in (1, 2)]
    route = Route.create(name="示例·南线", scope=COMMUNITY)
    point = Checkpoint.create(name="示例·1号点", route=route, scope=COMMUNITY)
    laptop.do("rounds.begin", None, route=route.id, shift="evening", one=pair[0], other=pair[1])
    laptop.do("rounds.tick", Round.get().id, checkpoint=point.id)
    laptop.at("2026-03-06 20:15")
    return pair


def test_hours_of_a_pair_reach_service_once_and_those_of_who_had_not_gone_are_void(laptop):
    pair = a_pairs_round(laptop)
    laptop.do("rounds.finish", Round.get().id, confirmed_by="示例·队长")
    assert hours(laptop) == dict.fromkeys(pair, 75)
    absent = Walker.get(Walker.person == pair[0])
    laptop.do("rounds.void_walker", absent.id, void_reason="示例：没来")
    assert hours(laptop) == {pair[1]: 75}
    assert Attendance.select().where(Attendance.voided == True).count() == 1  # noqa: E712


# -- paper -----------------------------------------------------------------------------------------

PAPER = {
    "zh": {
        "log": ["巡逻日志", "点位", "带队人", "不搜查"],
        "to_put_right": ["整改单", "XC2026-0001", "责任方", "复查人", "2026年3月11日（周三）"],
        "score_paper": ["百分检查表", "扣分", "得分", "厨余垃圾", "96"],
        "household_month": ["户分类月表", "2单元–501室", "不张贴"],
        "red_black": ["红黑榜", "示例苑–3幢", "不写户"],
        "month_report": ["巡查月报", "发现", "结案"],
        "codes": ["点位二维码", "svg", "不记走过的路"],
        "code": ["示例·1号点", "svg"],
    },
    "en": {
        "log": ["Patrol log", "Checkpoint", "Led by", "search nothing"],
        "to_put_right": ["To be put right", "XC2026-0001", "Rechecked by"],
        "score_paper": ["Sheet of 100 points", "Lost", "Kitchen waste", "96"],
        "household_month": ["Households", "not posted"],
        "red_black": ["Waste sorting", "no household is named"],
        "month_report": ["Rounds, 2026-03", "Findings", "Closed"],
        "codes": ["codes", "svg", "no way between"],
        "code": ["示例·1号点", "svg"],
    },
}


def printed(laptop, title: str = "示例·堆物") -> dict[str, str]:
    """What each sheet is of, with a round, a finding, a sheet of 100 and a building."""
    a_pairs_round(laptop)
    round = Round.get()
    laptop.do("rounds.spot", round.id, kind="stairs", place="示例·1号点")
    Finding.update(title=title, fixer=title).execute()
    laptop.do("rounds.accept", finding := Finding.get().id)
    point = Checkpoint.get().id
    laptop.do("rounds.inspect", None, point=point)
    Deduction.create(sheet=Inspection.get(), item="设施", points=4, why=title)
    for n in range(1, 11):
        told = {"building": "示例苑–3幢", "room": f"2单元–{n}01室", "month": "2026-03"}
        Household.create(**told, right=9)
    return {
        "log": round.id,
        "to_put_right": finding,
        "score_paper": Inspection.get().id,
        "codes": round.route,
        "code": point,
    }


@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_sheet_is_printed_in_the_language_of_who_prints_it(laptop, language):
    of = printed(laptop)
    for name, words in PAPER[language].items():
        html = laptop.print(f"rounds.{name}", of.get(name), language=language)
        for word in words:
            assert word in html, (name, word)
        assert "None" not in html, name


def test_what_a_person_typed_is_escaped_on_every_sheet(laptop):
    of = printed(laptop, NASTY)
    for name in ("log", "to_put_right", "score_paper"):
        html = laptop.print(f"rounds.{name}", of[name])
        assert "&lt;script&gt;" in html, name
        assert "<script>" not in html, name


def test_and_on_every_page(laptop, desk):
    of = printed(laptop, NASTY)
    for page in (
        "/view/rounds.to_settle",
        f"/c/rounds.finding/{of['to_put_right']}",
        f"/view/rounds.score_sheet/{of['score_paper']}",
        f"/view/rounds.walk/{of['log']}",
        "/",
    ):
        assert "<script>alert" not in desk.open(page).html, page


# -- households --------------------------------------------------------------------------------------


def test_no_building_is_told_of_which_one_would_know_the_household(laptop):
    laptop.at("2026-03-10 09:00")
    for building, count, right, mixed in (
        ("示例苑–1幢", 10, 19, 1),
        ("示例苑–3幢", 10, 1, 19),
        ("示例苑–5幢", 9, 20, 0),
    ):
        for n in range(count):
            told = {"building": building, "room": f"1单元–{n + 1}01室", "month": "2026-03"}
            Household.create(**told, right=right, mixed=mixed)
    table = laptop.view("rounds.red_and_black", None)
    assert [(row[0], row[3].zh) for row in table.rows] == [
        ("示例苑–1幢", "红榜"),
        ("示例苑–3幢", "黑榜"),
    ]
    sheet = laptop.print("rounds.red_black", None)
    assert "示例苑–5幢" not in sheet
    assert "1单元" not in sheet


def test_an_item_loses_no_more_than_it_has_and_items_add_up_to_100(laptop):
    point = Checkpoint.create(name="示例·1号点", scope=COMMUNITY)
    laptop.do("rounds.inspect", None, point=point.id)
    with refusing(Refused, match="共 20 分，扣不了 21 分"):
        Deduction.create(sheet=Inspection.get(), item="设施", points=21)
    for wrong in ("宣传 10\n设施 80", "宣传 50\n宣传 50", "宣传五十"):
        with pytest.raises(Invalid):
            RoundRules.change(items=wrong)
    RoundRules.change(items="宣传 40 示例\n设施 60")
    grid = laptop.view("rounds.score_sheet", Inspection.get().id)
    assert [row.title for row in grid.rows] == ["宣传（40）", "设施（60）"]


def test_who_takes_a_tool_that_no_book_has_is_written_down_and_marked(laptop):
    tool = Tool.create(name="示例·扫帚").id
    laptop.do("rounds.buy", tool, amount=2)
    laptop.do("rounds.lend", tool, amount=3, who="示例·甲001")
    assert [each.zh for each in laptop.tasks] == ["示例·扫帚借出 1 件，账上没有；请数一数。"]
    laptop.do("rounds.bring_back", tool, amount=3)
    [card] = laptop.view("rounds.tools", None).cards
    assert card.number == 2


# -- files -----------------------------------------------------------------------------------------


def test_a_list_of_another_hand_comes_in_and_the_same_file_twice_doubles_nothing(laptop, tmp_path):
    book = Workbook()
    book.active.append(["单号", "类别", "地点", "描述", "时间", "责任方", "期限", "状态", "结果"])
    told = ["路灯", "示例·3幢", "示例·灯不亮", "2026-03-06", "示例·物业", "2026-03-11", "派单", ""]
    book.active.append(["XC2025-0009", *told])
    book.save(path := tmp_path / "示例.xlsx")
    assert laptop.bring_in("rounds.finding", path).new == 1
    found = Finding.get()
    assert (found.kind, found.title, found.state) == ("lamp", "示例·灯不亮", "assigned")
    assert (found.number, found.due) == ("XC2025-0009", date(2026, 3, 11))
    assert laptop.bring_in("rounds.finding", path).new == 0


def test_the_demonstration_is_whole_and_the_same_again(laptop):
    from hongxian_plugins.rounds.demo import fill

    laptop.at("2026-03-08 10:00")
    for _ in range(2):
        fill(laptop.store, 1)
    states = {each.state for each in Round.select()}
    assert states == {"planned", "under_way", "done"}
    assert Route.select().count() == 2
    names = [each.title for each in Finding.select()]
    assert names
    assert all(each.startswith("示例") for each in names)
    assert [each for each in laptop.tasks if "两人一组" not in each.zh] == []

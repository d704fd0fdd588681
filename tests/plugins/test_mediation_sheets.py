"""Mediation on paper and on Today: the statutory sheets, what is due, and the demonstration."""

import re
from datetime import datetime

import pytest

import hongxian_plugins.mediation as mediation
from hongxian import Refused
from hongxian_plugins.mediation import Case, Party, Reading
from hongxian_plugins.mediation.demo import OPEN
from hongxian_testing import Laptop, refusing
from mediating import DAY, TEAM, TERMS, case_at, do, mediators, paper, sync, view

pytestmark = [pytest.mark.plugins(mediation), pytest.mark.teams(TEAM)]
SHEETS = ("application", "acceptance", "session_record", "agreement_paper", "return_visit")


def test_the_desk_leads_through_a_case_and_its_sheets_are_in_the_log(laptop, desk):
    asked = {"committee": "示例", "kind": "other", "summary": "示例"}
    page = desk.open("/do/mediation.accept").press(
        "办理", applicant="示例·甲001", respondent="示例·乙002", **asked
    )
    assert "已登记" in page.text
    case = Case.get().id
    refused = desk.open(f"/do/mediation.choose/{case}")
    assert "现在的情况不能用" in refused.text
    page = desk.open(f"/c/mediation.case/{case}").press("各方同意")
    assert "各方同意" in page.text
    assert "示例·甲001" in desk.open(f"/print/mediation.application/{case}").text
    desk.open("/c/mediation.case")
    assert {(each.case, each.how) for each in Reading.select()} == {
        (case, "show"),
        (case, "print"),
        (case, "list"),
    }


@pytest.mark.parametrize("name", SHEETS)
def test_what_a_person_typed_is_escaped_on_every_sheet(laptop, name):
    nasty = "<script>alert('甲')</script>"
    id = case_at(
        laptop, "in_session", applicant=nasty, summary=nasty, committee=nasty, request=nasty
    )
    do(laptop, "hold", id, record=nasty, others=nasty, result=nasty, place=nasty)
    texts = dict.fromkeys(("facts", "dispute", "responsibility", "terms", "way"), nasty)
    do(laptop, "agree", id, **{**TERMS, **texts})
    do(laptop, "check", id, performance="done", reason=nasty, found=nasty, visitor=nasty)
    html = paper(laptop, name, id)
    assert "&lt;script&gt;" in html
    assert "<script" not in html


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("application", ["人民调解申请书", "示例·甲001", "纠纷简要情况", "申请事项", "自愿申请"]),
        ("acceptance", ["受理登记表", "2026年3月2日（周一）", "当事人申请", "邻里", "登记人"]),
        ("session_record", ["人民调解记录（第 1 次）", "14:00", "参加人", "调解结果", "记录人"]),
        (
            "agreement_paper",
            ["人民调解协议书", "主要事实", "争议事项", "责任", "履行方式", "2026年4月1日（周三）"],
        ),
        ("return_visit", ["回访记录（第 1 次）", "回访事由", "履行情况：已履行", "回访人"]),
    ],
)
def test_each_sheet_has_what_the_law_asks_with_places_to_sign(laptop, name, asked):
    html = paper(laptop, name, case_at(laptop, "checked"))
    for text in [*asked, "签名", "＿＿", "示例·乙002"]:
        assert text in html, text


def test_sheets_have_blanks_before_there_is_anything_to_fill_in(laptop):
    id = case_at(laptop)
    for name in ("application", "acceptance", "session_record", "return_visit"):
        assert "＿＿＿＿" in paper(laptop, name, id)
        assert "None" not in paper(laptop, name, id)
    with refusing(Refused, match="as it is now"):
        paper(laptop, "agreement_paper", id)
    with refusing(Refused, match="只有 0 次"):
        paper(laptop, "session_record", id, number=2)


def test_the_last_session_is_printed_or_the_one_that_is_asked_for(laptop):
    id = case_at(laptop, "in_session")
    do(laptop, "hold", id, record="又谈一次", held_at=datetime(2026, 3, 9, 9))
    assert "又谈一次" in paper(laptop, "session_record", id)
    first = paper(laptop, "session_record", id, number=1)
    assert "（第 1 次）" in first
    assert "又谈一次" not in first


def test_a_party_entered_by_mistake_is_on_no_sheet(laptop):
    id = case_at(laptop)
    Party.create(case=id, part="mistaken", name="示例·误录")
    assert all("误录" not in paper(laptop, name, id) for name in ("application", "session_record"))


def test_an_oral_agreement_is_registered_and_not_signed_as_a_written_one(laptop):
    id = case_at(laptop, "in_session")
    do(laptop, "agree", id, **{**TERMS, "form": "oral"}, agreed_on=DAY)
    html = paper(laptop, "agreement_paper", id)
    assert "人民调解口头协议登记表" in html
    assert "人民调解协议书" not in html


def test_a_neighbourly_settling_prints_no_statutory_sheet(laptop, desk):
    note = mediation.Note.create(day=DAY, about="示例")
    page = desk.open(f"/c/mediation.note/{note.id}")
    assert not [each for each in page.buttons if each.startswith("人民调解") and "案件" not in each]


def test_deadlines_stand_on_today_and_name_nobody(laptop, desk):
    laptop.at("2026-03-30 13:00")
    case_at(laptop, "agreed")
    today = desk.open("/").text
    assert "履行协议" in today
    assert "邻里 · 2026-03-02" in today, "of which case it is"
    assert "示例·" not in today


# -- demonstration -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cases",
    [
        pytest.param(30, marks=pytest.mark.teams("老娘舅", "青鸟")),
        pytest.param(30, marks=pytest.mark.teams("示例调解队")),
        pytest.param(0, marks=pytest.mark.teams("示例调解队", "青鸟")),
        pytest.param(0, marks=pytest.mark.teams("青鸟")),
    ],
)
def test_the_demo_fills_the_mediators_team_and_no_other(laptop: Laptop, cases: int):
    for _ in range(2):
        laptop.store.plugins.tell("hongxian_demo_was_asked", store=laptop.store, seed=7)
    assert Case.select().where(Case.state == "archived").count() == cases
    assert Case.select().count() == (cases and cases + len(OPEN))
    assert bool(view(laptop, "deadlines").rows) == bool(cases)
    assert {each.scope.rpartition("-")[2] for each in Case.select()} <= {"1"}
    assert len({each.scope for each in Case.select()}) == (cases and cases + len(OPEN))
    assert all(each.name.startswith("示例·") for each in Party.select())
    assert all(re.fullmatch(r"100\d{8}", each.phone) for each in Party.select())


def test_the_demo_is_taken_in_by_the_hub_and_counted(neighbourhood):
    first, second = mediators(neighbourhood)
    with first:
        first.store.plugins.tell("hongxian_demo_was_asked", store=first.store, seed=7)
    sync(first, second)
    assert not first.attention
    assert sum(row[2] for row in view(second, "figures").rows) == 30 + len(OPEN)
    assert sum(row[5] for row in view(second, "figures").rows) == 5

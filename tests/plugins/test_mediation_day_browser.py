"""A mediator's day in a real browser: a case from its acceptance to its agreement, and what stands where first."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

import hongxian_plugins.mediation as mediation
from days import Work, at_work, in_every_look
from hongxian import local_today
from hongxian_plugins.mediation import Agreement, Case, Session, Setting
from hongxian_testing import Laptop, Neighbourhood
from mediating import ROAD, TEAM, mediators

pytestmark = [pytest.mark.plugins(mediation), pytest.mark.teams(TEAM)]
FIRST_SESSION = "a case accepted, to its first session"
SIDES = {"applicant": "示例·己021", "respondent": "示例·己040"}
TERMS = {
    "facts": "示例：水管渗漏",
    "dispute": "示例：修缮费用",
    "responsibility": "示例：各半",
    "terms": "示例：各付一半",
    "way": "示例：一次付清",
}


@pytest.fixture
def two(neighbourhood: Neighbourhood) -> Iterator[tuple[Laptop, Laptop]]:
    first, second = mediators(neighbourhood)
    with first:
        Setting.change(committee="示例社区人民调解委员会")
    for each in (first, second, first):
        each.sync()
    yield first, second
    assert not first.errors
    assert not second.errors


@in_every_look
def test_a_mediators_day(
    two: tuple[Laptop, Laptop], chromium: Browser, locale: str, size: str
) -> None:
    first, second = two
    with at_work(first.store, chromium, locale, size) as work:
        _accepts_a_case_and_holds_its_first_session(work)
        if size != "wide":
            work.steps.stand_in_the_manual(FIRST_SESSION, size)
        case = work.tab.url.rpartition("/")[2]
        _plans_the_next_one(first, work)
        work.press("td a[href^='/do/mediation.let_in_case']")
        work.press("form .btn-red")
    for each in (first, second):
        each.sync()
    with at_work(second.store, chromium, locale, size) as colleague:
        colleague.at("/view/mediation.deadlines")
        colleague.press(f"a[href$='{case}']")
        colleague.press(".next a[href*='/do/mediation.hold/']")
        colleague.fill("record", "示例：再谈")
        colleague.press("form .btn-red")
    for each in (second, first):
        each.sync()
    with at_work(first.store, chromium, locale, size) as work:
        work.at(f"/c/mediation.case/{case}")
        _comes_to_an_agreement(first, work, case)


def _accepts_a_case_and_holds_its_first_session(work: Work) -> None:
    work.press("a[href='/do/mediation.accept']")
    for name, who in SIDES.items():
        work.fill(name, who)
    work.steps.choose("neighbours", work.tab.locator("#kind"))
    work.fill("summary", "示例：楼上漏水")
    work.press("form .btn-red")
    expect(work.tab.locator("main")).to_contain_text(SIDES["respondent"])
    work.press(".next .btn-red")
    work.fill("mediators", "示例·调解员一")
    work.steps.choose("parties", work.tab.locator("#chosen_by"))
    work.press(".next .btn-red")
    work.fill("record", "示例：各方陈述")
    work.press(".next .btn-red")


@pytest.mark.thorough
def test_a_case_comes_to_its_first_session_by_keys_alone(
    two: tuple[Laptop, Laptop], chromium: Browser
) -> None:
    with at_work(two[0].store, chromium, "zh-CN", "mouse") as work:
        steps, tab = work.steps, work.tab

        def comes(state: str) -> None:
            expect(tab.locator(f".steps .past:nth-child({ROAD.index(state)})")).to_be_visible()
            tab.wait_for_load_state()

        work.go("a[href='/do/mediation.accept']", "Enter")
        tab.wait_for_url("**/do/mediation.accept")
        tab.wait_for_load_state()
        for name, who in SIDES.items():
            work.type(name, who)
        for _each in ("family", "neighbours"):
            work.go("#kind", "ArrowDown")
        work.type("summary", "示例：楼上漏水")
        work.go("form .btn-red", "Enter")
        tab.wait_for_url("**/c/mediation.case/*")
        tab.wait_for_load_state()
        work.go(".next .btn-red", "Enter")
        comes("consented")
        work.type("mediators", "示例·调解员一")
        work.go("#chosen_by", "ArrowDown")
        work.go(".next .btn-red", "Enter")
        comes("chosen")
        work.type("record", "示例：各方陈述")
        work.go(".next .btn-red", "Enter")
        comes("in_session")
        steps.stand_in_the_manual(FIRST_SESSION, "keys")
    with two[0]:
        assert Case.get().kind == "neighbours"
        assert Session.get().record == "示例：各方陈述"


def _plans_the_next_one(laptop: Laptop, work: Work) -> None:
    with laptop:
        assert Case.get().state == "in_session"
        assert [each.record for each in Session.select()] == ["示例：各方陈述"]
        day = local_today() + timedelta(days=2)
    work.press("a[href*='/do/mediation.plan/']")
    work.fill("planned_at", f"{day}T14:00")
    work.press("form .btn-red")
    case = work.tab.url
    work.at("/")
    due = work.tab.locator(f"main a[href$='{case.rpartition('/')[2]}']").first
    expect(due).to_be_visible()
    work.tab.goto(case)


def _comes_to_an_agreement(laptop: Laptop, work: Work, case: str) -> None:
    with laptop:
        assert sum(each.held_at is not None for each in Session.select()) == 2
        day = local_today() + timedelta(days=20)
    for name, text in TERMS.items():
        work.fill(name, text)
    work.fill("perform_by", str(day))
    work.press(".next .btn-red")
    with laptop:
        assert Case.get_by_id(case).state == "agreed"
        assert Agreement.get().terms == TERMS["terms"]
    with work.tab.expect_response("**/print/mediation.agreement_paper/*") as sheet:
        work.steps.click(work.tab.locator("main a[href*='/print/mediation.agreement_paper/']"))
    for name in (*SIDES.values(), TERMS["terms"]):
        assert name in sheet.value.text()
    work.at("/")
    expect(work.tab.locator(f"main a[href$='{case}']").first).to_be_visible()

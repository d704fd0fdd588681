"""A mediator's day in a real browser: a case from its acceptance to its agreement, and what stands where first."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

import hongxian_plugins.mediation as mediation
from browsing import window_at
from desks import desk_of, open_at, way_in
from hongxian import local_today
from hongxian_plugins.mediation import Agreement, Case, Session, Setting
from hongxian_testing import Laptop, Neighbourhood
from looking import AXE, SERIOUS
from mediating import ROAD, TEAM, mediators
from steps import Steps

pytestmark = [pytest.mark.plugins(mediation), pytest.mark.teams(TEAM)]
FIRST_SESSION = "a case accepted, to its first session"
SIZES = {
    "mouse": {"width": 1024, "height": 620},
    "phone": {"width": 390, "height": 760},
    "wide": {"width": 1440, "height": 900},
}
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


class Work:
    """One mediator's window: what is pressed is counted, and each page that comes is looked at."""

    def __init__(self, tab: Page, address: str) -> None:
        self.tab, self.address, self.steps = tab, address, Steps(tab)

    def at(self, path: str) -> None:
        self.tab.goto(f"{self.address}{path}")
        self.look()

    def press(self, what: str) -> None:
        self.steps.click(self.tab.locator(f"main {what}").first)
        self.look()

    def fill(self, name: str, text: str) -> None:
        self.steps.fill(text, self.tab.locator(f"#{name}"))

    def look(self) -> None:
        """No page is wider than its screen or shuts anybody out, and what comes next begins on its first screen."""
        tab = self.tab
        tab.wait_for_load_state()
        assert not tab.evaluate("document.documentElement.scrollWidth > innerWidth"), tab.url
        for first in tab.locator(".next :is(.field, .btn-red)").all()[:1]:
            assert is_above_the_fold(first), tab.url
        tab.evaluate(AXE)
        assert not tab.evaluate(SERIOUS), tab.url


def is_above_the_fold(what: Locator) -> bool:
    """Whether all of it is on the screen before anybody scrolls."""
    within = "each => each.getBoundingClientRect().bottom <= innerHeight"
    return bool(what.evaluate(within))


@contextmanager
def at_work(laptop: Laptop, chromium: Browser, locale: str, size: str) -> Iterator[Work]:
    with ExitStack() as stack:
        desk = desk_of(laptop.store)
        address = stack.enter_context(open_at(desk))
        window = window_at(chromium, address, locale=locale, viewport=SIZES[size])
        tab = stack.enter_context(window).new_page()
        tab.goto(f"{address}{way_in(desk)}")
        tab.wait_for_load_state()
        yield Work(tab, address)


@pytest.mark.parametrize(
    ("locale", "size"),
    [
        ("zh-CN", "mouse"),
        *(
            pytest.param(locale, size, marks=pytest.mark.thorough)
            for locale, size in (
                ("zh-CN", "phone"),
                ("zh-CN", "wide"),
                ("en", "mouse"),
                ("en", "phone"),
                ("en", "wide"),
            )
        ),
    ],
)
def test_a_mediators_day(
    two: tuple[Laptop, Laptop], chromium: Browser, locale: str, size: str
) -> None:
    first, second = two
    with at_work(first, chromium, locale, size) as work:
        _accepts_a_case_and_holds_its_first_session(work)
        if size != "wide":
            work.steps.stand_in_the_manual(FIRST_SESSION, size)
        case = work.tab.url.rpartition("/")[2]
        _plans_the_next_one(first, work)
        work.press("td a[href^='/do/mediation.let_in_case']")
        work.press("form .btn-red")
    for each in (first, second):
        each.sync()
    with at_work(second, chromium, locale, size) as colleague:
        colleague.at("/view/mediation.deadlines")
        colleague.press(f"a[href$='{case}']")
        colleague.press(".next a[href*='/do/mediation.hold/']")
        colleague.fill("record", "示例：再谈")
        colleague.press("form .btn-red")
    for each in (second, first):
        each.sync()
    with at_work(first, chromium, locale, size) as work:
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
    with at_work(two[0], chromium, "zh-CN", "mouse") as work:
        steps, tab = work.steps, work.tab

        def go(what: str, keys: str) -> None:
            steps.reach(tab.locator(f"main {what}").first)
            steps.press(keys)

        def fill(name: str, text: str) -> None:
            steps.reach(tab.locator(f"#{name}"))
            steps.fill(text)

        def comes(state: str) -> None:
            expect(tab.locator(f".steps .past:nth-child({ROAD.index(state)})")).to_be_visible()
            tab.wait_for_load_state()

        go("a[href='/do/mediation.accept']", "Enter")
        tab.wait_for_url("**/do/mediation.accept")
        tab.wait_for_load_state()
        for name, who in SIDES.items():
            fill(name, who)
        for _each in ("family", "neighbours"):
            go("#kind", "ArrowDown")
        fill("summary", "示例：楼上漏水")
        go("form .btn-red", "Enter")
        tab.wait_for_url("**/c/mediation.case/*")
        tab.wait_for_load_state()
        go(".next .btn-red", "Enter")
        comes("consented")
        fill("mediators", "示例·调解员一")
        go("#chosen_by", "ArrowDown")
        go(".next .btn-red", "Enter")
        comes("chosen")
        fill("record", "示例：各方陈述")
        go(".next .btn-red", "Enter")
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

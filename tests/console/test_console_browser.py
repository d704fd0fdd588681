"""The console in a real browser: from an empty hub to a laptop's first sync, in both languages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from browsing import fits, window_at
from command_line import Place, new_hub, serving

TEAM = "红马甲管家团"
PAGES = (
    "overview",
    "held",
    "laptops",
    "laptops/2",
    "laptops/2/revoke",
    "codes",
    "journal",
    "plugins",
    "plugins/laptops",
    "backups",
    "bundles",
    "sealed",
    "settings",
    "account",
    "second-factor",
    "log",
    "password",
    "erasing",
    "find?q=甲",
    "handed-in",
    "plugin-settings",
    "teams",
)


@pytest.fixture
def hub(tmp_path: Path) -> Place:
    return new_hub(tmp_path / "hub")


@pytest.fixture
def address(hub: Place) -> Iterator[str]:
    with serving(hub) as url:
        yield url


@pytest.fixture
def window(chromium: Browser, address: str) -> Iterator[BrowserContext]:
    """No script may fail, no policy be broken, and nothing be asked of elsewhere."""
    wrong: list[str] = []
    with window_at(chromium, address) as context:
        context.on(
            "console", lambda said: wrong.append(said.text) if said.type == "error" else None
        )
        yield context
    assert not wrong


def log_in(window: BrowserContext, hub: Place, address: str) -> Page:
    tab = window.new_page()
    tab.goto(address)
    tab.get_by_label("Keeper's password").fill(hub.json("hub", "keeper")["keeper_password"])
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("heading", name="示例社区")).to_be_visible()
    return tab


def test_a_keeper_brings_a_laptop_from_a_team_to_its_first_sync(
    hub: Place, address: str, window: BrowserContext, tmp_path: Path
) -> None:
    tab = log_in(window, hub, address)
    tab.wait_for_load_state()
    tab.keyboard.press("/")
    expect(tab.get_by_label("Laptop, team or record")).to_be_focused()
    tab.get_by_role("link", name="Teams").click()
    tab.get_by_label("Name of the team").fill(TEAM)
    tab.keyboard.press("Enter")
    tab.get_by_role("main").get_by_role("link", name=TEAM).click()
    tab.get_by_role("link", name="Make a code for its laptop").click()
    expect(tab.get_by_label(TEAM)).to_be_checked()
    tab.get_by_role("button", name="Make a code").click()
    expect(tab.locator("svg.qr")).to_be_visible()
    command = tab.get_by_text("hongxian join ").inner_text().split()
    laptop = Place(tmp_path / "甲机")
    laptop.json("join", *command[2:], "--name", "甲机")
    tab.reload()
    expect(tab.get_by_text("A code is shown once")).to_be_visible()
    laptop.json("add", "roster.person", "name=示例·第一位")
    laptop.json("sync")
    tab.get_by_role("link", name="Laptops").click()
    expect(tab.get_by_role("row", name="甲机")).to_contain_text(TEAM)
    tab.get_by_role("link", name="Journal").click()
    expect(tab.get_by_role("link", name="示例·第一位")).to_be_visible()
    tab.get_by_role("navigation", name="Menu").get_by_role("link", name="Overview").click()
    expect(tab.get_by_text("Changes by week")).to_be_visible()
    expect(tab.get_by_text("甲机 sent 1")).to_be_visible()
    expect(tab.get_by_role("img", name="A year's hours")).to_be_visible()
    tab.get_by_role("link", name="Laptops", exact=True).click()
    tab.get_by_role("link", name="甲机").click()
    tab.get_by_role("link", name="End its access").click()
    with tab.expect_navigation():
        tab.get_by_role("button", name="End its access").click()
    assert laptop("sync").code == 1
    assert not laptop.json("status")["joined"]


@pytest.mark.parametrize(
    ("locale", "width"),
    [
        pytest.param("zh-CN", 390, marks=pytest.mark.thorough),
        ("en", 390),
        pytest.param("zh-CN", 1024, marks=pytest.mark.thorough),
    ],
)
def test_every_page_fits_its_window_and_names_its_inputs(
    hub: Place, address: str, chromium: Browser, tmp_path: Path, locale: str, width: int
) -> None:
    hub.json("hub", "team", "add", TEAM)
    code = hub.json("hub", "enrol", TEAM)["code"]
    Place(tmp_path / "甲机").json("join", address, code)
    context = chromium.new_context(locale=locale, viewport={"width": width, "height": 800})
    tab = context.new_page()
    tab.goto(address)
    tab.locator("#password").fill(hub.json("hub", "keeper")["keeper_password"])
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/console/overview")
    for path in PAGES:
        answer = tab.goto(f"{address}/console/{path}")
        assert answer.status == 200, path
        assert fits(tab), path
        unnamed = tab.evaluate(
            "[...document.querySelectorAll('main input:not([type=hidden], [hidden]), main select')]"
            ".filter(each => !each.labels.length).length"
        )
        assert not unnamed, path
        assert tab.locator("h1").count() == 1, path
    context.close()

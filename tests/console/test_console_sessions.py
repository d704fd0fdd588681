"""The keeper's sessions: the hub keeps them and ends them, whatever a browser still has."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect

from browsing import window_at
from consoles import CHOSEN, keepers, page, send, visitor
from desks import HeldClock
from hongxian.plugins.loading import Plugins
from hongxian_server.backups.backup import backup
from hongxian_server.backups.recovery_sheet import new_sheet
from hongxian_server.backups.restore import restore
from hongxian_server.backups.sources import Backup
from hongxian_server.console.app import make_console
from hongxian_server.hub import Hub
from hongxian_server.membership import sessions
from listening import served

COOKIE = "hongxian_console"
OVERVIEW = "/console/overview"
ACCOUNT = "/console/account"


@pytest.fixture
def hub(tmp_path: Path, database_url: str | None, clock: HeldClock) -> Hub:
    return Hub.init(
        tmp_path / "hub",
        "示例社区",
        database_url=database_url,
        plugins=Plugins(installed=False),
        now=clock,
    )


@pytest.fixture
def keeper(hub: Hub) -> FlaskClient:
    return keepers(hub)


def another(hub: Hub) -> FlaskClient:
    """One more browser in which the keeper logs in."""
    browser = visitor(hub)
    send(browser, "/console/log-in", password=CHOSEN)
    return browser


def copy_of(browser: FlaskClient, hub: Hub) -> FlaskClient:
    """A browser that has another's cookie."""
    thief = visitor(hub)
    thief.set_cookie(COOKIE, browser.get_cookie(COOKIE).value)
    return thief


def is_in(browser: FlaskClient) -> bool:
    answer = browser.get(OVERVIEW)
    assert answer.status_code == 200 or answer.location == "/console/log-in"
    return answer.status_code == 200


@pytest.mark.either_database
def test_a_copied_cookie_is_worth_nothing_after_the_log_out(hub: Hub, keeper: FlaskClient) -> None:
    thief, other = copy_of(keeper, hub), another(hub)
    assert is_in(thief)
    send(keeper, "/console/log-out", OVERVIEW)
    assert not is_in(keeper)
    assert not is_in(thief)
    assert is_in(other), "that session alone has ended"


def test_of_a_session_the_database_has_nothing_that_opens_it(hub: Hub, keeper: FlaskClient) -> None:
    with keeper.session_transaction() as held:
        token = held["keeper"]
    files = [each for each in hub.folder.iterdir() if each.name.startswith("hub.db")]
    assert files
    assert not [each for each in files if token.encode() in each.read_bytes()]


@pytest.mark.either_database
def test_a_session_ends_half_an_hour_after_it_was_used_last(
    hub: Hub, keeper: FlaskClient, clock: HeldClock
) -> None:
    for _ in range(3):
        clock.wait(29)
        assert is_in(keeper)
    clock.wait(30.1)
    assert not is_in(keeper)


def test_a_session_ends_twelve_hours_after_the_log_in_however_much_it_is_used(
    hub: Hub, keeper: FlaskClient, clock: HeldClock
) -> None:
    for _ in range(12 * 3 - 1):
        clock.wait(20)
        assert is_in(keeper)
    clock.wait(20.1)
    assert not is_in(keeper)


def test_what_began_while_the_hubs_clock_was_ahead_ends_when_that_is_right_again(
    hub: Hub, clock: HeldClock
) -> None:
    clock.wait(60 * 24 * 365)
    early = keepers(hub)
    clock.wait(-60 * 24 * 365)
    assert not is_in(early)


def test_the_keeper_says_after_how_many_minutes_a_session_ends(
    hub: Hub, keeper: FlaskClient, clock: HeldClock
) -> None:
    for odd in ("", "4", "721", "-30", "a", "9" * 400):
        send(keeper, f"{ACCOUNT}/idle", ACCOUNT, minutes=odd)
        assert "Between 5 minutes and 12 hours" in page(keeper, ACCOUNT)
    send(keeper, f"{ACCOUNT}/idle", ACCOUNT, minutes="5")
    clock.wait(5.1)
    assert not is_in(keeper)


def test_the_account_lists_the_sessions_with_last_use_and_address_and_ends_them(
    hub: Hub, keeper: FlaskClient, clock: HeldClock
) -> None:
    other, third = another(hub), another(hub)
    clock.wait(10)
    other.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    assert is_in(other)
    listed = page(keeper, ACCOUNT)
    assert "192.0.2.7" in listed
    assert listed.index("No. 2") < listed.index("No. 3"), "the one that was used last is first"
    send(keeper, f"{ACCOUNT}/sessions", ACCOUNT, number="2")
    assert (is_in(keeper), is_in(other), is_in(third)) == (True, False, True)
    assert "No. 2" not in page(keeper, ACCOUNT)
    send(keeper, f"{ACCOUNT}/sessions", ACCOUNT, number="0")
    assert (is_in(keeper), is_in(third)) == (True, False)
    assert 'name="number" value="1"' not in page(keeper, ACCOUNT), "one's own is logged out of"
    for odd in ("1", "2", "-1", "a", "9" * 30):
        assert send(keeper, f"{ACCOUNT}/sessions", ACCOUNT, number=odd).status_code == 302
    assert is_in(keeper)


def test_no_number_of_a_session_is_given_twice(hub: Hub, keeper: FlaskClient) -> None:
    send(keeper, "/console/log-out", OVERVIEW)
    send(keeper, "/console/log-in", password=CHOSEN)
    assert "No. 2" in page(keeper, ACCOUNT)


def test_so_many_sessions_there_are_at_once_and_no_more(hub: Hub, clock: HeldClock) -> None:
    browsers = [keepers(hub)]
    for _ in range(sessions.MOST):
        clock.wait(1)
        browsers.append(another(hub))
    assert [is_in(each) for each in browsers] == [False] + [True] * sessions.MOST


def test_a_session_of_a_backup_opens_no_restored_hub(
    hub: Hub, keeper: FlaskClient, tmp_path: Path
) -> None:
    copied = keeper.get_cookie(COOKIE).value
    with hub:
        sheet = new_sheet(hub)
    backup(hub, tmp_path / "copy.age")
    send(keeper, "/console/log-out", OVERVIEW)
    restored = restore(hub.folder, Backup(tmp_path / "copy.age"), lambda: sheet)
    restored.now = hub.now
    browser = visitor(restored)
    browser.set_cookie(COOKIE, copied)
    assert not is_in(browser)
    send(browser, "/console/log-in", password=CHOSEN)
    assert is_in(browser)


def test_a_session_outlives_a_restart_of_the_hub(hub: Hub, keeper: FlaskClient) -> None:
    again = make_console(Hub.open(hub.folder, now=hub.now), ["localhost"]).test_client()
    again.set_cookie(COOKIE, keeper.get_cookie(COOKIE).value)
    assert is_in(again)


def test_a_disk_that_takes_nothing_locks_nobody_out(
    hub: Hub, keeper: FlaskClient, clock: HeldClock
) -> None:
    with hub:
        hub.database.execute_sql("PRAGMA query_only = 1")
        clock.wait(20)
        assert is_in(keeper)


def test_who_logs_out_in_one_browser_stays_in_the_other(hub: Hub, chromium: Browser) -> None:
    keepers(hub)
    with (
        served(hub) as address,
        window_at(chromium, address) as first,
        window_at(chromium, address) as second,
    ):
        tabs = [first.new_page(), second.new_page()]
        for tab in tabs:
            tab.goto(address)
            tab.get_by_label("Keeper's password").fill(CHOSEN)
            tab.keyboard.press("Enter")
            expect(tab.get_by_role("heading", name="示例社区")).to_be_visible()
        copied = first.cookies()
        tabs[0].get_by_role("button", name="Log out").click()
        expect(tabs[0].get_by_label("Keeper's password")).to_be_visible()
        first.clear_cookies()
        first.add_cookies(copied)
        tabs[0].goto(f"{address}{OVERVIEW}")
        expect(tabs[0].get_by_label("Keeper's password")).to_be_visible()
        tabs[1].get_by_role("button", name="Account").click()
        expect(tabs[1].get_by_text("this browser")).to_be_visible()

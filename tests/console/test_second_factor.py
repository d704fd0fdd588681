"""The keeper's second factor: a code of a telephone beside the password, each good once."""

import re
from base64 import b32decode
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect

from browsing import window_at
from command_line import Place
from consoles import CHOSEN, keepers, last_act, page, send, visitor
from desks import HeldClock
from hongxian.plugins.loading import Plugins
from hongxian.security.throttle import WRONG_ATTEMPTS
from hongxian.text import Text
from hongxian_server.backups.backup import backup
from hongxian_server.backups.backup_file import BackupFile
from hongxian_server.backups.recovery_sheet import new_sheet
from hongxian_server.backups.restore import restore, succeed
from hongxian_server.backups.sources import Backup
from hongxian_server.folder import DATABASE
from hongxian_server.hub import Hub
from hongxian_server.membership import second_factor
from hongxian_server.tables.keeper_log import Act, entries
from listening import served

FACTOR = "/console/second-factor"
LOG_IN = "/console/log-in"
HALF = 0.5
"""Minutes for which a code is good."""


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


class Telephone:
    """An app that was shown the secret, with a clock of its own."""

    def __init__(self, secret: str, clock: HeldClock) -> None:
        self._totp = TOTP(b32decode(secret), 6, SHA1(), 30)
        self._clock = clock

    def code(self, steps: int = 0) -> str:
        """The code that it shows, or showed or will show so many half minutes from now."""
        return self._totp.generate(self._clock() // 1000 + 30 * steps).decode()


def shown_secret(html: str) -> str:
    return re.search('class="secret">([A-Z2-7]+)<', html)[1]


@pytest.fixture
def telephone(keeper: FlaskClient, clock: HeldClock) -> Telephone:
    """The second factor is turned on, with this one."""
    made = Telephone(shown_secret(page(keeper, FACTOR)), clock)
    turned_on(keeper, made)
    clock.wait(HALF)
    return made


def turned_on(keeper: FlaskClient, telephone: Telephone) -> list[str]:
    """Turn it on; the recovery codes."""
    answer = send(keeper, f"{FACTOR}/on", FACTOR, password=CHOSEN, code=telephone.code())
    assert answer.status_code == 200, answer.text
    return re.findall("<code>([0-9A-Z]{5}-[0-9A-Z]{5})</code>", answer.text)


def log_in(hub: Hub, code: str, password: str = CHOSEN) -> int:
    """The status of an attempt, where none was made before."""
    return send(visitor(hub), LOG_IN, password=password, code=code).status_code


def log_in_from(keeper: FlaskClient, place: int, code: str, password: str = CHOSEN) -> int:
    """The status of an attempt from one of many addresses, at one console."""
    browser = keeper.application.test_client()
    browser.environ_base["REMOTE_ADDR"] = f"192.0.2.{place}"
    return send(browser, LOG_IN, password=password, code=code).status_code


@pytest.mark.either_database
def test_the_password_alone_opens_nothing_once_it_is_on(hub: Hub, telephone: Telephone) -> None:
    for code in ("", "000000", "x", "１" * 6, "9" * 10_000, telephone.code()[::-1] + "0"):
        assert log_in(hub, code) == 403
    assert log_in(hub, telephone.code(), password="wrong") == 403
    assert log_in(hub, telephone.code()) == 302


def test_it_computes_the_codes_of_the_rfc(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_factor, "_secret", lambda _hub, _salt: b"12345678901234567890")
    for seconds, code in ((59, "287082"), (1111111109, "081804"), (20000000000, "353130")):
        hub.now = lambda seconds=seconds: seconds * 1000
        with hub:
            second_factor.turn_on(hub, "salt", code, 0)


def test_a_code_is_good_once_and_so_is_none_from_before_it(hub: Hub, telephone: Telephone) -> None:
    assert log_in(hub, telephone.code()) == 302
    assert log_in(hub, telephone.code()) == 403
    assert log_in(hub, telephone.code(-1)) == 403
    assert log_in(hub, telephone.code(1)) == 302


def test_the_code_that_turned_it_on_opens_nothing(
    hub: Hub, keeper: FlaskClient, clock: HeldClock
) -> None:
    telephone = Telephone(shown_secret(page(keeper, FACTOR)), clock)
    turned_on(keeper, telephone)
    assert log_in(hub, telephone.code()) == 403


@pytest.mark.parametrize(("steps", "status"), [(-2, 403), (-1, 302), (1, 302), (2, 403)])
def test_a_telephones_clock_may_be_half_a_minute_wrong(
    hub: Hub, telephone: Telephone, clock: HeldClock, steps: int, status: int
) -> None:
    clock.wait(2)
    assert log_in(hub, telephone.code(steps)) == status


@pytest.mark.either_database
def test_one_code_that_many_bring_at_once_lets_one_in(hub: Hub, telephone: Telephone) -> None:
    code, begin = telephone.code(), Barrier(8)
    apps = [visitor(hub).application for _ in range(8)]  # as many processes would be

    def bring(place: int) -> int:
        browser = apps[place].test_client()
        browser.environ_base["REMOTE_ADDR"] = f"192.0.2.{place}"
        html = browser.get(LOG_IN).text
        token = re.search('name="csrf_token" value="([^"]+)"', html)[1]
        begin.wait()
        form = {"csrf_token": token, "password": CHOSEN, "code": code}
        return browser.post(LOG_IN, data=form).status_code

    with ThreadPoolExecutor(8) as threads:
        assert Counter(threads.map(bring, range(8))) == {302: 1, 403: 7}


def test_codes_are_counted_from_whatever_addresses_they_are_guessed(
    keeper: FlaskClient, telephone: Telephone, clock: HeldClock
) -> None:
    guesses = [log_in_from(keeper, place, "000000") for place in range(20)]
    assert guesses == [403] * WRONG_ATTEMPTS + [429] * (20 - WRONG_ATTEMPTS)
    assert log_in_from(keeper, 99, telephone.code()) == 429
    clock.wait(1.1)
    assert log_in_from(keeper, 99, telephone.code()) == 302


def test_who_guesses_passwords_does_not_keep_the_keepers_code_out(
    keeper: FlaskClient, telephone: Telephone
) -> None:
    for place in range(20):
        assert log_in_from(keeper, place, "000000", "wrong") == 403
    assert log_in_from(keeper, 99, telephone.code()) == 302


def test_nobody_is_told_which_of_both_is_wrong_and_the_log_tells_the_keeper(
    hub: Hub, telephone: Telephone
) -> None:
    said = [
        send(visitor(hub), LOG_IN, password=password, code=code).text
        for password, code in (("wrong", telephone.code()), (CHOSEN, "000000"))
    ]
    first, second = (re.search('<p class="wrong".*', each)[0] for each in said)
    assert first == second
    with hub:
        told = [each.words for each in entries(most=2)]
    assert told == [
        [Text("密码对，验证码不对", "right password, wrong code")],
        [Text("密码不对", "wrong password")],
    ]


def test_ten_recovery_codes_open_once_each_also_when_the_hubs_clock_is_wrong(
    hub: Hub, keeper: FlaskClient, clock: HeldClock
) -> None:
    telephone = Telephone(shown_secret(page(keeper, FACTOR)), clock)
    codes = turned_on(keeper, telephone)
    assert len(set(codes)) == 10
    code = telephone.code()
    clock.wait(60 * 24 * 30)
    assert log_in(hub, code) == 403
    assert log_in(hub, codes[0].lower().replace("-", " ")) == 302
    assert last_act(hub) == [Act.LOGGED_IN]
    assert log_in(hub, codes[0]) == 403
    assert log_in(hub, codes[9]) == 302
    browser = visitor(hub)
    send(browser, LOG_IN, password=CHOSEN, code=codes[1])
    assert "were not used: 7" in page(browser, FACTOR)


def test_turning_it_on_takes_the_password_and_a_code_and_ends_other_sessions(
    hub: Hub, keeper: FlaskClient, clock: HeldClock
) -> None:
    other = visitor(hub)
    send(other, LOG_IN, password=CHOSEN)
    telephone = Telephone(shown_secret(page(keeper, FACTOR)), clock)
    on = f"{FACTOR}/on"
    for typed in (
        {"password": "wrong", "code": telephone.code()},
        {"password": CHOSEN, "code": ""},
    ):
        assert send(keeper, on, FACTOR, **typed).status_code == 403
    assert "password alone" in page(keeper, "/console/overview")
    turned_on(keeper, telephone)
    assert last_act(hub) == [Act.SECOND_FACTOR_ON]
    assert "password alone" not in page(keeper, "/console/overview")
    assert other.get("/console/overview").location == LOG_IN


def test_turning_it_off_takes_both_too(hub: Hub, keeper: FlaskClient, telephone: Telephone) -> None:
    off = f"{FACTOR}/off"
    assert send(keeper, off, FACTOR, password=CHOSEN, code="000000").status_code == 403
    assert send(keeper, off, FACTOR, password=CHOSEN, code=telephone.code()).status_code == 302
    assert last_act(hub) == [Act.SECOND_FACTOR_OFF]
    assert log_in(hub, "") == 302


def test_another_secret_is_drawn_each_time_it_is_turned_on(
    keeper: FlaskClient, telephone: Telephone, clock: HeldClock
) -> None:
    send(keeper, f"{FACTOR}/off", FACTOR, password=CHOSEN, code=telephone.code())
    assert Telephone(shown_secret(page(keeper, FACTOR)), clock).code() != telephone.code()


@pytest.mark.usefixtures("telephone")
def test_on_the_hubs_own_machine_it_is_turned_off_and_the_password_stays(
    hub: Hub, keeper: FlaskClient
) -> None:
    told = Place(hub.folder).json("hub", "keeper", "--reset-second-factor")
    assert told == {"second_factor": False}
    assert keeper.get("/console/overview").location == LOG_IN
    assert log_in(hub, "") == 302


def test_turning_off_what_is_off_ends_no_session(hub: Hub, keeper: FlaskClient) -> None:
    Place(hub.folder).json("hub", "keeper", "--reset-second-factor")
    assert keeper.get("/console/overview").status_code == 200
    assert last_act(hub) == [Act.LOGGED_IN]


def test_a_backup_tells_no_code_and_a_restored_hub_asks_the_same_telephone(
    hub: Hub, telephone: Telephone, clock: HeldClock, tmp_path: Path
) -> None:
    with hub:
        sheet = new_sheet(hub)
        secret = second_factor.secret_of(hub, second_factor.SecondFactorState.read().second_factor)
    copy = tmp_path / "copy.age"
    backup(hub, copy)
    opened = tmp_path / "opened"
    opened.mkdir()
    BackupFile.of(copy).unpack(sheet.key_of(hub.identity.public), opened)
    inside = (opened / DATABASE).read_bytes()
    for each in (secret.encode(), b32decode(secret), b32decode(secret).hex().encode()):
        assert each not in inside
    elsewhere = restore(tmp_path / "elsewhere", Backup(copy), lambda: sheet)
    elsewhere.now = clock
    assert log_in(elsewhere, "") == 403
    assert log_in(elsewhere, telephone.code()) == 302


@pytest.mark.usefixtures("telephone")
def test_a_hub_that_takes_anothers_place_begins_without(
    hub: Hub, clock: HeldClock, tmp_path: Path
) -> None:
    with hub:
        sheet = new_sheet(hub)
    backup(hub, tmp_path / "copy.age")
    successor = succeed(tmp_path / "successor", Backup(tmp_path / "copy.age"), lambda: sheet)
    successor.now = clock
    assert log_in(successor, "") == 302
    assert second_factor.secret_of(successor, "ab") != second_factor.secret_of(hub, "ab")


def test_a_keeper_turns_it_on_and_logs_in_by_it_in_a_browser(
    hub: Hub, clock: HeldClock, chromium: Browser
) -> None:
    keepers(hub)
    with served(hub) as address, window_at(chromium, address) as window:
        tab = window.new_page()
        tab.goto(address)
        tab.get_by_label("Keeper's password").fill(CHOSEN)
        tab.keyboard.press("Enter")
        tab.get_by_role("link", name="Add a second factor").click()
        expect(tab.locator("svg.qr")).to_be_visible()
        telephone = Telephone(tab.locator("code.secret").inner_text(), clock)
        tab.get_by_label("Keeper's password").fill(CHOSEN)
        tab.get_by_label("Code of the telephone").fill(telephone.code())
        tab.keyboard.press("Enter")
        expect(tab.get_by_role("heading", name="The second factor is on")).to_be_visible()
        assert tab.locator("main li code").count() == 10
        tab.get_by_role("link", name="I have written them down").click()
        tab.get_by_role("button", name="Log out").click()
        clock.wait(HALF)
        tab.get_by_label("Keeper's password").fill(CHOSEN)
        tab.get_by_label("Code of the telephone").fill(telephone.code())
        tab.keyboard.press("Enter")
        expect(tab.get_by_role("heading", name="示例社区")).to_be_visible()

"""Guesses are counted also when they come side by side: by threads, on real sockets."""

import re
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
import urllib3
from flask.testing import FlaskClient

from consoles import CHOSEN
from desks import desk_of, entered
from hongxian.errors import CodeRefused
from hongxian.plugins.loading import Plugins
from hongxian.security import secret
from hongxian.security.throttle import (
    FORGETS,
    WINDOW_MILLISECONDS,
    WRONG_ATTEMPTS,
    Throttle,
    TooManyAttempts,
    network_of,
)
from hongxian_client.replica.people import add_person
from hongxian_server.http.app import make_app
from hongxian_server.http.serve import make_server
from hongxian_server.hub import Hub
from hongxian_server.membership import devices, keeper
from hongxian_testing.laptop import open_laptop
from listening import listening
from meeting import meeting
from samples import SAMPLE
from signing import enrolment, new_key, post_enrolment

GUESSES = 60


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000

    def __call__(self) -> int:
        return self.now


def guess(throttle: Throttle, whose: str = "192.0.2.1") -> None:
    with pytest.raises(CodeRefused), throttle.counting(whose):
        raise CodeRefused()


def side_by_side(guess: Callable[[int], int]) -> Counter[int]:
    """The statuses of so many guesses, each in a thread of its own, all begun at once."""
    begin = Barrier(GUESSES)

    def one(place: int) -> int:
        begin.wait()
        return guess(place)

    with ThreadPoolExecutor(GUESSES) as threads:
        return Counter(threads.map(one, range(GUESSES)))


def test_the_right_one_is_refused_after_many_wrong_ones_until_a_minute_is_over() -> None:
    clock = Clock()
    throttle = Throttle(clock)
    for _ in range(WRONG_ATTEMPTS):
        guess(throttle)
    with pytest.raises(TooManyAttempts), throttle.counting("192.0.2.1"):
        pytest.fail("is not even tried")
    with throttle.counting("192.0.2.2"):
        pass
    clock.now += WINDOW_MILLISECONDS + 1
    with throttle.counting("192.0.2.1"):
        pass


def test_right_ones_count_for_nothing_and_leave_nothing_behind() -> None:
    throttle = Throttle(Clock())
    for _ in range(3 * WRONG_ATTEMPTS):
        with throttle.counting("192.0.2.1"):
            pass
    assert not throttle._attempts


def test_who_comes_from_ever_new_addresses_fills_no_memory() -> None:
    clock = Clock()
    throttle = Throttle(clock)
    for place in range(3 * FORGETS):
        guess(throttle, f"address {place}")
        clock.now += WINDOW_MILLISECONDS // 100
    assert len(throttle._attempts) <= FORGETS


def test_all_addresses_of_one_house_are_counted_together() -> None:
    assert network_of("2001:db8:1:2::5") == network_of("2001:db8:1:2:ffff::1")
    assert network_of("2001:db8:1:2::5") != network_of("2001:db8:1:3::5")
    assert network_of("192.0.2.1") != network_of("192.0.2.2")
    assert network_of("::ffff:192.0.2.1") == network_of("192.0.2.1"), "as some proxies write it"
    assert network_of("") == ""


@pytest.fixture
def dear(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is hashed takes as long as ever: long enough for all guesses to be under way at once."""
    monkeypatch.setattr(secret, "cost", secret.AS_RECOMMENDED)


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    made = Hub.init(tmp_path / "hub", "示例社区", plugins=Plugins(installed=False))
    with made:
        keeper.set_password(made, CHOSEN)
        devices.add_team(made, "甲队")
    return made


ONE_AFTER_ANOTHER = {403: WRONG_ATTEMPTS, 429: GUESSES - WRONG_ATTEMPTS}


@pytest.mark.usefixtures("dear")
def test_of_passwords_side_by_side_no_more_are_tried_than_one_after_another(hub: Hub) -> None:
    with listening(make_server(hub, "127.0.0.1", 0, threads=16)) as address:
        browser = urllib3.PoolManager(maxsize=GUESSES)
        page = browser.request("GET", f"{address}/console/log-in")
        token = re.search('name="csrf_token" value="([^"]+)"', page.data.decode())[1]
        cookie = page.headers["Set-Cookie"].partition(";")[0]

        def guess(place: int) -> int:
            return browser.request(
                "POST",
                f"{address}/console/log-in",
                fields={"csrf_token": token, "password": f"wrong {place}"},
                headers={"Cookie": cookie},
                encode_multipart=False,
            ).status

        assert side_by_side(guess) == ONE_AFTER_ANOTHER


def test_of_enrolment_codes_side_by_side_no_more_are_tried_than_one_after_another(
    hub: Hub,
) -> None:
    app, keys = make_app(hub), [new_key() for _ in range(GUESSES)]

    def guess(place: int) -> int:
        asked = enrolment("AAAABBBB", keys[place])
        return post_enrolment(app.test_client(), hub, keys[place], asked).status_code

    assert side_by_side(guess) == ONE_AFTER_ANOTHER


def same_as(browser: FlaskClient) -> FlaskClient:
    """The same browser, for another thread."""
    another = browser.application.test_client()
    another.environ_base.update(browser.environ_base)
    for each in browser._cookies.values():
        another.set_cookie(each.key, each.decoded_value, domain=each.domain)
    return another


@pytest.mark.thorough
@pytest.mark.usefixtures("dear")
def test_of_pins_side_by_side_no_more_are_tried_than_one_after_another(tmp_path: Path) -> None:
    laptop = open_laptop(tmp_path, SAMPLE)
    with laptop:
        person = add_person(laptop, "示例·甲", "2580")
    come_in = entered(desk_of(laptop))

    def guess(place: int) -> int:
        typed = {"person": person.id, "pin": f"{place:04}"}
        return same_as(come_in).post("/who", data=typed).status_code

    assert side_by_side(guess) == ONE_AFTER_ANOTHER


@pytest.mark.thorough
def test_of_codes_for_a_new_pin_side_by_side_no_more_are_tried_than_one_after_another(
    tmp_path: Path,
) -> None:
    with meeting(tmp_path, SAMPLE) as met:
        laptop = met.laptop(met.team("红队"))
        with laptop:
            person = add_person(laptop, "示例·甲", "2580")
        come_in = entered(desk_of(laptop))
        come_in.get(f"/forgotten/{person.id}")

        def guess(place: int) -> int:
            typed = {"code": f"AAAAA-AAA{place:02}", "new_code": "7777", "again_code": "7777"}
            address = f"/forgotten/{person.id}/code"
            return same_as(come_in).post(address, data=typed).status_code

        assert side_by_side(guess) == ONE_AFTER_ANOTHER

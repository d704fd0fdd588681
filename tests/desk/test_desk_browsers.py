"""Several browsers at one desk: who sits at one is not at the other, and a cookie that was copied is worth nothing."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from desks import HeldClock, desk_of, entered, page
from hongxian_client.desk.browsers import MOST
from hongxian_client.desk.desk import Desk
from hongxian_client.replica.people import Person, add_person, set_pin
from hongxian_client.replica.replica import Replica
from hongxian_testing.laptop import open_laptop
from samples import SAMPLE, Visit

JIA, YI = "示例·甲", "示例·乙"
PIN = "2580"
FORM = "/c/sample.visit/new"


@pytest.fixture
def laptop(tmp_path: Path, clock: HeldClock) -> Replica:
    made = open_laptop(tmp_path, SAMPLE)
    made.now = clock
    return made


@pytest.fixture
def desk(laptop: Replica) -> Desk:
    return desk_of(laptop)


@pytest.fixture
def two(desk: Desk) -> tuple[FlaskClient, FlaskClient]:
    """Two browsers of one desk."""
    return entered(desk), entered(desk)


@pytest.fixture
def both(laptop: Replica) -> tuple[Person, Person]:
    """Two people, of whom nobody is there yet."""
    with laptop:
        return add_person(laptop, JIA, PIN), add_person(laptop, YI, PIN)


def come(browser: FlaskClient, person: Person, pin: str = PIN) -> None:
    assert browser.post("/who", data={"person": person.id, "pin": pin}).status_code == 302


def is_shut(browser: FlaskClient) -> bool:
    """Whether it asks who is there before it shows a page."""
    answer = browser.get("/c/sample.visit")
    assert answer.status_code in (200, 302)
    return (answer.location or "").startswith("/who")


def cookie_of(browser: FlaskClient) -> str:
    [cookie] = browser._cookies.values()
    return f"{cookie.key}={cookie.value}"


def with_cookie(desk: Desk, cookie: str) -> int:
    """The status of what a browser is told that has this cookie and no other."""
    stranger = entered(desk)
    stranger.set_cookie(*cookie.split("=", 1), domain=desk.host)
    return stranger.get("/c/sample.visit").status_code


def test_another_browser_asks_for_a_pin_of_its_own_and_locking_one_leaves_the_other(
    two: tuple[FlaskClient, FlaskClient], both: tuple[Person, Person], laptop: Replica
) -> None:
    one, other = two
    come(one, both[0])
    assert (is_shut(one), is_shut(other)) == (False, True)
    come(other, both[1])
    for browser in two:
        typed = {"name": cookie_of(browser)[-9:], "was.name": "", "scope": "team-1"}
        assert browser.post(FORM, data=typed).status_code == 302
    with laptop:
        assert [each.written_by for each in Visit.select().order_by(Visit.id)] == [JIA, YI]
    one.post("/lock")
    assert (is_shut(one), is_shut(other)) == (True, False)
    come(one, both[0])
    other.post("/lock")
    assert (is_shut(one), is_shut(other)) == (False, True)


def test_each_browser_locks_by_itself_when_nobody_touched_that_one(
    two: tuple[FlaskClient, FlaskClient], both: tuple[Person, Person], clock: HeldClock
) -> None:
    for browser in two:
        come(browser, both[0])
    clock.wait(9)
    assert not is_shut(two[0])
    clock.wait(9)
    assert (is_shut(two[0]), is_shut(two[1])) == (False, True)


def test_a_clock_that_is_set_back_keeps_nobody_there(
    two: tuple[FlaskClient, FlaskClient], both: tuple[Person, Person], clock: HeldClock
) -> None:
    come(two[0], both[0])
    clock.wait(-60)
    assert is_shut(two[0])


def test_a_cookie_that_was_copied_is_worth_nothing_once_its_person_has_come_or_left(
    desk: Desk, two: tuple[FlaskClient, FlaskClient], both: tuple[Person, Person]
) -> None:
    one = two[0]
    before = cookie_of(one)
    come(one, both[0])
    there = cookie_of(one)
    assert (with_cookie(desk, before), with_cookie(desk, there)) == (403, 200)
    one.post("/lock")
    come(one, both[0])
    assert (with_cookie(desk, there), is_shut(one)) == (403, False)


def test_the_cookie_holds_an_id_alone_for_this_browser_and_its_pages(desk: Desk) -> None:
    browser = entered(desk)
    [cookie] = browser._cookies.values()
    assert (cookie.path, cookie.http_only, cookie.same_site) == ("/", True, "Strict")
    assert cookie.origin_only
    assert cookie.expires is cookie.max_age is None
    assert re.fullmatch(r"[\w-]{43}", cookie.value)
    browser.get("/c/sample.visit?q=a")
    assert cookie_of(browser).endswith(cookie.value)


def test_who_has_another_pin_now_is_asked_for_it_in_every_browser_but_the_one_that_changed_it(
    two: tuple[FlaskClient, FlaskClient], both: tuple[Person, Person], laptop: Replica
) -> None:
    one, other = two
    for browser in two:
        come(browser, both[0])
    new = {"old": PIN, "new": "7777", "repeated": "7777"}
    assert one.post("/people/pin", data=new).location == "/people"
    assert (is_shut(one), is_shut(other)) == (False, True)
    with laptop:
        set_pin(laptop, both[0], PIN)  # as the command line does
    assert is_shut(one)


def test_a_form_that_one_person_had_open_is_not_sent_by_the_next(
    desk: Desk, both: tuple[Person, Person], laptop: Replica
) -> None:
    browser = entered(desk)
    browser.application.config.update(WTF_CSRF_ENABLED=True)

    def send(path: str, token: str, **typed: str) -> int:
        return browser.post(path, data={"csrf_token": token, **typed}).status_code

    def token_on(path: str) -> str:
        return re.search('name="csrf_token" value="([^"]+)"', page(browser, path))[1]

    typed = {"name": "一", "was.name": "", "scope": "team-1"}
    jia, yi = ({"person": each.id, "pin": PIN} for each in both)
    assert send("/who", token_on("/who"), **jia) == 302
    open_form = token_on(FORM)
    assert send("/lock", open_form) == 302
    assert send("/who", token_on("/who"), **jia) == 302
    assert send(FORM, open_form, **typed) == 302  # the same person goes on
    assert send("/lock", open_form) == 302
    assert send("/who", token_on("/who"), **yi) == 302
    assert send(FORM, open_form, **typed) == 400
    with laptop:
        assert [each.written_by for each in Visit.select()] == [JIA]


def test_the_browser_that_asked_for_nothing_for_longest_is_let_go_beyond_a_number(
    desk: Desk, two: tuple[FlaskClient, FlaskClient]
) -> None:
    one, other = two
    for _ in range(MOST - 1):
        assert one.get("/").status_code == 200
        entered(desk)
    assert (one.get("/").status_code, other.get("/").status_code) == (200, 403)


def test_a_page_that_stood_open_is_drawn_anew_once_its_browser_is_not_let_in_any_more(
    desk: Desk,
) -> None:
    browser = entered(desk)
    browser.delete_cookie(cookie_of(browser).partition("=")[0], domain=desk.host)
    answer = browser.get("/sync-line", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Refresh"], answer.text) == (403, "true", "")

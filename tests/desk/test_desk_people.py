"""Several people on one laptop: each comes in by a PIN, and the desk knows who is there."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from command_line import Place
from desks import CHINESE, HeldClock, desk_of, entered, page, unmarked
from hongxian.security.throttle import WRONG_ATTEMPTS
from hongxian_client.desk.desk import Desk
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.people import Person, add_person
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.unsent import outbox
from hongxian_testing.laptop import open_laptop
from samples import SAMPLE, Visit

JIA, YI = "示例·甲", "示例·乙"
PIN = "2580"
ALMOST = 10 - 1 / 60_000
"""Minutes: a millisecond short of ten."""


@pytest.fixture
def laptop(tmp_path: Path, clock: HeldClock) -> Replica:
    made = open_laptop(tmp_path, SAMPLE)
    made.now = clock
    return made


@pytest.fixture
def desk(laptop: Replica) -> Desk:
    return desk_of(laptop)


@pytest.fixture
def browser(desk: Desk) -> FlaskClient:
    return entered(desk)


@pytest.fixture
def both(laptop: Replica) -> tuple[Person, Person]:
    """Two people, of whom nobody is there yet."""
    with laptop:
        return add_person(laptop, JIA, PIN), add_person(laptop, YI, "1379")


def come(browser: FlaskClient, person: Person, pin: str = PIN, after: str = "/") -> TestResponse:
    return browser.post("/who", data={"person": person.id, "pin": pin, "after": after})


def is_shut(browser: FlaskClient, address: str = "/c/sample.visit") -> bool:
    """Whether the desk asks who is there before it shows a page."""
    answer = browser.get(address)
    assert answer.status_code in (200, 302)
    return (answer.location or "").startswith("/who")


def write(browser: FlaskClient, name: str) -> TestResponse:
    """Fill in a form of a new visit and press save."""
    address = "/c/sample.visit/new"
    typed = {"name": name, "was.name": "", "scope": "team-1", "next": address}
    return browser.post(address, data=typed)


def writers(laptop: Replica) -> dict[str, str | None]:
    """Who wrote each visit."""
    with laptop:
        return {each.name: each.written_by for each in Visit.select()}


def add(browser: FlaskClient, name: str, pin: str = PIN, again: str = "") -> TestResponse:
    return browser.post("/people", data={"name": name, "pin": pin, "again": again or pin})


# -- who is there --------------------------------------------------------------------------------


def test_a_laptop_without_people_asks_for_nobody(
    browser: FlaskClient, laptop: Replica, clock: HeldClock
) -> None:
    clock.wait(10**4)
    assert "Lock ·" not in page(browser, "/")
    assert browser.get("/who").location == "/"
    write(browser, "一")
    assert writers(laptop) == {"一": None}


def test_from_the_first_person_on_the_desk_asks_and_what_is_written_tells_who(
    browser: FlaskClient, laptop: Replica
) -> None:
    assert add(browser, JIA).location == "/people"
    assert f'aria-label="Lock · {JIA}' in page(browser, "/people")
    write(browser, "一")
    assert browser.post("/lock").location == "/who?after=/"
    assert is_shut(browser)
    with laptop:
        yi = add_person(laptop, YI, PIN)
    assert JIA in page(browser, "/who")
    come(browser, yi)
    write(browser, "二")
    assert writers(laptop) == {"一": JIA, "二": YI}
    [own] = re.findall("/c/sample.visit/[0-9a-f-]{36}", page(browser, "/c/sample.visit?q=二"))
    assert f"by {YI} (this laptop)" in unmarked(page(browser, own))
    assert f"，{YI}（" in unmarked(page(browser, own, headers=CHINESE))


def test_nothing_but_the_question_is_answered_while_nobody_is_there(
    browser: FlaskClient, laptop: Replica, both: tuple[Person, Person]
) -> None:
    assert is_shut(browser, "/")
    assert is_shut(browser, "/people")
    assert is_shut(browser, "/no-such-page")
    assert write(browser, "一").location == "/who?after=/c/sample.visit/new"
    assert browser.post(f"/people/{both[0].id}/remove").location.startswith("/who")
    assert writers(laptop) == {}
    question = page(browser, "/who")
    assert "sample.visit" not in question
    assert 'href="/people"' not in question
    [style] = re.findall('href="([^"]*desk.css)"', question)
    with browser.get(style) as answer:
        assert answer.status_code == 200


def test_a_desk_that_is_opened_again_asks_again(
    browser: FlaskClient, laptop: Replica, both: tuple[Person, Person]
) -> None:
    come(browser, both[0])
    assert not is_shut(browser)
    assert is_shut(entered(desk_of(laptop)))


def test_a_person_who_is_removed_is_there_no_longer_and_the_last_one_leaves_the_desk_open(
    browser: FlaskClient, both: tuple[Person, Person]
) -> None:
    jia, yi = both
    come(browser, jia)
    browser.post(f"/people/{jia.id}/remove")
    assert is_shut(browser)
    assert come(browser, jia).status_code == 400
    come(browser, yi, "1379")
    browser.post(f"/people/{yi.id}/remove")
    assert not is_shut(browser)


# -- PINs ----------------------------------------------------------------------------------------


def test_a_wrong_pin_is_refused_and_after_many_even_the_right_one_for_a_minute(
    browser: FlaskClient, both: tuple[Person, Person], clock: HeldClock
) -> None:
    jia, yi = both
    for _ in range(WRONG_ATTEMPTS):
        answer = come(browser, jia, "0000")
        assert (answer.status_code, "This PIN is wrong." in answer.text) == (403, True)
    answer = come(browser, jia)
    assert (answer.status_code, "Wait a minute" in answer.text) == (429, True)
    assert come(browser, yi, "1379").location == "/"
    browser.post("/lock")
    clock.wait(1.1)
    assert come(browser, jia).location == "/"


@pytest.mark.parametrize("pin", ["123", "1234567890123", "12a4", "", "١٢٣٤", "12 34"])
def test_a_pin_is_of_four_to_twelve_digits(browser: FlaskClient, pin: str) -> None:
    answer = add(browser, JIA, pin)
    assert (answer.status_code, "A PIN needs 4 to 12 digits." in answer.text) == (400, True)
    assert not is_shut(browser)


def test_names_are_told_apart_and_two_pins_that_differ_are_no_pin(browser: FlaskClient) -> None:
    assert "not the same" in add(browser, JIA, PIN, "2581").text
    assert "1 to 40" in add(browser, "  ").text
    assert "1 to 40" in add(browser, "长" * 41).text
    assert add(browser, f"  {JIA} ").status_code == 302
    assert f"{JIA} is already there" in unmarked(add(browser, JIA).text)


def test_a_person_changes_their_own_pin_by_the_old_one(
    browser: FlaskClient, both: tuple[Person, Person]
) -> None:
    jia, _ = both
    come(browser, jia)
    new = {"new": "7777", "repeated": "7777"}
    assert browser.post("/people/pin", data={**new, "old": "0000"}).status_code == 403
    assert browser.post("/people/pin", data={**new, "old": PIN}).location == "/people"
    browser.post("/lock")
    assert come(browser, jia).status_code == 403
    assert come(browser, jia, "7777").status_code == 302


def test_no_pin_is_on_the_disk_and_no_person_leaves_the_laptop(
    laptop: Replica, both: tuple[Person, Person]
) -> None:
    files = b"".join(each.read_bytes() for each in laptop.folder.rglob("*") if each.is_file())
    assert both[0].name.encode() in files
    assert both[0].pin.encode() in files
    assert f'"{PIN}"'.encode() not in files
    with laptop:
        assert outbox.count(outbox.EntryState.UNSENT) == 0


def test_a_forgotten_pin_is_reset_by_the_command_line(
    browser: FlaskClient, laptop: Replica, both: tuple[Person, Person]
) -> None:
    shell = Place(laptop.folder)
    assert shell.json("people", "list") == [JIA, YI]
    assert shell("people", "reset", JIA, "--pin", "12").code == 1
    assert shell("people", "reset", "谁", "--pin", "1212").code == 1
    assert shell.json("people", "reset", JIA, "--pin", "1212") == {"name": JIA}
    assert come(browser, both[0]).status_code == 403
    assert come(browser, both[0], "1212").status_code == 302


# -- after a while -------------------------------------------------------------------------------


def test_it_locks_after_ten_minutes_without_a_touch_and_each_page_begins_them_anew(
    browser: FlaskClient, both: tuple[Person, Person], clock: HeldClock
) -> None:
    come(browser, both[0])
    for _ in range(3):
        clock.wait(ALMOST)
        assert not is_shut(browser)
    clock.wait(10)
    assert is_shut(browser)
    clock.wait(-10)
    assert is_shut(browser)


def test_the_sync_line_that_asks_by_itself_keeps_nobody_there_and_leads_to_the_question(
    browser: FlaskClient, both: tuple[Person, Person], clock: HeldClock
) -> None:
    shown = {"HX-Request": "true", "HX-Current-URL": "http://localhost/c/sample.visit?q=a"}
    come(browser, both[0])
    for _ in range(4):
        clock.wait(2)
        assert "HX-Redirect" not in browser.get("/sync-line", headers=shown).headers
    clock.wait(2)
    answer = browser.get("/sync-line", headers=shown)
    assert answer.headers["HX-Redirect"] == "/who?after=/c/sample.visit?q%3Da"
    assert answer.text == ""
    come(browser, both[0])
    for _ in range(4):
        clock.wait(9)
        answer = browser.get("/sync-line?touched=yes", headers=shown)
        assert "HX-Redirect" not in answer.headers


def test_how_long_it_waits_is_for_the_people_to_say(
    browser: FlaskClient, both: tuple[Person, Person], clock: HeldClock
) -> None:
    come(browser, both[0])
    for wrong in ("0", "241", "x", ""):
        answer = browser.post("/people/minutes", data={"minutes": wrong})
        assert (answer.status_code, "from 1 to 240" in answer.text) == (400, True)
    browser.post("/people/minutes", data={"minutes": "2"})
    clock.wait(1.9)
    assert not is_shut(browser)
    clock.wait(2)
    assert is_shut(browser)


def test_the_same_person_comes_back_to_where_they_were_and_another_does_not(
    browser: FlaskClient, both: tuple[Person, Person]
) -> None:
    jia, yi = both
    come(browser, jia)
    browser.post("/lock", data={"next": "/c/sample.visit?q=a"})
    where = browser.get("/c/sample.visit?q=a").location
    assert where == "/who?after=/c/sample.visit?q%3Da"
    assert 'name="after" value="/c/sample.visit?q=a"' in page(browser, where)
    assert come(browser, jia, after="/c/sample.visit?q=a").location == "/c/sample.visit?q=a"
    browser.post("/lock")
    assert come(browser, jia, after="//elsewhere.example").location == "/"
    browser.post("/lock")
    assert come(browser, yi, "1379", after="/c/sample.visit?q=a").location == "/"


def test_what_was_told_to_one_person_is_not_told_to_the_next(
    browser: FlaskClient, both: tuple[Person, Person]
) -> None:
    jia, yi = both
    come(browser, jia)
    browser.post("/c/sample.visit/delete", data={"id": ""})
    browser.post("/lock")
    assert "Nothing was selected" not in page(browser, "/who")
    come(browser, yi, "1379")
    assert "Nothing was selected" not in page(browser, "/")


def test_a_laptop_that_has_joined_nothing_yet_asks_who_is_there_before_it_asks_for_a_hub(
    laptop: Replica, both: tuple[Person, Person]
) -> None:
    with laptop, laptop.upkeep(), LaptopState.changing() as state:
        state.hub_key = ""
    browser = entered(desk_of(laptop))
    assert browser.get("/join").location == "/who?after=/join"
    assert JIA in page(browser, "/who")
    come(browser, both[0])
    assert browser.get("/").location == "/join"


def test_two_requests_at_once_write_in_one_name_while_the_sync_writes_in_none(
    browser: FlaskClient, laptop: Replica, both: tuple[Person, Person]
) -> None:
    come(browser, both[0])
    write(browser, "一")
    with laptop:
        assert laptop.person is None
        Visit.create(name="二", scope="team-1")
    assert writers(laptop) == {"一": JIA, "二": None}

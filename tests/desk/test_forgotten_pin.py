"""A forgotten PIN: another person of the laptop confirms a new one, or the hub's keeper does by a code."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from command_line import Place
from consoles import keepers, last_act, send
from consoles import page as console_page
from desks import HeldClock, desk_of, entered, page, unmarked
from hongxian.errors import DeviceRevoked
from hongxian.security.throttle import WRONG_ATTEMPTS
from hongxian_client.desk.desk import Desk
from hongxian_client.replica.people import Person, add_person, people, remove_person
from hongxian_client.replica.replica import Replica
from hongxian_server.membership import devices
from hongxian_testing.laptop import open_laptop
from meeting import Meeting, meeting
from samples import SAMPLE, Visit, plugin

JIA, YI = "示例·甲", "示例·乙"
PIN, NEW = "2580", "7777"


@pytest.fixture
def met(tmp_path: Path) -> Iterator[Meeting]:
    with meeting(tmp_path, plugin("sample", Visit)) as met:
        yield met


@pytest.fixture
def laptop(met: Meeting, clock: HeldClock) -> Replica:
    made = met.laptop(met.team("红队"))
    made.now = clock
    return made


@pytest.fixture
def desk(laptop: Replica) -> Desk:
    return desk_of(laptop)


@pytest.fixture
def browser(desk: Desk) -> FlaskClient:
    return entered(desk)


@pytest.fixture
def yi(laptop: Replica) -> Person:
    """Who forgot theirs, and is alone there."""
    with laptop:
        return add_person(laptop, YI, PIN)


@pytest.fixture
def jia(laptop: Replica, yi: Person) -> Person:
    """Another person of the laptop."""
    with laptop:
        return add_person(laptop, JIA, "1379")


def question(browser: FlaskClient, person: Person) -> str:
    """The question that the desk shows for this person."""
    shown = page(browser, f"/forgotten/{person.id}")
    return re.search(r'class="code" translate="no">([0-9A-Z]{5}-[0-9A-Z]{5})<', shown)[1]


def code_of(met: Meeting, laptop: Replica, question: str) -> str:
    """What the keeper tells for a question."""
    with laptop:
        number = laptop.writer().number
    with met.hub:
        return devices.make_pin_code(met.hub, number, question)


def by_code(browser: FlaskClient, person: Person, code: str, pin: str = NEW) -> int:
    typed = {"code": code, "new_code": pin, "again_code": pin}
    return browser.post(f"/forgotten/{person.id}/code", data=typed).status_code


def by_person(browser: FlaskClient, person: Person, helper: Person, own: str) -> int:
    typed = {"helper": helper.id, "own": own, "new_own": NEW, "again_own": NEW}
    return browser.post(f"/forgotten/{person.id}/person", data=typed).status_code


def unlocks(browser: FlaskClient, person: Person, pin: str) -> bool:
    return browser.post("/who", data={"person": person.id, "pin": pin}).status_code == 302


def test_another_person_gives_a_new_pin_by_their_own_and_all_see_who_it_was(
    browser: FlaskClient, jia: Person, yi: Person
) -> None:
    assert f"/forgotten/{yi.id}" in page(browser, "/forgotten")
    assert by_person(browser, yi, jia, "0000") == 403
    assert by_person(browser, yi, yi, PIN) == 400  # nobody confirms their own
    assert not unlocks(browser, yi, NEW)
    assert by_person(browser, yi, jia, "1379") == 302
    told = f"{JIA} gave {YI} a new PIN."
    assert told in unmarked(page(browser, "/who"))
    assert (unlocks(browser, yi, PIN), unlocks(browser, yi, NEW)) == (False, True)
    assert told in unmarked(page(browser, "/people"))


def test_who_is_there_is_asked_again_once_another_pin_is_theirs(
    desk: Desk, browser: FlaskClient, jia: Person, yi: Person
) -> None:
    assert unlocks(browser, yi, PIN)
    assert browser.get("/people").status_code == 200
    assert by_person(entered(desk), yi, jia, "1379") == 302
    assert browser.get("/people").location.startswith("/who")


def test_wrong_pins_of_a_helper_count_with_those_of_the_lock(
    browser: FlaskClient, jia: Person, yi: Person
) -> None:
    for _ in range(WRONG_ATTEMPTS):
        assert by_person(browser, yi, jia, "0000") == 403
    assert by_person(browser, yi, jia, "1379") == 429
    assert not unlocks(browser, jia, "1379")


def test_the_keepers_code_gives_one_person_of_one_laptop_a_new_pin_without_a_network(
    met: Meeting, laptop: Replica, browser: FlaskClient, yi: Person
) -> None:
    asked = question(browser, yi)
    assert browser.get("/forgotten").location == f"/forgotten/{yi.id}"  # alone there
    code = code_of(met, laptop, asked.lower().replace("-", " "))
    assert last_act(met.hub)[0] == "PIN reset code made"
    assert by_code(browser, yi, "AAAAA-AAAAA") == 403
    assert by_code(browser, yi, code, "12") == 400  # no PIN; the code is good still
    assert by_code(browser, yi, code) == 302
    assert "by a code of the hub" in page(browser, "/who")
    assert unlocks(browser, yi, NEW)


def test_a_code_is_good_once(
    met: Meeting, laptop: Replica, browser: FlaskClient, yi: Person
) -> None:
    asked = question(browser, yi)
    code = code_of(met, laptop, asked)
    assert by_code(browser, yi, code) == 302
    assert by_code(browser, yi, code, "1111") == 403
    assert question(browser, yi) != asked
    assert by_code(browser, yi, code, "1111") == 403


def test_a_code_is_good_for_an_hour_whichever_way_the_clock_goes(
    met: Meeting, laptop: Replica, browser: FlaskClient, yi: Person, clock: HeldClock
) -> None:
    for minutes in (60, -60):
        code = code_of(met, laptop, question(browser, yi))
        clock.wait(minutes)
        assert by_code(browser, yi, code) == 403
    code = code_of(met, laptop, question(browser, yi))
    clock.wait(59)
    assert by_code(browser, yi, code) == 302


def test_a_code_of_another_person_another_laptop_or_another_hub_is_none(
    met: Meeting, laptop: Replica, browser: FlaskClient, jia: Person, yi: Person, tmp_path: Path
) -> None:
    of_jia, of_yi = question(browser, jia), question(browser, yi)
    other = met.laptop(met.team("蓝队"))
    with meeting(tmp_path / "elsewhere", plugin("sample", Visit)) as town:
        stranger = town.laptop(town.team("红队"))
        wrong = [
            code_of(met, laptop, of_jia),
            code_of(met, other, of_yi),
            code_of(town, stranger, of_yi),
        ]
    assert [by_code(browser, yi, each) for each in wrong] == [403, 403, 403]
    assert by_code(browser, yi, code_of(met, laptop, of_yi)) == 302


def test_guesses_of_a_code_are_counted(
    met: Meeting, laptop: Replica, browser: FlaskClient, yi: Person
) -> None:
    code = code_of(met, laptop, question(browser, yi))
    for _ in range(WRONG_ATTEMPTS):
        assert by_code(browser, yi, "AAAAA-AAAAA") == 403
    assert by_code(browser, yi, code) == 429


def test_the_keeper_makes_it_on_the_console_and_by_command_and_for_no_revoked_laptop(
    met: Meeting, laptop: Replica, browser: FlaskClient, yi: Person
) -> None:
    asked, keeper = question(browser, yi), keepers(met.hub)
    with laptop:
        number = laptop.writer().number
    one = f"/console/laptops/{number}"
    assert "Did somebody forget their PIN" in console_page(keeper, one)
    wrong = send(keeper, f"{one}/pin-code", one, question="12345")
    assert (wrong.status_code, "not a question that a desk shows" in wrong.text) == (400, True)
    shown = send(keeper, f"{one}/pin-code", one, question=asked).text
    [code] = re.findall('<code class="big">([0-9A-Z]{5}-[0-9A-Z]{5})<', shown)
    told = Place(met.hub.folder).json("hub", "pin-code", str(number), asked)
    assert told == {"device": number, "code": code}
    with met.hub:
        devices.revoke(met.hub, number)
        with pytest.raises(DeviceRevoked):
            devices.make_pin_code(met.hub, number, asked)
    assert by_code(browser, yi, code) == 302


def test_without_a_hub_and_without_another_person_the_page_says_which_command(
    tmp_path: Path,
) -> None:
    lonely = open_laptop(tmp_path, SAMPLE)
    with lonely:
        yi = add_person(lonely, YI, PIN)
    assert "hongxian people reset" in page(entered(desk_of(lonely)), f"/forgotten/{yi.id}")
    assert Place(tmp_path).json("people", "reset", YI, "--pin", NEW) == {"name": YI}
    assert f"{YI} got a new PIN by the command line" in unmarked(
        page(entered(desk_of(lonely)), "/who")
    )


def test_who_was_added_and_removed_stands_with_who_did_it(
    browser: FlaskClient, laptop: Replica, jia: Person, yi: Person
) -> None:
    assert unlocks(browser, yi, PIN)
    browser.post(f"/people/{jia.id}/remove")
    browser.post("/people", data={"name": JIA, "pin": "4444", "again": "4444"})
    shown = unmarked(page(browser, "/people"))
    assert f"{YI} removed {JIA}." in shown
    assert f"{YI} added {JIA}." in shown
    assert f"{YI} was added." in shown
    with laptop:
        for each in people():
            remove_person(laptop, each.id)
    assert page(browser, "/people")

"""Undo on the desk: one press for ten minutes, by whoever did it; later from a list, and known before."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from desks import HeldClock, desk_of, entered, page, unmarked
from hongxian_client.replica.replica import Replica
from hongxian_testing.laptop import open_laptop
from meeting import meeting
from samples import SAMPLE, Thing, Visit


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def laptop(tmp_path: Path, clock: HeldClock) -> Iterator[Replica]:
    laptop = open_laptop(tmp_path, SAMPLE)
    laptop.now = clock
    with laptop:
        yield laptop


@pytest.fixture
def browser(laptop: Replica) -> FlaskClient:
    return entered(desk_of(laptop))


LAST = re.compile(r'action="(/deeds/[^"/]+)" data-undo-last')


def undo_in(text: str) -> list[str]:
    """Where the presses of a page lead that undo something, each once."""
    return list(dict.fromkeys(re.findall(r'action="(/deeds/[^"]+/undo)"', text)))


def made(browser: FlaskClient, name: str) -> str:
    answer = browser.post("/c/sample.visit/new", data={"name": name})
    assert answer.status_code == 302
    return answer.location.split("/")[-1]


def renamed(browser: FlaskClient, id: str, name: str) -> None:
    browser.post(f"/c/sample.visit/{id}/edit", data={"name": name})


def test_the_page_after_a_write_says_what_was_done_and_one_press_takes_it_back(
    laptop: Replica, browser: FlaskClient
) -> None:
    id = made(browser, "示例·甲001")
    renamed(browser, id, "示例·甲002")
    text = page(browser, f"/c/sample.visit/{id}")
    assert "Changed: " in unmarked(text)
    answer = browser.post(undo_in(text)[0], data={"next": f"/c/sample.visit/{id}"})
    assert answer.location == f"/c/sample.visit/{id}"
    assert Visit[id].name == "示例·甲001"
    again = page(browser, f"/c/sample.visit/{id}")
    assert "Undone: Changed" in unmarked(again)
    assert "Do it again" in unmarked(again)
    browser.post(undo_in(again)[-1])
    assert Visit[id].name == "示例·甲002"


def test_for_ten_minutes_each_page_has_the_press_and_then_only_the_list(
    laptop: Replica, browser: FlaskClient, clock: HeldClock
) -> None:
    id = made(browser, "示例·甲001")
    page(browser, "/c/sample.visit")
    clock.wait(9)
    text = page(browser, "/c/sample.visit")
    [undo] = undo_in(text)
    menu = text.partition('id="menu"')[2].partition("</nav>")[0]
    assert undo_in(menu) == [undo], "a phone, which has no room above, has it in the menu"
    clock.wait(2)
    assert undo_in(page(browser, "/c/sample.visit")) == []
    [shown] = re.findall(r'href="(/deeds/[^"]+)"', page(browser, "/deeds"))
    text = page(browser, shown)
    assert "示例·甲001" in text
    assert "is deleted" in text
    assert undo_in(text) == [undo]
    browser.post(undo)
    assert Visit.get_or_none(Visit.id == id) is None
    assert "undone" in page(browser, "/deeds")
    assert "cannot be undone" not in page(browser, shown), "it is no mistake to have undone it"


def test_what_cannot_be_undone_says_why_at_once_and_has_no_press(
    laptop: Replica, browser: FlaskClient
) -> None:
    [id] = laptop.create(Thing, [{"name": "甲"}])
    browser.post(f"/c/sample.thing/{id}/edit", data={"most": "3"})
    text = page(browser, f"/c/sample.thing/{id}")
    [deed] = re.findall(r'href="(/deeds/[^"]+)"', page(browser, "/deeds"))[:1]
    assert "It cannot be undone: “Most” does not go back once it is filled in." in unmarked(text)
    assert f"{deed}/undo" not in text
    assert f"{deed}/undo" not in page(browser, deed)


def test_the_press_means_what_was_done_last_and_asks_before_it_takes_back_something_older(
    laptop: Replica, browser: FlaskClient
) -> None:
    id = made(browser, "示例·甲001")
    [thing] = laptop.create(Thing, [{"name": "甲"}])
    browser.post(f"/c/sample.thing/{thing}/edit", data={"most": "3"})
    page(browser, f"/c/sample.thing/{thing}")
    text = page(browser, "/c/sample.visit")
    assert undo_in(text) == [], "the older deed is not taken back instead"
    [asked] = LAST.findall(text)[:1]
    assert "does not go back" in unmarked(browser.post(asked, follow_redirects=True).text)
    assert Visit[id].name == "示例·甲001"
    renamed(browser, id, "示例·甲002")
    browser.post(undo_in(page(browser, "/"))[0])
    page(browser, "/")
    assert undo_in(page(browser, "/")) == [], "what is older than an undoing is asked about first"


def test_what_no_page_told_of_has_no_press(laptop: Replica, browser: FlaskClient) -> None:
    laptop.create(Visit, [{"name": "示例·甲001"}])
    assert "data-undo-last hidden" in page(browser, "/c/sample.visit")


def test_what_is_done_again_is_taken_back_again(laptop: Replica, browser: FlaskClient) -> None:
    id = made(browser, "示例·甲001")
    renamed(browser, id, "示例·甲002")
    browser.post(undo_in(page(browser, "/"))[0])
    undone = page(browser, "/")
    assert "minutes" not in unmarked(undone)
    browser.post(undo_in(undone)[-1])
    again = page(browser, "/")
    assert "Done again: Changed" in unmarked(again)
    assert "Do it again" not in unmarked(again)
    browser.post(undo_in(again)[0])
    assert Visit[id].name == "示例·甲001"


def test_what_was_written_since_stays_and_the_next_page_tells_it(
    laptop: Replica, browser: FlaskClient
) -> None:
    id = made(browser, "示例·甲001")
    browser.post(f"/c/sample.visit/{id}/edit", data={"name": "示例·甲002", "note": "一"})
    undo = undo_in(page(browser, "/"))[0]
    laptop.edit(Visit, {id: {"name": "示例·乙001"}})
    browser.post(undo)
    text = unmarked(page(browser, "/"))
    assert "Some of it stays as it is: 示例·乙001: it was written on since" in text
    assert (Visit[id].name, Visit[id].note) == ("示例·乙001", None)
    assert "It cannot be undone" in unmarked(browser.post(undo, follow_redirects=True).text)


def test_a_records_history_leads_to_what_puts_a_change_back(
    laptop: Replica, browser: FlaskClient
) -> None:
    id = made(browser, "示例·甲001")
    renamed(browser, id, "示例·甲002")
    newest, *_ = re.findall(
        r'href="(/deeds/[^"]+)">put back', page(browser, f"/c/sample.visit/{id}")
    )
    browser.post(undo_in(page(browser, newest))[0])
    assert Visit[id].name == "示例·甲001"


def test_what_another_laptop_changed_is_put_back_from_the_hubs_history(tmp_path: Path) -> None:
    with meeting(tmp_path, SAMPLE) as met:
        met.team("east")
        one, two = met.laptop("east"), met.laptop("east")
        with one:
            id = Visit.create(name="示例·甲001", note="一").id
        met.agree()
        with two:
            two.edit(Visit, {id: {"name": "示例·乙001", "note": "二"}})
        met.agree()
        with one:
            browser = entered(desk_of(one))
            text = page(browser, f"/c/sample.visit/{id}/history")
            [back] = re.findall(r'href="(/deeds/of/[^"]+)">put back', text)
            one.edit(Visit, {id: {"note": "三"}})
            assert "it was written on since" in page(browser, back)
            browser.post(back)
            assert (Visit[id].name, Visit[id].note) == ("示例·甲001", "三")

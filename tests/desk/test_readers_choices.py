"""The choices that a page's reader makes: its language and the size of its type."""

from pathlib import Path

import pytest

from desks import CHINESE, desk_of, entered, page
from hongxian_client.replica.replica import Replica
from hongxian_testing.laptop import open_laptop
from samples import SAMPLE


@pytest.fixture
def laptop(tmp_path: Path) -> Replica:
    return open_laptop(tmp_path, SAMPLE)


def test_chinese_comes_first_and_a_choice_is_remembered(laptop: Replica) -> None:
    browser = entered(desk_of(laptop))
    unknown = {"Accept-Language": "fr"}
    assert 'lang="zh-CN"' in page(browser, "/c/sample.visit", headers=unknown)
    browser.post("/language", data={"language": "en", "next": "/c/sample.visit"})
    assert '<html lang="en"' in page(browser, "/c/sample.visit", headers=CHINESE)
    browser.post("/language", data={"language": "fr"})
    assert '<html lang="en"' in page(browser, "/c/sample.visit", headers=CHINESE)


def test_large_type_is_remembered(laptop: Replica) -> None:
    browser = entered(desk_of(laptop))
    browser.post("/type-size", data={"size": "large"})
    assert 'class="large-type"' in page(browser, "/c/sample.visit")
    browser.post("/type-size", data={"size": "usual"})
    assert 'class="large-type"' not in page(browser, "/c/sample.visit")


@pytest.mark.parametrize(
    "elsewhere", ["https://desk.example/", "//desk.example", "/\\desk.example", "javascript:x", ""]
)
def test_a_form_leads_back_to_this_place_alone(laptop: Replica, elsewhere: str) -> None:
    browser = entered(desk_of(laptop))
    for road in ("/language", "/type-size"):
        assert browser.post(road, data={"next": elsewhere}).location == "/"
    assert browser.post("/language", data={"next": "/c/sample.visit?q=x"}).location.endswith("q=x")


def test_a_page_that_breaks_says_so_in_words_and_the_records_are_safe(laptop: Replica) -> None:
    browser = entered(desk_of(laptop))
    browser.application.view_functions["records.index"] = lambda name: {}[name]
    answer = browser.get("/c/sample.visit")
    assert answer.status_code == 500
    assert "Your records are safe" in answer.text
    assert "KeyError" in answer.text

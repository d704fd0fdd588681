"""Texts in two languages, and the choice between them that a page's reader makes."""

from pathlib import Path

import pytest

from desks import CHINESE, desk_of, entered, page
from hongxian import wording
from hongxian.collection import Collection
from hongxian.errors import Invalid, RecordUnknown
from hongxian_client.plugins.testing import open_laptop
from hongxian_client.replica.replica import Replica
from samples import SAMPLE


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("借用人 · Borrower", "借用人", "Borrower"),
        ("Borrower · 借用人", "借用人", "Borrower"),
        ("必须填写。Required.", "必须填写。", "Required."),
        ("只能是：开、关。 Must be one of: 开、关.", "只能是：开、关。", "Must be one of: 开、关."),
        ("示例·甲001", "示例·甲001", "示例·甲001"),
        ("Lee", "Lee", "Lee"),
        ("", "", ""),
    ],
)
def test_a_text_shows_the_part_in_the_readers_language(text: str, zh: str, en: str) -> None:
    assert (wording.part(text, "zh"), wording.part(text, "en")) == (zh, en)


def test_a_field_that_its_author_named_no_further_is_called_by_its_name(tmp_path: Path) -> None:
    laptop = open_laptop(tmp_path, SAMPLE)
    thing: Collection = laptop.collection("sample.thing")
    assert wording.label_in(thing.columns["name"], "en") == "Name"
    assert wording.choices_in(thing.columns["state"], "en")[0] == ("open", "Open")
    assert wording.choices_in(thing.columns["state"], "zh")[0] == ("open", "开")
    assert wording.title_in(thing, "en").startswith("Every kind")


def test_an_error_speaks_the_readers_language() -> None:
    error = RecordUnknown(id="1", collection="a.b")
    assert wording.message_in(error, "zh") == "本机的 a.b 里没有记录 1。"
    assert wording.message_in(error, "en") == "No record 1 in a.b on this machine."
    assert "name" in wording.message_in(Invalid(collection="a.b", reasons={"name": ["x"]}), "en")


# -- the reader's choices --------------------------------------------------------------------------


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

"""The page of an import: what is answered stays answered, and a row shows what will be written, also unasked."""

from __future__ import annotations

import io
import re

import pytest
from flask.testing import FlaskClient

import hongxian_plugins.roster as roster
from desks import desk_of, entered
from hongxian_plugins.roster import Person
from hongxian_testing import Laptop
from samples import SAMPLE, Thing

SHEET = """姓名,联系电话,性别,加入日期
示例·甲001,10000000001,男,2025年4月
示例·甲002,10000000002,女,无
示例·甲003,10000000003,女,
示例·甲004,10000000004,女,2021
示例·甲005,10000000005,女,2024.8
"""


@pytest.fixture
def browser(laptop: Laptop) -> FlaskClient:
    laptop.at("2026-05-04 09:00")
    return entered(desk_of(laptop.store))


def brought(browser: FlaskClient, collection: str, sheet: str) -> str:
    """The address of the page of a sheet."""
    data = {"sheet": (io.BytesIO(sheet.encode("utf-8-sig")), "list.csv")}
    return str(browser.post(f"/c/{collection}/sheets/try", data=data).headers["Location"])


def rows(page: str) -> list[list[str]]:
    """What its rows say, a text that is struck out in brackets."""
    found = re.findall(r"<tr(?: class=\"is-asking\")?>(<td.*?)</tr>", page, re.S)
    cells = [re.findall(r"<td.*?>(.*?)</td>", each, re.S) for each in found]
    told = [[re.sub("<del.*?>(.*?)</del>", r"[\1]", cell) for cell in row[2:]] for row in cells]
    return [[re.sub("<.*?>", "", cell).strip() for cell in row] for row in told]


@pytest.mark.plugins(roster)
def test_an_answer_for_all_is_for_those_still_wrong_and_the_page_tells_what_is_written(
    browser: FlaskClient,
) -> None:
    here = brought(browser, "roster.person", SHEET)
    page = browser.get(here).text
    field = re.findall(r'value="(\w+):first"', page)
    assert len(field) == 1  # one button for all months, although other days are wrong before them
    assert page.count(":blank") == 1
    browser.post(here, data={"meant": f"{field[0]}:first"})
    browser.post(here, data={"meant": f"{field[0]}:blank"})
    told = [row[-1] for row in rows(browser.get(here).text)]
    assert told == [
        "2025-04-01",
        "[无] 2026-05-04",
        "2026-05-04",
        "[2021] 2026-05-04",
        "2024-08-01",
    ]
    browser.post(f"{here}/import")
    written = [str(each.joined) for each in Person.select().order_by(Person.name)]
    assert [each.rpartition(" ")[2] for each in told] == written


@pytest.mark.plugins(roster)
def test_the_press_above_the_list_takes_back_the_import_that_was_done_last(
    browser: FlaskClient,
) -> None:
    browser.post("/c/roster.person/new", data={"name": "示例·甲002"})
    here = brought(browser, "roster.person", SHEET.replace("无", "").replace("2021\n", "\n"))
    browser.post(here, data={"meant": "joined:first"})
    browser.post(f"{here}/import")
    assert Person.select().count() == 5
    [undo, *_] = re.findall(r'action="(/deeds/[^"]+/undo)"', browser.get("/c/roster.person").text)
    browser.post(undo)
    assert [each.name for each in Person.select()] == ["示例·甲002"]


@pytest.mark.plugins(SAMPLE)
def test_names_that_nobody_bears_are_left_empty_and_what_is_usual_is_told(
    browser: FlaskClient,
) -> None:
    here = brought(browser, "sample.thing", "name,state,other\n示例·甲,,没有的\n示例·乙,busy,\n")
    browser.post(here, data={"meant": "other:blank"})
    assert rows(browser.get(here).text) == [["示例·甲", "开", "[没有的]"], ["示例·乙", "忙", ""]]
    browser.post(f"{here}/import")
    assert [(each.state, each.other) for each in Thing.select().order_by(Thing.name.desc())] == [
        ("open", None),
        ("busy", None),
    ]


@pytest.mark.plugins(SAMPLE)
def test_what_must_be_there_is_not_offered_to_be_left_empty(browser: FlaskClient) -> None:
    here = brought(browser, "sample.thing", f"name,note\n{'长' * 99},一\n")
    page = browser.get(here).text
    assert 'name="mend.name"' in page
    assert ":blank" not in page

"""Lists: chips with counts narrow them, columns tell what their rows hold, the ticked ones are changed together."""

from __future__ import annotations

import io
import re
from datetime import date

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from desks import desk_of, entered
from hongxian_testing import Desk, Laptop
from samples import SAMPLE, Thing, Visit

pytestmark = pytest.mark.plugins(SAMPLE)


@pytest.fixture
def desk(laptop: Laptop) -> Desk:
    laptop.at("2026-05-04 09:00")
    return Desk(laptop)


@pytest.fixture
def browser(laptop: Laptop) -> FlaskClient:
    return entered(desk_of(laptop.store))


def chips(page: str) -> list[str]:
    found = re.findall(r'<a class="chip[^>]*>(.*?)</a>', page, re.S)
    return [" ".join(re.sub("<[^>]+>", " ", each).split()) for each in found]


def test_chips_tell_how_many_records_have_each_value_and_take_the_filter_off_again(
    desk: Desk,
) -> None:
    for name, state in (("甲", "open"), ("乙", "busy"), ("丙", "busy")):
        Thing.create(name=f"示例·{name}", state=state)
    html = desk.open("/c/sample.thing").html
    assert [each.split()[-1] for each in chips(html)] == ["1", "2"]
    assert 'href="/c/sample.thing?state=busy"' in html
    narrowed = desk.open("/c/sample.thing?state=busy")
    assert 'class="chip on" href="/c/sample.thing"' in narrowed.html
    assert "共 2 条" in narrowed.text
    assert "示例·甲" not in narrowed.text


def test_days_of_one_column_are_written_alike(desk: Desk) -> None:
    def days() -> list[str]:
        page = desk.open("/c/sample.thing").html
        return re.findall(r'<td class="short soft"[^>]*>(.*?)</td>', page)

    Thing.create(name="示例·甲", day=date(2026, 4, 30))
    assert days() == ["04-30"]
    Thing.create(name="示例·乙", day=date(2020, 8, 9))
    assert sorted(days()) == ["2020-08-09", "2026-04-30"]


def test_a_count_and_its_chips_are_of_what_the_search_found(desk: Desk) -> None:
    for name, state in (("张三", "open"), ("张四", "busy"), ("李一", "busy")):
        Thing.create(name=name, state=state)
    page = desk.open("/c/sample.thing?q=张")
    assert "共 2 条" in page.text
    assert [each.split()[-1] for each in chips(page.html)] == ["1", "1"]


def test_a_column_in_which_no_row_tells_anything_leaves_room_for_others(desk: Desk) -> None:
    Visit.create(name="示例·甲001")
    assert "Note" not in desk.open("/c/sample.visit").text
    Visit.create(name="示例·甲002", note="来过")
    assert "Note" in desk.open("/c/sample.visit").text


def test_ticked_records_get_one_fields_value_together_and_no_other_does(
    browser: FlaskClient,
) -> None:
    one, two, three = (Visit.create(name=f"示例·甲00{n}") for n in (1, 2, 3))
    ids = [one.id, two.id]
    chosen = browser.post("/c/sample.visit/together", data={"id": ids, "field": "note"})
    assert 'name="note"' in chosen.text
    browser.post("/c/sample.visit/together", data={"id": ids, "field": "note", "note": "同来"})
    assert [Visit.get_by_id(each.id).note for each in (one, two, three)] == ["同来", "同来", None]


def test_nothing_is_changed_together_by_a_field_that_is_none(browser: FlaskClient) -> None:
    visit = Visit.create(name="示例·甲001")
    answer = browser.post(
        "/c/sample.visit/together", data={"id": [visit.id], "field": "name", "name": "x"}
    )
    assert answer.status_code == 200
    assert "Which field" in answer.text


def test_a_sheet_of_the_ticked_holds_these_alone(browser: FlaskClient) -> None:
    one, _two = (Visit.create(name=f"示例·甲00{n}") for n in (1, 2))
    sent = browser.post("/c/sample.visit/sheets/picked", data={"id": [one.id]})
    cells = {str(c.value) for row in load_workbook(io.BytesIO(sent.data)).active for c in row}
    assert "示例·甲001" in cells
    assert "示例·甲002" not in cells

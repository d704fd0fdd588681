"""The year in numbers: what plugins count, on the console, on paper, as a workbook; each leads to what it counts."""

import re
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from peewee import CharField

from consoles import keepers, page, visitor
from hongxian import Record, Text, local_today
from hongxian.kit.yearly import chapters
from hongxian.records import COMMUNITY
from hongxian.shapes import Table
from hongxian.yearly import Figure, yearly
from hongxian_plugins import roster, service
from hongxian_plugins.roster import Person
from hongxian_plugins.service import Activity, Attendance
from hongxian_server.hub import Hub
from meeting import Meeting, meeting
from samples import plugin

FORMULA = '=HYPERLINK("http://example.org")'


class Loan(Record):
    """Loans."""

    tool = CharField(max_length=60)

    class Meta:
        collection = "loans.loan"
        scope = COMMUNITY


@yearly(title=Text("借用", "Loans"))
def loans(store, year):
    """How many there are, and each."""
    found = Loan.select().order_by(Loan.tool)
    table = Table([Text("工具", "Tool")], [[each.tool] for each in found])
    yield Figure(Text("借出", "Lent"), len(found), Text("次", "times"), lambda: table)


@yearly(title=Text("坏的", "Broken"))
def broken(store, year):
    """It breaks."""
    raise ZeroDivisionError


LOANS = plugin("loans", Loan, loans=loans, broken=broken)


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    with meeting(tmp_path, roster, service, LOANS) as met:
        yield filled(met)


def filled(met: Meeting) -> Hub:
    """Two served in 2025 for two hours each, one of whom entered twice is one; nobody confirmed the third."""
    met.team("east")
    laptop = met.laptop("east")
    with laptop:
        one, other = (Person.create(name=f"示例·甲{n}", joined=date(2025, 1, 5)).id for n in "12")
        held = Activity.create(title="值班", day=date(2025, 3, 1))
        meeting_ = Activity.create(title="会议", day=date(2025, 3, 2), kind="own")
        for activity, person, hour, by in (
            (held, one, 8, "队长"),
            (held, other, 8, "队长"),
            (held, other, 12, None),
            (meeting_, one, 8, "队长"),
        ):
            day = activity.day
            Attendance.create(
                activity=activity,
                person=person,
                signed_in=datetime(day.year, day.month, day.day, hour),
                signed_out=datetime(day.year, day.month, day.day, hour + 2),
                confirmed_by=by,
            )
        Loan.create(tool=FORMULA)
    met.sync()
    return met.hub


def told(hub: Hub, year: int) -> dict[str, int]:
    with hub:
        return {one.label.zh: one.value for each in chapters(hub, year) for one in each.figures}


def test_what_counts_is_counted_in_its_year_and_a_plugin_that_breaks_stops_no_other(
    hub: Hub,
) -> None:
    counted = told(hub, 2025)
    assert counted["志愿者"] == 2
    assert counted["新登记"] == 2
    assert counted["时长：值班"] == 4
    assert counted["时长合计"] == 4
    assert counted["参加的人"] == 2
    assert counted["参加人次"] == 2
    assert counted["借出"] == 1
    assert told(hub, 2024)["时长合计"] == 0
    [wrong] = [each for each in hub.plugins.all if each.name == "loans"]
    assert any("ZeroDivisionError" in str(each) for each in wrong.errors)


def test_each_figure_leads_to_what_it_counts_and_names_nobody(hub: Hub) -> None:
    browser = keepers(hub)
    shown = page(browser, "/console/year?year=2025")
    links = re.findall(r'href="(/console/year/[^"/]+/\d+\?year=2025)"', shown)
    assert len(links) > 4
    pages = [page(browser, each.replace("&amp;", "&")) for each in links]
    assert any("值班" in each for each in pages)
    assert not any("示例·甲" in each for each in [shown, *pages])
    assert browser.get("/console/year/loans.loans/7").status_code == 404
    assert browser.get("/console/year/loans.nothing/0").status_code == 404


def test_the_workbook_has_all_figures_and_no_text_of_it_is_a_formula(hub: Hub) -> None:
    answer = keepers(hub).get("/console/year/2025.xlsx")
    book = load_workbook(BytesIO(answer.data))
    first, *others = book.worksheets
    rows = [[cell.value for cell in row] for row in first.iter_rows(min_row=2)]
    assert ["借用", "借出", 1, "次"] in rows or ["Loans", "Lent", 1, "times"] in rows
    cells = [cell for sheet in others for row in sheet.iter_rows() for cell in row]
    assert FORMULA in [cell.value for cell in cells]
    assert not [cell for cell in cells if cell.data_type == "f"]


def test_it_is_printed_on_a_sheet_that_asks_for_nothing_elsewhere(hub: Hub) -> None:
    answer = keepers(hub).get("/console/year/sheet?year=2025")
    assert "2025" in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "<script>" not in answer.text


@pytest.mark.parametrize("year", ["1999", "9999", "x", "-1"])
def test_a_year_beyond_reason_is_the_present_one(hub: Hub, year: str) -> None:
    with hub:
        now = local_today().year
    heading = f"<h1>The year {now} in numbers</h1>"
    assert heading in page(keepers(hub), f"/console/year?year={year}")


@pytest.mark.parametrize("path", ["", "/loans.loans/0", "/sheet", "/2025.xlsx"])
def test_nobody_but_the_keeper_sees_it(hub: Hub, path: str) -> None:
    answer = visitor(hub).get(f"/console/year{path}")
    assert answer.status_code in (302, 303, 403)

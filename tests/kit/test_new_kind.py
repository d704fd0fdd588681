"""A kind of field that a plugin brings in its one file is typed, carried, shown and kept as any other."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook

from command_line import Place, joined, new_hub, serving
from desks import desk_of, entered, page
from hongxian_client.replica.replica import Replica
from hongxian_server.hub import Hub
from places import EXAMPLES

PETTY_CASH = EXAMPLES / "records" / "petty_cash.py"
EXPENSE = "petty_cash.expense"
TEAM = "夕阳红"


@pytest.fixture
def hub(tmp_path: Path) -> Place:
    return new_hub(with_plugin(tmp_path / "hub"), TEAM)


@pytest.fixture
def laptops(hub: Place, tmp_path: Path) -> Iterator[tuple[Place, Place]]:
    """Two laptops of one team, while their hub serves."""
    with serving(hub) as url:
        first, second = (
            joined(hub, url, with_plugin(tmp_path / name), TEAM) for name in ("甲机", "乙机")
        )
        yield first, second


@pytest.fixture
def laptop(laptops: tuple[Place, Place]) -> Place:
    return laptops[0]


def with_plugin(folder: Path) -> Path:
    """A data folder in which the plugin's one file lies."""
    (folder / "plugins").mkdir(parents=True)
    shutil.copy(PETTY_CASH, folder / "plugins")
    return folder


def bought(laptop: Place, amount: str = "12.50") -> str:
    return laptop.json("add", EXPENSE, "what=灯泡", f"amount={amount}")["id"]


def amount_of(laptop: Place, id: str) -> int:
    """In cents, as programs read it."""
    return laptop.json("show", EXPENSE, id)["amount"]


def test_it_is_typed_on_a_command_line_as_people_write_it(laptop):
    for typed, cents in (("12.50", 1250), ("1,200", 120_000), ("¥3.5", 350)):
        assert amount_of(laptop, bought(laptop, typed)) == cents


def test_what_is_none_of_its_values_is_refused_with_its_own_words(laptop):
    said = laptop("add", EXPENSE, "what=灯泡", "amount=12.505")
    assert said.code == 1
    assert "应为金额（如 12.50）。" in said.err
    assert laptop.json("list", EXPENSE) == []


def test_it_reaches_hub_and_other_laptops_and_is_shown_there(hub, laptops):
    first, second = laptops
    id = bought(first)
    assert first("sync").code == second("sync").code == 0
    with Hub.open(hub.folder) as there:
        assert there.collection(EXPENSE).rows_by_id([id])[id].values["amount"] == 1250
    assert amount_of(second, id) == 1250
    assert "12.50" in second("list", EXPENSE).out
    assert "12.50" in second("show", EXPENSE, id).out


def test_a_list_is_filtered_and_sorted_by_it(laptop):
    small, large = bought(laptop, "9.80"), bought(laptop, "100")
    assert [each["id"] for each in laptop.json("list", EXPENSE, "--where", "amount=9.80")] == [
        small
    ]
    listed = laptop.json("list", EXPENSE, "--sort", "-amount")
    assert [each["id"] for each in listed] == [large, small]


def test_an_action_asks_for_it_and_takes_it_in(laptop):
    id = bought(laptop)
    assert "如 12.50" in laptop("do", "petty_cash.correct", "--ask").out
    assert laptop("do", "petty_cash.correct", id, "by=-0.55").code == 0
    assert amount_of(laptop, id) == 1195


def test_a_page_shows_it_and_its_form_reads_back_what_it_shows(laptop):
    id = bought(laptop)
    replica = Replica.open(laptop.folder)
    browser, address = entered(desk_of(replica)), f"/c/{EXPENSE}/{id}"
    assert "12.50" in page(browser, f"/c/{EXPENSE}")
    assert 'value="12.50"' in page(browser, f"{address}/edit")
    for typed, cents in (("12.50", 1250), ("13", 1300)):
        drawn = {"what": "灯泡", "was.what": "灯泡", "was.amount": "12.50", "amount": typed}
        assert browser.post(f"{address}/edit", data=drawn).status_code == 302
        assert amount_of(laptop, id) == cents
    assert "13.00" in page(browser, address)


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_a_sheet_of_it_comes_back_unchanged(laptop, tmp_path, suffix):
    bought(laptop), bought(laptop, "-0.05")
    sheet = tmp_path / f"expenses.{suffix}"
    laptop.json("export", EXPENSE, sheet)
    report = laptop.json("import", EXPENSE, sheet)
    assert (report["unchanged"], report["changed"], report["wrong"]) == (2, 0, 0)


def test_a_changed_cell_of_a_sheet_is_taken_in(laptop, tmp_path):
    id, sheet = bought(laptop), tmp_path / "expenses.xlsx"
    laptop.json("export", EXPENSE, sheet)
    book = load_workbook(sheet)
    [cell] = [cell for cell in book.worksheets[0][2] if cell.value == 12.5]
    cell.value = 20.75
    book.save(sheet)
    assert laptop.json("import", EXPENSE, sheet)["changed"] == 1
    assert amount_of(laptop, id) == 2075

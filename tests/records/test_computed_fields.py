"""What follows from a record's values is shown like a field, and stored, asked for and imported nowhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from peewee import CharField, IntegerField

from desks import desk_of, entered, page
from hongxian import Record, Text, computed
from hongxian.records import COMMUNITY
from hongxian_client.replica.replica import Replica
from hongxian_client.sheets.exporting import export_file
from hongxian_client.sheets.importing import import_file
from hongxian_client.text.format import Shower
from hongxian_testing.laptop import open_laptop
from samples import plugin


class Basket(Record):
    name = CharField(verbose_name=Text("篮子", "Basket"))
    apples = IntegerField(verbose_name=Text("苹果", "Apples"), default=0)
    pears = IntegerField(verbose_name=Text("梨", "Pears"), default=0)

    class Meta:
        collection = "fruit.basket"
        scope = COMMUNITY

    @computed(IntegerField(verbose_name=Text("合计", "In all")))
    def in_all(self) -> int:
        if self.name == "坏":
            raise ValueError("no sum")
        return self.apples + self.pears


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Replica]:
    with open_laptop(tmp_path / "laptop", plugin("fruit", Basket)) as laptop:
        yield laptop


def test_pages_lists_and_commands_show_it_and_no_form_asks_for_it(laptop: Replica) -> None:
    id = Basket.create(name="示例", apples=300, pears=45).id
    assert Basket.get_by_id(id).in_all == 345
    browser = entered(desk_of(laptop))
    for address in ("/c/fruit.basket", f"/c/fruit.basket/{id}"):
        shown = page(browser, address)
        assert "In all" in shown
        assert "345" in shown
    assert "in_all" not in page(browser, f"/c/fruit.basket/{id}/edit")
    baskets = laptop.collection("fruit.basket")
    [row] = baskets.rows("TRUE")
    assert Shower(laptop, baskets, [row]).field(row, "in_all").zh == "345"
    assert "in_all" not in row.values


@pytest.mark.parametrize("name", ["out.xlsx", "out.csv"])
def test_a_sheet_tells_it_and_passes_over_it_when_it_comes_back(
    laptop: Replica, tmp_path: Path, name: str
) -> None:
    Basket.create(name="示例", apples=300, pears=45)
    export_file(laptop, "fruit.basket", path := tmp_path / name)
    if name.endswith("xlsx"):
        rows = [[cell.value for cell in row] for row in load_workbook(path).worksheets[0]]
        assert (rows[0][-1], rows[1][-1]) == ("合计", 345)
    report = import_file(laptop, "fruit.basket", path)
    assert (report.unchanged, report.problems) == (1, [])


def test_one_that_breaks_shows_nothing_and_its_plugin_is_told(laptop: Replica) -> None:
    id = Basket.create(name="坏", apples=1).id
    assert "坏" in page(entered(desk_of(laptop)), f"/c/fruit.basket/{id}")
    assert "in_all" in str(laptop.plugins.all[0].errors)

"""Fields that nobody sees, and fields that nobody types: on pages, in sheets and for the command line."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from peewee import CharField, IntegerField

from desks import desk_of, entered, page
from hongxian import Record, Text
from hongxian.errors import Invalid, UnknownField
from hongxian.records import COMMUNITY
from hongxian_client.replica.replica import Replica
from hongxian_client.sheets.exporting import export_file
from hongxian_client.sheets.importing import import_file
from hongxian_client.text.assignments import Assignment, typed_values_of
from hongxian_client.text.query import select_rows
from hongxian_testing.laptop import open_laptop
from samples import plugin


class Parcel(Record):
    name = CharField(verbose_name=Text("包裹", "Parcel"))
    token = CharField(verbose_name=Text("暗号", "Token"), null=True)
    weight = IntegerField(verbose_name=Text("克重", "Weight"), null=True)

    class Meta:
        collection = "post.parcel"
        title = Text("包裹", "Parcels")
        scope = COMMUNITY
        hidden = ("token",)
        read_only = ("weight",)


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Replica]:
    with open_laptop(tmp_path, plugin("post", Parcel)) as laptop:
        Parcel.create(name="示例·一号", token="秘密话", weight=12345)
        yield laptop


def test_no_page_shows_a_hidden_field_or_asks_for_one_that_nobody_types(laptop: Replica) -> None:
    [id] = [each.id for each in Parcel.select()]
    browser = entered(desk_of(laptop))
    for address in ("/c/post.parcel", f"/c/post.parcel/{id}"):
        shown = page(browser, address)
        assert "12345" in shown
        assert "秘密话" not in shown
        assert "暗号" not in shown
    for address in ("/c/post.parcel/new", f"/c/post.parcel/{id}/edit"):
        form = page(browser, address)
        assert 'name="name"' in form
        assert 'name="weight"' not in form
        assert 'name="token"' not in form
    assert select_rows(laptop, laptop.collection("post.parcel"), [], search="秘密话") == []


@pytest.mark.parametrize(("name", "wrong"), [("weight", Invalid), ("token", UnknownField)])
def test_on_the_command_line_they_are_not_written(
    laptop: Replica, name: str, wrong: type[Exception]
) -> None:
    parcels = laptop.collection("post.parcel")
    with pytest.raises(wrong):
        typed_values_of(laptop, parcels, [Assignment(name, "", "7")])
    assert typed_values_of(laptop, parcels, [Assignment("name", "", "二号")]) == {"name": "二号"}


def test_a_sheet_goes_out_without_the_hidden_and_comes_in_where_the_rest_is_as_it_was(
    laptop: Replica, tmp_path: Path
) -> None:
    path = tmp_path / "out.xlsx"
    export_file(laptop, "post.parcel", path)
    book = load_workbook(path)
    sheet = book.worksheets[0]
    assert [each.value for each in sheet[1]] == ["编号", "包裹", "克重"]
    sheet["B2"] = "示例·改"
    sheet.append([None, "示例·二号", None])
    sheet.append([None, "示例·三号", 5])
    book.save(path)
    report = import_file(laptop, "post.parcel", path)
    assert [list(each["reasons"]) for each in report.problems] == [["weight"]]
    assert {(each.name, each.weight) for each in Parcel.select()} == {
        ("示例·改", 12345),
        ("示例·二号", None),
    }


@pytest.mark.parametrize("option", ["hidden", "read_only"])
def test_a_field_that_nobody_types_needs_no_value(tmp_path: Path, option: str) -> None:
    meta: dict[str, Any] = {"collection": "odd.thing", option: ("name",)}
    odd = type("Odd", (Record,), {"name": CharField(), "Meta": type("Meta", (), meta)})
    laptop = open_laptop(tmp_path, plugin("odd", odd))
    assert "nobody types name" in laptop.plugins.all[0].errors[0].en

"""The tests of wheelbarrows.py: `pytest docs/examples`. An old sheet comes in as it is, and twice changes nothing."""

import pytest

import wheelbarrows

pytestmark = pytest.mark.plugins(wheelbarrows)


def test_a_sheet_comes_in_as_it_is_and_doubles_nothing(neighbourhood, tmp_path):
    laptop = neighbourhood.laptop("示例·红队")
    sheet = tmp_path / "old.csv"
    sheet.write_text(
        "示例社区手推车\n车号,购入时间,谁管\n甲1,2023年3月1号,示例·甲\n合计,1辆,\n", "utf-8"
    )
    first = laptop.bring_in("wheelbarrows.wheelbarrow", sheet)
    again = laptop.bring_in("wheelbarrows.wheelbarrow", sheet)
    assert (first.new, first.wrong, again.new, again.unchanged) == (1, 0, 0, 1)


def test_who_contradicts_is_asked_about(neighbourhood, tmp_path):
    laptop = neighbourhood.laptop("示例·红队")
    sheet = tmp_path / "new.csv"
    sheet.write_text("车牌,保管人\n甲1,示例·甲\n", "utf-8")
    laptop.bring_in("wheelbarrows.wheelbarrow", sheet)
    sheet.write_text("车牌,保管人\n甲1,示例·乙\n", "utf-8")
    assert laptop.bring_in("wheelbarrows.wheelbarrow", sheet).double == 1

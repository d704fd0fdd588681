"""What people type into cells, and what it means."""

from contextlib import suppress
from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongxian.kinds.column import Column
from hongxian.kinds.merged.members import shown_members
from hongxian.kinds.reference import ReferenceColumn
from hongxian.kinds.typed_input import CellError, Formula, Unresolved, WrongCell
from hongxian.text import Text
from samples import KINDS

YES_NO = (("applied", Text("已申请", "Applied")), ("active", Text("在队", "Active")))
NUMBERS = st.integers(-(10**15) + 1, 10**15 - 1)


def column(kind: str, **options) -> Column:
    return KINDS[kind]("field", **options)


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        ("text", " 张三 ", "张三"),
        ("text", 10012345678, "10012345678"),
        ("text", 10012345678.0, "10012345678"),
        ("text", 1.5, "1.5"),
        ("text", "=1+1", "=1+1"),
        ("text", datetime(2023, 3, 1), "2023-03-01"),
        ("int", "1,200", 1200),
        ("int", "１２", 12),
        ("int", 12.0, 12),
        ("int", "-3", -3),
        ("int", "9223372036854775807", 2**63 - 1),
        ("bool", "是", True),
        ("bool", "NO", False),
        ("bool", 1, True),
        ("bool", 0.0, False),
        ("bool", True, True),
        ("date", "2023-03-01", "2023-03-01"),
        ("date", "2023/3/1", "2023-03-01"),
        ("date", "2023.3.1", "2023-03-01"),
        ("date", "2023年3月1日", "2023-03-01"),
        ("date", "2023年3月1日（周三）", "2023-03-01"),
        ("date", 20230301, "2023-03-01"),
        ("date", datetime(2023, 3, 1), "2023-03-01"),
        ("date", date(2023, 3, 1), "2023-03-01"),
        ("datetime", "2023-03-01 08:30", "2023-03-01 08:30:00"),
        ("datetime", "2023-03-01T08:30:05", "2023-03-01 08:30:05"),
        ("datetime", "2023/3/1 8:05", "2023-03-01 08:05:00"),
        ("datetime", "2023年3月1日8点30分", "2023-03-01 08:30:00"),
        ("datetime", "2023年3月1日 20时", "2023-03-01 20:00:00"),
        ("datetime", datetime(2023, 3, 1, 8, 29, 59, 999_999), "2023-03-01 08:30:00"),
        ("time", "8：30", "08:30:00"),
        ("time", time(8, 30), "08:30:00"),
        (
            "members",
            "磨刀、理发，量血压; 修车,外语；磨刀",
            {"磨刀", "理发", "量血压", "修车", "外语"},
        ),
        ("members", '["a,b", "c"]', {"a,b", "c"}),
        ("members", "[修车", {"[修车"}),
        ("members", "(Clear)", frozenset()),
        ("tally", "12", 12),
    ],
)
def test_a_cell_means_what_a_person_means(kind, cell, value):
    assert column(kind).from_cell(cell) == value


@pytest.mark.parametrize(
    ("kind", "cell", "reason"),
    [
        ("text", "1.2E+17", "文本"),
        ("text", 110101199003070000, "文本"),
        ("text", 1.10101199003e17, "文本"),
        ("text", True, "文字"),
        ("text", Formula("=A1"), "公式"),
        ("text", CellError("#N/A"), "#N/A"),
        ("int", "1.5", "整数"),
        ("int", 1.5, "整数"),
        ("int", True, "整数"),
        ("int", "9" * 400, "整数"),
        ("int", 10**15, "文本"),
        ("bool", "也许", "是"),
        ("bool", 2, "是"),
        ("date", "2023-02-30", "日期"),
        ("date", "昨天", "日期"),
        ("date", datetime(2023, 3, 1, 8), "日期"),
        ("date", 45000, "日期"),
        ("datetime", "2023-03-01", "时间"),
        ("datetime", "2023-03-01 25:00", "时间"),
        ("time", "8", "时间"),
        ("int", "（清空）", "清空"),
    ],
)
def test_a_cell_that_is_no_value_says_why_in_both_languages(kind, cell, reason):
    with pytest.raises(WrongCell) as wrong:
        column(kind).from_cell(cell)
    why = wrong.value.why
    assert reason in why.zh
    assert why.en.isascii()
    assert any(map(str.isalpha, why.en))


@pytest.mark.parametrize("typed", ["active", "ACTIVE", "在队", "Active", " 在队 "])
def test_a_choice_is_told_by_its_value_or_either_half_of_its_label(typed):
    assert column("text", choices=YES_NO).from_cell(typed) == "active"


def test_a_choice_that_is_none_is_told_what_there_is():
    with pytest.raises(WrongCell) as wrong:
        column("text", choices=YES_NO).from_cell("退休")
    assert "已申请、在队" in wrong.value.why.zh
    assert "Applied, Active" in wrong.value.why.en


def test_a_field_is_emptied_only_by_saying_so():
    assert column("text", null=True).from_cell("（清空）") is None
    assert column("text").from_cell("（清空）") == ""


def test_a_reference_is_an_id_or_a_name_to_look_up():
    person = ReferenceColumn("field", reference="roster.person")
    id = "01a20ae1-73a4-7545-95e8-aa364ea945b1"
    assert type(person.from_cell(id.upper())) is str
    assert person.from_cell(id.upper()) == id
    assert isinstance(person.from_cell("示例·甲001"), Unresolved)


@given(st.frozensets(st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=8)))
def test_a_set_reads_back_from_the_cell_that_shows_it(members):
    shown = shown_members(members)
    assert not members if not shown.strip() else column("members").from_cell(shown) == members


@given(NUMBERS)
def test_a_number_cell_in_a_text_column_keeps_every_digit(number):
    assert column("text").from_cell(number) == str(number)
    assert column("text").from_cell(float(number)) == str(number)


@given(st.text() | st.integers() | st.floats() | st.booleans() | st.datetimes())
@pytest.mark.parametrize("kind", ["text", "int", "bool", "date", "datetime", "time", "members"])
def test_any_cell_is_a_value_or_a_reason(kind, cell):
    with suppress(WrongCell):
        column(kind).from_cell(cell)

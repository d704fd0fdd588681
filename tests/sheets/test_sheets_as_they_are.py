"""Sheets as people keep them: whatever kind, with titles, totals and hidden rows, and brought twice."""

import zipfile
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

import hongxian_plugins.roster as roster
import hongxian_plugins.service as service
from hongxian.errors import FileRefused
from hongxian_client.sheets.choices import Choices
from hongxian_client.sheets.importing import import_file
from hongxian_client.sheets.reading.encodings import EncodingUnsure
from hongxian_client.sheets.reading.source import Source
from hongxian_plugins.roster import Contact, Membership, Person
from hongxian_testing.laptop import open_laptop
from laptops import problems_of


@pytest.fixture
def laptop(tmp_path):
    with open_laptop(tmp_path / "laptop", roster, service) as laptop:
        yield laptop
        assert not problems_of(laptop)


def book_of(path, pages, hidden=(), joined=()):
    """A workbook with these pages of rows."""
    book = Workbook()
    book.remove(book.active)
    for title, rows in pages.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
        for row in hidden:
            sheet.row_dimensions[row].hidden = True
        for cells in joined:
            sheet.merge_cells(cells)
    book.save(path)
    return path


def outcome(report):
    return report.new, report.changed, report.unchanged, report.double, report.wrong


def names():
    return sorted(each.name for each in Person.select())


# -- what is read --------------------------------------------------------------------------------


def test_the_page_with_the_header_is_read_and_the_others_are_told_of(laptop, tmp_path):
    pages = {
        "说明": [["请在第二页填写"]],
        "甲组": [["姓名", "性别"], ["示例·甲", "女"]],
        "乙组": [["姓名", "性别"], ["示例·乙", "男"]],
    }
    path = book_of(tmp_path / "p.xlsx", pages)
    report = import_file(laptop, "roster.person", path)
    assert (report.page, report.header, report.alike, names()) == ("甲组", 1, ["乙组"], ["示例·甲"])
    import_file(laptop, "roster.person", path, choices=Choices(page="乙组"))
    assert names() == ["示例·乙", "示例·甲"]


def test_hidden_rows_totals_and_who_made_the_sheet_are_left_out_and_told(laptop, tmp_path):
    rows = [
        ["示例社区志愿者花名册"],
        ["序号", "姓名", "性别"],
        [1, "示例·甲", "女"],
        [2, "示例·乙", "女"],
        ["合计", "2人"],
        ["制表人：示例·丙"],
    ]
    path = book_of(tmp_path / "p.xlsx", {"名册": rows}, hidden=[4])
    report = import_file(laptop, "roster.person", path)
    assert names() == ["示例·甲"]
    assert [(row, why.zh) for row, why in report.left_out] == [
        (4, "隐藏的行"),
        (5, "像合计"),
        (6, "像落款"),
    ]


def test_cells_that_are_joined_downwards_hold_for_each_row(laptop, tmp_path):
    rows = [
        ["加入日期", "姓名"],
        [date(2023, 3, 1), "示例·甲"],
        [None, "示例·乙"],
        [None, "示例·丙"],
    ]
    path = book_of(tmp_path / "p.xlsx", {"名册": rows}, joined=["A2:A3"])
    import_file(laptop, "roster.person", path)
    joined = {each.name: each.joined for each in Person.select()}
    assert joined == {"示例·甲": date(2023, 3, 1), "示例·乙": date(2023, 3, 1), "示例·丙": None}


def test_a_column_that_nobody_knows_is_passed_over_and_told(laptop, tmp_path):
    path = book_of(tmp_path / "p.xlsx", {"名册": [["志愿者姓名", "属相"], ["示例·甲", "龙"]]})
    report = import_file(laptop, "roster.person", path)
    assert (names(), report.passed) == (["示例·甲"], ["B 属相"])


def test_a_column_is_told_by_its_cells_where_the_text_above_says_nothing(laptop, tmp_path):
    rows = [["姓名", "甲栏"], ["示例·甲", "男"], ["示例·乙", "女"]]
    import_file(laptop, "roster.person", book_of(tmp_path / "p.xlsx", {"名册": rows}))
    assert {each.gender for each in Person.select()} == {"male", "female"}


def test_a_person_says_which_row_is_the_header_and_what_the_columns_hold(laptop, tmp_path):
    rows = [["姓名"], ["谁", "何时"], ["示例·甲", "2023-03-01"]]
    path = book_of(tmp_path / "p.xlsx", {"名册": rows})
    choices = Choices(header=2, columns={0: "name", 1: "joined"})
    report = import_file(laptop, "roster.person", path, choices=choices)
    assert (names(), report.passed) == (["示例·甲"], [])


BOOKS = Path(__file__).parent / "books"
"""Made by a library each: people, a day, a number, and a second page."""
_TABLE = '<table:table table:name="{}">{}</table:table>'
_ROW = "<table:table-row>{}</table:table-row>"
_TEXT = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
_DAY = '<table:table-cell office:value-type="date" office:date-value="2023-03-01"/>'
_NUMBER = '<table:table-cell office:value-type="float" office:value="3"/>'


def ods(path):
    """The same as a spreadsheet of LibreOffice."""
    rows = [
        _ROW.format(_TEXT.format("姓名") + _TEXT.format("加入日期")),
        _ROW.format(_TEXT.format("示例·甲") + _DAY),
        _ROW.format(_TEXT.format("示例·乙") + _NUMBER),
    ]
    tables = _TABLE.format("甲组", "".join(rows)) + _TABLE.format("乙组", rows[1])
    names = " ".join(
        f'xmlns:{each}="urn:oasis:names:tc:opendocument:xmlns:{each}:1.0"'
        for each in ("office", "table", "text")
    )
    body = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr(
            "content.xml", f"<office:document-content {names}>{body}</office:document-content>"
        )
    return path


@pytest.mark.parametrize("kind", ["xls", "ods", "xlsb"])
def test_a_workbook_of_another_kind_is_read_whatever_it_is_called(kind, tmp_path):
    path = tmp_path / "名册.xlsx"
    made = ods(tmp_path / "a.ods") if kind == "ods" else BOOKS / f"two-pages.{kind}"
    path.write_bytes(made.read_bytes())
    source = Source(path)
    assert source.pages == ["甲组", "乙组"]
    header, first, second = [line.cells for line in source.lines("甲组")]
    assert (header, first[0], second) == (["姓名", "加入日期"], "示例·甲", ["示例·乙", 3])
    assert str(first[1])[:10] == "2023-03-01"


def test_a_workbook_that_would_take_all_memory_ends_its_own_process_alone(tmp_path):
    far = '<table:table-row table:number-rows-repeated="1048575"><table:table-cell/></table:table-row>'
    wide = '<table:table-cell table:number-columns-repeated="16383"/>'
    path = ods(tmp_path / "a.ods")
    with zipfile.ZipFile(path) as archive:
        content = archive.read("content.xml").decode()
    end = far + _ROW.format(wide + _TEXT.format("x")) + "</table:table>"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content.replace("</table:table>", end, 1))
    with pytest.raises(FileRefused):
        list(Source(path).lines("甲组"))


# -- text files ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("big5", "name,gender\r\n示例張三,\r\n示例王明,\r\n"),
        ("gb18030", "姓名,性别\r\n示例张三,男\r\n示例王明,女\r\n"),
        ("shift-jis", "name,gender\r\nタナカさん,\r\n鈴木一郎,\r\n"),
        ("utf-16-le", "name,gender\r\n示例张三,\r\n示例王明,\r\n"),
    ],
)
def test_a_csv_is_read_in_the_encoding_that_it_was_written_in(laptop, tmp_path, encoding, text):
    path = tmp_path / "p.csv"
    path.write_bytes(text.encode(encoding))
    import_file(laptop, "roster.person", path)
    assert names() == sorted(line.split(",")[0] for line in text.split()[1:])


def test_where_the_encoding_is_not_sure_a_person_is_asked(laptop, tmp_path):
    path = tmp_path / "p.csv"
    path.write_bytes("name\n示例\n".encode("big5") + b"\xa1\xa1\n")
    path.write_bytes(b"name\n\xb0\xa1\xb0\xa2\n")
    with pytest.raises(EncodingUnsure) as unsure:
        import_file(laptop, "roster.person", path)
    assert "GB18030" in unsure.value.text.zh
    import_file(laptop, "roster.person", path, choices=Choices(encoding="gb18030"))
    assert names() == ["啊阿"]


def test_a_quote_that_is_not_closed_costs_its_own_row_alone(laptop, tmp_path):
    path = tmp_path / "p.csv"
    path.write_text('姓名,性别\n"示例·甲,男\n示例·乙,女\n"示例·丙",女\n示例·丁,"男\n', "utf-8")
    report = import_file(laptop, "roster.person", path)
    assert names() == ["示例·丙", "示例·乙"]
    assert [each["row"] for each in report.problems] == [2, 5]
    assert "引号" in report.problems[0]["reasons"][""][0].zh


def test_semicolons_below_a_title_are_seen(laptop, tmp_path):
    path = tmp_path / "p.csv"
    path.write_text("示例社区，志愿者名册\n姓名;性别\n示例·分号;女\n", "utf-8")
    import_file(laptop, "roster.person", path)
    assert names() == ["示例·分号"]


# -- dates and ticks as people write them --------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    ["2023年3月1号", "2023-03-01 00:00:00", "2023年3月1日 星期三", "2023/3/1 0:00", "2023.3.1周三"],
)
def test_a_day_is_read_as_people_write_it(laptop, tmp_path, typed):
    path = book_of(tmp_path / "p.xlsx", {"名册": [["姓名", "入队时间"], ["示例·甲", typed]]})
    import_file(laptop, "roster.person", path)
    assert Person.get().joined == date(2023, 3, 1)


def test_a_month_says_which_day_it_may_mean_and_all_such_rows_are_mended_at_once(laptop, tmp_path):
    rows = [["姓名", "加入日期"], ["示例·甲", "2022年8月"], ["示例·乙", "2021.9"]]
    path = book_of(tmp_path / "p.xlsx", {"名册": rows})
    report = import_file(laptop, "roster.person", path)
    [first, _] = report.seen["wrong"]
    assert list(first.offers["joined"]) == ["first"]
    choices = Choices(meant={"joined": ["first"]})
    import_file(laptop, "roster.person", path, choices=choices)
    assert {each.joined for each in Person.select()} == {date(2022, 8, 1), date(2021, 9, 1)}


def test_one_cell_is_mended_in_place_and_one_row_left_out(laptop, tmp_path):
    rows = [["姓名", "加入日期"], ["示例·甲", "不详"], ["示例·乙", "不详"], ["示例·丙", "不详"]]
    path = book_of(tmp_path / "p.xlsx", {"名册": rows})
    choices = Choices(mended={2: {"joined": "2022-08-03"}, 3: {"joined": ""}}, left_out={4})
    report = import_file(laptop, "roster.person", path, choices=choices)
    assert outcome(report) == (2, 0, 0, 0, 0)
    assert {each.joined for each in Person.select()} == {date(2022, 8, 3), None}


@pytest.mark.parametrize(("typed", "meant"), [("党员", True), ("☑", True), ("非党员", False)])
def test_yes_is_also_the_fields_own_word_and_a_ticked_box(laptop, tmp_path, typed, meant):
    path = book_of(tmp_path / "p.xlsx", {"名册": [["姓名", "是否党员"], ["示例·甲", typed]]})
    import_file(laptop, "roster.person", path)
    assert Membership.get().party_member is meant


# -- the same again ------------------------------------------------------------------------------


def test_the_same_file_twice_doubles_nobody(laptop, tmp_path):
    rows = [["姓名", "性别"], *([f"示例·甲{each:03}", "女"] for each in range(20))]
    path = book_of(tmp_path / "p.xlsx", {"名册": rows})
    assert outcome(import_file(laptop, "roster.person", path)) == (20, 0, 0, 0, 0)
    assert outcome(import_file(laptop, "roster.person", path)) == (0, 0, 20, 0, 0)


def test_a_collection_that_says_no_key_is_matched_by_all_that_a_row_says(laptop, tmp_path):
    rows = [
        ["title", "日期"],
        ["值班", "2025-03-01"],
        ["值班", "2025-03-01"],
        ["值班", "2025-03-02"],
    ]
    path = book_of(tmp_path / "a.xlsx", {"活动": rows})
    assert outcome(import_file(laptop, "service.activity", path)) == (3, 0, 0, 0, 0)
    assert outcome(import_file(laptop, "service.activity", path)) == (0, 0, 3, 0, 0)


def test_who_agrees_is_filled_in_and_who_contradicts_is_asked_about(laptop, tmp_path):
    held = Person.create(name="示例·甲", joined=date(2023, 3, 1))
    Person.create(name="示例·乙", joined=date(2023, 3, 1))
    rows = [["姓名", "性别", "加入日期"], ["示例・甲", "女", None], ["示例·乙", "男", "2021-01-01"]]
    path = book_of(tmp_path / "p.xlsx", {"名册": rows})
    report = import_file(laptop, "roster.person", path)
    assert outcome(report) == (0, 1, 0, 1, 0)
    assert report.seen["changed"][0].before == {"gender": None}
    assert (Person.get_by_id(held.id).gender, Person.select().count()) == ("female", 2)
    assert "像是已经有了" in report.problems[0]["reasons"][""][0].zh
    same = import_file(laptop, "roster.person", path, choices=Choices(double={3: "same"}))
    assert outcome(same) == (0, 1, 1, 0, 0)
    assert Person.get(name="示例·乙").joined == date(2021, 1, 1)


def test_whoever_is_another_of_the_same_name_is_added_when_a_person_says_so(laptop, tmp_path):
    rows = [["姓名", "性别"], ["示例·甲", "女"], ["示例·甲", "男"]]
    path = book_of(tmp_path / "p.xlsx", {"名册": rows})
    report = import_file(laptop, "roster.person", path)
    assert outcome(report) == (1, 0, 0, 1, 0)
    assert "第 2 行" in report.problems[0]["reasons"][""][0].zh
    again = import_file(laptop, "roster.person", path, choices=Choices(doubles="new"))
    assert outcome(again) == (1, 0, 1, 0, 0)


def test_telephone_numbers_in_whatever_form_are_one(laptop, tmp_path):
    Person.create(name="示例·号主")
    typed = ["100 0000 1234", "100-0000-1234", "+8610000001234", "１００００００１２３４"]
    path = tmp_path / "c.csv"
    path.write_text("志愿者,手机\n" + "".join(f"示例·号主,{each}\n" for each in typed), "utf-8")
    assert outcome(import_file(laptop, "roster.contact", path)) == (1, 0, 3, 0, 0)
    assert Contact.select().count() == 1

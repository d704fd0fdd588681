"""Workbooks and CSVs made to keep a machine busy: refused at the first thing that is too much, by its name."""

import zipfile
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from hongxian.errors import FileRefused
from hongxian.kinds.typed_input import CellError, Formula, is_blank
from hongxian.words.values import Cell
from hongxian_client.sheets.reading.csv_rows import LONGEST_LINE
from hongxian_client.sheets.reading.rows import MOST_ROWS, WIDEST
from hongxian_client.sheets.reading.source import read_lines
from hongxian_client.sheets.workbook import LONGEST_TEXT, MOST_ENTRIES, MOST_TEXTS

NAMES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
OTHER_NAMES = "http://purl.oclc.org/ooxml/officeDocument/relationships"
MILLION = 1_000_000
FIRST = '<row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c></row>'
NAMED = '<x:row><x:c t="str"><x:v>甲</x:v></x:c></x:row>'
Content = str | Iterable[str]


def many(piece: str, count: int) -> Iterable[str]:
    """A piece so many times, without having them all at once."""
    return (piece * 1_000 for _ in range(count // 1_000))


def pieces(*contents: Content) -> Iterable[str]:
    for content in contents:
        yield from [content] if isinstance(content, str) else content


def related(*parts: tuple[str, str], names: str = NAMES) -> Iterable[str]:
    each = '<Relationship Id="r{}" Type="{}/{}" Target="{}"/>'
    told = (each.format(place, names, type, to) for place, (type, to) in enumerate(parts))
    return pieces("<Relationships>", told, "</Relationships>")


def crafted(
    path: Path,
    rows: Content = "",
    *,
    before: Content = "",
    after: Content = "",
    texts: Content = "",
    styles: Content = "",
    sheets: Content = '<sheet name="a" sheetId="1" r:id="r0"/>',
    start: str = "",
    further: Iterable[tuple[str, str]] = (),
    others: dict[str, Content] | None = None,
) -> Path:
    """A workbook with these rows below a header; the rest is put where its name says."""
    parts = {
        "_rels/.rels": related(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": pieces("<workbook><sheets>", sheets, "</sheets></workbook>"),
        "xl/_rels/workbook.xml.rels": related(
            ("worksheet", "worksheets/sheet1.xml"),
            ("sharedStrings", "sharedStrings.xml"),
            ("styles", "/xl/styles.xml"),
            *further,
        ),
        "xl/sharedStrings.xml": pieces("<sst>", texts, "</sst>"),
        "xl/styles.xml": pieces("<styleSheet>", styles, "</styleSheet>"),
        "xl/worksheets/sheet1.xml": pieces(
            start, "<worksheet>", before, "<sheetData>", FIRST, rows, "</sheetData>", after, "</worksheet>"
        ),
        **(others or {}),
    }  # fmt: skip
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            with archive.open(name, "w") as file:
                for piece in pieces(content):
                    file.write(piece.encode())
    return path


def rows_in(path: Path) -> list[list[Cell]]:
    return [line.cells for line in read_lines(path)]


def refusal(path: Path) -> str:
    with pytest.raises(FileRefused) as refused:
        rows_in(path)
    assert len(refused.value.text.zh) < 500
    return refused.value.text.zh


CELL = '<row r="2"><c r="A2" t="inlineStr"><is><t>', "</t></is></c></row>"
REFUSED = {
    "a cell in the last column of each row": (
        {"rows": many('<row><c r="XFD2"><v>1</v></c></row>', 20_000)},
        f"最多 {WIDEST} 列",
    ),
    "a column beyond the last": ({"rows": '<row><c r="XFE2"><v>1</v></c></row>'}, f"{WIDEST} 列"),
    "a row beyond the last": (
        {"rows": '<row r="9999999"><c r="A9999999"><v>1</v></c></row>'},
        str(MOST_ROWS),
    ),
    "more rows than a sheet has": (
        {"rows": many('<row><c t="b"><v>1</v></c></row>', MILLION + 100_000)},
        "这样大小的文件最多 32 MB",
    ),
    "a cell of 200 MB": ({"rows": pieces(CELL[0], many("x", 200 * MILLION), CELL[1])}, "解开后有"),
    "a cell of 30 MB": (
        {"rows": pieces(CELL[0], many("x", 30 * MILLION), CELL[1])},
        str(LONGEST_TEXT),
    ),
    "a text of 30 MB for all cells": (
        {"texts": pieces("<si><t>", many("x", 30 * MILLION), "</t></si>")},
        str(LONGEST_TEXT),
    ),
    "a text of a million pieces": (
        {"texts": pieces("<si>", many("<r><t>a</t></r>", MILLION), "</si>")},
        str(LONGEST_TEXT),
    ),
    "an attribute of 30 MB": (
        {"rows": pieces('<row><c r="', many("A", 30 * MILLION), '"/></row>')},
        str(LONGEST_TEXT),
    ),
    "a number of 100,000 digits": (
        {"rows": pieces("<row><c><v>", many("9", 100_000), "</v></c></row>")},
        "不是完好",
    ),
    "a date of 100,000 digits": (
        {"rows": pieces('<row><c t="d"><v>', many("9", 100_000), "</v></c></row>")},
        "不是完好",
    ),
    "15 million texts": ({"texts": many("<si><t>a</t></si>", 15 * MILLION)}, "解开后有"),
    "millions of empty texts": ({"texts": many("<si/>", MOST_TEXTS + 1_000)}, str(MOST_TEXTS)),
    "a million formats of cells": (
        {"styles": pieces("<cellXfs>", many('<xf numFmtId="9"/>', MILLION), "</cellXfs>")},
        str(MOST_ENTRIES),
    ),
    "a part that none of it says": (
        {"others": {"xl/media/a.png": many("0", 200 * MILLION)}},
        "解开后有",
    ),
    "a million laughs": (
        {
            "start": '<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>',
            "rows": f"{CELL[0]}&b;&b;{CELL[1]}",
        },
        "DOCTYPE",
    ),
    "another file's text": (
        {
            "start": '<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
            "rows": f"{CELL[0]}&a;{CELL[1]}",
        },
        "DOCTYPE",
    ),
    "an .ods of 200 MB": ({"others": {"content.xml": many("0", 200 * MILLION)}}, "解开后有"),
    "a .docx": ({"others": {"word/document.xml": ""}}, ".docx"),
    "hidden sheets alone": ({"sheets": '<sheet state="hidden" r:id="r0"/>'}, "visible"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_too_much_is_refused_with_what_and_how_much(name: str, tmp_path: Path) -> None:
    made, said = REFUSED[name]
    assert said in refusal(crafted(tmp_path / "x.xlsx", **made))


def test_many_relations_and_another_way_of_packing_are_refused(tmp_path: Path) -> None:
    sheets = (("worksheet", f"w{number}.xml") for number in range(MOST_ENTRIES + 1))
    assert str(MOST_ENTRIES) in refusal(crafted(tmp_path / "x.xlsx", further=sheets))
    with zipfile.ZipFile(tmp_path / "y.xlsx", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a", "a")
    assert "14" in refusal(tmp_path / "y.xlsx")


@pytest.mark.parametrize(
    "beside",
    [
        {"rows": f"{NAMED}<row>" + '<c r="XFD3" s="1"/>' * 1_000 + "</row>"},
        {"rows": f"{NAMED}<row>" + '<c r="B3"/>' * 50_000 + "</row>"},
        {"rows": NAMED, "before": many('<col min="1" max="2"/>', 300_000)},
        {"rows": NAMED, "after": many('<mergeCell ref="A1:B1"/>', 300_000)},
        {"rows": NAMED, "sheets": '<sheet state="hidden" r:id="r1"/>' * 9_000 + '<sheet r:id="r0"/>'},
    ],
    ids=["coloured to the end", "a row of one cell", "columns", "merged cells", "sheets"],
)  # fmt: skip
def test_what_is_much_beside_the_rows_does_no_harm(beside: dict, tmp_path: Path) -> None:
    assert rows_in(crafted(tmp_path / "x.xlsx", **beside)) == [["姓名"], ["甲"]]


def test_what_a_chinese_excel_a_strict_one_and_other_programs_write_is_understood(
    tmp_path: Path,
) -> None:
    path = crafted(
        tmp_path / "x.xlsx",
        '<row><c s="0"><v>45000</v></c><c s="1"><v>0.5</v></c><c s="2"><v>1.5</v></c><c s="3"><v>7</v></c>'
        '<c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="e"><v>#N/A</v></c>'
        '<c s="3"><f>A1</f><v>2</v></c><c><f>B1</f></c></row>',
        styles='<numFmts><numFmt numFmtId="200" formatCode="[h]:mm"/></numFmts><cellStyleXfs><xf/></cellStyleXfs>'
        '<cellXfs><xf numFmtId="31"/><xf numFmtId="32"/><xf numFmtId="200"/><xf/></cellXfs>',
        texts="<si><t>东</t><rPh><t>ひがし</t></rPh></si><si><r><t>a_x000D_</t></r><r><t>_x005F_x000D_</t></r></si>",
        others={"_rels/.rels": related(("officeDocument", "/xl/workbook.xml"), names=OTHER_NAMES)},
    )  # fmt: skip
    _, row = rows_in(path)
    day, noon, long, seven, *texts = row
    assert (day, noon, long, seven) == (datetime(2023, 3, 15), time(12), timedelta(1.5), 7)
    assert texts == ["东", "a\r_x000D_", CellError("#N/A"), 2, Formula("=B1")]
    assert (type(texts[2]), type(texts[4])) == (CellError, Formula), "a formula is what it came to"


CSVS = {
    "a field of 30 MB": "x" * 30 * MILLION,
    "a quoted row that never ends": '"\n",' * MILLION,
    "10 million columns": "1," * 10 * MILLION,
}


@pytest.mark.parametrize("name", CSVS)
def test_a_row_of_a_csv_that_is_too_long_is_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    for before in ("姓名\n", ""):
        path.write_text(f"{before}{CSVS[name]}\n")
        assert str(LONGEST_LINE) in refusal(path)


def test_a_csv_may_be_as_wide_as_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("姓名\n甲" + "," * 20_000 + "\n")
    assert rows_in(path) == [["姓名"], ["甲"]]
    path.write_text("1," * WIDEST + "1\n")
    assert f"最多 {WIDEST} 列" in refusal(path)


cells = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.floats(-1e9, 1e9).map(lambda number: round(number, 6)),
    st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1)).map(lambda at: at.replace(microsecond=0)),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(lambda text: text[0] != "="),
)  # fmt: skip


@given(rows=st.lists(st.lists(cells, max_size=5), max_size=5))
def test_what_openpyxl_writes_is_read_as_it_was(
    rows: list[list[Cell]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    path = tmp_path_factory.mktemp("sheet") / "x.xlsx"
    book.save(path)
    there = [(number, row) for number, row in enumerate(rows, 1) if not all(map(is_blank, row))]
    assert [(line.number, line.cells) for line in read_lines(path)] == [
        (number, row[: max(place for place, cell in enumerate(row, 1) if cell is not None)])
        for number, row in there
    ]

"""A workbook as a roster keeper has it: titles, a second sheet, joined cells, totals, and whatever people type."""

from datetime import date
from pathlib import Path

from openpyxl import Workbook

TEAM = "红马甲管家团"
HEADER = ["序号", "姓名", "联系电话", "所属小组", "入队时间", "特长", "纸上已签同意书", "备注"]
ROWS: list[list[object]] = [
    [1, "示例·丙031", "100-0000-0031", TEAM, "2023年3月1号", "理发、急救", "是", None],
    [2, "示例·丙032", 10000000032, None, date(2022, 8, 1), "磨刀", "√", "住得远"],
    [3, "示例·丙033", "（100）0000 0033", None, "2022.9.5", None, None, None],
    [4, "示例．甲012", "100 0000 0012", None, None, "量血压", None, None],
    [5, "示例·甲013", "100 0000 0913", None, None, None, None, "换了号"],
    [6, "示例·丙036", "1.0000E+10", None, "2024/5/6", None, "是", None],
    [7, "示例·丙031", "10000000031", TEAM, "2023-03-01", "理发，急救", "是", "重了"],
]
FIRST = 4
"""The number of the first row."""


def messy_book(path: Path) -> Path:
    """Written there: three are new, two are here already, one is wrong, one stands there twice."""
    book = Workbook()
    about = book.active
    assert about is not None
    about.title = "填表说明"
    about.append(["请各队月底前交齐。"])
    sheet = book.create_sheet("11月")
    sheet.append(["示例社区志愿者花名册"])
    sheet.merge_cells("A1:H1")
    sheet.append(["填表日期：2026年11月"])
    for row in [HEADER, *ROWS]:
        sheet.append(row)
    sheet.merge_cells("D4:D9")
    sheet.append(["合计", "7人"])
    sheet.append(["制表人：示例·乙"])
    book.save(path)
    return path

"""Export: every record of a collection as a sheet that people can read, correct and import again.

Importing an export without edits changes nothing. Labels stand as headers with the field's help
as a note on them; choices drop down; what looks like a number but is text stays text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any  # Any: openpyxl's types know no sheet that is only written

from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

from hongxian.collection import Collection
from hongxian.errors import FileRefused
from hongxian.kinds.cell import CLEAR, Unresolved, WrongCell
from hongxian.kinds.column import Column
from hongxian.record import COMMUNITY
from hongxian.row import SCOPE
from hongxian.values import Cell, Value
from hongxian_client.replica.replica import Replica
from hongxian_client.sheets.header import labels_of
from hongxian_client.sheets.writing import TEXT_FORMAT, CsvRows, RowFile, XlsxRows
from hongxian_client.text.names import ids_by_name

ROWS_A_READ = 5_000
_ROWS_WITH_LISTS = 10_000
"""Rows below the data that still drop down, for records yet to be typed."""
_CHOICES, _NOTES = "选项 Choices", "说明 Notes"
_ID_WIDTH, _TEAM_WIDTH = 38, 12
_HEADER_FILL = PatternFill("solid", fgColor="F3D9D6")
_HEADER_FONT = Font(bold=True)


def export_file(
    store: Replica,
    collection_name: str,
    path: Path,
    *,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Write every live record here to an .xlsx or .csv; returns how many there are."""
    with store, store.database.snapshot():
        collection = store.collection(collection_name)
        ids: list[str] = []
        with _file(Path(path), store, collection) as file:
            for row in _rows(store, collection):
                file.append(row)
                ids.append(str(row[0]))
                if progress is not None and len(ids) % ROWS_A_READ == 0:
                    progress(len(ids))
    store.was_read(collection, ids, "export")
    return len(ids)


def export_template(store: Replica, collection_name: str, path: Path) -> None:
    """Write the header with its notes and lists, and no record."""
    with store:
        collection = store.collection(collection_name)
        with _file(Path(path), store, collection):
            pass


@contextmanager
def _file(path: Path, store: Replica, collection: Collection) -> Iterator[RowFile]:
    """A file with its header; it takes its place when all went well."""
    suffix = path.suffix.lower()
    if suffix not in (".xlsx", ".csv"):
        raise FileRefused(
            file=path.name, detail="只能导出为 .xlsx 或 .csv。Only .xlsx and .csv can be written."
        )
    labels = list(labels_of(collection).values())
    try:
        file: RowFile = CsvRows(path) if suffix == ".csv" else XlsxRows(path, "数据 Data")
    except OSError as error:
        detail = f"写不到这里。Cannot be written there ({error.strerror})."
        raise FileRefused(file=path.name, detail=detail) from error
    try:
        if isinstance(file, XlsxRows):
            _set_up(file, store, collection, labels)
        else:
            file.append(labels)
        yield file
        file.save()
    except BaseException:
        file.discard()
        raise


# -- values as cells -----------------------------------------------------------------------------


def _rows(store: Replica, collection: Collection) -> Iterator[list[Cell]]:
    names = collection.stored_names
    place = {name: number for number, name in enumerate(names)}
    wanted = [place[name] for name in labels_of(collection)]
    shows = [_show(collection, names[number]) for number in wanted]
    teams = {COMMUNITY: "全社区", **store.teams()}
    mark, last = collection.database.param, ""
    while True:
        columns = collection.columns_where(
            f"NOT deleted AND id > {mark} ORDER BY id LIMIT {ROWS_A_READ}", (last,)
        )
        if not columns:
            return
        last = columns[0][-1]
        named = _with_names(store, collection, names, columns)
        named[place[SCOPE]] = [teams.get(scope, scope) for scope in columns[place[SCOPE]]]
        for row in zip(*(named[number] for number in wanted), strict=True):
            yield [
                None if value is None else show(value)
                for show, value in zip(shows, row, strict=True)
            ]


def _with_names(
    store: Replica, collection: Collection, names: Sequence[str], columns: list[list[Value]]
) -> list[list[Value]]:
    """The columns with references shown by name, where no other record bears the name."""
    shown = list(columns)
    for number, name in enumerate(names):
        column = collection.columns.get(name)
        if column is not None and column.reference is not None:
            other = store.collections.get(column.reference)
            by_id = _unique_names(column, other, set(columns[number]))
            shown[number] = [by_id.get(id, id) for id in columns[number]]
    return shown


def _unique_names(column: Column, other: Collection | None, ids: set[str]) -> dict[str, str]:
    naming = other.naming if other is not None else None
    if other is None or naming is None:
        return {}
    names = {
        row.id: row.values[naming]
        for row in other.rows_by_id(id for id in ids if id).values()
        if not row.deleted and _reads_back(column, row.values[naming])
    }
    bearers = ids_by_name(other, naming, list(set(names.values())))
    return {id: name for id, name in names.items() if len(bearers[name]) == 1}


def _reads_back(column: Column, name: str) -> bool:
    """Whether a cell with this name is read as this very name."""
    try:
        return name == name.strip() != "" and type(column.from_cell(name)) is Unresolved
    except WrongCell:
        return False


def _show(collection: Collection, name: str) -> Callable[[Value], Cell]:
    column = collection.columns.get(name)
    return column.to_cell if column is not None else str


# -- the workbook around them --------------------------------------------------------------------


def _set_up(file: XlsxRows, store: Replica, collection: Collection, labels: list[str]) -> None:
    """The header with notes and widths, the lists to choose from, and the page that explains."""
    sheet, book = file.sheet, file.book
    names = list(labels_of(collection))
    lists = _lists(store, collection)
    sheet.freeze_panes = "A2"
    for number, name in enumerate(names, 1):
        column = collection.columns.get(name)
        letter = get_column_letter(number)
        engines = _ID_WIDTH if name == "id" else _TEAM_WIDTH
        sheet.column_dimensions[letter].width = column.sheet_width if column else engines
        if column is None or column.is_free_text:
            sheet.column_dimensions[letter].number_format = TEXT_FORMAT
        if name in lists:
            place = get_column_letter(list(lists).index(name) + 1)
            source = f"{quote_sheetname(_CHOICES)}!${place}$2:${place}${len(lists[name]) + 1}"
            rule = DataValidation("list", formula1=source, allow_blank=True, showErrorMessage=True)
            rule.error = "请从列表中选择 Choose from the list"
            rule.add(f"{letter}2:{letter}{_ROWS_WITH_LISTS}")
            sheet.data_validations.append(rule)
    sheet.append(
        [
            _header_cell(sheet, label, collection.columns.get(name))
            for name, label in zip(names, labels, strict=True)
        ]
    )
    _write_notes(book.create_sheet(_NOTES), collection)
    _write_lists(book.create_sheet(_CHOICES), lists, labels_of(collection))


def _header_cell(sheet: Any, label: str, column: Column | None) -> SheetCell:
    cell = WriteOnlyCell(sheet, label)
    cell.font, cell.fill = _HEADER_FONT, _HEADER_FILL
    if column is not None and column.help:
        cell.comment = Comment(column.help, "Hongxian", height=90, width=260)
    return cell


def _lists(store: Replica, collection: Collection) -> dict[str, list[str]]:
    lists = {name: column.drops_down for name, column in collection.columns.items()}
    if collection.scope_kind != COMMUNITY:
        shared = ["全社区"] if collection.scope_kind == "any" else []
        lists[SCOPE] = [*store.teams().values(), *shared]
    return {name: list for name, list in lists.items() if list}


def _write_lists(sheet: Any, lists: dict[str, list[str]], labels: dict[str, str]) -> None:
    sheet.append([labels[name] for name in lists])
    for number in range(max(map(len, lists.values()), default=0)):
        sheet.append([each[number] if number < len(each) else None for each in lists.values()])


def _write_notes(sheet: Any, collection: Collection) -> None:
    wrapped = Alignment(wrap_text=True, vertical="top")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 24, 80
    rows = [
        (collection.title, collection.name),
        (
            "编号",
            "保留则修改该记录，留空则新增。Kept: edits that record; empty: adds one.",
        ),
        ("空白", "空白单元格不改动原值。A blank cell leaves the value as it is."),
        (CLEAR, "要清空一栏，填入左边的字样。Typed into a cell, empties the field; also (clear)."),
    ]
    rows += [
        (
            f"{column.label}（{column.name}）",
            f"{'必填 required。' if column.required else ''}{column.help}",
        )
        for column in collection.columns.values()
    ]
    for row in rows:
        cells = [WriteOnlyCell(sheet, text) for text in row]
        for cell in cells:
            cell.alignment = wrapped
        sheet.append(cells)

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
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

from hongxian.collections.builtin import WHOLE_COMMUNITY
from hongxian.collections.collection import Collection
from hongxian.errors import FileRefused
from hongxian.kinds.column import Column
from hongxian.kinds.typed_input import CLEAR, Unresolved, WrongCell
from hongxian.kit.typed import ComputedValues
from hongxian.model.circle import team_of_circle
from hongxian.model.record import COMMUNITY
from hongxian.model.row import SCOPE, rows_of_columns
from hongxian.storage.failure import storage_failure
from hongxian.text import ZH, Language, Text
from hongxian.words.values import Cell, Value, Values
from hongxian_client.replica.replica import Replica
from hongxian_client.sheets.header import ID_LABEL, computed_labels, labels_of, with_names
from hongxian_client.sheets.rows_in_xml import TEXT_FORMAT
from hongxian_client.sheets.writing import CsvRows, RowFile, XlsxRows
from hongxian_client.text.names import ids_by_name

ROWS_A_READ = 5_000
_ROWS_WITH_LISTS = 10_000
"""Rows below the data that still drop down, for records yet to be typed."""
_DATA, _CHOICES, _NOTES = Text("数据", "Data"), Text("选项", "Choices"), Text("说明", "Notes")
_ID_WIDTH, _TEAM_WIDTH = 38, 12
_HEADER_FILL = PatternFill("solid", fgColor="F3D9D6")
_HEADER_FONT = Font(bold=True)


def export_file(
    store: Replica,
    collection_name: str,
    path: Path,
    *,
    language: Language = ZH,
    progress: Callable[[int], None] | None = None,
    only: Sequence[str] | None = None,
) -> int:
    """Write every live record here, or `only` those of these ids, to an .xlsx or .csv for readers of one language.

    Returns how many there are.
    """
    with store, store.database.snapshot():
        collection = store.collection(collection_name)
        ids: list[str] = []
        with _file(Path(path), store, collection, language) as file:
            for row in _rows(store, collection, only, language):
                file.append(row)
                ids.append(str(row[0]))
                if progress is not None and len(ids) % ROWS_A_READ == 0:
                    progress(len(ids))
    store.was_read(collection, ids, "export")
    return len(ids)


def export_template(
    store: Replica, collection_name: str, path: Path, *, language: Language = ZH
) -> None:
    """Write the header with its notes and lists, and no record."""
    with store:
        collection = store.collection(collection_name)
        with _file(Path(path), store, collection, language):
            pass


@contextmanager
def _file(
    path: Path, store: Replica, collection: Collection, language: Language
) -> Iterator[RowFile]:
    """A file with its header; it takes its place when all went well."""
    suffix = path.suffix.lower()
    if suffix not in (".xlsx", ".csv"):
        raise FileRefused(
            file=path.name,
            detail=Text("只能导出为 .xlsx 或 .csv。", "Only .xlsx and .csv can be written."),
        )
    try:
        is_csv = suffix == ".csv"
        file: RowFile = CsvRows(path) if is_csv else XlsxRows(path, _DATA.in_(language))
    except OSError as error:
        if storage_failure(error):  # which tells the cause better
            error.filename = str(path)
            raise
        detail = Text(
            f"写不到这里（{error.strerror}）。", f"Cannot be written there ({error.strerror})."
        )
        raise FileRefused(file=path.name, detail=detail) from error
    try:
        if isinstance(file, XlsxRows):
            _Workbook(file, store, collection, language).set_up()
        else:
            labels = [*labels_of(collection).values(), *computed_labels(collection)]
            file.append([each.in_(language) for each in labels])
        yield file
        file.save()
    except BaseException as error:
        file.discard()
        if isinstance(error, OSError):
            error.filename = str(path)  # and not that of what it is made of
        raise


# -- values as cells -----------------------------------------------------------------------------


def _rows(
    store: Replica, collection: Collection, only: Sequence[str] | None, language: Language
) -> Iterator[list[Cell]]:
    names = collection.stored_names
    place = {name: number for number, name in enumerate(names)}
    wanted = [place[name] for name in labels_of(collection)]
    teams = {COMMUNITY: WHOLE_COMMUNITY, **store.teams()}
    mark, last = collection.database.param, ""
    computed = ComputedValues(store, collection)
    among, ids = collection.database.among("id", only) if only is not None else ("1 = 1", ())
    while True:
        columns = collection.columns_where(
            f"NOT deleted AND {among} AND id > {mark} ORDER BY id LIMIT {ROWS_A_READ}", (*ids, last)
        )
        if not columns:
            return
        last = columns[0][-1]
        named = _with_names(store, collection, names, columns)
        named[place[SCOPE]] = [
            teams.get(team_of_circle(scope) or scope, scope) for scope in columns[place[SCOPE]]
        ]
        rows = rows_of_columns(names, columns) if collection.computed else ()
        cells = [
            _cells(collection.columns.get(names[place]), named[place], language) for place in wanted
        ]
        cells += (
            _cells(column, [computed.of(row, name) for row in rows], language)
            for name, column in collection.computed.items()
        )
        yield from map(list, zip(*cells, strict=True))


def _cells(column: Column | None, values: Sequence[Value], language: Language) -> list[Cell]:
    """A column's cells in one language; what stands there many times is made a cell once."""

    def cell(value: Value) -> Cell:
        return None if value is None else _in(language, column.to_cell(value) if column else value)

    try:
        made = {value: cell(value) for value in set(values)}
    except TypeError:  # the states of merges, which are no keys
        return list(map(cell, values))
    return list(map(made.__getitem__, values))


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
    if other is None or other.naming is None:
        return {}
    names = {
        row.id: name
        for row in other.rows_by_id(id for id in ids if id).values()
        if not row.deleted and _reads_back(column, name := _named(other, row.values))
    }
    bearers = ids_by_name(other, list(set(names.values())))
    return {id: name for id, name in names.items() if bearers[name] == [id]}


def _named(other: Collection, values: Values) -> str:
    """By what a cell names a record, which is its name as it is typed."""
    return other.called(values) if other.telling else str(values[other.naming or ""])


def _reads_back(column: Column, name: str) -> bool:
    """Whether a cell with this name is read as this very name."""
    try:
        return name == name.strip() != "" and type(column.from_cell(name)) is Unresolved
    except WrongCell:
        return False


def _in(language: Language, cell: Any) -> Any:
    """A cell as the file holds it: what may be said in both languages, in one."""
    return cell.in_(language) if isinstance(cell, Text) else cell


# -- the workbook around them --------------------------------------------------------------------

_CHOOSE = Text("请从列表中选择", "Choose from the list")
_REQUIRED = Text("必填。{help}", "Required. {help}")
_HOW = (
    (
        ID_LABEL,
        Text("保留则修改该记录，留空则新增。", "Kept: edits that record; empty: adds one."),
    ),
    (
        Text("空白", "Blank"),
        Text("空白单元格不改动原值。", "A blank cell leaves the value as it is."),
    ),
    (CLEAR, Text("要清空一栏，填入左边的字样。", "Typed into a cell, empties the field.")),
)


class _Workbook:
    """The sheets of a workbook before its rows."""

    def __init__(
        self, file: XlsxRows, store: Replica, collection: Collection, language: Language
    ) -> None:
        self.sheet, self.book = file.sheet, file.book
        self.collection, self.language = collection, language
        computed = zip(collection.computed, computed_labels(collection), strict=True)
        labels = {**labels_of(collection), **dict(computed)}
        self.labels = {name: label.in_(language) for name, label in labels.items()}
        self.lists = self._lists(store)

    def set_up(self) -> None:
        """The header with notes and widths, the lists to choose from, and the page that explains."""
        self.sheet.freeze_panes = "A2"
        for number, name in enumerate(self.labels, 1):
            self._set_up_column(get_column_letter(number), name)
        self.sheet.append([self._header_cell(name) for name in self.labels])
        self._write_notes(self.book.create_sheet(_NOTES.in_(self.language)))
        self._write_lists(self.book.create_sheet(_CHOICES.in_(self.language)))

    def _set_up_column(self, letter: str, name: str) -> None:
        column = self.collection.columns.get(name)
        engines = _ID_WIDTH if name == "id" else _TEAM_WIDTH
        self.sheet.column_dimensions[letter].width = column.sheet_width if column else engines
        if column is None or column.is_free_text:
            self.sheet.column_dimensions[letter].number_format = TEXT_FORMAT
        if name in self.lists:
            place = get_column_letter(list(self.lists).index(name) + 1)
            choices = quote_sheetname(_CHOICES.in_(self.language))
            source = f"{choices}!${place}$2:${place}${len(self.lists[name]) + 1}"
            rule = DataValidation("list", formula1=source, allow_blank=True, showErrorMessage=True)
            rule.error = _CHOOSE.in_(self.language)
            rule.add(f"{letter}2:{letter}{_ROWS_WITH_LISTS}")
            self.sheet.data_validations.append(rule)

    def _header_cell(self, name: str) -> Any:
        cell = WriteOnlyCell(self.sheet, self.labels[name])
        cell.font, cell.fill = _HEADER_FONT, _HEADER_FILL
        column = self.collection.columns.get(name)
        if column is not None and column.help:
            note = column.help.in_(self.language)
            cell.comment = Comment(note, "Hongxian", height=90, width=260)
        return cell

    def _lists(self, store: Replica) -> dict[str, list[str]]:
        lists: dict[str, Sequence[Text | str]] = {
            name: [title for _, title in column.options]
            for name, column in self.collection.shown.items()
        }
        if self.collection.scope_kind != COMMUNITY:
            shared = [WHOLE_COMMUNITY] if self.collection.scope_kind == "any" else []
            lists[SCOPE] = [*store.teams().values(), *shared]
        return {
            name: [_in(self.language, each) for each in list]
            for name, list in lists.items()
            if list
        }

    def _write_lists(self, sheet: Any) -> None:
        lists = list(self.lists.values())
        sheet.append([self.labels[name] for name in self.lists])
        for number in range(max(map(len, lists), default=0)):
            sheet.append([each[number] if number < len(each) else None for each in lists])

    def _write_notes(self, sheet: Any) -> None:
        wrapped = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 24, 80
        columns = self.collection.shown
        helps = [_REQUIRED.format(help=c.help) if c.required else c.help for c in columns.values()]
        rows: list[tuple[Text, Text | str]] = [(self.collection.title, self.collection.name), *_HOW]
        rows += zip(with_names(self.collection, columns), helps, strict=True)
        for row in rows:
            cells = [WriteOnlyCell(sheet, _in(self.language, text)) for text in row]
            for cell in cells:
                cell.alignment = wrapped
            sheet.append(cells)

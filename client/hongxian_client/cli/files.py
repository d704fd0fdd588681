"""`hongxian import`, `export` and `bundle`: files in and out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hongxian.collections.collection import Collection
from hongxian.errors import FileRefused, UnknownField
from hongxian.terminal.commands import Command, Group, WrongCommandLine, answer, progress
from hongxian.terminal.help import option
from hongxian.terminal.language import language
from hongxian.terminal.layout import facts
from hongxian.text import Text, joined, sentences
from hongxian_client.replica.opening import laptop
from hongxian_client.replica.unsent import outbox
from hongxian_client.sheets.choices import Choices, Doubles
from hongxian_client.sheets.reading.encodings import ENCODINGS
from hongxian_client.text.assignments import assignments, scope_of

if TYPE_CHECKING:
    from hongxian_client.replica.replica import Replica
    from hongxian_client.sheets.report import ImportReport

PROBLEMS_SHOWN = 10
_A_FILE = click.Path(path_type=Path)


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise FileRefused(file=str(path), detail=Text("没有这个文件。", "There is no such file."))
    return path


@click.command(
    cls=Command,
    zh="""从 Excel 或 CSV 导入，一行一条；错的行连同原因退到文件里。

    空白单元格不改动原值。
    """,
)
@click.argument("collection")
@click.argument("file", type=_A_FILE)
@option(
    "--dry-run",
    is_flag=True,
    help=Text("只看结果，不写入", "Show what would happen, write nothing"),
)
@option("--team", help=Text("没写团队的行归谁", "The team for rows that name none"))
@option("--sheet", help=Text("工作表的名字", "The sheet's title"))
@option("--header", type=int, help=Text("表头在第几行", "The row number of the header"))
@option(
    "--encoding", type=click.Choice(list(ENCODINGS)), help=Text("文字编码", "The text encoding")
)
@option(
    "--map",
    "maps",
    multiple=True,
    help=Text("某列是什么：F=phone；不要的：I=", "What a column holds: F=phone; I= to skip it"),
)
@option(
    "--doubles",
    type=click.Choice(["leave", "same", "new"]),
    default="leave",
    help=Text(
        "疑似重复的行：先不导入、改原来的、都新增",
        "Rows that are probably here already: leave them out, change the existing record, or add another",
    ),
)
def import_command(
    collection: str,
    file: Path,
    dry_run: bool,
    team: str | None,
    sheet: str | None,
    header: int | None,
    encoding: str | None,
    maps: tuple[str, ...],
    doubles: Doubles,
) -> None:
    """Import a workbook or CSV, one record per row; wrong rows come back in a file with the reasons.

    A blank cell leaves the value unchanged. The sheet and the header row are detected, and rows
    that are probably here already are left out until you say what they are.
    """
    from hongxian_client.sheets.importing import import_file

    with laptop() as replica:
        scope = None if team is None else scope_of(replica, team)
        columns = _mapped(replica, replica.collection(collection), maps)
        choices = Choices(sheet, header, encoding, columns, doubles)
        with progress(Text("导入", "Importing")) as move:
            report = import_file(
                replica,
                collection,
                _existing(file),
                dry_run=dry_run,
                scope=scope,
                choices=choices,
                language=language(),
                progress=move,
            )
        replica.on_write()
    answer(report.as_json(), _import_lines(report))


def _mapped(replica: Replica, collection: Collection, maps: Sequence[str]) -> dict[int, str]:
    """`F=phone` as places and fields; raises `WrongCommandLine`, `UnknownField`."""
    from hongxian_client.sheets.entering import beyond_of, entering_of
    from hongxian_client.sheets.header import key_of, known_headers
    from hongxian_client.sheets.reading.rows import column_of_letters

    beyond = beyond_of(entering_of(replica, collection))
    known, columns = known_headers(collection, beyond), {}
    for each in assignments(maps, signs=False):
        if each.text and key_of(each.text) not in known:
            raise UnknownField(
                collection=collection.name, name=each.text, known=[*collection.shown, *beyond]
            )
        try:
            place = column_of_letters(each.name.upper()) - 1
        except ValueError:
            raise WrongCommandLine(detail=_NO_COLUMN.format(name=each.name)) from None
        columns[place] = known[key_of(each.text)] if each.text else ""
    return columns


_NO_COLUMN = Text("{name} 不是列的字母，例如 F。", "{name} is no column's letter, such as F.")
_READ_FROM = Text("表“{page}”，表头在第 {header} 行", "sheet {page}, header in row {header}")
_PASSED = Text("不要的列：{passed}", "Columns passed over: {passed}")
_ALIKE = Text(
    "没有读的工作表：{alike}（用 --sheet 读）", "Sheets not read: {alike} (read by --sheet)"
)
_LEFT_OUT = Text("  第 {row} 行没算：{why}", "  row {row} left out: {why}")


def _where_from(report: ImportReport) -> list[Text | str]:
    """What was chosen by itself, and what was left out."""
    lines: list[Text | str] = []
    if report.page:
        lines.append(_READ_FROM.format(page=report.page, header=report.header))
    if report.passed:
        lines.append(_PASSED.format(passed=report.passed))
    if report.alike:
        lines.append(_ALIKE.format(alike=report.alike))
    lines += [_LEFT_OUT.format(row=row, why=why) for row, why in report.left_out[:PROBLEMS_SHOWN]]
    return lines


def _import_lines(report: ImportReport) -> list[Text | str]:
    lines = _where_from(report)
    if report.dry_run:
        lines.append(Text("试运行，没有写入记录", "Dry run, no record was written"))
    lines += facts(
        [
            (Text("新增", "new"), report.new),
            (Text("修改", "changed"), report.changed),
            (Text("不变", "unchanged"), report.unchanged),
            (Text("疑似重复", "double"), report.double),
            (Text("有错", "wrong"), report.wrong),
        ]
    )
    for problem in report.problems[:PROBLEMS_SHOWN]:
        reasons = joined(map(_told, problem["reasons"].items()), Text("；", "; "))
        row = problem["row"]
        lines.append(_WRONG_ROW.format(row=row, reasons=reasons))
    if report.wrong + report.double > PROBLEMS_SHOWN:
        lines.append("  ……")
    if report.error_file:
        lines.append(
            Text(
                f"错的行和原因在：{report.error_file}",
                f"Wrong rows with reasons: {report.error_file}",
            )
        )
    return lines


_WRONG_ROW = Text("  第 {row} 行：{reasons}", "  row {row}: {reasons}")


def _told(reason: tuple[str, list[Text]]) -> Text:
    name, why = reason
    named = Text("{name}：{why}", "{name}: {why}") if name else Text.of("{why}")
    return named.format(name=name, why=sentences(why))


@click.command(cls=Command, zh="导出为 Excel 或 CSV，改好可再导入。")
@click.argument("collection")
@click.argument("file", type=_A_FILE)
def export_command(collection: str, file: Path) -> None:
    """Export to .xlsx or .csv, to correct and import again."""
    from hongxian_client.sheets.exporting import export_file

    with laptop() as replica, progress(Text("导出", "Exporting")) as move:
        count = export_file(replica, collection, file, language=language(), progress=move)
    answer(
        {"records": count, "file": str(file)},
        [Text(f"已导出 {count} 条 → {file}", f"Exported {count} → {file}")],
    )


@click.group(cls=Group, zh="用 U 盘同步：本机写出，主机写回执，本机读入。")
def bundle_command() -> None:
    """Sync by stick: out of this laptop, to the hub and back in."""


@bundle_command.command(
    "out",
    zh="""把未送出的写成一个文件，带到主机去。

    在主机上运行：hongxian hub bundle 文件 回执。
    """,
)
@click.argument("file", type=_A_FILE)
@option(
    "--with-files",
    is_flag=True,
    help=Text(
        "照片和扫描件也带上，并请主机带回本机没有的", "Include photos and scans, in both directions"
    ),
)
def bundle_out_command(file: Path, with_files: bool) -> None:
    """Write unsent work to a file, to carry to the hub.

    At the hub: hongxian hub bundle FILE REPLY.
    """
    from hongxian_client.sync.bundle import bundle_out

    with laptop() as replica:
        count = bundle_out(replica, file, with_files=with_files)
    answer(
        {"transactions": count, "file": str(file)},
        [Text(f"已写出 {count} 项：{file}", f"{count} transactions written: {file}")],
    )


@bundle_command.command("in", zh="读入主机的回执。")
@click.argument("file", type=_A_FILE)
def bundle_in_command(file: Path) -> None:
    """Read in the hub's reply."""
    from hongxian_client.sync.bundle import bundle_in

    with laptop() as replica:
        report = bundle_in(replica, file)
        replica.on_write()
        told = {
            "sent": report.sent,
            "received": report.received,
            "refused": report.refused,
            "files_received": report.files_received,
            "unsent": outbox.count(outbox.EntryState.UNSENT),
        }
    lines = [
        Text(
            f"主机收下 {report.sent} 项，取回 {report.received} 条",
            f"The hub took {report.sent} transactions; {report.received} records came in",
        )
    ]
    if report.refused:
        lines.append(
            Text(
                "有被退回的，请看 hongxian attention", "Some were refused; see: hongxian attention"
            )
        )
    answer(told, lines)

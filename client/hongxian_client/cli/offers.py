"""`hongxian do`, `view` and `print`: what plugins offer beyond records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from hongxian.errors import FileRefused
from hongxian.kinds.column import Column
from hongxian.model.record import SHORT, Record
from hongxian.plugins.offering import Offered, carry_out, find_offer, offers
from hongxian.plugins.offers import Action, Document, Offer, View
from hongxian.shapes.cells import Go, Leads, Link, Print, name_of, plain_cell
from hongxian.shapes.shown import table_of
from hongxian.shapes.table import Table
from hongxian.terminal.commands import Command, WrongCommandLine, answer
from hongxian.terminal.help import option
from hongxian.terminal.language import language, said
from hongxian.terminal.layout import dump, facts, room, table, visible
from hongxian.text import Text
from hongxian.words.values import JsonObject, Values
from hongxian_client.plugins.offers import find_record, leader, tell_read, values_for
from hongxian_client.plugins.printing import refuse_to_overwrite, sheet_of, write_sheet
from hongxian_client.replica.opening import laptop
from hongxian_client.replica.replica import Replica
from hongxian_client.text.assignments import assignments
from hongxian_client.text.format import shown_value

_ask = option("--ask", is_flag=True, help=Text("只看要填什么", "Only list what it asks for"))


@click.command(
    cls=Command,
    zh="""办一件插件提供的事；不写 NAME 则列出能办的。

    \b
    例：
      hongxian do
      hongxian do lending.extend --ask
      hongxian do lending.extend 3f9a1c77 days=14
    """,
)
@click.argument("name", required=False)
@click.argument("words", metavar="[ID] [FIELD=VALUE...]", nargs=-1)
@_ask
def do_command(name: str | None, words: Sequence[str], ask: bool) -> None:
    """Run an action that a plugin offers; without NAME, list them.

    \b
    Examples:
      hongxian do
      hongxian do lending.extend --ask
      hongxian do lending.extend 3f9a1c77 days=14
    """
    with laptop() as replica:
        offered = _offered(replica, Action, name, ask)
        if offered is None:
            return
        record, values = _given(replica, offered, words)
        with replica.one_deed() as doing:
            doing.said = Text.of(offered.offer.title)
            doing.final = offered.offer.final if isinstance(offered.offer, Action) else None
            told = carry_out(replica, offered, record, values, leader(replica))
        lines = [*_told(told.title if isinstance(told, Leads) else told)]
        if isinstance(told, Print | Go):
            told = told.title
        elif isinstance(told, Link):
            told = _link_as_json(told)
        answer(told, lines or [Text("已完成", "Done")])


@click.command(cls=Command, zh="看插件提供的一张表；不写 NAME 则列出所有的表。")
@click.argument("name", required=False)
@click.argument("words", metavar="[ID] [FIELD=VALUE...]", nargs=-1)
@_ask
def view_command(name: str | None, words: Sequence[str], ask: bool) -> None:
    """Show a table that a plugin offers; without NAME, list them."""
    with laptop() as replica:
        offered = _offered(replica, View, name, ask)
        if offered is None:
            return
        shown = carry_out(replica, offered, *_given(replica, offered, words), leader(replica))
        told, shown = type(shown).__name__.lower(), table_of(replica, shown)
        answer(
            {
                "shape": told,
                "headers": list(shown.headers),
                "rows": [[plain_cell(cell) for cell in row] for row in shown.rows],
                "ids": list(shown.ids),
                "collection": name_of(shown.of) if shown.of else "",
                "note": shown.note,
                "about": _link_as_json(shown.about) if shown.about else None,
            },
            _table_lines(shown),
        )
        tell_read(replica, shown)


@click.command(
    cls=Command, zh="把插件提供的一份单据写成 A4 网页文件，用浏览器打开即可打印；不写 NAME 则列出。"
)
@click.argument("name", required=False)
@click.argument("words", metavar="[ID] [FIELD=VALUE...]", nargs=-1)
@option(
    "--to",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help=Text("写到哪个 .html 文件", "The .html file"),
)
@option("--force", is_flag=True, help=Text("覆盖已有的文件", "Overwrite an existing file"))
@_ask
def print_command(
    name: str | None, words: Sequence[str], to: Path | None, force: bool, ask: bool
) -> None:
    """Write a document that a plugin offers as an HTML file to print on A4; without NAME, list them."""
    with laptop() as replica:
        offered = _offered(replica, Document, name, ask)
        if offered is None:
            return
        path = _sheet_path(to, force)
        record, values = _given(replica, offered, words)
        body = carry_out(replica, offered, record, values, leader(replica))
        text = sheet_of(offered, body, language())
        write_sheet(text, path)
        answer(
            {"document": name, "file": str(path)},
            [
                Text(
                    f"已写出，用浏览器打开打印：{path}",
                    f"Written; open it in a browser and print: {path}",
                )
            ],
        )
        if record is not None:
            replica.was_read(replica.collection(offered.collection), [record.id], "print")


# -- what is asked for, and what is given ------------------------------------------------------------


def _offered(
    replica: Replica, kind: type[Offer], name: str | None, ask: bool
) -> Offered[Offer] | None:
    """The offer to carry out; None when it was enough to tell of them, or of what this one asks."""
    if name is None:
        found = list(offers(replica, kind, leader(replica)).values())
        headers = (Text("名称", "name"), Text("标题", "title"), Text("哪种记录", "of"))
        rows = [(each.name, each.offer.title, each.collection) for each in found]
        lines = (
            table(headers, rows, room()) if rows else [Text("插件没有提供", "No plugin offers any")]
        )
        answer([_as_json(each) for each in found], lines)
        return None
    offered = find_offer(replica, kind, name, leader(replica))
    if ask:
        answer(_as_json(offered), _ask_lines(offered))
        return None
    return offered


def _as_json(offered: Offered[Offer]) -> JsonObject:
    return {
        "name": offered.name,
        "title": offered.offer.title,
        "plugin": offered.plugin.name,
        "collection": offered.collection,
        "asks": [
            {
                "name": column.name,
                "label": column.label,
                "kind": column.kind_name,
                "required": column.required,
                "choices": dict(column.choices),
                "reference": column.reference,
                "help": column.help,
            }
            for column in offered.columns.values()
        ],
    }


_NONE = Text("插件没有提供", "No plugin offers any")


def _ask_lines(offered: Offered[Offer]) -> Iterator[str]:
    yield f"{offered.name}  {visible(said(offered.offer.title))}"
    if offered.collection:
        yield f"  ID  {offered.collection}"
    pairs = [
        (f"{column.name}=", "  ".join(filter(None, map(said, _asked(column)))))
        for column in offered.columns.values()
    ]
    yield from (f"  {line}" for line in facts(pairs))


def _asked(column: Column) -> Iterator[Text | str]:
    yield column.label
    if column.choices:
        yield " | ".join(f"{value} {said(label)}" for value, label in column.choices)
    elif column.reference:
        yield Text(f"{column.reference} 的名称或编号", f"name or id of a {column.reference}")
    else:
        yield column.typed_as
    yield Text("必填", "required") if column.required else Text("可不填", "may be left out")
    yield column.help


def _given(
    replica: Replica, offered: Offered[Offer], words: Sequence[str]
) -> tuple[Record | None, Values]:
    """The record and the values that a command line names."""
    record = None
    if offered.collection:
        if not words or "=" in words[0]:
            raise WrongCommandLine(
                detail=Text(
                    f"{offered.name} 要写明是 {offered.collection} 的哪条记录（编号）。",
                    f"{offered.name} needs the ID of a record of {offered.collection}.",
                )
            )
        record = find_record(replica, offered, words[0])
        words = words[1:]
    asked = offered.asked_of(record)
    return record, values_for(replica, asked, assignments(words, signs=False))


def _sheet_path(to: Path | None, force: bool) -> Path:
    if to is None:
        raise WrongCommandLine(
            detail=Text("请用 --to 写明文件，例如 --to 单据.html。", "Say where: --to FILE.html")
        )
    if to.suffix.lower() not in (".html", ".htm"):
        detail = Text(
            "写出的是网页，文件名要以 .html 结尾。", "The sheet is a page; name it .html."
        )
        raise FileRefused(file=str(to), detail=detail)
    if not force:
        refuse_to_overwrite(to)
    return to


# -- what is told ------------------------------------------------------------------------------------


def _told(told: object) -> Iterator[str]:
    """What an action returned, in lines."""
    if isinstance(told, dict):
        nested = (dict, list, tuple)
        yield from facts(
            (str(name), dump(value) if isinstance(value, nested) else value)
            for name, value in told.items()
        )
    elif isinstance(told, list | tuple):
        for each in told:
            yield from _told(each)
    elif told is not None:
        yield from map(visible, said(told).splitlines())


def _link_as_json(link: Link) -> JsonObject:
    return {"title": link.title, "collection": name_of(link.of), "id": link.id}


def _table_lines(shown: Table) -> Iterator[str]:
    if shown.about:
        yield visible(said(shown.about.title))
    if shown.rows:
        rows: list[list[Text | str]] = [
            [shown_value(None, "", plain_cell(cell)) for cell in row] for row in shown.rows
        ]
        headers = [*shown.headers]
        if shown.ids:
            headers.insert(0, Text("编号", "id"))
            rows = [[id[-SHORT:], *row] for id, row in zip(shown.ids, rows, strict=True)]
        yield from table(headers, rows, room())
    else:
        yield said(Text("没有内容", "Nothing to show"))
    if shown.note:
        yield from map(visible, said(shown.note).splitlines())

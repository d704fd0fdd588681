"""`hongxian file`: a photo or scan of a record, out of here."""

from __future__ import annotations

from pathlib import Path

import click

from hongxian.errors import FileRefused, Refused, UnknownField
from hongxian.storage.files import Link
from hongxian.storage.whole_file import whole_file
from hongxian.terminal.commands import Command, answer
from hongxian.terminal.help import option
from hongxian.text import Text
from hongxian_client.replica.files import file_of
from hongxian_client.replica.opening import laptop
from hongxian_client.replica.replica import Replica
from hongxian_client.text.query import find_row


class NoFile(Refused):
    """A record that has no file in this field."""

    message = Text("{id} 的 {field} 里没有文件。", "{id} has no file in {field}.")
    status = 404


class FileComing(Refused):
    """A file that has not arrived yet, although its record has: the laptop it was attached on has not sent it."""

    message = Text(
        "“{name}”还没到：附上它的电脑还没送出。等它同步后再试。",
        "{name!r} has not arrived yet: the laptop it was attached on has not sent it. Try again "
        "once that laptop has synced.",
    )


@click.command(
    "file",
    cls=Command,
    zh="""取出一条记录里的照片或扫描件；本机没有的，从主机取来。

    \b
    附上一个：
      hongxian edit service.activity 学习室值班 photo=@IMG_1.jpg
    """,
)
@click.argument("collection")
@click.argument("id")
@click.argument("field")
@option(
    "--to",
    "path",
    metavar="PATH",
    type=click.Path(path_type=Path),
    required=True,
    help=Text("写到哪个文件", "The file to write"),
)
def file_command(collection: str, id: str, field: str, path: Path) -> None:
    """Write a record's photo or scan to a file; one that is not here is fetched from the hub.

    \b
    To attach one:
      hongxian edit service.activity 学习室值班 photo=@IMG_1.jpg
    """
    with laptop() as replica:
        kind = replica.collection(collection)
        if field not in kind.columns:
            raise UnknownField(collection=collection, name=field, known=list(kind.columns))
        row = find_row(kind, id)
        found = file_of(replica, kind, row, field)
        if found is None:
            raise NoFile(id=row.id, field=field)
        link, file = found
        content = replica.files.content(link) or _fetched(replica, link, file.size)
        if content is None:
            raise FileComing(name=file.name)
        if path.exists():
            detail = Text("文件已存在，请换一个文件名。", "is there already; name another file.")
            raise FileRefused(file=str(path), detail=detail)
        with whole_file(path) as out:
            out.write(content)
        replica.was_read(kind, [row.id], "export")
    told = {"file": str(path), "bytes": len(content), "type": file.type}
    said = Text("已写出 {file}（{bytes} 字节）", "Written: {file} ({bytes} bytes)")
    answer(told, [said.format(**told)])


def _fetched(replica: Replica, link: Link, size: int) -> bytes | None:
    from hongxian_client.sync.session import sync
    from hongxian_client.transport.link import post_to_hub

    replica.files.wish(link, size, replica.now())
    post = post_to_hub(replica)
    while sync(replica, post).files_left and replica.files.content(link) is None:
        pass
    return replica.files.content(link)

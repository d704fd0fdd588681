"""`hongxian person`."""

from __future__ import annotations

from pathlib import Path

import click

from hongxian.person_file import PERSON
from hongxian.terminal.commands import Command, answer
from hongxian.terminal.help import option
from hongxian.text import Text
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.opening import laptop
from hongxian_client.text.query import find_row


@click.command(
    cls=Command,
    zh="""把本机上一个人的全部信息写成一个文件，交给本人。

    \b
    hongxian person 示例·甲001 --to 甲001.zip
    """,
)
@click.argument("who")
@option(
    "--to",
    "file",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=Text("写到哪个文件（zip）", "The file to write (zip)"),
)
@option(
    "--of",
    "collection",
    default=PERSON,
    metavar="COLLECTION",
    help=Text("人在哪张表，不写为名册", "The collection of people, if not the roster"),
)
def person_command(who: str, file: Path, collection: str) -> None:
    """Write all that this laptop has of a person into a file, to be given to them.

    \b
    hongxian person 示例·甲001 --to jia.zip
    """
    from hongxian.person_file import about, write_person_file

    with laptop() as replica:
        id = find_row(replica.collection(collection), who).id
        found = about(replica, collection, id, lambda _: True)
        write_person_file(replica, file, found, LaptopState.read().community)
        for each in found:
            replica.was_read(each.collection, [row.id for row in each.rows], "export")
    count = sum(len(each.rows) for each in found)
    answer(
        {"file": str(file), "records": count},
        [Text(f"{count} 条记录写在：{file}", f"{count} records are in {file}")],
    )

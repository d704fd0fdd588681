"""`hongxian person`."""

from __future__ import annotations

from pathlib import Path

import click

from hongxian.terminal.commands import Command
from hongxian.terminal.person import answer_written, into_file
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
@into_file
def person_command(who: str, file: Path, collection: str) -> None:
    """Write everything this laptop holds about a person to a file, to give to them.

    \b
    hongxian person 示例·甲001 --to jia.zip
    """
    from hongxian.engine.person_file import about, write_person_file

    with laptop() as replica:
        id = find_row(replica.collection(collection), who).id
        found = about(replica, collection, id, lambda _: True)
        write_person_file(replica, file, found, LaptopState.read().community)
        for each in found:
            replica.was_read(each.collection, [row.id for row in each.rows], "export")
    count = sum(len(each.rows) for each in found)
    answer_written(file, count)

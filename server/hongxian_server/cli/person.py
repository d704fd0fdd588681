"""`hongxian hub person`."""

from __future__ import annotations

from pathlib import Path

import click

from hongxian.terminal.commands import Command
from hongxian.terminal.person import answer_written, into_file
from hongxian_server.ops.opening import open_hub
from hongxian_server.ops.person import give_person_file


@click.command(
    cls=Command,
    zh="""把一个人的全部信息写成一个文件，交给本人；保密的表只说有几条。

    \b
    hongxian hub person 018f… --to 甲001.zip
    """,
)
@click.argument("id")
@into_file
def person(id: str, file: Path, collection: str) -> None:
    """Write everything the hub holds about a person to a file, to give to them.

    For confidential collections it only says how many records there are.

    \b
    hongxian hub person 018f… --to jia.zip
    """
    with open_hub() as hub:
        count = give_person_file(hub, collection, id, file)
    answer_written(file, count)

"""What the command lines of laptop and hub ask and tell of one person's data as a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any  # Any: click's own, which takes whatever its options name

import click

from hongxian.plugins.viewer import PERSON
from hongxian.terminal.commands import answer
from hongxian.terminal.help import option
from hongxian.text import Text

_TO = option(
    "--to",
    "file",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=Text("写到哪个文件（zip）", "The file to write (zip)"),
)
_OF = option(
    "--of",
    "collection",
    default=PERSON,
    metavar="COLLECTION",
    help=Text("人在哪张表，不写为名册", "The collection of people, if not the roster"),
)


def into_file(command: Callable[..., Any]) -> Callable[..., Any]:
    """Its options: into which file, and of which collection the person is."""
    asked: Callable[..., Any] = _TO(_OF(command))
    return asked


def answer_written(file: Path, count: int) -> None:
    """Tell how many records were written, and where."""
    answer(
        {"file": str(file), "records": count},
        [Text(f"{count} 条记录写在：{file}", f"{count} records are in {file}")],
    )

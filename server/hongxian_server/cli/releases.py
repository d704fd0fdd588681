"""The words that `hongxian hub plugin …` and `hongxian hub programs …` share: whom a release goes to, and how far."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from hongxian.errors import Usage
from hongxian.releases.publisher import called
from hongxian.terminal.help import option
from hongxian.text import Text
from hongxian.words.values import JsonObject
from hongxian_server.membership.devices import called as laptop_called
from hongxian_server.tables.releases import HubRelease, Stage

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
PUBLISHER = option(
    "--publisher",
    metavar="LETTERS",
    default="",
    help=Text(
        "第一次收这个发布者的：核对过的字母",
        "For the first one from a publisher: the letters that you have compared",
    ),
)
TO = option(
    "--to",
    "laptops",
    multiple=True,
    metavar="LAPTOP",
    help=Text(
        "先给这台电脑（编号或名称），可重复",
        "Only to this laptop for now, by number or name; repeatable",
    ),
)
ALL = option("--all", "everywhere", is_flag=True, help=Text("给所有电脑", "To all laptops"))
VERSION, GOES_TO, ON_LAPTOPS, BY = (
    Text("版本", "version"),
    Text("下发", "goes to"),
    Text("电脑在用", "laptops"),
    Text("发布者", "publisher"),
)
"""Heads of columns."""
_NEXT = Text(
    "下一步：{command} --to 编号或名称（先给几台），或 --all",
    "Next: {command} --to LAPTOP (some first), or --all",
)
_DONE = Text("{which}：{stage}", "{which}: {stage}")


def chosen(laptops: Sequence[str], everywhere: bool) -> list[int] | None:
    """The numbers of those laptops, None for all; raises `Usage` where neither or both were said."""
    if bool(laptops) == everywhere:
        raise Usage(detail=Text("--to 和 --all 选一个", "choose --to or --all"))
    return None if everywhere else [laptop_called(each).number for each in laptops]


def done(found: Iterable[HubRelease]) -> list[Text]:
    """How far each goes now."""
    return [
        _DONE.format(which=" ".join(one.which.values()), stage=Stage(one.stage).text)
        for one in found
    ]


def taken_in(one: HubRelease, *further: Text) -> list[Text]:
    """What came of taking one in, and the command that sends it out."""
    named = next(iter(one.which.values()))
    following = [_NEXT.format(command=f"{one.COMMAND} release {named}")]
    return [*done([one]), *further, *(following if one.stage == Stage.HELD else [])]


def told(one: HubRelease) -> JsonObject:
    """One as programs read it."""
    return {
        **one.which,
        "sha256": one.sha256,
        "publisher": called(one.publisher),
        "stage": one.stage,
    }

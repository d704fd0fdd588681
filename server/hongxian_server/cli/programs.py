"""`hongxian hub programs …`: which versions of Hongxian the hub holds, and which laptops are to run them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from hongxian.errors import Usage
from hongxian.releases.publisher import called, open_publisher_key
from hongxian.releases.signed_program import sign_program, sound_program
from hongxian.terminal.commands import Group, answer
from hongxian.terminal.help import option
from hongxian.terminal.language import said
from hongxian.terminal.layout import room, table
from hongxian.text import Text
from hongxian.words.values import JsonObject
from hongxian_server.membership.devices import called as laptop_called
from hongxian_server.ops.opening import open_hub
from hongxian_server.ops.programs import (
    add_program,
    hold_program,
    remove_program,
    send_program_out,
)
from hongxian_server.sync.program import program_of
from hongxian_server.tables.access import live_ones
from hongxian_server.tables.plugin_releases import Stage
from hongxian_server.tables.program_releases import ProgramRelease, program_releases

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_NEW = Text(
    "下一步：hongxian hub programs release {version} --to 编号或名称（先给几台），或 --all",
    "Next: hongxian hub programs release {version} --to LAPTOP (some first), or --all",
)
_DONE = Text("{version} {system}：{stage}", "{version} {system}: {stage}")
_REMOVED = Text(
    "{version} {system}：已删去；在用的电脑照用",
    "{version} {system}: removed; laptops that run it go on",
)
_BACK = Text("{laptop} 从 {version} 退回：{why}", "{laptop} went back from {version}: {why}")


@click.group(cls=Group, zh="红线自己的新版本：收下，先给几台电脑，下发全部，暂停，删去。")
def programs() -> None:
    """Versions of Hongxian itself: take one in, send it to some laptops or all, hold it, remove it."""


@programs.command(zh="收下一个程序文件（发布者签过名的）。")
@click.argument("file", type=_FILE)
@option(
    "--publisher",
    metavar="LETTERS",
    default="",
    help=Text(
        "第一次收这个发布者的：核对过的字母",
        "For a publisher's first: the letters that you compared",
    ),
)
def add(file: Path, publisher: str) -> None:
    """Take in a program file that its publisher has signed."""
    with open_hub() as hub:
        one = add_program(hub, file, publisher)
    lines = [_done(one)]
    lines += [_NEW.format(version=one.version)] if one.stage == Stage.HELD else []
    answer(_told(one), lines)


@programs.command("list", zh="主机有哪些程序版本，各电脑在用哪个，谁退回了、为什么。")
def list_() -> None:
    """List the versions that the hub holds, what laptops run, and which went back and why."""
    with open_hub():
        laptops = [(each, runs) for each in live_ones() if (runs := program_of(each))]
        told: list[JsonObject] = [
            {
                **_told(each),
                "laptops": [
                    laptop.number
                    for laptop, runs in laptops
                    if (runs.version, runs.system) == (each.version, each.system)
                ],
            }
            for each in program_releases()
        ]
        back: list[JsonObject] = [
            {"laptop": laptop.name, "version": failed.version, "why": failed.why}
            for laptop, runs in laptops
            for failed in runs.failed
        ]
    headers = (
        Text("版本", "version"),
        Text("系统", "system"),
        Text("下发", "goes to"),
        Text("电脑在用", "laptops"),
        Text("发布者", "publisher"),
    )
    rows = [
        (
            each["version"],
            each["system"],
            Stage(each["stage"]).text,
            len(each["laptops"]),
            each["publisher"],
        )
        for each in told
    ]
    answer(
        {"programs": told, "went_back": back},
        [*table(headers, rows, room()), *(_BACK.format(**each) for each in back)],
    )


@programs.command(zh="把一个版本下发给几台电脑，或全部：它们下次打开时换上。")
@click.argument("version")
@option(
    "--to",
    "laptops",
    multiple=True,
    metavar="LAPTOP",
    help=Text(
        "先给这台电脑（编号或名称），可重复",
        "To this laptop first, by number or name; may be repeated",
    ),
)
@option("--all", "everywhere", is_flag=True, help=Text("给所有电脑", "To all laptops"))
def release(version: str, laptops: tuple[str, ...], everywhere: bool) -> None:
    """Send a version to some laptops, or to all: they change over at their next start."""
    if bool(laptops) == everywhere:
        raise Usage(detail=Text("--to 和 --all 选一个", "choose --to or --all"))
    with open_hub() as hub:
        numbers = [laptop_called(each).number for each in laptops]
        found = send_program_out(hub, version, None if everywhere else numbers)
    _answer_done(found)


@programs.command(zh="暂停下发：已经取去的电脑照用，别的不再给。")
@click.argument("version")
def hold(version: str) -> None:
    """Let no further laptop have a version; those that have it go on."""
    with open_hub() as hub:
        found = hold_program(hub, version)
    _answer_done(found)


@programs.command(zh="从主机删去一个版本；在用的电脑照用，不会退回。")
@click.argument("version")
def remove(version: str) -> None:
    """Remove a version from the hub; laptops that run it go on, and do not go back."""
    with open_hub() as hub:
        found = remove_program(hub, version)
    lines = [_REMOVED.format(version=each.version, system=each.system) for each in found]
    answer([_told(each) for each in found], lines)


@programs.command(zh="用发布密钥给一个程序文件签名；密钥不放在主机上。")
@click.argument("file", type=_FILE)
@option(
    "--key",
    "key_file",
    type=_FILE,
    required=True,
    help=Text("发布密钥的文件", "The file of the publisher's key"),
)
@option(
    "--to",
    "target",
    type=click.Path(path_type=Path),
    required=True,
    help=Text("签好的写到哪里", "Where the signed one goes"),
)
def sign(file: Path, key_file: Path, target: Path) -> None:
    """Sign a program file by a publisher's key, which is kept off the hub."""
    program = sound_program(file)
    asked = said(Text("发布密钥的口令", "The key's passphrase"))
    passphrase = click.prompt(asked, hide_input=sys.stdin.isatty(), err=True)
    key = open_publisher_key(key_file, passphrase)
    signed = sign_program(program, key, target)
    done = Text("{file}，发布者 {letters}", "{file}, published by {letters}")
    answer(
        {"file": str(target), "publisher": called(key.public)},
        [done.format(file=signed.path.name, letters=called(key.public))],
    )


def _answer_done(found: Sequence[ProgramRelease]) -> None:
    answer([_told(each) for each in found], [_done(each) for each in found])


def _done(one: ProgramRelease) -> Text:
    return _DONE.format(version=one.version, system=one.system, stage=Stage(one.stage).text)


def _told(one: ProgramRelease) -> JsonObject:
    return {
        "version": one.version,
        "system": one.system,
        "sha256": one.sha256,
        "publisher": called(one.publisher),
        "stage": one.stage,
    }

"""`hongxian hub programs …`: which versions of Hongxian the hub holds, and which laptops are to run them."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from hongxian.releases.publisher import called, open_publisher_key
from hongxian.releases.signed_program import sign_program, sound_program
from hongxian.terminal.commands import Group, answer
from hongxian.terminal.help import option
from hongxian.terminal.language import said
from hongxian.terminal.layout import room, table
from hongxian.text import Text
from hongxian.words.values import JsonObject
from hongxian_server.cli.releases import (
    ALL,
    BY,
    FILE,
    GOES_TO,
    ON_LAPTOPS,
    PUBLISHER,
    TO,
    VERSION,
    chosen,
    done,
    taken_in,
    told,
)
from hongxian_server.ops.opening import open_hub
from hongxian_server.ops.releases.programs import add_program, found_programs, remove_program
from hongxian_server.ops.releases.stages import hold_back, send_out
from hongxian_server.sync.program import program_of
from hongxian_server.tables.access import live_ones
from hongxian_server.tables.releases import Stage, program_releases

_REMOVED = Text(
    "{version} {system}：已删去；在用的电脑照用",
    "{version} {system}: removed; laptops that run it go on",
)
_BACK = Text("{laptop} 从 {version} 退回：{why}", "{laptop} went back from {version}: {why}")


@click.group(cls=Group, zh="红线自己的新版本：收下，先给几台电脑，下发全部，暂停，删去。")
def programs() -> None:
    """Versions of Hongxian itself: take one in, send it to some laptops or all, hold it, remove it."""


@programs.command(zh="收下一个程序文件（发布者签过名的）。")
@click.argument("file", type=FILE)
@PUBLISHER
def add(file: Path, publisher: str) -> None:
    """Take in a program file that its publisher has signed."""
    with open_hub() as hub:
        one = add_program(hub, file, publisher)
    answer(told(one), taken_in(one))


@programs.command("list", zh="主机有哪些程序版本，各电脑在用哪个，谁退回了、为什么。")
def list_() -> None:
    """List the versions on the hub, which of them laptops run, and which laptops went back, and why."""
    with open_hub():
        laptops = [(each, runs) for each in live_ones() if (runs := program_of(each))]
        every: list[JsonObject] = [
            {
                **told(each),
                "laptops": [
                    laptop.number
                    for laptop, runs in laptops
                    if runs.version == each.version and runs.takes(each.system)
                ],
            }
            for each in program_releases()
        ]
        back: list[JsonObject] = [
            {"laptop": laptop.name, "version": failed.version, "why": failed.why}
            for laptop, runs in laptops
            for failed in runs.failed
        ]
    headers = (VERSION, Text("系统", "system"), GOES_TO, ON_LAPTOPS, BY)
    rows = [
        (
            each["version"],
            each["system"],
            Stage(each["stage"]).text,
            len(each["laptops"]),
            each["publisher"],
        )
        for each in every
    ]
    answer(
        {"programs": every, "went_back": back},
        [*table(headers, rows, room()), *(_BACK.format(**each) for each in back)],
    )


@programs.command(zh="把一个版本下发给几台电脑，或全部：它们下次打开时换上。")
@click.argument("version")
@TO
@ALL
def release(version: str, laptops: tuple[str, ...], everywhere: bool) -> None:
    """Send a version to some laptops, or to all; they switch to it at their next start."""
    with open_hub() as hub:
        found = found_programs(version)
        send_out(hub, found, chosen(laptops, everywhere))
    answer([told(each) for each in found], done(found))


@programs.command(zh="暂停下发：已经取去的电脑照用，别的不再给。")
@click.argument("version")
def hold(version: str) -> None:
    """Stop sending a version to more laptops; those that have it keep it."""
    with open_hub() as hub:
        found = found_programs(version)
        hold_back(hub, found)
    answer([told(each) for each in found], done(found))


@programs.command(zh="从主机删去一个版本；在用的电脑照用，不会退回。")
@click.argument("version")
def remove(version: str) -> None:
    """Remove a version from the hub; laptops that run it keep it."""
    with open_hub() as hub:
        found = found_programs(version)
        remove_program(hub, found)
    lines = [_REMOVED.format(**each.which) for each in found]
    answer([told(each) for each in found], lines)


@programs.command(zh="用发布密钥给一个程序文件签名；密钥不放在主机上。")
@click.argument("file", type=FILE)
@option(
    "--key",
    "key_file",
    type=FILE,
    required=True,
    help=Text("发布密钥的文件", "The publisher's key file"),
)
@option(
    "--to",
    "target",
    type=click.Path(path_type=Path),
    required=True,
    help=Text("签好的写到哪里", "Where to write the signed file"),
)
def sign(file: Path, key_file: Path, target: Path) -> None:
    """Sign a program file with a publisher's key, which is kept off the hub."""
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

"""`hongxian plugin …`: what runs on this laptop, and what whoever writes plugins does with one."""

from __future__ import annotations

import os
import sys
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hongxian.engine.store import PLUGINS
from hongxian.errors import Refused
from hongxian.plugins.loading import Plugins
from hongxian.releases.publisher import (
    called,
    is_called,
    make_publisher_key,
    open_publisher_key,
    refuse_another,
)
from hongxian.releases.release import Release
from hongxian.releases.shelf import Shelf
from hongxian.terminal.commands import Group, answer, data_folder, say
from hongxian.terminal.help import option
from hongxian.terminal.language import said
from hongxian.terminal.listings import answer_plugins, answer_taken
from hongxian.text import Text
from hongxian_client.cli.desk import NO_BROWSER, PORT, run_desk
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.opening import ENCRYPTION_VARIABLE, laptop, laptop_folder
from hongxian_client.replica.replica import DATABASE

if TYPE_CHECKING:
    from hongxian_client.authoring.checking import Checked
    from hongxian_client.authoring.sources import Sources
    from hongxian_client.desk.running import OpenDesk

_PATH = click.Path(path_type=Path)
_THERE = click.Path(path_type=Path, exists=True)
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


class NotAsked(Refused):
    """No release by this publisher is waiting here."""

    message = Text(
        "没有等着信任的发布者是这些字母。等着的：{known}",
        "No publisher with these letters is waiting to be trusted. Waiting: {known}",
    )


@click.group(cls=Group, zh="插件：本机的，和怎样写一个、发出去。")
def plugin_command() -> None:
    """Plugins: this laptop's, and how to write and publish one."""


@plugin_command.command("take", zh="让停用了的插件重新启用，从下次打开起。")
@click.argument("name")
def take_plugin(name: str) -> None:
    """Load a plugin that was put aside again, from the next start on."""
    answer_taken(laptop_folder(), name)


@plugin_command.command("list", zh="这台电脑的插件和它们的问题；主机的请用 hongxian hub plugins。")
def list_plugins() -> None:
    """List this laptop's plugins, and what went wrong with each; for a hub's: hongxian hub plugins."""
    folder = laptop_folder()
    if (folder / DATABASE).exists():
        with laptop() as replica:
            answer_plugins(folder, replica.plugins, replica.owners)
    else:
        answer_plugins(folder, Plugins(folder / PLUGINS), {})


@plugin_command.command("trust", zh="信任一个插件发布者：字母要先和管理员核对。")
@click.argument("letters")
def trust(letters: str) -> None:
    """Trust a publisher of plugins, after comparing the letters with the keeper's."""
    with laptop() as replica:
        shelf = Shelf(replica.folder / PLUGINS)
        waiting = shelf.strangers()
        found = [each for each in waiting if is_called(each, letters)]
        if not found:
            raise NotAsked(known=[called(each) for each in waiting] or "-")
        shelf.trust(found[0])
        with replica.upkeep(), LaptopState.changing() as state:
            state.orders_told = ""  # so that the next sync sees to what waits
    done = Text(
        "已信任 {letters}；下次同步取来它的插件",
        "{letters} is trusted; its plugins come with the next sync",
    )
    answer({"trusted": found[0]}, [done.format(letters=called(found[0]))])


@plugin_command.command("new", zh="新写一个插件：数据表、步骤、视图和测试都有了，改成自己的。")
@click.argument("name")
@option(
    "--in",
    "folder",
    type=_PATH,
    default=".",
    help=Text("放在哪个文件夹里", "The folder to create it in"),
)
def new(name: str, folder: Path) -> None:
    """Start a plugin: a folder with a model, its steps, a view and tests, to make your own."""
    from hongxian_client.authoring.beginning import begin

    made = begin(name, folder)
    lines = [Text.of(str(each)) for each in made]
    check = Text(
        f"下一步：hongxian plugin check {folder / name}",
        f"Next: hongxian plugin check {folder / name}",
    )
    answer({"files": list(map(str, made))}, [*lines, check])


@plugin_command.command(
    "check", zh="找出插件的所有错误，每处都有文件和行；和上一版比，还说旧电脑会遇到什么。"
)
@click.argument("path", type=_THERE)
@option(
    "--last", type=_FILE, metavar="FILE", help=Text("上一个发行文件", "The last release's file")
)
def check(path: Path, last: Path | None) -> None:
    """Find all mistakes in a plugin, each with file and line.

    Compared with its last release, also what laptops that run that one would meet.
    """
    _checked(path, last, tells=True)


@plugin_command.command("dev", zh="边写边看：菜单里只有它的工作台，每次存盘就重新打开。")
@click.argument("path", type=_THERE)
@PORT
@NO_BROWSER
def dev(path: Path, port: int | None, no_browser: bool) -> None:
    """Try a plugin while you write it: a desk with it alone in the menu, which restarts whenever a file is saved.

    Its data is in .hongxian-dev beside the plugin, or in the folder that --data names.
    """
    from hongxian_client.authoring.trying import make_laptop, put_plugin, watch_plugin

    place = path.resolve()
    folder = data_folder(place.parent / ".hongxian-dev")
    sources, checked = _looked_at(place, None)
    make_laptop(folder, sources.name)
    put_plugin(place, folder)
    for line in _said_of(checked):
        say(line, err=True)

    os.environ[ENCRYPTION_VARIABLE] = (
        "off"  # its people are invented, and it begins anew all the time
    )

    def again(desk: OpenDesk) -> None:
        watch_plugin(place, desk.begin_anew)

    run_desk(folder, port, show=None if no_browser else webbrowser.open, opened=again)


@plugin_command.command("key", zh="做一把发布密钥：用口令锁着，留在自己手里，不放在主机上。")
@click.argument("file", type=_PATH)
def key(file: Path) -> None:
    """Make a publisher's key, locked with a passphrase; keep it yourself, never on a hub."""
    refuse_another(file)
    asked = Text("给它一个口令（至少 12 个字符）", "A passphrase for it (12 characters at least)")
    made = make_publisher_key(file, _passphrase(asked))
    answer(
        {"publisher": made.public, "letters": called(made.public)},
        [
            Text("发布者的字母：{letters}", "The publisher's letters: {letters}").format(
                letters=called(made.public)
            ),
            Text(
                "主机管理员第一次收您的插件时要核对它们。密钥文件和口令丢了，就发不了新版本。",
                "The hub's keeper compares them when your first plugin comes. Without the file or its "
                "passphrase nobody publishes a later release.",
            ),
        ],
    )


@plugin_command.command("pack", zh="检查插件，签名，打成一个发行文件。")
@click.argument("path", type=_THERE)
@option(
    "--key", "key_file", type=_FILE, required=True, help=Text("发布密钥", "The publisher's key")
)
@option(
    "--last", type=_FILE, metavar="FILE", help=Text("上一个发行文件", "The last release's file")
)
@option("--to", "folder", type=_PATH, default=".", help=Text("放在哪个文件夹", "The folder for it"))
def pack(path: Path, key_file: Path, last: Path | None, folder: Path) -> None:
    """Check a plugin, sign it, and pack it into one release file."""
    from hongxian_client.authoring import packing

    sources, checked = _checked(path, last, tells=False)
    phrase = _passphrase(Text("发布密钥的口令", "The key's passphrase"))
    made, release = packing.pack(sources, checked, open_publisher_key(key_file, phrase), folder)
    answer(
        {"file": str(made), "version": checked.version, "sha256": release.sha256},
        [
            Text(f"已打包：{made}", f"Packed: {made}"),
            Text(
                "交给主机管理员：hongxian hub plugin add 文件",
                "For the hub's keeper: hongxian hub plugin add FILE",
            ),
        ],
    )


def _checked(path: Path, last: Path | None, *, tells: bool) -> tuple[Sources, Checked]:
    """A plugin that was looked at; what there is to say is an answer, or goes to standard error beside one."""
    from hongxian_client.authoring.packing import NotSound

    sources, checked = _looked_at(path, last)
    lines = _said_of(checked)
    if tells:
        fine = Text("{name} {version}：没有错", "{name} {version}: no mistakes")
        told = {
            "name": checked.name,
            "version": checked.version,
            "sound": checked.is_sound,
            "findings": [vars(each) for each in checked.findings],
        }
        end = [fine.format(name=checked.name, version=checked.version)] if checked.is_sound else []
        answer(told, [*lines, *end])
        if not checked.is_sound:
            raise click.exceptions.Exit(Refused.exit_code)
    else:
        for line in lines:
            say(line, err=True)
        if not checked.is_sound:
            raise NotSound(name=checked.name)
    return sources, checked


def _looked_at(path: Path, last: Path | None) -> tuple[Sources, Checked]:
    from hongxian_client.authoring.checking import check as look
    from hongxian_client.authoring.sources import sources_of

    sources = sources_of(path)
    return sources, look(sources, Release.of(last).manifest if last else None)


def _said_of(checked: Checked) -> list[Text]:
    return [
        _FINDING.format(
            mark="✗" if each.breaks else "!", where=each.where or checked.name, what=each.what
        )
        for each in checked.findings
    ]


_FINDING = Text.of("  {mark} {where}: {what}")


def _passphrase(asked: Text) -> str:
    """What somebody types unseen, or a program writes."""
    typed: str = click.prompt(said(asked), hide_input=sys.stdin.isatty(), err=True)
    return typed

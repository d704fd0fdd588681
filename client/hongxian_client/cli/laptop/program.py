"""`hongxian program …`: which version of Hongxian runs here, and which waits."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import click

from hongxian.errors import Refused
from hongxian.releases.publisher import called, is_called
from hongxian.security.key_file import Locked
from hongxian.terminal.commands import Group, answer
from hongxian.text import Text, unpacked
from hongxian.version import __version__
from hongxian_client.program.home import Home, home_here, version_here
from hongxian_client.replica.opening import laptop, laptop_folder
from hongxian_client.replica.replica import DATABASE, Replica


class NoLauncher(Refused):
    """Hongxian was installed here by hand: there is no launcher to change its version."""

    message = Text(
        "这里的红线不是用安装包装的，版本请用装它的办法换。",
        "Hongxian was not installed here from a kit: update it the way it was installed.",
    )


class NobodyAsks(Refused):
    """No program by this publisher is waiting here."""

    message = Text(
        "没有等着信任的程序发布者是这些字母。等着的：{known}",
        "No publisher of programs with these letters is waiting to be trusted. Waiting: {known}",
    )


@click.group(cls=Group, zh="红线自己的版本：现在的，等着换上的，没能换上的。")
def program_command() -> None:
    """The version of Hongxian itself: which runs, which waits, and which did not come up."""


@program_command.command(zh="现在是哪一版，下次打开换哪一版，哪一版没有换上、为什么。")
def status() -> None:
    """Show which version runs, which one the next start switches to, and which did not start, and why."""
    home = home_here()
    if home is None:
        lines = [Text("版本 {v}，不是用安装包装的", "version {v}, not put here by a kit")]
        answer({"version": __version__}, [each.format(v=__version__) for each in lines])
        return
    answer(
        {"version": version_here(home), "next": home.next, "failed": home.failed()},
        list(_lines(home)),
    )


@program_command.command(zh="试试这一版能不能打开这里的数据；不写您的任何东西。")
def check() -> None:
    """Try whether this version can open the data here; nothing of yours is written."""
    from hongxian_client.desk.coming_up import come_up, come_up_locked

    if (laptop_folder() / DATABASE).exists():
        try:
            with laptop() as replica:
                come_up(replica)
        except Locked:
            come_up_locked(laptop_folder())
    else:  # nothing to lose, and nothing is begun
        with TemporaryDirectory() as folder:
            come_up(Replica.open(Path(folder)))
    line = Text("版本 {v} 打得开", "version {v} comes up").format(v=__version__)
    answer({"version": __version__}, [line])


@program_command.command(
    zh="收下 U 盘上的程序文件（.hxprog）：和主机送来的一样核对，下次打开换上。"
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def install(file: Path) -> None:
    """Take in a program file, as from a stick: checked as one from the hub, used at the next start."""
    from hongxian_client.sync.program import bring_program

    version = bring_program(file, _home())
    done = Text("新版本 {v} 已备好，下次打开换上", "version {v} is here: the next start takes it")
    answer({"next": version}, [done.format(v=version)])


@program_command.command(zh="信任一个程序发布者：字母要先和管理员核对。")
@click.argument("letters")
def trust(letters: str) -> None:
    """Trust a publisher of programs, after comparing the letters with the keeper's."""
    home = _home()
    waiting = home.strangers()
    found = [each for each in waiting if is_called(each, letters)]
    if not found:
        raise NobodyAsks(known=[called(each) for each in waiting] or "-")
    home.trust(found[0])
    home.write_failed({})  # what was refused for its publisher is asked for again
    done = Text("已信任 {letters}", "{letters} is trusted").format(letters=called(found[0]))
    answer({"trusted": found[0]}, [done])


@program_command.command(zh="没有换上的版本再试一次：下次同步再取，下次打开再换。")
def retry() -> None:
    """Try versions that did not start once more: fetched at the next sync, used at the next start."""
    _home().write_failed({})
    answer({}, [Text("下次同步再试", "they are tried again with the next sync")])


def _home() -> Home:
    home = home_here()
    if home is None:
        raise NoLauncher()
    return home


def _lines(home: Home) -> list[Text]:
    lines = [Text("版本 {v}", "version {v}").format(v=version_here(home))]
    if home.next:
        told = Text(
            "新版本 {v} 已备好，下次打开换上", "version {v} is here: the next start takes it"
        )
        lines.append(told.format(v=home.next))
    for version, why in home.failed().items():
        told = Text("版本 {v} 没有换上：{why}", "version {v} did not come up: {why}")
        lines.append(told.format(v=version, why=unpacked(why)))
    return lines

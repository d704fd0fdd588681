"""`hongxian`, the command line. Each command's module is imported when it is called."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from importlib.metadata import entry_points

import click

from hongxian.errors import Refused
from hongxian.plugins.failing.watchdog import LAPTOP_SECONDS, Call, watch
from hongxian.terminal.commands import Group, run, say
from hongxian.terminal.help import Option
from hongxian.terminal.language import said
from hongxian.text import Text
from hongxian_client.cli.short_help import SHORT_HELP

ENTRY_POINTS = "hongxian.commands"
"""Here other packages bring command groups of their own: the hub's comes from the server."""

_GAVE_UP = Text(
    "插件 {plugin} 的 {what} 一直没有回来，已停止；没写完的都没有存下。"
    "这个插件先停用，请再试一次：hongxian plugin list",
    "The plugin {plugin} did not come back from {what}: stopped, and nothing of what it was writing was "
    "stored. It is put aside; try again: hongxian plugin list",
)
_OURS = {
    "desk": "hongxian_client.cli.desk",
    "hubs": "hongxian_client.cli.laptop.hubs",
    "join": "hongxian_client.cli.sync",
    "sync": "hongxian_client.cli.sync",
    "today": "hongxian_client.cli.today",
    "status": "hongxian_client.cli.laptop.status",
    "digest": "hongxian_client.cli.laptop.status",
    "add": "hongxian_client.cli.records",
    "edit": "hongxian_client.cli.records",
    "delete": "hongxian_client.cli.records",
    "list": "hongxian_client.cli.records",
    "show": "hongxian_client.cli.records",
    "file": "hongxian_client.cli.photos",
    "history": "hongxian_client.cli.history",
    "undo": "hongxian_client.cli.undo",
    "do": "hongxian_client.cli.offers",
    "view": "hongxian_client.cli.offers",
    "print": "hongxian_client.cli.offers",
    "conflicts": "hongxian_client.cli.review",
    "resolve": "hongxian_client.cli.review",
    "attention": "hongxian_client.cli.review",
    "quota": "hongxian_client.cli.quota",
    "import": "hongxian_client.cli.files",
    "export": "hongxian_client.cli.files",
    "bundle": "hongxian_client.cli.files",
    "plugin": "hongxian_client.cli.laptop.plugins",
    "program": "hongxian_client.cli.laptop.program",
    "people": "hongxian_client.cli.laptop.people",
    "encrypt": "hongxian_client.cli.laptop.encrypt",
    "kept": "hongxian_client.cli.laptop.encrypt",
    "person": "hongxian_client.cli.person",
    "demo": "hongxian_client.cli.demo",
}


class _Everything(Group):
    """This package's commands and those that entry points bring."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        theirs = [point.name for point in entry_points(group=ENTRY_POINTS)]
        return [*_OURS, *sorted(set(theirs) - _OURS.keys())]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name in _OURS:
            command: click.Command = getattr(import_module(_OURS[name]), f"{name}_command")
            return command
        for point in entry_points(group=ENTRY_POINTS, name=name):
            loaded: click.Command = point.load()
            return loaded
        return None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        names = self.list_commands(ctx)
        with formatter.section("Commands"):
            formatter.write_dl([(name, self._short_help(ctx, name)) for name in names])

    def _short_help(self, ctx: click.Context, name: str) -> str:
        if name in SHORT_HELP:
            return said(SHORT_HELP[name])
        command = self.get_command(ctx, name)  # another package's
        return command.get_short_help_str() if command is not None else ""


@click.group(
    cls=_Everything,
    invoke_without_command=True,
    zh="""红线：让各队的电脑断网也能用，联网就合到一处。

    不带命令就打开工作台。
    每条命令的说明：hongxian 命令 --help。
    """,
)
@click.version_option(
    package_name="hongxian",
    message="hongxian %(version)s",
    cls=Option,
    help=Text("显示版本", "Show the version"),
)
@click.pass_context
def hongxian(context: click.Context) -> None:
    """The red thread: each team's laptop works offline, and all come together on the hub.

    Without a command it opens the desk.
    Help for each command: hongxian COMMAND --help.
    """
    if context.invoked_subcommand is None:
        from hongxian_client.cli.desk import desk_command

        context.invoke(desk_command)


def _give_up(call: Call) -> None:
    """End this command; what it was writing is undone."""
    say(_GAVE_UP.format(plugin=call.plugin, what=call.what), err=True)
    sys.stderr.flush()
    os._exit(Refused.exit_code)


def main() -> None:
    """The console script."""
    watch(LAPTOP_SECONDS, _give_up)
    sys.exit(run(hongxian))


if __name__ == "__main__":
    main()

"""docs/commands.md as the commands themselves tell it: `python tests/helpers/command_manual.py` writes it.

What stands above the first command is written by hand and stays.
"""

import sys
from collections.abc import Iterator

import click

from hongxian_client.cli.main import hongxian
from places import DOCS

PATH = DOCS / "commands.md"
COMMON = {"--data", "--json", "--log", "--help"}
_FIRST = "\n## `hongxian "


def commands(
    command: click.Command = hongxian, names: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command that does something, with the words that call it."""
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            yield from commands(command.get_command(context, name), (*names, name))
    else:
        yield names, command


def manual() -> str:
    """The whole page."""
    by_hand = PATH.read_text("utf-8").partition(_FIRST)[0]
    return by_hand + "".join(_section(names, command) for names, command in commands())


def _section(names: tuple[str, ...], command: click.Command) -> str:
    context = click.Context(command, info_name=" ".join(("hongxian", *names)))
    usage = " ".join(part for part in command.collect_usage_pieces(context) if part != "[OPTIONS]")
    title = " ".join(("hongxian", *names, usage)).strip()
    options = [
        f"- `{', '.join(option.opts)}`: {option.text.zh} · {option.text.en}"
        for option in command.params
        if isinstance(option, click.Option) and not COMMON & set(option.opts)
    ]
    parts = [
        f"\n## `{title}`",
        _drawn(command.text.zh),
        _drawn(command.text.en),
        "\n".join(options),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _drawn(help: str) -> str:
    """A help text, its examples as code."""
    text = help.replace("\b\n", "```\n")
    return f"{text}\n```" if "```" in text else text


if __name__ == "__main__":
    sys.stdout.write(f"{PATH}\n")
    PATH.write_text(manual(), "utf-8")

"""What both command lines are made of: commands in two languages with `--data`, `--json`, `--log`.

A command's docstring is its help: the first line says in Chinese what it does, the second
paragraph in English. These three may stand anywhere. With `--json` standard output
holds exactly one JSON document, be it the answer or the error; sentences go to standard error.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import click
import peewee
from click.core import ParameterSource

from hongxian.errors import HongxianError, Invalid, Refused, Usage
from hongxian.logs import LEVELS, end_log, has_log, start_log
from hongxian.terminal.layout import dump, pad, room, speak_utf8, width, wrap
from hongxian.text import Text

_DATA, _JSON = "hongxian.data", "hongxian.json"
DATA_VARIABLE, LOG_VARIABLE = "HONGXIAN_DATA", "HONGXIAN_LOG"
ORDERLY_SECONDS = 5
"""For so long an end that a signal began is not cut short by another."""
_ENDING = (signal.SIGINT, signal.SIGTERM)
INTERRUPTED = 130
"""The exit code after Ctrl-C, as shells have it."""


class WrongCommandLine(Usage):
    """Words that are no command of this program."""


class SystemRefused(Refused):
    """The system would not open or write what was asked for."""

    message = Text("无法使用 {what}：{detail}", "Cannot use {what}: {detail}")


# -- help in two languages -----------------------------------------------------------------------

_HEADINGS = {"Options": "选项 Options", "Commands": "命令 Commands"}


class _Formatter(click.HelpFormatter):
    """click's help, with Chinese measured as wide as it is."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, "用法 Usage: ")

    def write_heading(self, heading: str) -> None:
        super().write_heading(_HEADINGS.get(heading, heading))

    def write_text(self, text: str) -> None:
        space = " " * self.current_indent
        for paragraph in text.split("\n\n"):
            if paragraph.startswith("\b\n"):
                lines = paragraph[2:].split("\n")
            else:
                lines = wrap(" ".join(paragraph.split()), self.width - self.current_indent)
            self.write("\n" if self.buffer and self.buffer[-1] != "\n" else "")
            self.write("".join(f"{space}{line}\n" for line in lines))

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        rows = list(rows)
        first = min(max((width(name) for name, _ in rows), default=0), col_max) + col_spacing
        space = " " * self.current_indent
        for name, text in rows:
            lines = wrap(text, self.width - self.current_indent - first) if text else [""]
            if width(name) > first - col_spacing:
                self.write(f"{space}{name}\n")
            else:
                self.write(f"{space}{pad(name, first)}{lines.pop(0)}\n")
            self.write("".join(f"{space}{' ' * first}{line}\n" for line in lines))


class _Context(click.Context):
    formatter_class = _Formatter


class _Bilingual(click.Command):
    """A command whose docstring is in Chinese, then in English."""

    context_class = _Context

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.params += [_data_option(), _json_option(), _log_option()]

    def get_short_help_str(self, limit: int = 45) -> str:
        """Both summaries: the first line of each of the first two paragraphs."""
        paragraphs = (self.help or "").split("\n\n")[:2]
        return " · ".join(each.strip().split("\n")[0].rstrip("。.") for each in paragraphs)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "显示这些说明 · Show this help"
        return option


class Command(_Bilingual):
    """One command."""


class Group(_Bilingual, click.Group):
    """Commands under one name."""

    command_class = Command
    group_class = type

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0] if args else ""
        if args and self.get_command(ctx, name) is None and not name.startswith("-"):
            known = ", ".join(self.list_commands(ctx))
            raise WrongCommandLine(
                detail=Text(
                    f"没有命令“{name}”。现有：{known}", f"No command {name!r}. There are: {known}"
                )
            )
        return super().resolve_command(ctx, args)


def _data_option() -> click.Option:
    return click.Option(
        ["--data"],
        type=click.Path(path_type=Path),
        metavar="DIR",
        expose_value=False,
        callback=_remember(_DATA),
        help=f"数据文件夹（或用环境变量 {DATA_VARIABLE}） · The data folder (or set {DATA_VARIABLE})",
    )


def _json_option() -> click.Option:
    return click.Option(
        ["--json"],
        is_flag=True,
        expose_value=False,
        callback=_remember(_JSON),
        help="以 JSON 输出 · Answer as one JSON document",
    )


def _log_option() -> click.Option:
    def callback(context: click.Context, _: click.Parameter, level: str | None) -> None:
        told_here = context.get_parameter_source("log") is ParameterSource.COMMANDLINE
        if level and (told_here or not has_log()):
            start_log(level)

    return click.Option(
        ["--log"],
        type=click.Choice(LEVELS, case_sensitive=False),
        metavar="LEVEL",
        envvar=LOG_VARIABLE,
        expose_value=False,
        callback=callback,
        help=f"把日志写到标准错误：{'、'.join(LEVELS)}（或用环境变量 {LOG_VARIABLE}） · "
        f"Log to standard error: {', '.join(LEVELS)} (or set {LOG_VARIABLE})",
    )


def _remember(key: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    """Keep an option's value for the whole command line, wherever it stood."""

    def callback(context: click.Context, _: click.Parameter, value: Any) -> None:
        if value:
            context.meta[key] = value

    return callback


# -- what a command asks and says ----------------------------------------------------------------


def data_folder(default: str) -> Path:
    """The folder that `--data` or the environment names, else `default` in the user's home."""
    told = click.get_current_context().meta.get(_DATA) or os.environ.get(DATA_VARIABLE)
    return Path(told) if told else Path.home() / default


def wants_json() -> bool:
    """Whether `--json` was given."""
    return bool(click.get_current_context().meta.get(_JSON))


def answer(data: Any, lines: Iterable[str]) -> None:
    """The one document for programs, or the lines for people."""
    if wants_json():
        click.echo(dump(data))
    else:
        for line in lines:
            click.echo(line)


class Move(Protocol):
    """Moves a bar."""

    def __call__(self, done: int, total: int | None = None) -> None:
        """How much is done so far, and the total if it is known."""


@contextmanager
def progress(label: str, total: int | None = None) -> Iterator[Move]:
    """A bar on a terminal, nothing in a pipe."""
    endless = iter(int, 1) if total is None else None
    bar: Any = click.progressbar(
        endless,
        length=total,
        label=label,
        file=sys.stderr,
        hidden=not sys.stderr.isatty(),
        show_pos=True,
    )

    def move(done: int, total: int | None = None) -> None:
        if total is not None:
            bar.length = max(total, done)
        bar.update(done - bar.pos)

    with bar:
        yield move


def end_by_signals() -> None:
    """Let the first SIGINT or SIGTERM raise `KeyboardInterrupt` here.

    Those that follow at once would interrupt the orderly end that it began, and are ignored; after
    `ORDERLY_SECONDS` one ends the process as it stands, for whoever waits in vain. A shell starts
    what it puts in the background with SIGINT ignored.
    """
    if threading.current_thread() is threading.main_thread():
        for each in _ENDING:
            signal.signal(each, _begin_to_end)


def _begin_to_end(*_: object) -> None:
    began = time.monotonic()

    def again(*_: object) -> None:
        if time.monotonic() - began > ORDERLY_SECONDS:
            os._exit(INTERRUPTED)

    for each in _ENDING:
        signal.signal(each, again)
    raise KeyboardInterrupt


# -- running -------------------------------------------------------------------------------------


def run(group: click.Group, arguments: Sequence[str] | None = None) -> int:
    """Run a command line; returns its exit code: 0 done, 1 refused, 2 usage, 3 out of reach."""
    speak_utf8()
    end_log()
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = group.main(arguments, "hongxian", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return Usage.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("已停止 · Stopped", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()  # the reader has gone; Python would complain of it at exit
        return 0
    except Exception as error:
        told = _as_ours(error)
        if told is None:
            raise
        return _fail(told, as_json="--json" in arguments)


def _fail(error: HongxianError, *, as_json: bool) -> int:
    if as_json:
        click.echo(dump(error.as_json()))
    for sentence in _sentences(error):
        for line in sentence.splitlines():
            for part in _fitted(line, room(sys.stderr)):
                click.echo(part, err=True)
    return error.exit_code


def _fitted(line: str, columns: int | None) -> list[str]:
    """A line in as many as a terminal needs, each indented as it is."""
    if columns is None:
        return [line]
    indent = line[: len(line) - len(line.lstrip())]
    return [indent + part for part in wrap(line, columns - len(indent))]


def _sentences(error: HongxianError) -> list[str]:
    """Both languages, once where they say the same; the reasons of refused fields one by one."""
    if isinstance(error, Invalid):
        name = error.facts["collection"]
        return [
            f"{name}：请改正后再保存，已填内容没有丢。",
            f"{name}: correct these fields and save again; nothing you typed is lost.",
            *(f"  {field}: {' '.join(why)}" for field, why in error.facts["reasons"].items()),
        ]
    same = error.text.zh.replace("：", ": ") == str(error).replace("：", ": ")
    return [str(error)] if same else [error.text.zh, str(error)]


def _as_ours(error: Exception) -> HongxianError | None:
    """What a person is told of an error; None for one that is a fault of this program."""
    if isinstance(error, HongxianError):
        return error
    if isinstance(error, click.ClickException):
        return _of_click(error)
    if isinstance(error, peewee.ImproperlyConfigured):
        return SystemRefused(what="PostgreSQL", detail="pip install 'hongxian[postgresql]'")
    if isinstance(error, (peewee.DatabaseError, peewee.InterfaceError)):
        return SystemRefused(what="数据库 database", detail=str(error).strip())
    if isinstance(error, OSError):
        what = error.filename if error.filename is not None else "system"
        return SystemRefused(what=what, detail=error.strerror or str(error))
    return None


def _of_click(error: click.ClickException) -> HongxianError:
    english = " ".join(error.format_message().split())  # click lists choices on lines of their own
    context = getattr(error, "ctx", None)
    hint = f"{context.command_path} --help" if context else "hongxian --help"
    name = getattr(error, "option_name", None) or _name_of(getattr(error, "param", None))
    if isinstance(error, click.NoSuchOption):
        chinese = f"没有选项 {name}"
    elif isinstance(error, click.MissingParameter):
        chinese = f"缺少 {name}"
    elif isinstance(error, click.BadParameter):
        chinese = f"{name} 的值不对"
    else:
        chinese = "命令写得不对"
    return WrongCommandLine(
        detail=Text(f"{chinese}。请看：{hint}", f"{english.rstrip('.')}. See: {hint}")
    )


def _name_of(parameter: click.Parameter | None) -> str:
    if parameter is None:
        return ""
    return (
        parameter.make_metavar(click.Context(click.Command("")))
        if isinstance(parameter, click.Argument)
        else max(parameter.opts, key=len)
    )

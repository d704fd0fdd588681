"""What both command lines are made of: commands with `--data`, `--json`, `--log` in one language.

A command's docstring is its help in English, `zh` the same in Chinese; its reader sees one of them.
These three may stand anywhere. With `--json` standard output holds exactly one JSON document, be
it the answer or the error; sentences go to standard error.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol  # Any: click's options

import click
from click.core import ParameterSource

from hongxian.errors import HongxianError, Invalid, Refused, Usage
from hongxian.terminal.help import Helped, Option, usage_text
from hongxian.terminal.language import said
from hongxian.terminal.layout import dump, room, speak_utf8, wrap
from hongxian.text import Text, sentences
from hongxian.words.logs import LEVELS, end_log, has_log, start_log
from hongxian.words.values import Json

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


class _WithCommonOptions(Helped):
    """A command that takes `--data`, `--json` and `--log`."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.params += [_data_option(), _json_option(), _log_option()]


class Command(_WithCommonOptions):
    """One command."""


class Group(_WithCommonOptions, click.Group):
    """Commands under one name."""

    command_class = Command
    group_class = type

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0] if args else ""
        if args and self.get_command(ctx, name) is None and not name.startswith("-"):
            raise WrongCommandLine(
                detail=Text(
                    "没有命令“{name}”。现有：{known}", "No command {name!r}. There are: {known}"
                ).format(name=name, known=self.list_commands(ctx))
            )
        return super().resolve_command(ctx, args)


def _data_option() -> click.Option:
    return Option(
        ["--data"],
        type=click.Path(path_type=Path),
        metavar="DIR",
        expose_value=False,
        callback=_remember(_DATA),
        help=Text(
            f"数据文件夹（或用环境变量 {DATA_VARIABLE}）",
            f"The data folder (or set {DATA_VARIABLE})",
        ),
    )


def _json_option() -> click.Option:
    return Option(
        ["--json"],
        is_flag=True,
        expose_value=False,
        callback=_remember(_JSON),
        help=Text("以 JSON 输出", "Answer as one JSON document"),
    )


def _log_option() -> click.Option:
    def callback(context: click.Context, _: click.Parameter, level: str | None) -> None:
        told_here = context.get_parameter_source("log") is ParameterSource.COMMANDLINE
        if level and (told_here or not has_log()):
            start_log(level)

    return Option(
        ["--log"],
        type=click.Choice(LEVELS, case_sensitive=False),
        metavar="LEVEL",
        envvar=LOG_VARIABLE,
        expose_value=False,
        callback=callback,
        help=Text(
            f"把日志写到标准错误：{'、'.join(LEVELS)}（或用环境变量 {LOG_VARIABLE}）",
            f"Log to standard error: {', '.join(LEVELS)} (or set {LOG_VARIABLE})",
        ),
    )


def _remember(key: str) -> Callable[[click.Context, click.Parameter, str], None]:
    """Keep an option's value for the whole command line, wherever it stood."""

    def callback(context: click.Context, _: click.Parameter, value: str) -> None:
        if value:
            context.meta[key] = value

    return callback


# -- what a command asks and says ----------------------------------------------------------------


def data_folder(default: str | Path) -> Path:
    """The folder that `--data` or the environment names, else `default` in the user's home, if it is no whole path."""
    told = told_folder() or os.environ.get(DATA_VARIABLE)
    return Path(told) if told else Path.home() / default


def told_folder() -> Path | None:
    """The folder that `--data` names, whatever the environment does."""
    told: Path | None = click.get_current_context().meta.get(_DATA)
    return told


def wants_json() -> bool:
    """Whether `--json` was given."""
    return bool(click.get_current_context().meta.get(_JSON))


def answer(data: Json, lines: Iterable[Text | str]) -> None:
    """The one document for programs, or the lines for people."""
    if wants_json():
        click.echo(dump(data))
    else:
        for line in lines:
            say(line)


def answer_each(items: Iterable[Json]) -> None:
    """The one document for programs where it is a list that may be long: an item to a line, as they come."""
    before = "["
    for item in items:
        click.echo(f"{before}\n{dump(item, indent=None)}", nl=False)
        before = ","
    click.echo("[]" if before == "[" else "\n]")


def say(line: Text | str, *, err: bool = False) -> None:
    """One line for people, in their language."""
    click.echo(said(line), err=err)


class Move(Protocol):
    """Moves a bar."""

    def __call__(self, done: int, total: int | None = None) -> None:
        """How much is done so far, and the total if it is known."""


@contextmanager
def progress(label: Text, total: int | None = None) -> Iterator[Move]:
    """A bar on a terminal, nothing in a pipe."""
    endless = iter(int, 1) if total is None else None
    bar = click.progressbar(
        endless,
        length=total,
        label=said(label),
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
        say(Text("已停止", "Stopped"), err=True)
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
    """What an error says; the reasons of refused fields one by one."""
    if isinstance(error, Invalid):
        reasons = error.facts["reasons"].items()
        return [
            said(_CORRECT.format(collection=error.facts["collection"])),
            *(f"  {field}: {said(sentences(why))}" for field, why in reasons),
        ]
    return [said(error.text)]


_CORRECT = Text(
    "{collection}：还没有写入；请改正这些再试。",
    "{collection}: nothing was written; correct this and try again.",
)


def _as_ours(error: Exception) -> HongxianError | None:
    """What a person is told of an error; None for one that is a fault of this program."""
    import peewee  # which takes a third of a command's help to be there

    from hongxian.storage.failure import storage_failure

    if isinstance(error, HongxianError):
        return error
    if isinstance(error, click.ClickException):
        return _of_click(error)
    if (failure := storage_failure(error)) is not None:
        return failure
    if isinstance(error, peewee.ImproperlyConfigured):
        return SystemRefused(what="PostgreSQL", detail="pip install 'hongxian[postgresql]'")
    if isinstance(error, (peewee.DatabaseError, peewee.InterfaceError)):
        return SystemRefused(what=Text("数据库", "the database"), detail=str(error).strip())
    if isinstance(error, OSError):
        what = error.filename if error.filename is not None else Text("系统", "the system")
        return SystemRefused(what=what, detail=error.strerror or str(error))
    return None


_STRAY = re.compile(r"unexpected extra argument \(([^\s=]+=.*)\)")
_WRITE_WHERE = Text("要挑选，请写 --where {stray}", "To choose by it, write --where {stray}")


def _of_click(error: click.ClickException) -> HongxianError:
    english = " ".join(error.format_message().split())  # click lists choices on lines of their own
    context = getattr(error, "ctx", None)
    stray = _STRAY.search(english)
    if stray and context and any("--where" in each.opts for each in context.command.params):
        return WrongCommandLine(detail=_WRITE_WHERE.format(stray=stray[1]))
    hint = f"{context.command_path} --help" if context else "hongxian --help"
    return WrongCommandLine(
        detail=Text(f"{_in_chinese(error)}。请看：{hint}", f"{english.rstrip('.')}. See: {hint}")
    )


def _in_chinese(error: click.ClickException) -> str:
    parameter = getattr(error, "param", None)
    name = getattr(error, "option_name", None) or _name_of(parameter)
    if isinstance(error, click.NoSuchOption):
        return f"没有选项 {name}"
    if isinstance(error, click.MissingParameter):
        return f"缺少 {name}"
    if isinstance(error, click.BadParameter):
        return _of_path(error) or f"{name} 的值不对{_what_is_right(parameter)}"
    return "命令写得不对"


_PATHS = {
    "does not exist": "没有这个文件或文件夹",
    "is a directory": "这是文件夹，不是文件",
    "is a file": "这是文件，不是文件夹",
    "is not readable": "没有读它的权限",
    "is not writable": "没有写它的权限",
}
"""What `click.Path` finds wrong, by how it says so."""
_OF_PATH = re.compile(rf"'(.+)' ({'|'.join(_PATHS)})\.?$", re.DOTALL)


def _of_path(error: click.BadParameter) -> str:
    """What is wrong with a path; "" of anything else."""
    found = _OF_PATH.search(error.message)
    return f"{_PATHS[found[2]]}：{found[1]}" if found else ""


def _what_is_right(parameter: click.Parameter | None) -> str:
    kind = parameter.type if parameter is not None else None
    if isinstance(kind, click.Choice):
        return f"，只能是 {'、'.join(map(str, kind.choices))}"
    if isinstance(kind, click.IntRange):
        return f"，应为整数（{kind._describe_range()}）"
    return "，应为整数" if isinstance(kind, click.types.IntParamType) else ""


def _name_of(parameter: click.Parameter | None) -> str:
    if parameter is None:
        return ""
    return (
        usage_text(parameter.make_metavar(click.Context(click.Command("")))).zh
        if isinstance(parameter, click.Argument)
        else max(parameter.opts, key=len)
    )

"""`--help` in the reader's language: commands and options with their help in both."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from inspect import cleandoc
from typing import Any  # Any: click's options

import click

from hongxian.terminal.language import said
from hongxian.terminal.layout import pad, width, wrap
from hongxian.text import Text

_USAGE = Text("用法：", "Usage: ")
_HEADINGS = {"Options": Text("选项", "Options"), "Commands": Text("命令", "Commands")}
_REQUIRED = Text("必填", "required")
_DEFAULT = Text("默认", "default")
_STAND_INS = {
    "ADDRESS": "网址",
    "AMOUNT": "数量",
    "ARGS": "参数",
    "BACKUP": "备份",
    "CODE": "注册码",
    "COLLECTION": "表",
    "COMMAND": "命令",
    "CONFLICT": "编号",
    "DAYS": "天数",
    "DEED": "编号",
    "DEVICE": "编号",
    "DIR": "文件夹",
    "DIRECTORY": "文件夹",
    "FIELD": "字段",
    "FILE": "文件",
    "ID": "编号",
    "INTEGER": "整数",
    "INTEGER RANGE": "整数",
    "LAPTOP": "电脑",
    "LETTERS": "字母",
    "LEVEL": "级别",
    "NAME": "名称",
    "NUMBER": "编号",
    "OPENED": "打开后的文件",
    "OPTIONS": "选项",
    "PATH": "文件",
    "PERCENT": "百分比",
    "PORT": "端口",
    "QUESTION": "问题码",
    "RECORDS": "条数",
    "REPLY": "回执",
    "TEAM": "团队",
    "TEXT": "文字",
    "TO": "另一台的编号",
    "URL": "网址",
    "VALUE": "值",
    "VERSION": "版本",
    "WHO": "谁",
}
"""What usage has in the place of words that one types, in Chinese; a letter alone stays."""
_STAND_IN = re.compile(r"\b[A-Z]{2,}(?: RANGE)?\b")


def usage_text(usage: str) -> Text:
    """Usage as click writes it, and with its stand-ins in Chinese."""
    return Text(_STAND_IN.sub(lambda found: _STAND_INS.get(found[0], found[0]), usage), usage)


class _Formatter(click.HelpFormatter):
    """click's help, with Chinese measured as wide as it is."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, said(usage_text(args)), said(_USAGE))

    def write_heading(self, heading: str) -> None:
        super().write_heading(said(_HEADINGS.get(heading, heading)))

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


class Helped(click.Command):
    """A command with its help in both languages, of which the reader's is shown."""

    context_class = _Context

    def __init__(self, *args: Any, zh: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.text = Text(cleandoc(zh), cleandoc(self.help or ""))

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(said(self.text))

    def get_short_help_str(self, limit: int = 45) -> str:
        """The first line."""
        return said(self.text).partition("\n")[0].rstrip("。.")

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = said(_SHOW_HELP)
        return option


_SHOW_HELP = Text("显示这些说明", "Show this help")


class Option(click.Option):
    """An option with its help in both languages."""

    def __init__(self, *args: Any, help: Text, **options: Any) -> None:
        super().__init__(*args, **options)
        self.text = help

    def get_help_record(self, ctx: click.Context) -> tuple[str, str]:
        extra = self.get_help_extra(ctx)
        told = [f"{said(_DEFAULT)} {extra['default']}"] if "default" in extra else []
        told += [extra["range"]] if "range" in extra else []
        told += [said(_REQUIRED)] if "required" in extra else []
        more = f"  [{'; '.join(told)}]" if told else ""
        return said(usage_text(self.get_help_spec(ctx))), said(self.text) + more


option = partial(click.option, cls=Option)
"""`click.option` whose `help` is a `Text`."""

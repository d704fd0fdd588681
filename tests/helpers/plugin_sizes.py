"""The figures of docs/plugins/sizes.md as the code has them: `python tests/helpers/plugin_sizes.py` writes them.

What the page says beside them is written by hand and stays.
"""

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from places import DOCS, TOP

PATH = DOCS / "plugins" / "sizes.md"
PLUGINS = TOP / "plugins" / "hongxian_plugins"
LONG = 600
"""Lines, above which a plugin says why."""
_NOT_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}
_SAID = {"Text", "Refused", "Mark"}
_ROW = re.compile(r"^\| \[(\w+)\]\(\w+\.md\) \| \d+ \| \d+ \| (.*) \|$", re.M)
_MODULE = re.compile(r"`([\w/]+)`(?: \d+)?")


def names() -> list[str]:
    """The bundled plugins."""
    return sorted(each.parent.name for each in PLUGINS.glob("*/__init__.py"))


def modules(plugin: str) -> dict[str, set[int]]:
    """By the name of each module, and of each folder of them, the lines that count."""
    found = {}
    for file in sorted((PLUGINS / plugin).rglob("*.py")):
        if file.stem != "sheets" and not file.stem.startswith("demo"):
            name = file.relative_to(PLUGINS / plugin).with_suffix("").as_posix()
            found[name] = counted(file)
    return found


def counted(file: Path) -> set[int]:
    """The lines of a module that are rules, actions, views or wiring."""
    text = file.read_text("utf-8")
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    lines = chain.from_iterable(
        range(each.start[0], each.end[0] + 1) for each in tokens if each.type not in _NOT_CODE
    )
    return set(lines) - set(chain.from_iterable(map(_lines_of, _left_out(ast.parse(text)))))


def said(file: Path) -> set[int]:
    """The lines on which something is said in both languages."""
    calls = (each for each in ast.walk(ast.parse(file.read_text("utf-8"))) if _says(each))
    return set(chain.from_iterable(map(_lines_of, calls)))


def _says(node: ast.AST) -> bool:
    called = node.func if isinstance(node, ast.Call) else None
    return isinstance(called, ast.Name) and called.id in _SAID


def _left_out(tree: ast.Module) -> Iterator[ast.stmt]:
    """What declares: docstrings, imports, what a module or a class assigns, classes inside a class."""
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if is_text or isinstance(node, ast.Import | ast.ImportFrom):
            yield node
    for holder in (tree, *(each for each in tree.body if isinstance(each, ast.ClassDef))):
        for node in holder.body:
            is_inner = isinstance(node, ast.ClassDef) and holder is not tree
            if is_inner or isinstance(node, ast.Assign | ast.AnnAssign):
                yield node


def _lines_of(node: ast.stmt) -> range:
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)


def sizes(plugin: str) -> tuple[int, int]:
    """Lines of a plugin, and how many of them say something in both languages."""
    found = modules(plugin)
    speaking = [
        lines & said(PLUGINS / plugin / f"{name}.py") for name, lines in found.items() if lines
    ]
    return sum(map(len, found.values())), sum(map(len, speaking))


def whys() -> dict[str, str]:
    """What the page says of each plugin."""
    return dict(_ROW.findall(PATH.read_text("utf-8")))


def page() -> str:
    """The page with the figures of today."""
    text, said_of = PATH.read_text("utf-8"), whys()
    before, _, rest = text.partition("|---|---|---|---|\n")
    after = rest[rest.index("\n\n") :]
    rows = [_row(each, said_of.get(each, "")) for each in names()]
    return f"{before}|---|---|---|---|\n" + "\n".join(rows) + after


def _row(plugin: str, why: str) -> str:
    counts = {name: len(lines) for name, lines in modules(plugin).items()}

    def with_lines(named: re.Match[str]) -> str:
        name = named[1]
        within = [n for each, n in counts.items() if each == name or each.startswith(f"{name}/")]
        return f"`{name}` {sum(within)}" if within else named[0]

    whole, speaking = sizes(plugin)
    return f"| [{plugin}]({plugin}.md) | {whole} | {speaking} | {_MODULE.sub(with_lines, why)} |"


if __name__ == "__main__":
    sys.stdout.write(f"{PATH}\n")
    PATH.write_text(page(), "utf-8")

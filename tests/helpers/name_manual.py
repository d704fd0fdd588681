"""docs/names.md as the code itself tells it: `python tests/helpers/name_manual.py` writes it.

The names, their order and the headings are those of docs/api.md, where the built site has all of each.
"""

import inspect
import re
import sys
from collections.abc import Iterator
from importlib import import_module

from hongxian.words.names import ROOMS
from places import DOCS

PATH = DOCS / "names.md"
_HEAD = """# Every name in short

What a plugin may import, by the place that has it, with its arguments and a sentence of each. `make docs` writes
this page out of the code; the built site has [all of each](api.md), and says how long a name lives.
"""
_NAME = re.compile(r"::: (hongxian(?:\.[a-z]+)?)\.(\w+)\Z")
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")


def manual() -> str:
    """The whole page."""
    return _HEAD + "".join(_lines())


def _lines() -> Iterator[str]:
    heading = ""
    for line in (DOCS / "api.md").read_text("utf-8").splitlines():
        if line.startswith("## "):
            heading = f"\n{line}\n\n"
        elif (found := _NAME.match(line)) and found[1] in ROOMS:
            what = getattr(import_module(found[1]), found[2])
            yield f"{heading}- `{_called(found[2], what)}`{_means(what)}\n"
            heading = ""


def _called(name: str, what: object) -> str:
    """A name with its arguments, without their types."""
    if not _is_ours(what):
        return name
    try:
        given = inspect.signature(what).parameters.values()
    except ValueError:  # what derives from a built-in type has none that can be read
        return name
    bare = inspect.Signature([each.replace(annotation=each.empty) for each in given])
    return name + _ADDRESS.sub("", str(bare)).removeprefix("(*args, **kwargs)")


def _means(what: object) -> str:
    told = inspect.cleandoc(what.__doc__ or "") if _is_ours(what) else ""
    first = told.partition("\n\n")[0].replace("\n", " ")
    return f": {first}" if first else ""


def _is_ours(what: object) -> bool:
    """Whether it is a function or a class of Hongxian's own, not a constant or another's name."""
    is_code = inspect.isfunction(what) or inspect.isclass(what)
    return is_code and what.__module__.partition(".")[0] == "hongxian"


if __name__ == "__main__":
    sys.stdout.write(f"{PATH}\n")
    PATH.write_text(manual(), "utf-8")

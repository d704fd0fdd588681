"""docs/errors.md as the classes themselves tell it: `python tests/helpers/error_manual.py` writes it.

What stands above the tree is written by hand and stays.
"""

import importlib
import pkgutil
import sys
from collections.abc import Iterator
from inspect import cleandoc

import hongxian
import hongxian_client
import hongxian_plugins
import hongxian_server
import hongxian_web
from hongxian.errors import HongxianError
from places import DOCS

PATH = DOCS / "errors.md"
PACKAGES = (hongxian, hongxian_web, hongxian_server, hongxian_client, hongxian_plugins)
_TREE = "\n## The tree\n"

for package in PACKAGES:  # a class is known once its module is
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        importlib.import_module(module.name)


def errors_below(root: type[HongxianError]) -> list[type[HongxianError]]:
    """The classes of the packages that inherit from `root` itself, by name."""
    ours = {package.__name__ for package in PACKAGES}  # a test may have classes of its own
    below = [each for each in root.__subclasses__() if each.__module__.split(".")[0] in ours]
    return sorted(below, key=lambda error: error.__name__)


def all_errors(root: type[HongxianError] = HongxianError) -> Iterator[type[HongxianError]]:
    """Every class below `root`, each before those that inherit from it."""
    for error in errors_below(root):
        yield error
        yield from all_errors(error)


def manual() -> str:
    """The whole page."""
    by_hand = PATH.read_text("utf-8").partition(_TREE)[0]
    drawn = [("", HongxianError), *_branches(HongxianError)]
    width = max(len(lead + error.__name__) for lead, error in drawn)
    tree = "".join(f"{lead + error.__name__:{width}}  {_means(error)}\n" for lead, error in drawn)
    heads = "| error | exit | HTTP | message |\n|---|---|---|---|\n"
    rows = "".join(map(_row, sorted(all_errors(), key=lambda error: error.__name__)))
    return f"{by_hand}{_TREE}\n```\n{tree}```\n\n## The messages\n\n{heads}{rows}"


def _branches(
    root: type[HongxianError], lead: str = ""
) -> Iterator[tuple[str, type[HongxianError]]]:
    """Every class below `root` with what the tree draws before its name."""
    below = errors_below(root)
    for error in below:
        last = error is below[-1]
        yield lead + ("└── " if last else "├── "), error
        yield from _branches(error, lead + ("    " if last else "│   "))


def _means(error: type[HongxianError]) -> str:
    return cleandoc(error.__doc__ or "").partition("\n")[0]


def _row(error: type[HongxianError]) -> str:
    says = f"{error.message.zh}<br>{error.message.en}".replace("\n", " ").replace("|", "\\|")
    return f"| `{error.__name__}` | {error.exit_code} | {error.status} | {says} |\n"


if __name__ == "__main__":
    sys.stdout.write(f"{PATH}\n")
    PATH.write_text(manual(), "utf-8")

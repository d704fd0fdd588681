"""Marks: what a decorator says of a plugin's function, kept on the function until somebody asks.

A decorator only marks, so that a plugin's list of what it declares is its own code. Nothing is
imported for it before the first question: what only the pages need does not slow a command down.
"""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial, wraps
from importlib import import_module
from types import ModuleType
from typing import ParamSpec, TypeVar

from hongxian.errors import BadPlugin
from hongxian.text import Text

Marked = TypeVar("Marked", bound=Callable[..., object])
"""A function or a class."""
Given = ParamSpec("Given")
Decorator = TypeVar("Decorator")
_MARKS = "__hongxian__"
WRONG = "wrong"
"""As what a function is marked that cannot be called as it stands: itself, and a `Text` that says why."""
_BARE = Text(
    "{function} 上面请写 @{name}({wanted})，带括号",
    "above {function} write @{name}({wanted}), with parentheses",
)
_TAKES = Text(
    "收到的和它写的参数对不上：请写 def {wanted}",
    "it does not take what it is called with: write def {wanted}",
)
_NEVER_ASKED = ("__main__", "demo")
"""Modules of a plugin that declare nothing; `demo_…` likewise."""


def mark(kind: str, what: object) -> Callable[[Marked], Marked]:
    """A decorator that marks a function or class as `what`, a frozen dataclass, of a kind."""

    def decorate(marked: Marked) -> Marked:
        setattr(marked, _MARKS, (*_marks_of(marked), (kind, what)))
        return marked

    return decorate


def mark_wrong(function: Callable[..., object], detail: Text) -> None:
    """Mark a function as one that cannot be called as it stands; `detail` says what to write instead."""
    mark(WRONG, (function, detail))(function)


def named_by(
    function: Callable[..., object], given: int, known: Sequence[str]
) -> tuple[tuple[str, ...], list[str]]:
    """Of what it may get by name, what a function names behind the first `given`; and what it never gets."""
    asked = list(inspect.signature(function).parameters.values())[given:]
    names = tuple(each.name for each in asked if each.name in known)
    return names, [
        each.name for each in asked if each.default is each.empty and each.name not in known
    ]


def mark_uncallable(
    function: Callable[..., object],
    of: object,
    asked: Collection[str] | None,
    may_name: Collection[str] = (),
) -> None:
    """Mark a function wrong that cannot take `store`, a record where it is `of` some, and by name what is `asked`.

    None stands for what is asked of one record alone, and so not known yet. It is given what it `may_name` too.
    """
    signature = inspect.signature(function)
    given = ("store", "record") if of else ("store",)
    further = [each for each in may_name if each in signature.parameters]
    try:
        if asked is None:
            signature.bind_partial(*given)
        else:
            signature.bind(*given, **dict.fromkeys((*asked, *further)))
    except TypeError:
        names = ", ".join([*given, *(["…"] if asked is None else asked), *further])
        mark_wrong(function, _TAKES.format(wanted=f"{function.__name__}({names})"))


def parenthesised(decorator: Callable[Given, Decorator]) -> Callable[Given, Decorator]:
    """A decorator that is called first: of one without parentheses it says what to write, as `BadPlugin`."""

    @wraps(decorator)
    def called(*args: Given.args, **kwargs: Given.kwargs) -> Decorator:
        if not kwargs and len(args) == 1 and inspect.isfunction(args[0]):
            asked = inspect.signature(decorator).parameters.values()
            wanted = [
                f"{each.name}=…" if each.kind is each.KEYWORD_ONLY else each.name
                for each in asked
                if each.default is each.empty
            ]
            detail = _BARE.format(
                function=args[0].__name__,
                name=getattr(decorator, "__name__", ""),
                wanted=", ".join(wanted),
            )
            raise BadPlugin(detail=detail)
        return decorator(*args, **kwargs)

    return called


def marks_in(module: ModuleType) -> Iterator[tuple[str, object]]:
    """What is marked in one module, (kind, what), in order of definition.

    What it imported from another belongs to that one; a module made by hand has nothing of its own.
    """
    for value in list(vars(module).values()):
        if module.__spec__ is None or getattr(value, "__module__", None) == module.__name__:
            yield from _marks_of(value)


def submodules(module: ModuleType) -> Iterator[Callable[[], ModuleType]]:
    """Of a package each module below it, by name, as what imports it and raises what it raises."""
    for found in pkgutil.iter_modules(getattr(module, "__path__", ())):
        if found.name not in _NEVER_ASKED and not found.name.startswith("demo_"):
            yield partial(import_module, f"{module.__name__}.{found.name}")


def _marks_of(value: object) -> tuple[tuple[str, object], ...]:
    """Its own marks: a class has none of the one that it is derived from."""
    marks: tuple[tuple[str, object], ...] = getattr(value, "__dict__", {}).get(_MARKS, ())
    return marks

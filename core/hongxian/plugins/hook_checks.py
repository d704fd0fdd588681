"""Whether a plugin's functions are hooks as they stand. pluggy passes over in silence what it does
not know, so what would never be called is said when the plugin is loaded.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from types import ModuleType
from typing import cast

from pluggy import HookimplOpts

from hongxian.errors import BadHook
from hongxian.plugins import hooks
from hongxian.plugins.marks import WRONG, marks_in
from hongxian.text import Text

_PREFIX = "hongxian_"
_ARGUMENTS = {
    name: tuple(inspect.signature(hook).parameters)
    for name, hook in vars(hooks).items()
    if name.startswith(_PREFIX)
}
"""The names of each hook's arguments."""
_NO_ARGUMENT = Text("（不收参数）", "no argument")
_NEVER_GIVEN = Text(
    "不会收到 {unknown}；可用的参数：{known}",
    "{unknown} is never given to it; it may take {known}",
)
_YIELDS_ONCE = Text(
    "包装函数要 yield 一次：请写 `return (yield)`",
    "a wrapper yields once: write `return (yield)`",
)
_NO_SUCH_HOOK = Text("没有这个钩子；{write}", "no hook has this name; {write}")
_UNMARKED = Text(
    "从不会被调用；请在上面写 @hookimpl", "it is never called; write @hookimpl above it"
)
_NEVER_CALLED = Text(
    "从不会被调用；{write}，并在上面写 @hookimpl", "it is never called; {write}, @hookimpl above it"
)
_LINE = Text("{file} 第 {line} 行", "{file}, line {line}")


def broken_hooks(module: ModuleType, marked: Mapping[str, HookimplOpts]) -> Iterator[BadHook]:
    """What is wrong with the marked functions; `marked` is pluggy's options by function's name."""
    for name, options in marked.items():
        function = getattr(module, name)
        hook = options["specname"] or name
        if hook in _ARGUMENTS:
            if unknown := _unknown_arguments(function, _ARGUMENTS[hook]):
                known = list(_ARGUMENTS[hook]) or _NO_ARGUMENT
                yield _bad(module, name, _NEVER_GIVEN.format(unknown=unknown, known=known))
            wraps = options["wrapper"] or options["hookwrapper"]
            if wraps and not inspect.isgeneratorfunction(function):
                yield _bad(module, name, _YIELDS_ONCE)
        elif not options["optionalhook"]:
            yield _bad(module, name, _NO_SUCH_HOOK.format(write=_meant(hook)))


def unmarked_hooks(module: ModuleType, marked: Mapping[str, HookimplOpts]) -> Iterator[BadHook]:
    """What looks like a hook of the plugin and is not marked as one, so that nobody calls it."""
    for name, value in vars(module).items():
        own = inspect.isfunction(value) and value.__module__ == module.__name__
        if name in marked:
            continue
        if name in _ARGUMENTS:
            yield _bad(module, name, _UNMARKED)
        elif own and (name.startswith(_PREFIX) or _fits(_PREFIX + name, value)):
            yield _bad(module, name, _NEVER_CALLED.format(write=_meant(name)))


def _fits(hook: str, function: Callable[..., object]) -> bool:
    """Whether a function could be meant for the hook: it asks for nothing that the hook has not."""
    return hook in _ARGUMENTS and not _unknown_arguments(function, _ARGUMENTS[hook])


def _unknown_arguments(function: Callable[..., object], known: tuple[str, ...]) -> list[str]:
    asked = inspect.signature(function).parameters.values()
    return [each.name for each in asked if each.default is each.empty and each.name not in known]


def _meant(name: str) -> Text:
    known = [each.removeprefix(_PREFIX) for each in _ARGUMENTS]
    near = get_close_matches(name.removeprefix(_PREFIX), known, n=1)
    if near:
        return Text("请写 {hook}", "write {hook}").format(hook=_PREFIX + near[0])
    return Text("钩子有：{hooks}", "the hooks are {hooks}").format(hooks=list(_ARGUMENTS))


def wrong_marks(module: ModuleType) -> Iterator[tuple[Callable[..., object], BadHook]]:
    """The functions of a module that are marked and cannot be called as they stand, each with why."""
    for kind, what in marks_in(module):
        if kind == WRONG:
            function, detail = cast("tuple[Callable[..., object], Text]", what)
            place = _place_of(function)
            yield function, BadHook(function=function.__name__, place=place, detail=detail)


def _bad(module: ModuleType, name: str, detail: Text) -> BadHook:
    place = _place_of(getattr(module, name)) or module.__file__
    return BadHook(function=name, place=place, detail=detail)


def _place_of(function: Callable[..., object]) -> Text | None:
    code = getattr(inspect.unwrap(function), "__code__", None)
    return _LINE.format(file=code.co_filename, line=code.co_firstlineno) if code else None

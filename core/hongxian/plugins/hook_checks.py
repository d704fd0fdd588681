"""Whether a plugin's functions are hooks as they stand. pluggy passes over in silence what it does
not know, so what would never be called is said when the plugin is loaded.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from types import ModuleType

from pluggy import HookimplOpts

from hongxian.errors import BadHook
from hongxian.plugins import hooks

_PREFIX = "hongxian_"
_ARGUMENTS = {
    name: tuple(inspect.signature(hook).parameters)
    for name, hook in vars(hooks).items()
    if name.startswith(_PREFIX)
}
"""The names of each hook's arguments."""


def broken_hooks(module: ModuleType, marked: Mapping[str, HookimplOpts]) -> Iterator[BadHook]:
    """What is wrong with the marked functions; `marked` is pluggy's options by function's name."""
    for name, options in marked.items():
        function = getattr(module, name)
        hook = options["specname"] or name
        if hook in _ARGUMENTS:
            if unknown := _unknown_arguments(function, _ARGUMENTS[hook]):
                known = ", ".join(_ARGUMENTS[hook]) or "no argument"
                yield _bad(module, name, f"{unknown} is never given to it; it may take {known}")
            wraps = options["wrapper"] or options["hookwrapper"]
            if wraps and not inspect.isgeneratorfunction(function):
                yield _bad(module, name, "a wrapper yields once: write `return (yield)`")
        elif not options["optionalhook"]:
            yield _bad(module, name, f"no hook has this name; {_meant(hook)}")


def unmarked_hooks(module: ModuleType, marked: Mapping[str, HookimplOpts]) -> Iterator[BadHook]:
    """What looks like a hook of the plugin and is not marked as one, so that nobody calls it."""
    for name, value in vars(module).items():
        own = inspect.isfunction(value) and value.__module__ == module.__name__
        if name in marked:
            continue
        if name in _ARGUMENTS:
            yield _bad(module, name, "it is never called; write @hookimpl above it")
        elif own and (name.startswith(_PREFIX) or _fits(_PREFIX + name, value)):
            yield _bad(module, name, f"it is never called; {_meant(name)}, @hookimpl above it")


def _fits(hook: str, function: Callable[..., object]) -> bool:
    """Whether a function could be meant for the hook: it asks for nothing that the hook has not."""
    return hook in _ARGUMENTS and not _unknown_arguments(function, _ARGUMENTS[hook])


def _unknown_arguments(function: Callable[..., object], known: tuple[str, ...]) -> str:
    asked = inspect.signature(function).parameters.values()
    return ", ".join(
        each.name for each in asked if each.default is each.empty and each.name not in known
    )


def _meant(name: str) -> str:
    known = [each.removeprefix(_PREFIX) for each in _ARGUMENTS]
    near = get_close_matches(name.removeprefix(_PREFIX), known, n=1)
    return f"write {_PREFIX}{near[0]}" if near else f"the hooks are {', '.join(_ARGUMENTS)}"


def _bad(module: ModuleType, name: str, detail: str) -> BadHook:
    code = getattr(inspect.unwrap(getattr(module, name)), "__code__", None)
    place = f"{code.co_filename}, line {code.co_firstlineno}" if code else module.__file__
    return BadHook(function=name, place=place, detail=detail)

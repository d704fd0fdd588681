"""One plugin: its functions, called by pluggy, and what went wrong with it.

A call of pluggy's does not isolate: one raise loses the whole call. So each plugin has a plugin
manager of its own, by which pluggy calls it alone with its own wrappers around it.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FunctionType, MethodType, ModuleType
from typing import Any

import pluggy

from hongxian.errors import (
    BadCollection,
    BadHook,
    BadPlugin,
    HongxianError,
    UnknownCollection,
    UnknownField,
)
from hongxian.plugins import hooks
from hongxian.plugins.failing.aside import origin_of
from hongxian.plugins.failing.errors import MOST, PluginError
from hongxian.plugins.hook_checks import broken_hooks, unmarked_hooks, wrong_marks
from hongxian.plugins.marks import marks_in, submodules
from hongxian.text import NOTHING, Text
from hongxian.words.logs import blame, logger, stands_at, stands_in_code, way_of

_BEFORE_RECORDS = ("load", "hongxian_collections")
"""What is done with a plugin before it sees a record, so that its error quotes none."""
_OF_CODE = (BadCollection, BadHook, BadPlugin, UnknownCollection, UnknownField)
"""Errors that quote the plugin's code alone, whenever they are raised."""
_FAILED, _BLAMED = Text.of("{what}: {kind}: {why}"), Text.of("{what}: {place}")
UNVERSIONED = "0"
LONGEST_VERSION = 30
LONGEST = 1_000
"""Characters of an error's message that are kept."""
log = logger(__name__)


class _Manager(pluggy.PluginManager):
    """Looks at functions alone: to look at all that modules hold took most of what loading plugins does."""

    def parse_hookimpl_opts(self, plugin: object, name: str) -> pluggy.HookimplOpts | None:
        return super().parse_hookimpl_opts(plugin, name) if _is_function(plugin, name) else None

    def parse_hookspec_opts(
        self, module_or_class: ModuleType | type, name: str
    ) -> pluggy.HookspecOpts | None:
        if not _is_function(module_or_class, name):
            return None
        return super().parse_hookspec_opts(module_or_class, name)


def _is_function(module: object, name: str) -> bool:
    return type(vars(module).get(name)) in (FunctionType, MethodType)


def _manager() -> pluggy.PluginManager:
    manager = _Manager(hooks.PROJECT)
    manager.add_hookspecs(hooks)
    return manager


@dataclass
class Plugin:
    """One plugin, loaded or not, and what went wrong with it."""

    name: str
    source: str
    module: ModuleType | None = None
    title: Text = NOTHING
    icon: str = ""
    """The drawing that its module names for the menu."""
    version: str = ""
    """Its release's, its package's or what its module says; "0" where nothing says it."""
    sha256: str = ""
    """Of the release's file; "" for a plugin that did not come as one."""
    made: list[PluginError] = field(default_factory=list, repr=False)
    """Its mistakes in this process, each once; the last twenty."""
    incomplete: bool = False
    """Whether a module of it did not import, so that what it declares is not all known."""
    heard: Callable[[Plugin, PluginError], None] = field(
        default=lambda plugin, error: None, repr=False
    )
    """Told of each error."""
    _manager: pluggy.PluginManager = field(default_factory=_manager, repr=False)
    _marks: list[tuple[str, object]] | None = field(default=None, repr=False)

    @property
    def loaded(self) -> bool:
        """Whether it takes part."""
        return self.module is not None

    def take(self, module: ModuleType) -> None:
        """Let its functions be called; says what never would be, and raises `BadHook` for a marked one.

        What else is marked in this one file is looked at too; in the other modules of a package once asked.
        """
        parsed = ((name, self._manager.parse_hookimpl_opts(module, name)) for name in dir(module))
        marked = {name: options for name, options in parsed if options is not None}
        broken = list(broken_hooks(module, marked))
        for each in (*unmarked_hooks(module, marked), *broken):
            self.failed("load", each, stands_at(getattr(module, str(each.facts["function"]))))
        broken += self._say_wrong(module)
        if broken:
            raise broken[-1]  # which stays the last that was said
        self._manager.register(module, name=self.name)
        self.module = module
        self.title = _title_of(module)
        self.icon = str(getattr(module, "icon", ""))
        self.version = self.version or version_of(module)

    @property
    def errors(self) -> list[Text]:
        """What it did wrong in this process, the last one last."""
        return [each.message for each in self.made]

    @property
    def origin(self) -> Path | None:
        """Its file, or the first of its package; None for one that was made by hand."""
        if self.module is not None:
            file = getattr(self.module, "__file__", None)
            return Path(file) if file else None
        return Path(self.source) if os.sep in self.source else origin_of(self.source)

    def caller(self, hook: str) -> pluggy.HookCaller:
        """What calls its functions of a hook."""
        caller: pluggy.HookCaller = getattr(self._manager.hook, hook)
        return caller

    def marked(self, kind: str) -> list[Any]:  # Any: of each kind its own dataclass
        """What the plugin's functions and classes are marked as, in order of definition.

        The first question imports all modules of its package; one that does not import, or holds
        what cannot be called, is an error of the plugin, and `incomplete` from then on.
        """
        if self._marks is None:
            self._marks = list(self._read(self.module)) if self.module else []
        return [what for each, what in self._marks if each == kind]

    def _read(self, module: ModuleType) -> Iterator[tuple[str, object]]:
        yield from marks_in(module)
        for load in submodules(module):
            try:
                found = load()
            except (Exception, SystemExit) as error:
                self.incomplete = True
                self.failed("load", error)
            else:
                self.incomplete = bool(self._say_wrong(found)) or self.incomplete
                yield from self._read(found)

    def _say_wrong(self, module: ModuleType) -> list[BadHook]:
        """Keep an error for each marked function of a module that cannot be called; gives them."""
        found = list(wrong_marks(module))
        for function, error in found:
            self.failed("load", error, stands_at(function))
        return [error for _, error in found]

    def failed(self, what: str, error: BaseException, at: tuple[str, ...] = ()) -> None:
        """Keep an error for whoever looks, each once; the last twenty of each plugin.

        `at` is where the mistake stands, if not where the error was raised.

        Of one that may quote a record its kind and place are kept, and not its message: whoever looks
        may be of another team, and what is erased must not stay here.
        """
        if isinstance(error, HongxianError):
            is_public, why = isinstance(error, _OF_CODE), error.text
        else:
            is_public, why = stands_in_code(error), Text.of(str(error)[:LONGEST])
        if what == "load" and isinstance(error, _OF_CODE):
            message = Text.of("{why}").format(why=why)  # a sentence for whoever wrote it
        elif is_public or what in _BEFORE_RECORDS:
            message = _FAILED.format(what=what, kind=type(error).__name__, why=why)
        else:
            message = _BLAMED.format(what=what, place=blame(error)[:LONGEST])
        level = logging.DEBUG if message in self.errors else logging.WARNING
        log.log(level, "plugin=%s %s", self.name, message.en)
        known = next((each for each in self.made if each.message == message), None)
        made = known or PluginError(message, at or way_of(error))
        self.made = [*[each for each in self.made if each.message != message][1 - MOST :], made]
        self.heard(self, made)


def version_of(module: ModuleType) -> str:
    """What a plugin's module says as its `version`; "0" where it says none."""
    said = getattr(module, "version", None)
    return said[:LONGEST_VERSION] if isinstance(said, str) and said else UNVERSIONED


def _title_of(module: ModuleType) -> Text:
    """What a plugin is called: its `title`, or its docstring's first line as far as a colon."""
    named = getattr(module, "title", None)
    first, _, _ = (module.__doc__ or "").strip().partition("\n")
    return Text.of(named if isinstance(named, Text | str) else first.partition(":")[0])

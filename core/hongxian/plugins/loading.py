"""Loading plugins one by one, and calling them one by one, so that none stops another.

What one raises is kept under its name, for `hongxian plugin list`.
"""

from __future__ import annotations

import gc
import hashlib
import importlib.util
import sys
from collections.abc import Callable, Iterator
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

import pluggy
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from hongxian.errors import AlreadyThere, BadPlugin, FileRefused, PluginRefused
from hongxian.logs import logger
from hongxian.plugins.aside import PutAside, code_mark, put_aside, why_aside
from hongxian.plugins.plugin import Plugin
from hongxian.plugins.plugin_errors import PluginError
from hongxian.plugins.watchdog import Call
from hongxian.text import Text
from hongxian.version import __version__

log = logger(__name__)
ENTRY_POINTS = "hongxian.plugins"
BORN_BEFORE_A_LOOK = 50_000
"""Containers that are made, less those that are gone again, before the garbage collector looks for circles."""
Answer = Any
"""What a plugin gave. `Any`, as are the facts: each hook has its own, and who asks looks at them."""
_FAILURES = (Exception, SystemExit)
"""What a plugin may raise without stopping anything: `sys.exit()` is an error of its own as well."""
_A_FOLDER = Text(
    "这里的插件是一个文件；文件夹要作为软件包安装，并带有入口点 hongxian.plugins",
    "a plugin here is one file; a folder is to be installed as a package with an entry point in hongxian.plugins",
)

_NAMED = Text("名为 {name} 的插件", "a plugin named {name}")
_OTHER_RELEASE = Text(
    "适用于 Hongxian {wanted}，本机是 {here}", "works with Hongxian {wanted}, this is {here}"
)
_NO_SPECIFIER = Text(
    "hongxian_works_with() 答了 {wanted!r}，不是版本范围",
    "hongxian_works_with() answered {wanted!r}, no version specifier",
)
_STUCK = Text(
    "{what} 过了 {seconds} 秒还没有回来", "{what} had not come back after {seconds} seconds"
)
_BROKE = Text.of("{plugin}: {error}")


class Plugins:
    """The plugins of one laptop or hub: the installed ones and the files in its folder."""

    def __init__(self, folder: Path | None = None, installed: bool = True) -> None:
        self._data = folder.parent if folder else None
        self._callers: dict[str, list[tuple[Plugin, pluggy.HookCaller]]] = {}
        """Those who listen to a hook, until a plugin comes or goes."""
        self.all: list[Plugin] = []
        if installed:
            for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda each: each.name):
                self._load(point.name, point.value, point.load)
        for path in _dropped(folder) if folder else ():
            self._load(path.stem, str(path), partial(_import_file, path))

    def tell_plugin_errors(self, heard: Callable[[Plugin, PluginError], None]) -> None:
        """From now on, say each error of a plugin to `heard` as well."""
        for plugin in self.all:
            plugin.heard = heard

    def call(self, plugin: Plugin, what: str) -> Call:
        """Around each call of a plugin's code: one that does not come back is noticed."""
        return Call(plugin.name, what, self._put_aside)

    def _put_aside(self, call: Call, seconds: float) -> None:
        why = _STUCK.format(what=call.what, seconds=round(seconds))
        plugin = next(each for each in self.all if each.name == call.plugin)
        log.error("plugin=%s stuck what=%s", plugin.name, call.what)
        if self._data:
            put_aside(self._data, plugin.name, plugin.origin, why)

    def code_of(self, name: str) -> str | None:
        """What changes with a plugin's code; None where it is not here."""
        return next((code_mark(each.origin) for each in self.all if each.name == name), None)

    def _load(self, name: str, source: str, load: Callable[[], ModuleType]) -> None:
        plugin = Plugin(name, source)
        self.all.append(plugin)
        try:
            if self._data and (why := why_aside(self._data, name, plugin.origin)):
                raise PutAside(name=name, why=why)
            with self.call(plugin, "load"):
                self.add(load(), plugin)
        except _FAILURES as error:
            plugin.failed("load", error)

    def add(self, module: ModuleType, plugin: Plugin | None = None) -> Plugin:
        """Take a plugin in; raises whatever is wrong with it."""
        if plugin is None:
            plugin = Plugin(getattr(module, "__name__", str(module)), "given")
            self.all.append(plugin)
        if any(other.loaded and other.name == plugin.name for other in self.all):
            raise AlreadyThere(what=_NAMED.format(name=plugin.name))
        plugin.take(module)
        self._callers.clear()
        try:
            self._refuse_other_releases(plugin)
        except BaseException:
            self.remove(plugin)
            raise
        return plugin

    def remove(self, plugin: Plugin) -> None:
        """Leave a plugin out from now on; its errors stay to be read."""
        plugin.module = None
        self._callers.clear()

    def _refuse_other_releases(self, plugin: Plugin) -> None:
        for _, wanted in self.answers("hongxian_works_with", only=plugin):
            try:
                if not SpecifierSet(wanted).contains(__version__, prereleases=True):
                    raise BadPlugin(detail=_OTHER_RELEASE.format(wanted=wanted, here=__version__))
            except InvalidSpecifier as error:
                raise BadPlugin(detail=_NO_SPECIFIER.format(wanted=wanted)) from error

    def answers(
        self, hook: str, only: Plugin | None = None, **facts: Any
    ) -> Iterator[tuple[Plugin, Answer]]:
        """Each plugin's answer to a hook; a plugin that raises is noted and left out."""
        for plugin, caller in self._listeners(hook):
            if only is not None and plugin is not only:
                continue
            try:
                with self.call(plugin, hook):
                    answers = _call(caller, facts)
            except _FAILURES as error:
                plugin.failed(hook, error)
            else:
                yield from ((plugin, answer) for answer in answers)

    def tell(self, hook: str, **facts: Any) -> None:
        """Call each plugin; whatever fails is noted and the rest go on."""
        for _ in self.answers(hook, **facts):
            pass

    def ask(self, hook: str, owner: Plugin | None, **facts: Any) -> None:
        """Call each plugin that may refuse; raises the first `PluginRefused`.

        Any other error is noted. In the `owner` of what is asked about it refuses too, for its
        rule could not be checked; a plugin that breaks over another's records has no say.
        """
        for plugin, caller in self._listeners(hook):
            try:
                with self.call(plugin, hook):
                    _call(caller, facts)
            except PluginRefused:
                raise
            except _FAILURES as error:
                plugin.failed(hook, error)
                if plugin is owner:
                    raise PluginRefused(
                        detail=_BROKE.format(plugin=plugin.name, error=plugin.errors[-1])
                    ) from error

    def implements(self, hook: str, by: Plugin | None = None) -> bool:
        """Whether any plugin, or the one that is named, listens to a hook."""
        return any(by is None or plugin is by for plugin, _ in self._listeners(hook))

    def _listeners(self, hook: str) -> list[tuple[Plugin, pluggy.HookCaller]]:
        """Those who listen, each with a caller of its own, in the order in which they were loaded.

        So the first keeps a name. Whoever asks for it (`tryfirst`, `trylast`) comes before or
        after the others.
        """
        if hook not in self._callers:
            self._callers[hook] = self._in_order(hook)
        return self._callers[hook]

    def _in_order(self, hook: str) -> list[tuple[Plugin, pluggy.HookCaller]]:
        def wish(listener: tuple[Plugin, pluggy.HookCaller]) -> tuple[bool, bool]:
            found = listener[1].get_hookimpls()
            return not any(each.tryfirst for each in found), any(each.trylast for each in found)

        callers = [(plugin, plugin.caller(hook)) for plugin in self.all if plugin.loaded]
        return sorted((each for each in callers if each[1].get_hookimpls()), key=wish)


def _call(caller: pluggy.HookCaller, facts: dict[str, Any]) -> list[Answer]:
    """One plugin's answers: one, or none where it gave None, or what its wrapper made of them."""
    answers = caller(**facts)
    if not isinstance(answers, list):
        made = type(answers).__name__
        raise BadPlugin(detail=f"a wrapper made {made} of the answers; write `return (yield)`")
    return answers


def _dropped(folder: Path) -> list[Path]:
    """The files of a plugins' folder that are plugins, and the folders that were meant as one."""
    return sorted([*folder.glob("*.py"), *(each.parent for each in folder.glob("*/__init__.py"))])


def _import_file(path: Path) -> ModuleType:
    """Import one dropped file under a name of its own, once for each path."""
    if path.is_dir():
        raise FileRefused(file=path, detail=_A_FOLDER)
    name = f"hongxian_dropped_{path.stem}_{hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:8]}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} cannot be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    return module


def keep_what_is_loaded() -> None:
    """Let the garbage collector pass over what this process has loaded so far: it stays to the end.

    And let it look less often: a request of many records makes hundreds of thousands of objects, none
    of them in a circle, and the collector took a fourteenth of a push.
    """
    gc.freeze()
    gc.set_threshold(BORN_BEFORE_A_LOOK, 20, 20)

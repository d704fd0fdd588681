"""Loading plugins one by one, and calling them one by one, so that none stops another.

What one raises is kept under its name, for `hongxian plugin list`.
"""

from __future__ import annotations

import gc
import hashlib
import importlib.util
import sys
from collections.abc import Callable, Hashable, Iterator
from functools import cache, partial
from importlib.metadata import Distribution, entry_points
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import pluggy
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from hongxian.errors import AlreadyThere, BadPlugin
from hongxian.plugins.failing.aside import PutAside, code_mark, put_aside, why_aside
from hongxian.plugins.failing.errors import PluginError
from hongxian.plugins.failing.watchdog import Call
from hongxian.plugins.plugin import Plugin
from hongxian.releases.shelf import Shelf
from hongxian.text import Text
from hongxian.version import __version__
from hongxian.words.logs import logger

log = logger(__name__)
ENTRY_POINTS = "hongxian.plugins"
BORN_BEFORE_A_LOOK = 50_000
"""Containers that are made, less those that are gone again, before the garbage collector looks for circles."""
Answer = Any
"""What a plugin gave. `Any`, as are the facts: each hook has its own, and who asks looks at them."""
FAILURES = (Exception, SystemExit)
"""What a plugin may raise without stopping anything: `sys.exit()` is an error of its own as well."""
_DOES_NOT_LOAD = Text(
    "发行版 {version} 装不进来，已退回前一个：{why}",
    "release {version} does not load, so the one before it runs: {why}",
)
PACKAGE = "__init__.py"
_NO_REASON = Text("没有说明原因", "it does not say why")

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


T = TypeVar("T")


class Plugins:
    """The plugins of one laptop or hub: the installed ones and the files in its folder."""

    def __init__(self, folder: Path | None = None, installed: bool = True) -> None:
        self._data = folder.parent if folder else None
        self._callers: dict[str, list[tuple[Plugin, pluggy.HookCaller]]] = {}
        """Those who listen to a hook, until a plugin comes or goes."""
        self._once: dict[Hashable, Any] = {}
        self.all: list[Plugin] = []
        self.shelf = Shelf(folder) if folder else None
        released = self._load_releases(self.shelf) if self.shelf else set[str]()
        if installed:
            version_of = cache(_version_of)  # many plugins are of one distribution
            for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda each: each.name):
                if point.name not in released:
                    plugin = Plugin(point.name, point.value, version=version_of(point.dist))
                    self._load(plugin, point.load)
        for path in _dropped(folder) if folder else ():
            self._load(Plugin(name_of(path), str(path)), partial(import_path, path))

    def _load_releases(self, shelf: Shelf) -> set[str]:
        """Signed releases come first: of an installed plugin of the same name they take the place.

        Returns their names. Of one that was put back the error stays to be read.
        """
        held = shelf.read()
        for name, each in held.items():
            path = shelf.path_of(name, each.use)
            plugin = Plugin(name, str(path), version=each.use, sha256=each.sha256)
            if each.use:
                self._load(plugin, partial(import_path, path))
            elif each.errors:
                self.all.append(plugin)
            for error in each.errors:
                plugin.failed("load", BadPlugin(detail=error))
        return {name for name, each in held.items() if each.use}

    def fall_back(self) -> bool:
        """Have the release before run in the place of each that takes no part; whether there was any.

        They run from the next opening on.
        """
        broken = [each for each in self.all if each.sha256 and not each.loaded and each.version]
        for plugin in broken:
            assert self.shelf is not None
            why = plugin.errors[-1] if plugin.errors else _NO_REASON
            told = _DOES_NOT_LOAD.format(version=plugin.version, why=why)
            try:
                self.shelf.fall_back(plugin.name, told)
            except OSError as error:  # a full disk: it is left out, and no more
                log.warning("plugin=%s falls back to nothing: %s", plugin.name, error)
                return False
        return bool(broken)

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

    def _load(self, plugin: Plugin, load: Callable[[], ModuleType]) -> None:
        self.all.append(plugin)
        try:
            if self._data and (why := why_aside(self._data, plugin.name, plugin.origin)):
                raise PutAside(name=plugin.name, why=why)
            with self.call(plugin, "load"):
                self.add(load(), plugin)
        except FAILURES as error:
            plugin.failed("load", error)

    def add(self, module: ModuleType, plugin: Plugin | None = None) -> Plugin:
        """Take a plugin in; raises whatever is wrong with it."""
        if plugin is None:
            plugin = Plugin(module.__name__.rpartition(".")[2], "given")
            self.all.append(plugin)
        if any(other.loaded and other.name == plugin.name for other in self.all):
            raise AlreadyThere(what=_NAMED.format(name=plugin.name))
        plugin.take(module)
        self._forget()
        try:
            self._refuse_other_releases(plugin)
        except BaseException:
            self.remove(plugin)
            raise
        return plugin

    def remove(self, plugin: Plugin) -> None:
        """Leave a plugin out from now on; its errors stay to be read."""
        plugin.module = None
        self._forget()

    def _forget(self) -> None:
        self._callers.clear()
        self._once.clear()

    def once(self, what: Hashable, make: Callable[[], T]) -> T:
        """What follows from the plugins alone, found at the first question until one comes or goes."""
        if what not in self._once:
            self._once[what] = make()
        found: T = self._once[what]
        return found

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
            except FAILURES as error:
                plugin.failed(hook, error)
            else:
                yield from ((plugin, answer) for answer in answers)

    def tell(self, hook: str, **facts: Any) -> None:
        """Call each plugin; whatever fails is noted and the rest go on."""
        for _ in self.answers(hook, **facts):
            pass

    def implements(self, hook: str, by: Plugin | None = None) -> bool:
        """Whether any plugin, or the one that is named, listens to a hook."""
        return any(by is None or plugin is by for plugin, _ in self._listeners(hook))

    def _listeners(self, hook: str) -> list[tuple[Plugin, pluggy.HookCaller]]:
        """Those who listen, each with a caller of its own, in the order in which they were loaded.

        So the first keeps a name. Whoever asks for it (`tryfirst`, `trylast`) comes before or
        after the others; of several that wish to be last it is the one that was loaded first.
        """
        if hook not in self._callers:
            self._callers[hook] = self._in_order(hook)
        return self._callers[hook]

    def _in_order(self, hook: str) -> list[tuple[Plugin, pluggy.HookCaller]]:
        callers = [(plugin, plugin.caller(hook)) for plugin in self.all if plugin.loaded]
        found = [each for each in callers if each[1].get_hookimpls()]
        first = [each for each in found if _wishes(each[1], "tryfirst")]
        last = [each for each in found if _wishes(each[1], "trylast") and each not in first]
        rest = [each for each in found if each not in first and each not in last]
        return [*first, *rest, *reversed(last)]


def _wishes(caller: pluggy.HookCaller, what: str) -> bool:
    return any(getattr(each, what) for each in caller.get_hookimpls())


def opened_with_releases(folder: Path, open_with: Callable[[Plugins], T]) -> T:
    """A store with the plugins of a folder; where a release does not load, once more with the one before."""
    shelf = Shelf(folder)
    with shelf.trying():
        while True:
            plugins = Plugins(folder)
            opened = open_with(plugins)
            if not plugins.fall_back():
                shelf.prove()
                return opened


def _call(caller: pluggy.HookCaller, facts: dict[str, Any]) -> list[Answer]:
    """One plugin's answers: one, or none where it gave None, or what its wrapper made of them."""
    answers = caller(**facts)
    if not isinstance(answers, list):
        made = type(answers).__name__
        raise BadPlugin(detail=f"a wrapper made {made} of the answers; write `return (yield)`")
    return answers


def _version_of(distribution: Distribution | None) -> str:
    return distribution.version if distribution else ""


def _dropped(folder: Path) -> list[Path]:
    """The files and folders of a plugins' folder that are plugins."""
    return sorted([*folder.glob("*.py"), *folder.glob(f"*/{PACKAGE}")], key=name_of)


def name_of(path: Path) -> str:
    """What a plugin is called: as its file, or its folder."""
    return path.parent.name if path.name == PACKAGE else path.stem


def import_path(path: Path, package: str = "") -> ModuleType:
    """Import a plugin of one file, or of a folder's `__init__.py`, under a name of its own for each path.

    With a `package` that is in it, by the plugin's own name: a test has two releases of one plugin.

    What lies in a folder is imported from the others as `from .other import …`.
    """
    digest = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:8]
    called = name_of(path)
    name = f"{package}_{digest}.{called}" if package else f"hongxian_dropped_{called}_{digest}"
    inside = [str(path.parent)] if path.name == PACKAGE else None
    spec = importlib.util.spec_from_file_location(name, path, submodule_search_locations=inside)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} cannot be imported")
    module = importlib.util.module_from_spec(spec)
    _forget(name)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        _forget(name)
        raise
    return module


def _forget(name: str) -> None:
    for each in [each for each in sys.modules if each == name or each.startswith(f"{name}.")]:
        del sys.modules[each]


def keep_what_is_loaded() -> None:
    """Let the garbage collector pass over what this process has loaded so far: it stays to the end.

    And let it look less often: a request of many records makes hundreds of thousands of objects, none
    of them in a circle, and the collector took a fourteenth of a push.
    """
    gc.freeze()
    gc.set_threshold(BORN_BEFORE_A_LOOK, 20, 20)

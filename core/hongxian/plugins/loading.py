"""Loading plugins one by one, and calling them one by one, so that none stops another.

One call of pluggy's does not isolate: one raise loses the whole call. `Plugins` has pluggy call
each plugin by itself, its wrappers around it, and keeps its errors by name, for `hongxian plugin
list`.
"""

from __future__ import annotations

import hashlib
import importlib.util
import logging
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

import pluggy
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from hongxian import hooks
from hongxian.errors import PluginRefused
from hongxian.plugins.hook_checks import broken_hooks, unmarked_hooks
from hongxian.version import __version__

ENTRY_POINTS = "hongxian.plugins"
_FAILURES = (Exception, SystemExit)
"""What a plugin may raise without stopping anything: `sys.exit()` is an error of its own as well."""
log = logging.getLogger("hongxian.plugins")


@dataclass
class Plugin:
    """One plugin, loaded or not, and what went wrong with it."""

    name: str
    source: str
    module: Any = None
    title: str = ""
    errors: list[str] = field(default_factory=list)
    heard: Callable[[str, str], None] = field(default=lambda name, message: None, repr=False)
    """Told of each error: (plugin, message)."""

    @property
    def loaded(self) -> bool:
        """Whether it takes part."""
        return self.module is not None

    def failed(self, what: str, error: BaseException) -> None:
        """Keep an error for whoever looks, each once; the last twenty of each plugin."""
        message = f"{what}: {type(error).__name__}: {error}"
        log.warning("plugin %s: %s", self.name, message)
        self.errors = [*[each for each in self.errors if each != message][-19:], message]
        self.heard(self.name, message)


class Plugins:
    """The plugins of one laptop or hub: the installed ones and the files in its folder."""

    def __init__(self, folder: Path | None = None, installed: bool = True) -> None:
        self._manager = pluggy.PluginManager(hooks.PROJECT)
        self._manager.add_hookspecs(hooks)
        self._callers: dict[str, list[tuple[Plugin, pluggy.HookCaller]]] = {}
        self.all: list[Plugin] = []
        if installed:
            for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda each: each.name):
                self._load(point.name, point.value, point.load)
        for path in sorted(folder.glob("*.py")) if folder and folder.is_dir() else ():
            self._load(path.stem, str(path), lambda path=path: _import_file(path))

    def tell_plugin_errors(self, heard: Callable[[str, str], None]) -> None:
        """From now on, say each error of a plugin to `heard` as well."""
        for plugin in self.all:
            plugin.heard = heard

    def _load(self, name: str, source: str, load: Any) -> None:
        plugin = Plugin(name, source)
        self.all.append(plugin)
        try:
            self.add(load(), plugin)
        except _FAILURES as error:
            plugin.failed("load", error)

    def add(self, module: Any, plugin: Plugin | None = None) -> Plugin:
        """Take a plugin in; raises whatever is wrong with it."""
        if plugin is None:
            plugin = Plugin(getattr(module, "__name__", str(module)), "given")
            self.all.append(plugin)
        if any(other.loaded and other.name == plugin.name for other in self.all):
            raise ValueError(f"another plugin is named {plugin.name} already")
        self._check_hooks(module, plugin)
        self._manager.register(module, name=plugin.name)
        self._callers.clear()
        try:
            plugin.module = module
            plugin.title = (module.__doc__ or "").strip().split("\n")[0]
            self._refuse_other_releases(plugin)
        except BaseException:
            self.remove(plugin)
            raise
        return plugin

    def remove(self, plugin: Plugin) -> None:
        """Leave a plugin out from now on; its errors stay to be read."""
        if plugin.loaded:
            self._manager.unregister(name=plugin.name)
            self._callers.clear()
            plugin.module = None

    def _check_hooks(self, module: Any, plugin: Plugin) -> None:
        """Say what would never be called; raises where a marked function is no hook as it stands."""
        parsed = ((name, self._manager.parse_hookimpl_opts(module, name)) for name in dir(module))
        marked = {name: options for name, options in parsed if options is not None}
        broken = list(broken_hooks(module, marked))
        for each in (*unmarked_hooks(module, marked), *broken):
            plugin.failed("load", each)
        if broken:
            raise broken[0]

    def _refuse_other_releases(self, plugin: Plugin) -> None:
        for _, wanted in self.answers("hongxian_works_with", only=plugin):
            try:
                if not SpecifierSet(wanted).contains(__version__, prereleases=True):
                    raise ValueError(f"works with Hongxian {wanted}, this is {__version__}")
            except InvalidSpecifier as error:
                raise ValueError(
                    f"hongxian_works_with() answered {wanted!r}, no version specifier"
                ) from error

    def answers(
        self, hook: str, only: Plugin | None = None, **facts: Any
    ) -> Iterator[tuple[Plugin, Any]]:
        """Each plugin's answer to a hook; a plugin that raises is noted and left out."""
        for plugin, caller in self._listeners(hook):
            if only is not None and plugin is not only:
                continue
            try:
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
                _call(caller, facts)
            except PluginRefused:
                raise
            except _FAILURES as error:
                plugin.failed(hook, error)
                if plugin is owner:
                    raise PluginRefused(detail=f"{plugin.name}: {plugin.errors[-1]}") from error

    def implements(self, hook: str, by: Plugin | None = None) -> bool:
        """Whether any plugin, or the one that is named, listens to a hook."""
        return any(by is None or plugin is by for plugin, _ in self._listeners(hook))

    def _listeners(self, hook: str) -> list[tuple[Plugin, pluggy.HookCaller]]:
        """Those who listen, each with a caller of its own, in the order in which they were loaded.

        So the first keeps a name. Whoever asks for it (`tryfirst`, `trylast`) comes before or
        after the others.
        """
        if hook not in self._callers:
            self._callers[hook] = self._make_callers(hook)
        return self._callers[hook]

    def _make_callers(self, hook: str) -> list[tuple[Plugin, pluggy.HookCaller]]:
        found = getattr(self._manager.hook, hook).get_hookimpls()
        first = {each.plugin_name for each in found if each.tryfirst}
        last = {each.plugin_name for each in found if each.trylast}
        names = {each.plugin_name for each in found}
        loaded = [plugin for plugin in self.all if plugin.loaded and plugin.name in names]
        loaded.sort(key=lambda plugin: (plugin.name not in first, plugin.name in last))
        return [(plugin, self._caller(hook, plugin, loaded)) for plugin in loaded]

    def _caller(self, hook: str, plugin: Plugin, loaded: list[Plugin]) -> pluggy.HookCaller:
        others = [other.module for other in loaded if other is not plugin]
        return self._manager.subset_hook_caller(hook, remove_plugins=others)


def _call(caller: pluggy.HookCaller, facts: dict[str, Any]) -> list[Any]:
    """One plugin's answers: one, or none where it gave None, or what its wrapper made of them."""
    answers = caller(**facts)
    if not isinstance(answers, list):
        raise TypeError(f"a wrapper made {answers!r} of the answers; write `return (yield)`")
    return answers


def _import_file(path: Path) -> ModuleType:
    """Import one dropped file under a name of its own, once for each path."""
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

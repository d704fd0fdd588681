"""Loading plugins one by one, and calling them one by one, so that none stops another.

pluggy alone does not isolate: one raise loses the whole call. `Plugins` calls each plugin by
itself and keeps its errors by name, for `hongxian plugin list`.
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
from hongxian.version import __version__

ENTRY_POINTS = "hongxian.plugins"
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
        except (Exception, SystemExit) as error:
            plugin.failed("import", error)

    def add(self, module: Any, plugin: Plugin | None = None) -> Plugin:
        """Take a plugin in; raises whatever is wrong with it."""
        if plugin is None:
            plugin = Plugin(getattr(module, "__name__", str(module)), "given")
            self.all.append(plugin)
        if any(other.loaded and other.name == plugin.name for other in self.all):
            raise ValueError(f"another plugin is named {plugin.name} already")
        self._manager.register(module, name=plugin.name)
        try:
            self._manager.check_pending()
            plugin.module = module
            plugin.title = (module.__doc__ or "").strip().split("\n")[0]
            self._refuse_other_releases(plugin)
        except BaseException:
            plugin.module = None
            self._manager.unregister(name=plugin.name)
            raise
        return plugin

    def remove(self, plugin: Plugin) -> None:
        """Leave a plugin out from now on; its errors stay to be read."""
        if plugin.loaded:
            self._manager.unregister(name=plugin.name)
            plugin.module = None

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
        for plugin, implementation in self._implementations(hook):
            if only is not None and plugin is not only:
                continue
            try:
                yield plugin, _call(implementation, facts)
            except Exception as error:
                plugin.failed(hook, error)

    def tell(self, hook: str, **facts: Any) -> None:
        """Call each plugin; whatever fails is noted and the rest go on."""
        for _ in self.answers(hook, **facts):
            pass

    def ask(self, hook: str, owner: Plugin | None, **facts: Any) -> None:
        """Call each plugin that may refuse; raises the first `PluginRefused`.

        Any other error is noted. In the `owner` of what is asked about it refuses too, for its
        rule could not be checked; a plugin that breaks over another's records has no say.
        """
        for plugin, implementation in self._implementations(hook):
            try:
                _call(implementation, facts)
            except PluginRefused:
                raise
            except Exception as error:
                plugin.failed(hook, error)
                if plugin is owner:
                    raise PluginRefused(detail=f"{plugin.name}: {plugin.errors[-1]}") from error

    def implements(self, hook: str, by: Plugin | None = None) -> bool:
        """Whether any plugin, or the one that is named, listens to a hook."""
        listeners = getattr(self._manager.hook, hook).get_hookimpls()
        return any(by is None or each.plugin_name == by.name for each in listeners)

    def _implementations(self, hook: str) -> list[tuple[Plugin, Any]]:
        """Those who listen, in the order in which they were loaded: the first keeps a name.

        Whoever asks for it (`tryfirst`, `trylast`) comes before or after the others.
        """
        place = {plugin.name: place for place, plugin in enumerate(self.all)}
        found = getattr(self._manager.hook, hook).get_hookimpls()
        found.sort(key=lambda each: (not each.tryfirst, each.trylast, place[each.plugin_name]))
        return [(self.all[place[each.plugin_name]], each) for each in found]


def _call(implementation: Any, facts: dict[str, Any]) -> Any:
    return implementation.function(*[facts[name] for name in implementation.argnames])


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

"""The releases of plugins that the hub itself runs: the newest that was not taken back, for which it begins anew."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from threading import Event

from hongxian.engine.store import PLUGINS
from hongxian.model.stamp import wall_clock
from hongxian.plugins.trial import is_loading
from hongxian.releases.shelf import Shelf
from hongxian.storage.ear import tell
from hongxian.storage.privacy import make_private_file
from hongxian.words.logs import logger
from hongxian_server.folder import is_held
from hongxian_server.hub import Hub
from hongxian_server.tables.releases import Stage, plugin_releases

log = logger(__name__)
ANEW_SECONDS = 60
"""So long a hub may take to begin anew, plugins and all."""
_ANEW = "begins-anew"
LOOK_SECONDS, RARE_SECONDS = 1, 60
"""How often a hub that serves looks whether it is to run other releases; and where whoever takes one in tells it."""


def run_newest(hub: Hub, name: str) -> None:
    """Have the hub run a plugin's newest release that was not taken back; one that serves begins anew for it."""
    fit = [each.version for each in plugin_releases()[name] if each.stage != Stage.WITHDRAWN]
    newest = fit[-1] if fit else ""
    if shelf_of(hub).read()[name].use != newest:
        shelf_of(hub).use(name, newest)
        tell(hub.folder)


def runs_here(hub: Hub) -> dict[str, str]:
    """The SHA-256 of each release that takes part in this process, by its plugin's name."""
    return {each.name: each.sha256 for each in hub.plugins.all if each.loaded and each.sha256}


def served_from(hub: Hub) -> dict[str, str] | None:
    """The same of the process that serves this folder's hub; None where none does."""
    if not is_held(hub.folder):
        return None
    return {name: each.serves for name, each in shelf_of(hub).read().items() if each.serves}


def note_anew(folder: Path) -> None:
    """Tell the other processes of a hub's folder that who serves it begins anew, and is there again soon."""
    with suppress(OSError):  # of a disk that takes nothing: it begins anew all the same
        make_private_file(folder / _ANEW)
        (folder / _ANEW).touch()


def begins_anew(folder: Path) -> bool:
    """Whether who serves a hub's folder begins anew just now."""
    with suppress(FileNotFoundError):
        return abs(wall_clock() / 1000 - (folder / _ANEW).stat().st_mtime) < ANEW_SECONDS
    return False


def due_in(hub: Hub) -> dict[str, str]:
    """The same of whatever process serves the hub next, which one that serves now begins anew for."""
    return shelf_of(hub).in_use()


def keep_served(hub: Hub) -> None:
    """Tell the other processes of the folder what this one runs, which serves it."""
    (hub.folder / _ANEW).unlink(missing_ok=True)
    if shelf_of(hub).read():
        shelf_of(hub).serve(runs_here(hub))


def wait_for_others(hub: Hub, stop: Event, told: Event) -> bool:
    """Sleep until the hub is to run other releases than it does; False where it is stopped before, and told so."""
    others = OtherReleases(hub)
    is_told = hub.hears_others and not hub.is_shared
    while not stop.is_set():
        told.wait(RARE_SECONDS if is_told else LOOK_SECONDS)
        told.clear()
        if not stop.is_set() and others.are_due():
            return True
    return False


class OtherReleases:
    """Whether a hub is to run other releases than it does; to be asked about each second.

    They are tried first: what ends its process ends no hub that serves.
    """

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._began_with = {each.name: each.sha256 for each in hub.plugins.all if each.sha256}
        self._seen = self._began_with

    def are_due(self) -> bool:
        """As of now."""
        if due_in(self._hub) == self._seen:
            return False
        log.info("other releases of plugins are to run")
        is_sound = is_loading(self._hub.folder / PLUGINS)
        self._seen = due_in(self._hub)
        return is_sound and self._seen != self._began_with


def shelf_of(hub: Hub) -> Shelf:
    """Where the hub's releases of plugins lie."""
    return Shelf(hub.folder / PLUGINS)

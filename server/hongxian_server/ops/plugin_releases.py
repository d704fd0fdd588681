"""What a keeper does with releases of plugins: take one in, send it out, hold it, take it back."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event

import orjson

from hongxian.engine.store import PLUGINS
from hongxian.errors import Refused
from hongxian.model.stamp import wall_clock
from hongxian.plugins.trial import is_loading
from hongxian.releases.publisher import called, is_called
from hongxian.releases.release import Release
from hongxian.releases.shelf import Shelf
from hongxian.storage.ear import tell
from hongxian.storage.privacy import make_private_file
from hongxian.text import Text
from hongxian.words.logs import logger
from hongxian_server.folder import is_held
from hongxian_server.hub import Hub
from hongxian_server.tables.access import Incarnation, incarnations
from hongxian_server.tables.keeper_log import Act, note
from hongxian_server.tables.plugin_releases import PluginRelease, Stage, plugin_releases

log = logger(__name__)
ANEW_SECONDS = 60
"""So long a hub may take to begin anew, plugins and all."""
_ANEW = "begins-anew"
LOOK_SECONDS, RARE_SECONDS = 1, 60
"""How often a hub that serves looks whether it is to run other releases; and where whoever takes one in tells it."""


class PublisherUnknown(Refused):
    """A release by a publisher whom this hub does not know yet."""

    message = Text(
        "{release} 的发布者还不认识：{letters}。请向发布者当面或打电话核对这些字母，对得上再运行："
        "hongxian hub plugin add 文件 --publisher {letters}",
        "The publisher of {release} is not known here: {letters}. Compare these letters with the "
        "publisher's, face to face or by telephone; where they are the same: hongxian hub plugin add FILE "
        "--publisher {letters}",
    )


class OtherPublisher(Refused):
    """A release under the name of another publisher's plugin."""

    message = Text(
        "插件 {name} 由 {before} 发布，这个文件是 {now} 的，不收。",
        "The plugin {name} is published by {before}; this file is by {now}, and is not taken.",
    )


class SameVersion(Refused):
    """Another release under a version that is taken."""

    message = Text(
        "{release} 已经有了，内容不同。请给新的换一个版本号。",
        "{release} is here already, with other content. Give the new one a version of its own.",
    )


class ReleaseUnknown(Refused):
    """A release that the hub does not hold."""

    message = Text(
        "主机没有发行版 {release}。现有：{known}",
        "The hub holds no release {release}. There are: {known}",
    )


def add_release(hub: Hub, release: Release, publisher: str = "") -> PluginRelease:
    """Take a release in, held from all laptops; the hub itself runs it once it begins anew.

    `publisher` are the letters of whoever published it, where they are not known yet. Raises
    `OtherHost`, `PublisherUnknown`, `OtherPublisher`, `SameVersion`.
    """
    manifest = release.manifest
    manifest.refuse_other_host()
    held = plugin_releases()
    mine, known = (
        held.get(manifest.name, []),
        {each.publisher for every in held.values() for each in every},
    )
    if mine and mine[0].publisher != manifest.publisher:
        before, now = called(mine[0].publisher), called(manifest.publisher)
        raise OtherPublisher(name=manifest.name, before=before, now=now)
    if manifest.publisher not in known and not is_called(manifest.publisher, publisher):
        raise PublisherUnknown(release=manifest.called, letters=called(manifest.publisher))
    same = next((each for each in mine if each.version == manifest.version), None)
    if same is not None and same.sha256 != release.sha256:
        raise SameVersion(release=manifest.called)
    if same is None or not _shelf(hub).file_of(manifest.name, manifest.version).exists():
        _shelf(hub).put(release)
    if same is not None:
        return _taken_in_again(hub, same)
    with hub.upkeep():
        made: PluginRelease = PluginRelease.create(
            sha256=release.sha256,
            name=manifest.name,
            version=manifest.version,
            publisher=manifest.publisher,
            size=len(release.content),
            added=max([hub.now(), *(each.added + 1 for each in mine)]),
        )
        note(hub, Act.PLUGIN_ADDED, manifest.called, called(manifest.publisher))
    _run_newest(hub, manifest.name)
    return made


def _taken_in_again(hub: Hub, one: PluginRelease) -> PluginRelease:
    """A release that was taken back is held from all laptops, as one that is new; any other is as it was."""
    if one.stage == Stage.WITHDRAWN:
        with hub.upkeep():
            one.stage = Stage.HELD
            one.save()
            note(hub, Act.PLUGIN_ADDED, f"{one.name}-{one.version}", called(one.publisher))
        _run_newest(hub, one.name)
    return one


def send_out(
    hub: Hub, name: str, version: str = "", numbers: Sequence[int] | None = None
) -> PluginRelease:
    """Let laptops have a release: those of these numbers, beside those that were chosen before, or all."""
    one = found_release(name, version)
    with hub.upkeep():
        if numbers is None:
            one.stage = Stage.ALL
        else:
            chosen = [each.laptop for each in incarnations().where(Incarnation.number << numbers)]
            one.stage = Stage.SOME
            one.laptops = orjson.dumps(list(dict.fromkeys([*one.goes_to, *chosen]))).decode()
        one.save()
        to = [Stage.ALL.text] if numbers is None else numbers
        note(hub, Act.PLUGIN_RELEASED, f"{one.name}-{one.version}", *to)
    _run_newest(hub, name)
    return one


def hold_back(hub: Hub, name: str, version: str = "") -> PluginRelease:
    """Let no further laptop have a release; those that run it go on."""
    one = found_release(name, version)
    with hub.upkeep():
        one.stage = Stage.HELD
        one.save()
        note(hub, Act.PLUGIN_HELD, f"{one.name}-{one.version}")
    return one


def roll_back(hub: Hub, name: str) -> tuple[PluginRelease, PluginRelease | None]:
    """Take the newest release of a plugin back: laptops and the hub, once it begins anew, run the one before.

    Gives that one too; None where there is none, and nobody runs the plugin any more.
    """
    one = found_release(name, "")
    before = [each for each in plugin_releases()[name] if each.stage != Stage.WITHDRAWN][:-1]
    with hub.upkeep():
        one.stage = Stage.WITHDRAWN
        one.save()
        note(hub, Act.PLUGIN_WITHDRAWN, f"{one.name}-{one.version}")
    _run_newest(hub, name)
    return one, before[-1] if before else None


def _run_newest(hub: Hub, name: str) -> None:
    """Have the hub run the newest release that was not taken back; one that serves begins anew for it."""
    fit = [each.version for each in plugin_releases()[name] if each.stage != Stage.WITHDRAWN]
    newest = fit[-1] if fit else ""
    if _shelf(hub).read()[name].use != newest:
        _shelf(hub).use(name, newest)
        tell(hub.folder)


def found_release(name: str, version: str) -> PluginRelease:
    """A release by its version, or the newest of a plugin that was not taken back; raises `ReleaseUnknown`."""
    held = plugin_releases()
    fit = [
        each
        for each in held.get(name, ())
        if (each.version == version if version else each.stage != Stage.WITHDRAWN)
    ]
    if not fit:
        known = [f"{each.name}-{each.version}" for every in held.values() for each in every]
        raise ReleaseUnknown(release=f"{name}-{version}".rstrip("-"), known=known or "-")
    return fit[-1]


def runs_here(hub: Hub) -> dict[str, str]:
    """The SHA-256 of each release that takes part in this process, by its plugin's name."""
    return {each.name: each.sha256 for each in hub.plugins.all if each.loaded and each.sha256}


def served_from(hub: Hub) -> dict[str, str] | None:
    """The same of the process that serves this folder's hub; None where none does."""
    if not is_held(hub.folder):
        return None
    return {name: each.serves for name, each in _shelf(hub).read().items() if each.serves}


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
    return _shelf(hub).in_use()


def keep_served(hub: Hub) -> None:
    """Tell the other processes of the folder what this one runs, which serves it."""
    (hub.folder / _ANEW).unlink(missing_ok=True)
    if _shelf(hub).read():
        _shelf(hub).serve(runs_here(hub))


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


def _shelf(hub: Hub) -> Shelf:
    return Shelf(hub.folder / PLUGINS)

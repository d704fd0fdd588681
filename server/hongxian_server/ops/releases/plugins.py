"""What a keeper does with releases of plugins: take one in, and take it back."""

from __future__ import annotations

from hongxian.errors import Refused
from hongxian.releases.publisher import called
from hongxian.releases.release import Release
from hongxian.text import Text
from hongxian_server.hub import Hub
from hongxian_server.ops.releases.own import run_newest, shelf_of
from hongxian_server.ops.releases.stages import keep, refuse_none, refuse_stranger, same_here
from hongxian_server.tables.keeper_log import Act, note
from hongxian_server.tables.releases import PluginRelease, Stage, plugin_releases


class OtherPublisher(Refused):
    """A release under the name of another publisher's plugin."""

    message = Text(
        "插件 {name} 由 {before} 发布，这个文件是 {now} 的，不收。",
        "The plugin {name} is published by {before}; this file is by {now}, and was refused.",
    )


def add_release(hub: Hub, release: Release, publisher: str = "") -> PluginRelease:
    """Take a release in, held from all laptops; the hub itself runs it once it begins anew.

    `publisher` are the letters of whoever published it, where they are not known yet. Raises
    `OtherHost`, `PublisherUnknown`, `OtherPublisher`, `SameVersion`.
    """
    manifest = release.manifest
    manifest.refuse_other_host()
    held = plugin_releases()
    mine = held.get(manifest.name, [])
    if mine and mine[0].publisher != manifest.publisher:
        before, now = called(mine[0].publisher), called(manifest.publisher)
        raise OtherPublisher(name=manifest.name, before=before, now=now)
    new = PluginRelease(
        sha256=release.sha256,
        name=manifest.name,
        version=manifest.version,
        publisher=manifest.publisher,
        size=len(release.content),
        added=max([hub.now(), *(each.added + 1 for each in mine)]),
    )
    refuse_stranger(new, (each for every in held.values() for each in every), publisher)
    same = same_here(new, mine)
    if same is None or not shelf_of(hub).file_of(new.name, new.version).exists():
        shelf_of(hub).put(release)
    if same is None:
        keep(hub, new, manifest.called)
    elif same.stage == Stage.WITHDRAWN:  # held from all laptops, as one that is new
        with hub.upkeep():
            same.stage = Stage.HELD
            same.save()
            note(hub, Act.PLUGIN_ADDED, same.called, called(same.publisher))
    run_newest(hub, new.name)
    return same or new


def roll_back(hub: Hub, name: str) -> tuple[PluginRelease, PluginRelease | None]:
    """Take the newest release of a plugin back: laptops and the hub, once it begins anew, run the one before.

    Gives that one too; None where there is none, and nobody runs the plugin any more.
    """
    [one] = found_plugin(name)
    before = [each for each in plugin_releases()[name] if each.stage != Stage.WITHDRAWN][:-1]
    with hub.upkeep():
        one.stage = Stage.WITHDRAWN
        one.save()
        note(hub, Act.PLUGIN_WITHDRAWN, one.called)
    run_newest(hub, name)
    return one, before[-1] if before else None


def found_plugin(name: str, version: str = "") -> list[PluginRelease]:
    """A release by its version, or the newest of a plugin that was not taken back; raises `ReleaseUnknown`."""
    held = plugin_releases()
    fit = [
        each
        for each in held.get(name, ())
        if (each.version == version if version else each.stage != Stage.WITHDRAWN)
    ]
    asked = f"{name}-{version}".rstrip("-")
    refuse_none(fit, asked, (each for every in held.values() for each in every))
    return fit[-1:]

"""A hub and its laptops, between which plugins travel."""

from pathlib import Path
from typing import Self

from hongxian.releases.release import Release
from hongxian_client.replica.replica import Replica
from hongxian_client.sync.enrol import join
from hongxian_client.sync.report import Report
from hongxian_client.sync.session import sync
from hongxian_client.transport.link import post_to_hub
from hongxian_server.hub import Hub
from hongxian_server.membership import devices
from hongxian_server.ops.releases.plugins import found_plugin
from hongxian_server.ops.releases.stages import send_out
from hongxian_server.sync.releases import report_of
from hongxian_server.tables.access import incarnations
from listening import served
from plugin_releases import added


class Travel:
    """A hub and its laptops, each closed and opened anew as its people do."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        hub = Hub.init(folder / "hub", "示例社区")
        with hub:
            devices.add_team(hub, "甲队")

    @classmethod
    def again(cls, folder: Path) -> Self:
        """One that was begun before, and copied."""
        made = cls.__new__(cls)
        made.folder = folder
        return made

    @property
    def hub(self) -> Hub:
        return Hub.open(self.folder / "hub")

    def joined(self, *names: str) -> None:
        hub = self.hub
        with hub:
            codes = [devices.make_code(hub, ["甲队"])[0] for _ in names]
        with served(hub) as url:
            for name, code in zip(names, codes, strict=True):
                with Replica.open(self.folder / name) as laptop:
                    join(laptop, url, code, name)

    def synced(self, name: str, hub: Hub | None = None) -> Report:
        with served(hub or self.hub) as url, Replica.open(self.folder / name) as laptop:
            return sync(laptop, post_to_hub(laptop, url))

    def runs(self, name: str) -> str | None:
        """The version of the plugin that a laptop or the hub would run now; None for none."""
        store = self.hub if name == "hub" else Replica.open(self.folder / name)
        found = [each for each in store.plugins.all if each.name == "seat" and each.loaded]
        return found[0].version if found else None

    def errors(self, name: str) -> str:
        store = self.hub if name == "hub" else Replica.open(self.folder / name)
        return " ".join(e.en for each in store.plugins.all for e in each.errors)

    def keeps(self, release: Release) -> None:
        """The keeper takes a release in, and sends it nowhere yet."""
        added(self.hub, release)

    def adds(self, *releases: Release, to: list[int] | None = None) -> None:
        for release in releases:
            self.keeps(release)
            hub = self.hub
            with hub:
                send_out(hub, found_plugin("seat", release.manifest.version), to)

    def reported(self, name: str) -> dict[str, str]:
        """What the hub knows of the plugin at the laptop that joined under a number."""
        with self.hub:
            found = {each.number: report_of(each) for each in incarnations()}
        return next(each for each in found[int(name)] if each["name"] == "seat")

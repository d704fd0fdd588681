"""A hub on a real socket and laptops joined to it, for tests that tell what happens between them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hongxian.wire.digest import digests
from hongxian_client.replica.replica import Replica
from hongxian_client.sync.enrol import join
from hongxian_client.sync.report import Report
from hongxian_client.sync.session import sync
from hongxian_client.transport.link import post_to_hub
from hongxian_server.hub import Hub
from hongxian_server.hub_state import HubState
from hongxian_server.membership import devices
from hongxian_testing.laptop import with_only
from listening import served


class Meeting:
    """One hub, and laptops that come and go; each sync is over the socket."""

    def __init__(self, folder: Path, modules: tuple[Any, ...], hub: Hub, address: str) -> None:
        self.folder, self.modules, self.hub, self.address = folder, modules, hub, address
        self.laptops: list[Replica] = []

    def team(self, name: str) -> str:
        """A new team; returns its scope."""
        with self.hub:
            return devices.add_team(self.hub, name)

    def laptop(self, *teams: str) -> Replica:
        """A new laptop of these teams."""
        replica = Replica.open(
            self.folder / f"laptop-{len(self.laptops)}", plugins=with_only(self.modules)
        )
        with self.hub:
            code, _ = devices.make_code(self.hub, teams)
        with replica:
            join(replica, self.address, code)
        self.laptops.append(replica)
        return replica

    def sync(self, *laptops: Replica) -> list[Report]:
        """Sync these in this order; all of them when none is named."""
        return [self._sync(each) for each in laptops or self.laptops]

    def agree(self) -> None:
        """All know everything, and the digests are equal."""
        self.sync()
        self.sync()
        with self.hub:
            theirs = digests()
        for laptop in self.laptops:
            with laptop:
                assert digests() == theirs

    def _sync(self, replica: Replica) -> Report:
        with replica:
            return sync(replica, post_to_hub(replica))


def keep_for(hub: Hub, days: int) -> None:
    """For so long the hub keeps what was written; -1: all that it has by now is older than its time."""
    with hub, hub.upkeep(), HubState.changing() as state:
        state.keep_days = days


@contextmanager
def meeting(folder: Path, *modules: Any, url: str | None = None) -> Iterator[Meeting]:
    """A hub with these plugins, served until the end."""
    hub = Hub.init(folder / "hub", "示例社区", database_url=url, plugins=with_only(modules))
    with meeting_at(folder, hub, *modules) as met:
        yield met


@contextmanager
def meeting_at(folder: Path, hub: Hub, *modules: Any) -> Iterator[Meeting]:
    """The same at a hub that was made with these plugins."""
    with served(hub) as address:
        yield Meeting(folder, modules, hub, address)

"""A hub on a real socket, and laptops that join it, go away and come back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from hongxian.wire.digest import digests
from hongxian_client.replica.replica import Replica
from hongxian_client.sync.enrol import join
from hongxian_server.http.serve import make_server
from hongxian_server.hub import Hub
from hongxian_server.membership import devices
from hongxian_server.ops.hourly import ON_RECORDS
from hongxian_testing.clock import Clock
from hongxian_testing.laptop import Laptop, with_only

COMMUNITY_NAME = "示例社区"
TEAM_NAME = "示例·一队"
"""Of which a laptop is where a test names no team."""


class Neighbourhood:
    """One hub, and laptops that come and go; each sync is over the socket."""

    def __init__(
        self, folder: Path, modules: tuple[ModuleType, ...], hub: Hub, address: str, clock: Clock
    ) -> None:
        self.folder, self.hub, self.address, self.clock = folder, hub, address, clock
        self._modules = modules
        self._teams: dict[str, str] = {}
        self.laptops: list[Laptop] = []
        """In the order in which they joined."""

    def laptop(self, *teams: str, plugins: tuple[ModuleType, ...] | None = None) -> Laptop:
        """A new laptop, joined with a code; a team that is named for the first time is made.

        `plugins` are those that it has, where they are not the hub's: none, or another release.
        """
        modules = self._modules if plugins is None else plugins
        store = Replica.open(
            self.folder / f"laptop-{len(self.laptops) + 1}",
            plugins=with_only(modules),
            now=self.clock,
        )
        for name in teams or (TEAM_NAME,):
            self.team(name)
        with self.hub:
            code, _ = devices.make_code(self.hub, teams or (TEAM_NAME,))
        with store:
            join(store, self.address, code)
        self.laptops.append(Laptop(store, self.clock))
        return self.laptops[-1]

    def update(self, laptop: Laptop, *plugins: ModuleType) -> None:
        """Let a laptop have these plugins from now on, on the data that it has, as once it was updated."""
        folder = laptop.store.folder
        laptop.store = Replica.open(folder, plugins=with_only(plugins), now=self.clock)

    def revoke(self, laptop: Laptop) -> None:
        """Let a laptop be of the community no more, as the keeper does with one that is lost."""
        with laptop:
            number = laptop.store.writer().number
        with self.hub:
            devices.revoke(self.hub, number)
        self.laptops.remove(laptop)

    def tidy(self) -> None:
        """Let the hub do what it does each hour: erase, migrate, call what runs from time to time."""
        with self.hub:
            for work in ON_RECORDS:
                work(self.hub)

    def team(self, name: str) -> str:
        """The scope of a team, which is made at the first time."""
        if name not in self._teams:
            with self.hub:
                self._teams[name] = devices.add_team(self.hub, name)
        return self._teams[name]

    def meet(self) -> None:
        """Each laptop syncs, and again, until all have heard of all.

        Raises `AssertionError` where one then holds something else than the hub.
        """
        for _ in range(2):
            for each in self.laptops:
                each.sync()
        with self.hub:
            agreed = digests()
        for each in self.laptops:
            with each:
                own = digests()
            theirs = {pair: agreed.get(pair) for pair in own}
            assert own == theirs, f"{each.store.folder.name} differs from the hub"


@contextmanager
def open_neighbourhood(
    folder: Path, *modules: ModuleType, clock: Clock | None = None, database: str | None = None
) -> Iterator[Neighbourhood]:
    """A hub with these plugins, served on a port of its own until the end; without a `database` over SQLite."""
    now = clock or Clock()
    hub = Hub.init(
        folder / "hub", COMMUNITY_NAME, database_url=database, plugins=with_only(modules), now=now
    )
    server = make_server(hub, "127.0.0.1", 0, threads=2)
    server.start()
    try:
        yield Neighbourhood(folder, modules, hub, f"http://127.0.0.1:{server.port}", now)
    finally:
        server.stop()

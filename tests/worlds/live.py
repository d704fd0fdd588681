"""Towns whose laptops are on the channel, to which things happen; nothing is asked for by the clock."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path

from command_line import Place
from disks import Disk
from hongxian_client.replica.replica import Replica
from hongxian_client.sync.loop import Pace, SyncLoop
from hongxian_client.transport.link import post_to_hub
from hongxian_plugins.roster import Person
from hongxian_server.http.serve import HERE, server_of
from hongxian_server.town.front import Front
from hongxian_server.town.town import Town
from on_channel import soon
from towns import Settlement

NAMES = ("east", "west")
LAPTOPS = 2
"""Of each community."""
PACE = Pace(idle=600, whole=600, look=600, shortest=0.05, longest=0.2)


class Process:
    """One that serves the town; it is stopped and begun again at the same port."""

    def __init__(self, folder: Path) -> None:
        self._folder, self.port = folder, 0
        self._alive: ExitStack | None = None
        self.town: Town | None = None
        self.begin()

    def begin(self) -> None:
        """Serve, if it does not."""
        if self._alive is None:
            with ExitStack() as alive:
                self.town = Town(self._folder, HERE)
                front = Front(self.town, HERE)
                alive.enter_context(front.alive())
                server = server_of(front, self._folder, "127.0.0.1", self.port, threads=2)
                server.start()
                alive.callback(server.stop)
                self.port = server.port
                self._alive = alive.pop_all()

    def stop(self) -> None:
        """Let everybody go."""
        if self._alive is not None:
            self._alive.close()
            self._alive = None

    def is_open(self, name: str) -> bool:
        """Whether it serves a community."""
        assert self.town is not None
        return any(each.name == name and each.community for each in self.town.places())


class Laptop:
    """One that is on the channel while it is awake."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica
        self._loop: SyncLoop | None = None

    def wake(self) -> None:
        """Open its desk, if it is not."""
        if self._loop is None:
            with self._replica:
                post = post_to_hub(self._replica)
            self._loop = SyncLoop(self._replica, post, pace=PACE)
            self._loop.start()

    def sleep(self) -> None:
        """Close it."""
        if self._loop is not None:
            self._loop.stop()
            self._loop = None

    def save(self, name: str) -> None:
        """A person of this name."""
        with self._replica:
            Person.create(name=name)

    def names(self) -> set[str]:
        """Of all people that it has."""
        with self._replica:
            return {each.name for each in Person.select()}


class LiveWorld:
    """A town, the processes that serve it, and its laptops; what each community's people saved is known."""

    def __init__(self, folder: Path, urls: dict[str, str] | None) -> None:
        self._urls = urls
        settlement = Settlement(folder / "town")
        for name in NAMES:
            options = ["--database", urls[name]] if urls else []
            settlement.community(name, *options)
            if urls:
                Place(settlement.folder / name).json("hub", "share")
        self._folder, self._numbers = settlement.folder, count()
        self.processes = [Process(self._folder) for _ in range(2 if urls else 1)]
        self.saved: dict[str, set[str]] = {name: set() for name in NAMES}
        self.laptops: dict[str, list[Laptop]] = {}
        for name in NAMES:
            self._wait_for(name)
            self.laptops[name] = []
            for place in range(LAPTOPS):
                process = self.processes[place % len(self.processes)]
                settlement.url = f"http://127.0.0.1:{process.port}"
                self.laptops[name].append(Laptop(settlement.laptop(name, f"laptop-{place}")))

    def _wait_for(self, name: str) -> None:
        soon(lambda: all(each.is_open(name) for each in self.processes))

    def save(self, name: str, place: int) -> None:
        """Somebody saves."""
        said = f"示例·{name}·{next(self._numbers)}"
        self.saved[name].add(said)
        self.laptops[name][place].save(said)

    def pause(self, name: str) -> None:
        """A community's keeper pauses it."""
        Place(self._folder).json("hub", "town", "pause", name)

    def resume(self, name: str) -> None:
        """And serves it again."""
        Place(self._folder).json("hub", "town", "resume", name)

    def end_connections(self) -> None:
        """PostgreSQL ends what it has open."""
        for name, url in (self._urls or {}).items():
            Disk(self._folder / name, url).end_connections()

    def nothing_strayed(self) -> None:
        """No laptop has what another community's people saved."""
        for name, laptops in self.laptops.items():
            for each in laptops:
                assert each.names() <= self.saved[name]

    def settle(self) -> None:
        """Once all is well again, each has what its community saved, without being asked."""
        for name in NAMES:
            self.resume(name)
        for process in self.processes:
            process.begin()
        for name in NAMES:
            self._wait_for(name)
        self.wake()
        for name in NAMES:
            for each in self.laptops[name]:
                soon(lambda one=each, of=name: one.names() == self.saved[of])

    def wake(self) -> None:
        """Open all desks."""
        for laptops in self.laptops.values():
            for each in laptops:
                each.wake()

    def sleep(self) -> None:
        """Close all desks."""
        for laptops in self.laptops.values():
            for each in laptops:
                each.sleep()

    def end(self) -> None:
        """Close everything."""
        self.sleep()
        for process in self.processes:
            process.stop()


@contextmanager
def live_world(folder: Path, urls: dict[str, str] | None = None) -> Iterator[LiveWorld]:
    """One of its own, over SQLite, or over these databases with two processes."""
    world = LiveWorld(folder, urls)
    try:
        yield world
    finally:
        world.end()

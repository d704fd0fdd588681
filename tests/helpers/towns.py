"""Towns in tests: communities in folders below one, served by one process or several."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from command_line import Place, joined, new_hub
from hongxian_client.replica.replica import Replica
from hongxian_client.sync.session import sync
from hongxian_client.transport.link import post_to_hub
from hongxian_plugins.roster import Person
from hongxian_server.http.serve import HERE, server_of
from hongxian_server.town.front import Front
from hongxian_server.town.town import Town
from listening import listening
from on_channel import soon

TEAM = "甲队"
THREADS = 8


@dataclass
class Settlement:
    """A town's folder, and its address while it is served."""

    folder: Path
    url: str = ""
    inner: list[str] = field(default_factory=list)
    """The addresses of its processes, where a proxy stands before them."""
    signals: str = ""
    """The database that carries signals between them."""

    def community(self, name: str, *options: str) -> Place:
        """A new one of this name, with a team."""
        place, title = Place(self.folder / name), f"示例社区·{name}"
        if not options:
            return new_hub(place.folder, TEAM, community=title)
        place.json("hub", "init", "--community", title, *options)
        place.json("hub", "team", "add", TEAM)
        return place

    def laptop(self, name: str, called: str = "laptop") -> Replica:
        """One that joins the community of this name, at its address below the town's."""
        folder = self.folder.parent / f"{called}-of-{name}"
        place = joined(Place(self.folder / name), f"{self.url}/{name}", folder, TEAM)
        return Replica.open(place.folder)


@contextmanager
def served_town(settlement: Settlement, names: Sequence[str]) -> Iterator[Town]:
    """Serve it in this process, and wait until these communities are open."""
    town = Town(settlement.folder, HERE)
    front = Front(town, HERE)
    with (
        front.alive(),
        listening(server_of(front, settlement.folder, "127.0.0.1", 0, THREADS)) as url,
    ):
        settlement.url = url
        soon(lambda: {each.name for each in town.places() if each.community} >= set(names))
        yield town


def write(laptop: Replica, name: str) -> None:
    """A person of this name, brought to the hub."""
    with laptop:
        Person.create(name=name)
        sync(laptop, post_to_hub(laptop))


def names_at(laptop: Replica) -> set[str]:
    """The people that a laptop has."""
    with laptop:
        return {each.name for each in Person.select()}


def brought(laptop: Replica) -> set[str]:
    """The same, behind a sync."""
    with laptop:
        sync(laptop, post_to_hub(laptop))
    return names_at(laptop)

"""How a simulated world begins: a hub and laptops that have joined it, made once and copied for every example."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from disks import Disk
from hongxian.model.record import COMMUNITY
from hongxian_client.replica.replica import Replica
from hongxian_client.sync.enrol import join
from hongxian_client.sync.session import sync
from hongxian_client.transport.link import post_to_hub
from hongxian_server.hub import Hub
from hongxian_server.hub_state import HubState
from hongxian_server.membership import devices
from hongxian_testing.laptop import with_only
from listening import served
from samples import PEOPLE, SAMPLE, Person, Thing, Visit

BEGINNING = 1_772_323_200_000
"""Milliseconds since 1970 at which every world begins: 2026-03-01."""
TEAMS = ("east", "west")


@dataclass
class Beginning:
    """Where it lies, and its teams' scopes by their names."""

    folder: Path
    disk: Disk
    scopes: dict[str, str]


def make_beginning(folder: Path, url: str | None, laptops: int = 4) -> Beginning:
    """Make a hub and join laptops to it over a real socket."""
    hub = Hub.init(
        folder / "hub",
        "示例社区",
        database_url=url,
        plugins=with_only((SAMPLE, PEOPLE)),
        now=lambda: BEGINNING,
    )
    with hub:
        scopes = {team: devices.add_team(hub, team) for team in TEAMS}
        with hub.upkeep(), HubState.changing() as state:
            state.deletions_free, state.deletions_percent = 1, 0
    replicas = []
    for number in range(laptops):
        replica = Replica.open(
            folder / f"laptop-{number}", plugins=with_only((SAMPLE, PEOPLE)), now=lambda: BEGINNING
        )
        teams = TEAMS if number == 0 else [TEAMS[number % 2]]
        rejoin(hub, replica, teams)
        replicas.append(replica)
    with replicas[0]:
        for scope in (COMMUNITY, *scopes.values()):
            Thing.create(name="old", scope=scope)
            Visit.create(name="old", scope=scope) if scope != COMMUNITY else Person.create(
                name="old"
            )
    with served(hub) as address:
        for replica in replicas:
            with replica:
                post = post_to_hub(replica, address)
            sync(replica, post)
    return Beginning(folder, Disk(folder / "hub", url), scopes)


def rejoin(hub: Hub, replica: Replica, teams: Iterable[str]) -> None:
    """What a leader does with a new code."""
    with hub:
        code, _ = devices.make_code(hub, teams)
    with served(hub) as address, replica:
        join(replica, address, code)

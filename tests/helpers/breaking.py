"""A town whose database machines break while fifty laptops work: what may become of the primary, and who works."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from database_machines import (
    ADDRESSES,
    DATA,
    DIRECTLY,
    THROUGH_BOUNCER,
    DatabaseMachines,
    start_services,
)
from hongxian_client.replica.replica import Replica
from hongxian_client.sync.enrol import join
from hongxian_server.http.serve import make_server
from hongxian_server.hub import Hub
from hongxian_server.hub_state import HubState
from hongxian_server.membership import devices
from hongxian_testing.laptop import with_only
from listening import listening
from machines import Machine
from samples import SAMPLE, Visit

TEAMS, IN_EACH = 10, 5
PAUSE_SECONDS = 4.0
"""So often somebody writes on each laptop."""
WAYS = {"directly": DIRECTLY, "pgbouncer": THROUGH_BOUNCER}


@dataclass(frozen=True)
class Fault:
    """What becomes of a machine, and how it is as before."""

    strike: Callable[[Machine], None]
    mend: Callable[[Machine], None] = lambda _machine: None


def others(one: Machine) -> list[str]:
    """The addresses of the other two; the hub's is none of them."""
    return [each for each in ADDRESSES if each != one.address]


def make_room(one: Machine) -> None:
    """And start it anew: what was to be written while there was none is not there, of Patroni's own settings too."""
    one.empty_disk(DATA)
    one.signal(signal.SIGKILL)
    start_services(one)


FAULTS = {
    "PostgreSQL killed": Fault(lambda it: it.signal(signal.SIGKILL, "postgres")),
    "all killed": Fault(lambda it: it.signal(signal.SIGKILL), start_services),
    "line cut": Fault(Machine.cut, Machine.join),
    "cut from the other two": Fault(lambda it: it.cut_from(*others(it)), Machine.reach_all),
    "stands still": Fault(
        lambda it: it.signal(signal.SIGSTOP), lambda it: it.signal(signal.SIGCONT)
    ),
    "disk full": Fault(lambda it: it.fill_disk(DATA), make_room),
}


@dataclass
class Town:
    """A hub over the machines, and its laptops."""

    machines: DatabaseMachines
    hub: Hub
    laptops: list[Replica]

    def life(self) -> tuple[str, bool]:
        """Of the hub; it begins another where it sees that something was lost."""
        with self.hub:
            state = HubState.read()
            return state.epoch, state.recovering

    def records(self) -> set[str]:
        """That the hub has."""
        with self.hub:
            return {str(each.id) for each in Visit.select(Visit.id)}


@contextmanager
def town(machines: DatabaseMachines, folder: Path, database: str) -> Iterator[Town]:
    """A new one."""
    machines.wait_until_whole()
    machines.new_database()
    hub = Hub.init(folder / "hub", "示例社区", database_url=database, plugins=with_only([SAMPLE]))
    server = make_server(hub, "127.0.0.1", 0)
    with hub.held(), hub.kept_open(), listening(server) as address:
        laptops = []
        for number in range(TEAMS * IN_EACH):
            with hub:
                if number % IN_EACH == 0:
                    team = devices.add_team(hub, f"{number // IN_EACH + 1} 队")
                code, _ = devices.make_code(hub, [team])
            laptop = Replica.open(folder / f"laptop-{number}", plugins=with_only([SAMPLE]))
            with laptop:
                join(laptop, address, code)
            laptops.append(laptop)
        yield Town(machines, hub, laptops)

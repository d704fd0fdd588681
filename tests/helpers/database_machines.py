"""Three machines with PostgreSQL under Patroni and etcd, and what leads to them, as `docs/failover.md` sets them up.

The files of the manual are started as they stand there, but for what each says of its own machine.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TypeVar

import psycopg

from machines import Machine, machine, network
from places import EXAMPLES
from postgres import running
from system_packages import SYSTEM_PATH

TOLD = EXAMPLES / "failover"
HUB, ADDRESSES = "10.0.0.10", ("10.0.0.11", "10.0.0.12", "10.0.0.13")
DATA, DISK_MEGABYTES = "/var/lib/postgresql", 600
ROOM = "least=1048576", "least=65536"
"""What the manual takes for little room, and what is on so small a disk."""
OWNER = {"user": "postgres", "group": "postgres", "extra_groups": []}
USERS = '"hongxian" "hub"\n'
T = TypeVar("T")
_HOSTS = ",".join(f"{each}:5432" for each in ADDRESSES)
DIRECTLY = f"postgresql://hongxian:hub@{_HOSTS}/hongxian"
THROUGH_BOUNCER = "postgresql://hongxian:hub@127.0.0.1:6432/hongxian"
_KEEPER = f"postgresql://postgres:put-your-own@{_HOSTS}/{{}}?target_session_attrs=read-write&connect_timeout=3"
START_SECONDS = 120
ROOM_SECONDS = 10
_ANSWER_SECONDS = 2


class DatabaseMachines:
    """The three, and who of them is what."""

    def __init__(self, machines: list[Machine]) -> None:
        self.machines = machines

    def primary(self) -> Machine:
        """The one that takes what is written."""
        return _waited_for(self._primary)

    def wait_until_whole(self) -> None:
        """All three run, two follow the primary, and one of these has all that it has."""
        try:
            _waited_for(self._is_whole)
        except TimeoutError as error:
            logs = [each.run("sh", "-c", "tail -n 30 /run/*.log") for each in self.machines]
            raise TimeoutError("\n".join([str(error), str(self._members()), *logs])) from None

    def new_database(self) -> None:
        """An empty one for the hub, and its role; what was there is gone."""
        for statement in (
            "DROP DATABASE IF EXISTS hongxian WITH (FORCE)",
            "DROP ROLE IF EXISTS hongxian",
            "CREATE ROLE hongxian LOGIN PASSWORD 'hub'",
            "CREATE DATABASE hongxian OWNER hongxian",
        ):
            with psycopg.connect(_KEEPER.format("postgres"), autocommit=True) as connection:
                connection.execute(statement)

    def _members(self) -> dict[str, dict[str, object]]:
        """What they say of each other, by name; the first that answers is heard."""
        for each in self.machines:
            if told := _asked(f"http://{each.address}:8008/cluster"):
                return {member["name"]: member for member in told["members"]}
        return {}

    def _primary(self) -> Machine | None:
        for each in self.machines:
            if _asked(f"http://{each.address}:8008/primary"):
                return each
        return None

    def _is_whole(self) -> bool:
        members = self._members().values()
        roles = sorted(str(each["role"]) for each in members)
        has_all = not any(each.get("lag") for each in members)
        runs = all(_asked(f"http://{each.address}:8008/health") for each in self.machines)
        return runs and has_all and roles == ["leader", "replica", "sync_standby"]


@contextmanager
def database_machines() -> Iterator[DatabaseMachines]:
    """Be on a network with them; all is gone in the end."""
    with ExitStack() as alive:
        alive.enter_context(network(HUB))
        machines = []
        for number, address in enumerate(ADDRESSES, 1):
            machines.append(alive.enter_context(machine(f"db{number}", address)))
            _set_up(machines[-1])
        them = DatabaseMachines(machines)
        them.wait_until_whole()
        yield them


@contextmanager
def ways_to_the_primary() -> Iterator[None]:
    """haproxy, and pgbouncer before it, on the hub's machine."""
    with ExitStack() as alive:
        for program, name in (("haproxy", "haproxy.cfg"), ("pgbouncer", "pgbouncer.ini")):
            folder = Path(tempfile.mkdtemp(prefix=f"hongxian-{program}-"))
            users = folder / "userlist.txt"
            users.write_text(USERS)
            told = (TOLD / name).read_text("utf-8")
            (folder / name).write_text(told.replace("/etc/pgbouncer/userlist.txt", str(users)))
            for each in (folder, *folder.iterdir()):
                shutil.chown(each, "postgres", "postgres")
            options = ["-db", "-f"] if program == "haproxy" else []
            command = [shutil.which(program, path=SYSTEM_PATH), *options, folder / name]
            alive.enter_context(running(command, "TERM", folder, OWNER))
        yield


def start_services(made: Machine) -> None:
    """What starts when the machine does."""
    made.start("set -a; . /run/etcd; exec etcd", log="/run/etcd.log", user="etcd")
    made.start("exec patroni /run/patroni.yml", log="/run/patroni.log", user="postgres")
    look = f"while sleep {ROOM_SECONDS}; do sh /run/room.sh; done"
    made.start(look, log="/run/room.log")


def _set_up(made: Machine) -> None:
    """Its disk, etcd, Patroni, and the look at the disk's room."""
    made.add_disk("/run", 64)
    for folder, owner in (
        (DATA, "postgres"),
        ("/var/lib/etcd", "etcd"),
        ("/run/postgresql", "postgres"),
    ):
        made.add_disk(folder, DISK_MEGABYTES)
        made.run("chown", f"{owner}:{owner}", folder)
    for name in ("etcd", "patroni.yml", "room.sh"):
        made.write(f"/run/{name}", _own(made, (TOLD / name).read_text("utf-8")))
    start_services(made)


def _own(made: Machine, told: str) -> str:
    """What the manual tells of the first machine, for this one; a line that names all is the same on each."""
    lines = [
        line
        if ADDRESSES[1] in line
        else line.replace(ADDRESSES[0], made.address).replace("db1", made.name)
        for line in told.splitlines()
    ]
    return "\n".join(lines).replace(*ROOM)


def _asked(address: str) -> dict | None:
    try:
        with urllib.request.urlopen(address, timeout=_ANSWER_SECONDS) as answer:
            return json.loads(answer.read())
    except OSError:
        return None


def _waited_for(found: Callable[[], T | None]) -> T:
    """What is there in the end; raises `TimeoutError`."""
    give_up = time.monotonic() + START_SECONDS
    while not (there := found()):
        if time.monotonic() > give_up:
            raise TimeoutError("the database machines are not as they should be")
        time.sleep(0.2)
    return there

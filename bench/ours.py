"""Hongxian's own hub and laptop, each in a process of its own.

python -m bench.ours hub FOLDER TEAMS [DATABASE-URL]
python -m bench.ours laptop FOLDER PLACE TOLD-BY-THE-HUB
"""

from __future__ import annotations

import json
import shutil
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from bench import attendance
from bench.agent import obey
from bench.attendance import Attendance
from bench.rows import read_lines
from bench.sampler import Sampler
from hongxian.plugins.loading import Plugins, keep_what_is_loaded
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.sync.enrol import join
from hongxian_client.sync.session import sync
from hongxian_client.transport.link import post_to_hub
from hongxian_server.folder import CONFIG
from hongxian_server.http.community import Community
from hongxian_server.http.serve import HERE, server_of
from hongxian_server.http.serve import serve as serve_hub
from hongxian_server.hub import Hub
from hongxian_server.identity import IDENTITY
from hongxian_server.membership import devices
from hongxian_server.ops.network.certificates import Certificates

CHUNK = 5_000
"""Records in one commit, as an import would store them."""
CODES = 12
"""Laptops that a team can have."""


def plugins() -> Plugins:
    """The bench's one collection, and no other plugin: the peers hold one thing, too."""
    made = Plugins(installed=False)
    made.add(attendance)
    return made


class Sampled:
    """A process whose time can be looked at between two commands."""

    _sampler: Sampler | None = None

    def watch(self) -> None:
        """Begin to look."""
        self._sampler = Sampler()

    def watched(self) -> dict[str, Any]:
        """The shares by function since `watch`."""
        assert self._sampler is not None
        return {"shares": self._sampler.stop()}


class HubServant(Sampled):
    """A hub that serves in threads of its own while it is asked about itself."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub

    def count(self) -> dict[str, Any]:
        """How many records are here."""
        with self.hub:
            return {"count": Attendance.select().count()}


def serve(folder: Path, teams: int, database_url: str | None = None) -> None:
    """Make a hub, or a further process of one on PostgreSQL, and serve until the input ends."""
    if (folder / CONFIG).exists():
        hub, codes = Hub.open(folder, plugins=plugins()), []
    else:
        hub = Hub.init(folder, "bench", database_url=database_url, plugins=plugins())
        with hub:
            if database_url:
                hub.database.share(is_shared=True)
            names = [f"team {number}" for number in range(teams)]
            for name in names:
                devices.add_team(hub, name)
            codes = [devices.make_code(hub, [name])[0] for _ in range(CODES) for name in names]
    shown = Certificates(hub.folder, ["127.0.0.1"], hub.now())
    served = Community(hub, HERE, shown.authority)
    server = server_of(served, hub.folder, "127.0.0.1", 0, tls=shown.context())
    url = f"https://127.0.0.1:{server.port}"
    threading.Thread(target=serve_hub, args=(served, server, lambda: None), daemon=True).start()
    obey(HubServant(hub), url=url, codes=codes)


def beside(folder: Path, other: Path) -> Path:
    """A folder for a second hub process on the same PostgreSQL database."""
    other.mkdir()
    for name in (CONFIG, IDENTITY):
        shutil.copy(folder / name, other)
    return other


class Laptop(Sampled):
    """A joined laptop."""

    def __init__(self, folder: Path, place: int, told: dict[str, Any]) -> None:
        self.replica = Replica.open(folder, plugins=plugins())
        self._open = ExitStack()
        self._open.enter_context(self.replica.kept_open())  # as the sync loop does
        keep_what_is_loaded()  # as `hongxian sync` and the desk do
        with self.replica:
            if not LaptopState.read().hub_key:
                join(self.replica, told["url"], told["codes"][place])
            self._post = post_to_hub(self.replica)
        self.wire = 0

    def write(self, rows: str) -> dict[str, Any]:
        """New records, each a transaction of its own."""
        seconds = 0.0
        for part in _parts(read_lines(rows), CHUNK):
            began = time.perf_counter()
            with self.replica, self.replica.separately():
                Attendance.insert_many(part).execute()
            seconds += time.perf_counter() - began
        return {"seconds": seconds}

    def edit(self, edits: str) -> None:
        """New values in records that are here."""
        for part in _parts(read_lines(edits), CHUNK):
            with self.replica, self.replica.separately():
                self.replica.edit(Attendance, {edit["id"]: edit["set"] for edit in part})

    def sync(self) -> dict[str, Any]:
        """One sync; tells requests, and bytes on the wire both ways."""
        self.wire = 0
        done = sync(self.replica, self.post)
        if done.differs or done.refused:
            raise RuntimeError(f"after the sync: {done}")
        return {"requests": done.requests, "wire": self.wire}

    push = pull = sync
    """One request does both; other systems have two ways."""

    def post(self, path: str, body: bytes) -> BinaryIO:
        """The way to the hub, with its bytes counted."""
        answer = self._post(path, body)
        self.wire += len(body) + answer.seek(0, 2)
        answer.seek(0)
        return answer

    def count(self) -> dict[str, Any]:
        """How many records are here."""
        with self.replica:
            return {"count": Attendance.select().count()}


def _parts(things: Iterable[Any], size: int) -> Iterator[list[Any]]:
    source = iter(things)
    while part := list(islice(source, size)):
        yield part


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["hub", folder, teams, *url]:
            serve(Path(folder), int(teams), *url)
        case ["laptop", folder, place, told]:
            obey(Laptop(Path(folder), int(place), json.loads(told)))

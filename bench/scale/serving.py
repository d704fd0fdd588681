"""Hubs and towns in processes of their own, with all bundled plugins, plain as behind a proxy.

python -m bench.scale.serving hub|town FOLDER
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.agent import obey
from bench.process import Process
from hongxian_server.http.community import Community
from hongxian_server.http.serve import HERE, server_of
from hongxian_server.http.serve import serve as serve_hub
from hongxian_server.hub import Hub
from hongxian_server.membership import devices
from hongxian_server.town.front import Front
from hongxian_server.town.town import Town

TEAM = "team"


def new_community(
    folder: Path, codes: int, database_url: str | None = None, *, is_shared: bool = False
) -> list[str]:
    """Make one of a single team; returns codes by which as many laptops join."""
    hub = Hub.init(folder, f"示例社区·{folder.name}", database_url=database_url)
    with hub:
        devices.add_team(hub, TEAM)
        if is_shared:
            hub.database.share(is_shared=True)
        return [devices.make_code(hub, [TEAM])[0] for _ in range(codes)]


class Served:
    """A process that serves, and its address."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.url, self.pid = process.hear()["url"], process.pid

    def wait_for(self, communities: int) -> float:
        """Seconds until so many are open, from when it was asked."""
        return float(self._process.ask("wait_for", communities=communities)["seconds"])


@contextmanager
def served(kind: str, folder: Path, log: Path) -> Iterator[Served]:
    """A process that serves a hub, or a town."""
    with Process([sys.executable, "-m", "bench.scale.serving", kind, folder], log) as process:
        yield Served(process)


class Servant:
    """What is asked of such a process."""

    def __init__(self, front: Community | Front) -> None:
        self._front = front

    def wait_for(self, communities: int) -> dict[str, Any]:
        """Until so many are open."""
        while len(self._front.open_now()) < communities:
            threading.Event().wait(0.05)
        return {}


def main(kind: str, folder: Path) -> None:
    """Be such a process."""
    is_town = kind == "town"
    front = Front(Town(folder, HERE), HERE) if is_town else Community(Hub.open(folder), HERE)
    server = server_of(front, folder, "127.0.0.1", 0)
    threading.Thread(target=serve_hub, args=(front, server, lambda: None), daemon=True).start()
    obey(Servant(front), url=f"http://127.0.0.1:{server.port}")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))

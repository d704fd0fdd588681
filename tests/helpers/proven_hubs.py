"""Hubs under certificates of their own, and who stands in their places."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from hongxian_client.replica.replica import Replica
from hongxian_client.sync.enrol import join
from hongxian_server.http.serve import make_server
from hongxian_server.hub import Hub
from hongxian_server.membership import devices
from hongxian_server.ops.network.certificates import Certificates
from hongxian_testing.laptop import with_only
from hongxian_web.serving import Server
from listening import listening
from samples import SAMPLE


def new_hub(folder: Path) -> Hub:
    """One with a team."""
    hub = Hub.init(folder, "示例社区", plugins=with_only((SAMPLE,)))
    with hub:
        devices.add_team(hub, "甲队")
    return hub


@contextmanager
def served(hub: Hub, port: int = 0) -> Iterator[str]:
    """The hub under its own certificate; its address."""
    own = Certificates(hub.folder, ["127.0.0.1"], hub.now())
    server = make_server(
        hub, "127.0.0.1", port, threads=2, tls=own.context(), authority=own.authority
    )
    with listening(server):
        yield f"https://127.0.0.1:{server.port}"


def code_of(hub: Hub) -> str:
    """A fresh one into its team."""
    with hub:
        return devices.make_code(hub, ["甲队"])[0]


def joined(hub: Hub, laptop: Replica, url: str) -> None:
    """Have a laptop join at an address."""
    with laptop:
        join(laptop, url, code_of(hub))


class Impostor:
    """A machine at the hub's address that answers everything alike, and remembers what it was told."""

    def __init__(self, told: dict, status: str = "200 OK") -> None:
        self.told, self.status = told, status
        self.heard: list[tuple[str, str, bytes]] = []

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> list[bytes]:
        body = environ["wsgi.input"].read()
        self.heard.append((environ["REQUEST_METHOD"], environ["PATH_INFO"], body))
        start(self.status, [("Content-Type", "application/json")])
        return [json.dumps(self.told).encode()]


@contextmanager
def at_its_place(app: WSGIApplication, folder: Path) -> Iterator[str]:
    """An app under a certificate of somebody else's."""
    folder.mkdir()
    own = Certificates(folder, ["127.0.0.1"], 1_790_000_000_000)
    with listening(Server(app, "127.0.0.1", 0, tls=own.context())) as url:
        yield url.replace("http:", "https:")

"""Serving the hub: cheroot's threads over Flask."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from cheroot.wsgi import Server
from flask import Flask

from hongxian.logs import logger, phase
from hongxian_server.console.app import make_console
from hongxian_server.http.app import ADDRESSES, make_app
from hongxian_server.hub import Hub
from hongxian_server.ops.tombstones import collect_tombstones
from hongxian_server.quota.transfer import rebalance_all
from hongxian_web import serving

log = logger(__name__)
TIDY_SECONDS = 3600
HERE = ("127.0.0.1", "localhost")


def make_server(
    hub: Hub, host: str, port: int, threads: int = 8, hosts: Sequence[str] = HERE
) -> Server:
    """A server that listens already; `server.bind_addr` tells the port when 0 was asked.

    `hosts` are the names under which its console answers.
    """
    app = _beside(make_app(hub), make_console(hub, hosts))
    # The server's threads are few and live long.
    return serving.make_server(app, host, port, threads=threads, each=hub.keep_connection)


def _beside(api: Flask, console: Flask) -> WSGIApplication:
    """One WSGI app of both: the API's addresses to it, all others to the console."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        is_api = environ.get("PATH_INFO", "").startswith(ADDRESSES)
        return (api if is_api else console)(environ, start_response)

    return answer


def serve(hub: Hub, server: Server, ready: Callable[[], None]) -> None:
    """Serve until stopped, holding the data folder, and tidy once an hour."""
    stop = threading.Event()

    def tidy() -> None:
        while not stop.wait(TIDY_SECONDS):
            with hub, phase(log, "tidy"):
                collect_tombstones(hub)
                rebalance_all(hub)

    with hub.hold_folder():
        threading.Thread(target=tidy, daemon=True).start()
        try:
            ready()
            log.info("serving port=%d plugins=%d", server.bind_addr[1], len(hub.plugins.all))
            serving.serve(server)
        finally:
            stop.set()
            server.stop()
            log.info("stopped")

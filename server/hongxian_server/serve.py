"""Serving the hub: cheroot's threads over Flask."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from cheroot.wsgi import Server

from hongxian_server.app import make_app
from hongxian_server.dealing import deal_all
from hongxian_server.hub import Hub
from hongxian_server.tombstones import collect_tombstones

TIDY_SECONDS = 3600


def make_server(hub: Hub, host: str, port: int, threads: int = 8) -> Server:
    """A server that listens already; `server.bind_addr` tells the port when 0 was asked."""
    app = make_app(hub)

    def answer(environ: Any, start_response: Any) -> Any:
        hub.keep_connection()  # the server's threads are few and live long
        return app(environ, start_response)

    server = Server((host, port), answer, numthreads=threads, server_name="hongxian", timeout=60)
    server.prepare()
    return server


def serve(hub: Hub, server: Server, ready: Callable[[], None]) -> None:
    """Serve until stopped, holding the data folder, and tidy once an hour."""
    stop = threading.Event()

    def tidy() -> None:
        while not stop.wait(TIDY_SECONDS):
            with hub:
                collect_tombstones(hub)
                deal_all(hub)

    with hub.hold_folder():
        threading.Thread(target=tidy, daemon=True).start()
        try:
            ready()
            server.serve()
        finally:
            stop.set()
            server.stop()

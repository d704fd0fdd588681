"""Servers on real sockets, for as long as a test needs them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from cheroot.wsgi import Server

from hongxian_server.http.serve import make_server
from hongxian_server.hub import Hub


@contextmanager
def listening(server: Server) -> Iterator[str]:
    """A server on a thread of its own; its address."""
    server.expiration_interval = 0.02  # seconds that stopping it may wait: half of one else
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.bind_addr[1]}"
    finally:
        server.stop()
        thread.join()


@contextmanager
def served(hub: Hub) -> Iterator[str]:
    """The hub on a real socket; its address."""
    with listening(make_server(hub, "127.0.0.1", 0, threads=2)) as address:
        yield address

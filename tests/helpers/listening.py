"""Servers on real sockets, for as long as a test needs them."""

from collections.abc import Iterator
from contextlib import contextmanager

from hongxian_server.http.serve import make_server
from hongxian_server.hub import Hub
from hongxian_web.serving import Server


@contextmanager
def listening(server: Server) -> Iterator[str]:
    """A server for a while; its address."""
    server.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.stop()


@contextmanager
def served(hub: Hub, authority: str = "") -> Iterator[str]:
    """The hub on a real socket, plainly; its address. `authority` is what its console offers to trust."""
    with listening(make_server(hub, "127.0.0.1", 0, threads=2, authority=authority)) as address:
        yield address

"""Serving an app to people: cheroot's threads over WSGI."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cheroot.wsgi import Server

from hongxian.store import Store


def within(store: Store, app: Any) -> Any:
    """The WSGI app with every request inside `with store:`."""

    def answer(environ: Any, start_response: Any) -> Any:
        with store:
            return app(environ, start_response)

    return answer


def make_server(
    app: Any, host: str, port: int, *, threads: int = 8, each: Callable[[], None] | None = None
) -> Server:
    """A server that listens already; `server.bind_addr` tells the port when 0 was asked.

    `each` is called before each request, in its thread: to keep a connection for the next.
    """

    def answer(environ: Any, start_response: Any) -> Any:
        if each is not None:
            each()
        return app(environ, start_response)

    server = Server((host, port), answer, numthreads=threads, server_name="hongxian", timeout=60)
    server.prepare()
    return server

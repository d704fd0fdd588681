"""Serving an app to people: cheroot's threads over WSGI."""

from __future__ import annotations

import _thread
import time
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from cheroot.wsgi import Server

from hongxian.store import Store

SILENT_SECONDS = 30
"""After which a connection that says nothing is closed, also in the middle of a request."""
HEADER_BYTES = 64 * 1024
KEPT_CONNECTIONS = 256
"""Which may stay open between requests."""
GLANCE_SECONDS = 0.5
"""How long a server that was stopped from another thread may go unnoticed."""


class _Server(Server):
    """cheroot's, but that a connection gets a thread only once it says something.

    Browsers open some ahead of need, and whoever opens eight and is silent must not keep others out.
    """

    def process_conn(self, conn: Any) -> None:  # Any: cheroot tells no type
        if getattr(conn, "was_awaited", False):
            super().process_conn(conn)
        else:
            conn.was_awaited = True
            self.put_conn(conn)


def within(store: Store, app: WSGIApplication) -> WSGIApplication:
    """The WSGI app with every request inside `with store:`."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with store:
            return app(environ, start_response)

    return answer


def make_server(
    app: WSGIApplication,
    host: str,
    port: int,
    *,
    threads: int = 8,
    each: Callable[[], None] | None = None,
) -> Server:
    """A server that listens already; `server.bind_addr` tells the port when 0 was asked.

    `each` is called before each request, in its thread: to keep a connection for the next.
    """

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if each is not None:
            each()
        return app(environ, start_response)

    server = _Server(
        (host, port), answer, numthreads=threads, server_name="hongxian", timeout=SILENT_SECONDS
    )
    server.max_request_header_size = HEADER_BYTES
    server.keep_alive_conn_limit = KEPT_CONNECTIONS
    server.prepare()
    return server


def serve(server: Server) -> None:
    """Answer until `server.stop()`, which the caller owes, or an interrupt, which is raised.

    The server has a thread of its own while this one sleeps: an interrupt that rose between two
    of the server's steps could leave one of its locks taken, and it could never be stopped. So
    could one in the middle of `Thread.start`, which a busy machine makes long.
    """
    _thread.start_new_thread(server.serve, ())
    while server.ready:
        time.sleep(GLANCE_SECONDS)
    if server.interrupt:
        raise server.interrupt

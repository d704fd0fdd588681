"""Servers of the hub that were looked at, each in a process of its own: bench.serving asks them.

python -m bench.servers NAME FOLDER [CERTIFICATE KEY]
"""

from __future__ import annotations

import asyncio
import atexit
import io
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from wsgiref.types import WSGIApplication

from bench.agent import free_port, say
from bench.ours import CODES, plugins
from hongxian_server.http.app import make_app
from hongxian_server.hub import Hub
from hongxian_server.membership import devices

HOST = "127.0.0.1"
THREADS = 8
FOLDER = "HONGXIAN_BENCH_FOLDER"
Tls = tuple[str, str] | None
MAKE: dict[str, Callable[[WSGIApplication, int, Tls, Hub], None]] = {}


def named(name: str) -> Callable[[Any], Any]:
    """Note a server under the name that the table has for it."""

    def note(make: Any) -> Any:
        MAKE[name] = make
        return make

    return note


@named("ours")
def ours(app: WSGIApplication, port: int, tls: Tls, hub: Hub) -> None:
    """The product's own: asyncio and h11."""
    from hongxian_server.http.community import Community
    from hongxian_server.http.serve import serve, server_of
    from hongxian_web.serving import tls_context

    context = tls_context(*map(Path, tls)) if tls else None
    served = Community(hub, [HOST])
    serve(served, server_of(served, hub.folder, HOST, port, tls=context), lambda: None)


@named("cheroot")
def cheroot(app: WSGIApplication, port: int, tls: Tls, hub: Hub) -> None:
    """As before: a thread reads a request as it comes."""
    from cheroot.ssl.builtin import BuiltinSSLAdapter
    from cheroot.wsgi import Server

    server = Server((HOST, port), app, numthreads=THREADS, timeout=30)
    server.keep_alive_conn_limit = 256
    if tls:
        server.ssl_adapter = BuiltinSSLAdapter(*tls)
    server.start()


@named("waitress")
def waitress(app: WSGIApplication, port: int, tls: Tls, hub: Hub) -> None:
    """A loop of its own reads bodies; it has no TLS."""
    import waitress

    if tls:
        raise SystemExit("waitress has no TLS")
    waitress.serve(app, host=HOST, port=port, threads=THREADS, connection_limit=4096, _quiet=True)


class Buffered:
    """The thirty lines: an ASGI app that reads a body, then calls the WSGI app in a thread."""

    def __init__(self, app: WSGIApplication) -> None:
        from concurrent.futures import ThreadPoolExecutor

        self.app, self.threads = app, ThreadPoolExecutor(THREADS)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        body = bytearray()
        while (message := await receive()).get("more_body"):
            body += message["body"]
        body += message.get("body", b"")
        loop = asyncio.get_running_loop()
        status, headers, given = await loop.run_in_executor(
            self.threads, self.answer, scope, bytes(body)
        )
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": given})

    def answer(self, scope: Any, body: bytes) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        """What the app says, whole."""
        environ = {
            "REQUEST_METHOD": scope["method"],
            "SCRIPT_NAME": "",
            "PATH_INFO": scope["path"],
            "QUERY_STRING": scope["query_string"].decode(),
            "SERVER_NAME": HOST,
            "SERVER_PORT": "0",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": HOST,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": scope["scheme"],
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in scope["headers"]:
            key = name.decode().upper().replace("-", "_")
            own = key in ("CONTENT_TYPE", "CONTENT_LENGTH")
            environ[key if own else f"HTTP_{key}"] = value.decode("latin-1")
        begun: list[Any] = []
        parts = self.app(environ, lambda *told: begun.append(told))  # type: ignore[arg-type]
        given = b"".join(parts)
        [(status, headers)] = begun
        return int(status[:3]), [(k.encode(), v.encode()) for k, v in headers], given


def uvicorn(app: Any, port: int, tls: Tls, http: str) -> None:
    """An ASGI app under uvicorn."""
    import uvicorn

    options = dict(zip(("ssl_certfile", "ssl_keyfile"), tls or (), strict=False))
    uvicorn.run(
        app,
        host=HOST,
        port=port,
        http=http,
        loop="asyncio",
        log_level="error",
        ws="none",
        lifespan="off",
        access_log=False,
        timeout_keep_alive=30,
        **options,
    )


@named("uvicorn, h11, 30 lines")
def uvicorn_h11(app: WSGIApplication, port: int, tls: Tls, hub: Hub) -> None:
    """uvicorn by its parser in Python."""
    uvicorn(Buffered(app), port, tls, "h11")


@named("uvicorn, httptools, 30 lines")
def uvicorn_httptools(app: WSGIApplication, port: int, tls: Tls, hub: Hub) -> None:
    """uvicorn by its parser in C."""
    uvicorn(Buffered(app), port, tls, "httptools")


@named("uvicorn, a2wsgi")
def uvicorn_a2wsgi(app: WSGIApplication, port: int, tls: Tls, hub: Hub) -> None:
    """a2wsgi in the place of the thirty lines."""
    from a2wsgi import WSGIMiddleware

    uvicorn(WSGIMiddleware(app, workers=THREADS), port, tls, "httptools")


@named("hypercorn, 30 lines")
def hypercorn(app: WSGIApplication, port: int, tls: Tls, hub: Hub) -> None:
    """hypercorn, h11."""
    from hypercorn.asyncio import serve
    from hypercorn.config import Config

    config = Config()
    config.bind, config.keep_alive_timeout = [f"{HOST}:{port}"], 30
    config.loglevel = "ERROR"
    if tls:
        config.certfile, config.keyfile = tls
    asyncio.run(serve(Buffered(app), config))  # type: ignore[arg-type]


def granian(app: Any, port: int, tls: Tls, interface: str) -> None:
    """granian inside this process, so that it is the process that is measured."""
    from granian.constants import Interfaces
    from granian.server.embed import Server

    paths = dict(zip(("ssl_cert", "ssl_key"), map(Path, tls or ()), strict=False))
    server = Server(app, address=HOST, port=port, interface=Interfaces(interface), **paths)
    asyncio.run(server.serve())


@named("granian, ASGI, 30 lines")
def granian_asgi(app: WSGIApplication, port: int, tls: Tls, hub: Hub) -> None:
    """granian reads in Rust, and the thirty lines wait for the body."""
    granian(Buffered(app), port, tls, "asgi")


@named("granian, WSGI")
def granian_wsgi(app: WSGIApplication, port: int, tls: Tls, hub: Hub) -> None:
    """granian's own threads, in a process that it starts, which opens the hub again."""
    from granian import Granian
    from granian.constants import Interfaces

    os.environ[FOLDER] = str(hub.folder)
    paths = dict(zip(("ssl_cert", "ssl_key"), map(Path, tls or ()), strict=False))
    Granian(
        "bench.servers:opened_app",
        address=HOST,
        port=port,
        interface=Interfaces.WSGI,
        blocking_threads=THREADS,
        factory=True,
        log_enabled=False,
        **paths,
    ).serve()


def opened_app() -> WSGIApplication:
    """The app of the hub that this process was told of."""
    return kept(Hub.open(Path(os.environ[FOLDER]), plugins=plugins()))


def kept(hub: Hub) -> WSGIApplication:
    """Its app, which reads a body twice; connections stay open until the process ends."""
    app = make_app(hub)
    keeping = hub.kept_open()
    keeping.__enter__()
    atexit.register(keeping.__exit__, None, None, None)

    def answer(environ: Any, start_response: Any) -> Any:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read(length))
        return app(environ, start_response)

    return answer


def serve(name: str, folder: Path, tls: Tls = None) -> None:
    """Make a hub and serve it until ended."""
    logging.disable(logging.WARNING)
    hub = Hub.init(folder, "bench", plugins=plugins())
    with hub:
        devices.add_team(hub, "team")
        codes = [devices.make_code(hub, ["team"])[0] for _ in range(CODES)]
    port = free_port()
    say(url=f"http{'s' if tls else ''}://{HOST}:{port}", port=port, codes=codes)
    MAKE[name](kept(hub), port, tls, hub)


if __name__ == "__main__":
    serve(sys.argv[1], Path(sys.argv[2]), tuple(sys.argv[3:5]) or None)  # type: ignore[arg-type]

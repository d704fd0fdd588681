"""WSGI (PEP 3333): a request as the app's environment, and its answer as a whole."""

from __future__ import annotations

import io
import sys
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import IO, Any  # Any: what a WSGI environment holds
from urllib.parse import unquote_to_bytes
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment
from wsgiref.util import FileWrapper

import h11
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.middleware.proxy_fix import ProxyFix

from hongxian.engine.store import Store
from hongxian_web.serving.spool import Spool

Headers = list[tuple[str, str]]
Address = tuple[str, int]
"""IP address and port."""


class Unread(io.RawIOBase):
    """The body of a request that was not read, because it is too large: whoever wants it is told."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        raise RequestEntityTooLarge


@dataclass
class Answer:
    """An app's answer: its body in a spool, or in a file of the app's own."""

    status: int
    headers: Headers
    body: IO[bytes]
    size: int


def within(store: Store, app: WSGIApplication) -> WSGIApplication:
    """The WSGI app with every request inside `with store:`."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with store:
            return app(environ, start_response)

    return answer


def behind_proxies(app: WSGIApplication, proxies: Collection[str]) -> WSGIApplication:
    """The app that takes the word of these addresses, and of no other, for whom they ask and how."""
    told = ProxyFix(app, x_for=1, x_proto=1)

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        is_proxy = environ["REMOTE_ADDR"] in proxies
        return (told if is_proxy else app)(environ, start_response)

    return answer


def environ_of(request: h11.Request, here: Address, peer: Address, scheme: str) -> WSGIEnvironment:
    """The environment of a request whose body is still to come."""
    path, _, query = request.target.partition(b"?")
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": request.method.decode(),
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "RAW_URI": request.target.decode("latin-1"),
        "QUERY_STRING": query.decode("latin-1"),
        "SERVER_NAME": here[0],
        "SERVER_PORT": str(here[1]),
        "SERVER_PROTOCOL": f"HTTP/{request.http_version.decode()}",
        "REMOTE_ADDR": peer[0],
        "REMOTE_PORT": str(peer[1]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": FileWrapper,
    }
    for name, value in request.headers:
        if b"_" not in name:  # which would pass for another header with a hyphen
            _add_header(environ, name.decode(), value.decode("latin-1"))
    return environ


def _add_header(environ: WSGIEnvironment, name: str, value: str) -> None:
    key = name.upper().replace("-", "_")
    if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        key = f"HTTP_{key}"
    if key in environ:
        value = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{value}"
    environ[key] = value


def set_body(environ: WSGIEnvironment, body: Spool) -> None:
    """Give the environment its body, which is complete."""
    body.file.seek(0)
    environ["wsgi.input"] = body.file
    environ["CONTENT_LENGTH"] = str(body.size)
    environ.pop("HTTP_TRANSFER_ENCODING", None)


def set_unread(environ: WSGIEnvironment) -> None:
    """Give it a body that is too large."""
    environ["wsgi.input"] = io.BufferedReader(Unread())
    environ["wsgi.input_terminated"] = True  # it is asked for also where no length was told


def _left_in(file: IO[bytes]) -> int:
    here = file.tell()
    size = file.seek(0, io.SEEK_END) - here
    file.seek(here)
    return size


def ask(app: WSGIApplication, environ: WSGIEnvironment, spool: Spool) -> Answer:
    """The app's answer, in a spool; raises what the app raises, and `spool.Full`."""
    begun: tuple[int, Headers] = (500, [])

    def start_response(status: str, headers: Headers, _: object = None) -> Any:
        nonlocal begun
        begun = int(status[:3]), headers
        return spool.write

    parts = app(environ, start_response)
    if isinstance(parts, FileWrapper):
        told = [int(value) for name, value in begun[1] if name.lower() == "content-length"]
        return Answer(*begun, parts.filelike, told[0] if told else _left_in(parts.filelike))
    try:
        for part in parts:
            spool.write(part)
    finally:
        if hasattr(parts, "close"):
            parts.close()
    spool.file.seek(0)
    return Answer(*begun, spool.file, spool.size)

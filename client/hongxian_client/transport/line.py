"""A line to whoever answers at an address: HTTP over a socket that is watched while it sends and reads.

A line may be slow, down to a least pace, and is given up when it stands still: what is asked for is
that it moves, never that the whole is over by some time.
"""

from __future__ import annotations

import io
import selectors
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from email.message import Message
from http.client import BadStatusLine, HTTPConnection, HTTPException, HTTPResponse, IncompleteRead
from typing import Any  # Any: a buffer
from urllib.parse import urlsplit

from hongxian.text import Text
from hongxian_client.transport.strangers import plain

CONNECT_SECONDS = 5
"""To reach an address."""
HANDSHAKE_SECONDS = 10
"""Until a line is encrypted."""
STILL_SECONDS = 20.0
"""For each part to go, and for each part of an answer to come."""
ANSWER_BEGINS = 3
"""Times as long for the answer to work that was sent: after an outage the hub has all laptops at once."""
PART = 16 * 1024
"""Bytes of a part; that many within each `STILL_SECONDS` are a little less than the hub asks for itself."""
UNDER_WAY = 32 * 1024
"""Bytes that the system is to hold of what was given to it: what lies there moves without being seen."""
FIRST_BYTES = 8192
"""Of an answer that is too long: enough to say what it is."""

_FAR = Text(
    "请求 {size} 字节，发出 {sent}，收到 {received}",
    "{sent} of {size} bytes sent, {received} received",
)
_BROKE = Text("线路断了：{far}", "the line broke: {far}")
_NO_HTTP = Text("应答不是 HTTP（{said}）", "what answers speaks no HTTP ({said})")
_STILL = Text(
    "线路 {seconds} 秒没有动静：{far}", "the line stood still for {seconds} seconds: {far}"
)
_SLOW = Text(
    "线路太慢，{seconds} 秒传不了 {part} 字节：{far}",
    "the line is too slow, less than {part} bytes in {seconds} seconds: {far}",
)

Headers = Mapping[str, str] | Message
"""Of an answer; a name of any case is found."""


class LineFailed(Exception):
    """A request has left, or a part of it, and no whole answer came back.

    `carried` are the bytes of the larger of the two, as far as that is known, `received` those that came.
    """

    def __init__(self, why: Text, carried: int, received: int, *, took_long: bool) -> None:
        super().__init__(why.en)
        self.why, self.carried, self.received, self.took_long = why, carried, received, took_long


@dataclass(frozen=True)
class Carried:
    """What came back for one HTTP request; of what is longer than was wanted, only the beginning."""

    status: int
    headers: Headers
    data: bytes
    is_whole: bool = True


class Line:
    """The way to one address, in the clear or encrypted under a context.

    Its connection is kept for the next request; with `keeps` False each has one of its own, for a
    line on which none lives long.
    """

    def __init__(self, url: str, context: ssl.SSLContext | None, *, keeps: bool = True) -> None:
        told = urlsplit(url)
        self._host, self._port, self._path = told.hostname or "", told.port, told.path
        self._context = context if told.scheme == "https" else None
        self.keeps = keeps
        self._kept: HTTPConnection | None = None

    def __del__(self) -> None:
        """Let its connection go with it."""
        if self._kept is not None:
            self._kept.close()

    def ask(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str], most: int
    ) -> Carried:
        """One request, and an answer of at most so many bytes.

        Raises `OSError` where nobody was reached and nothing has left; `LineFailed`.
        """
        kept, self._kept = self._kept, None
        if kept is not None:
            try:
                if not _has_news(kept.sock):
                    return self._carried(kept, method, path, body, headers, most)
            except LineFailed as error:
                if error.took_long or error.received:
                    raise  # else it was let go at the other end just now, which says nothing of the line
            kept.close()
        try:
            made = self._connected()
        except BrokenPipeError as error:  # somebody took it, and it ended before that was seen
            far = _FAR.format(size=len(body), sent=0, received=0)
            why = _BROKE.format(far=far)
            raise LineFailed(why, len(body), 0, took_long=False) from error
        return self._carried(made, method, path, body, headers, most)

    def stay(self, path: str, headers: Mapping[str, str]) -> Staying:
        """Ask for an answer that goes on; raises as `ask`."""
        made = self._connected()
        try:
            made.request("GET", self._path + path, headers=dict(headers))
            return Staying(made.sock, made.getresponse())
        except (OSError, HTTPException, ValueError) as error:
            made.close()
            raise _Passage(made.sock, b"").failed(error) from error

    def _connected(self) -> HTTPConnection:
        usual = 443 if self._context else 80
        connection = HTTPConnection(self._host, self._port or usual, timeout=CONNECT_SECONDS)
        connection.default_port = usual  # of which the request's Host says nothing
        connection.connect()
        connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, UNDER_WAY)
        if self._context:
            connection.sock.settimeout(HANDSHAKE_SECONDS)
            connection.sock = self._context.wrap_socket(connection.sock, server_hostname=self._host)
        return connection

    def _carried(
        self,
        connection: HTTPConnection,
        method: str,
        path: str,
        body: bytes,
        headers: Mapping[str, str],
        most: int,
    ) -> Carried:
        passage = _Passage(connection.sock, body)
        connection.response_class = passage.answer  # type: ignore[assignment]
        is_kept = False
        try:
            connection.putrequest(method, self._path + path)
            for name, value in headers.items():
                connection.putheader(name, value)
            if body:
                connection.putheader("Content-Length", str(len(body)))
            connection.sock.settimeout(STILL_SECONDS)
            connection.endheaders()
            passage.send()
            carried = passage.read(connection.getresponse(), most)
            is_kept = self.keeps and carried.is_whole and connection.sock is not None
            return carried
        except (OSError, HTTPException, ValueError) as error:
            raise passage.failed(error) from error
        finally:
            if is_kept:
                self._kept = connection
            else:
                connection.close()


class Staying:
    """An answer that goes on, read line by line; `end` may be called in another thread."""

    def __init__(self, connection: socket.socket, answer: HTTPResponse) -> None:
        self._socket, self._answer = connection, answer
        self.status = answer.status

    def lines(self, most: int, seconds: float) -> Iterator[bytes]:
        """Its lines, of so many bytes at most, until it ends; raises `OSError` when so long none comes."""
        self._socket.settimeout(seconds)
        with suppress(HTTPException):  # it ends without saying so
            while line := self._answer.readline(most):
                yield line

    def end(self) -> None:
        """Hear no more."""
        with suppress(OSError):  # the other side was first
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


def _has_news(connection: socket.socket) -> bool:
    """Whether anything came on a connection that nobody asked: it has ended at the other side."""
    with selectors.DefaultSelector() as selector:
        selector.register(connection, selectors.EVENT_READ)
        return bool(selector.select(0))


class _Pace:
    """So much has to move within so long, again and again."""

    def __init__(self, times: int = 1) -> None:
        self.moved = 0
        self._wait(times)

    def _wait(self, times: int = 1) -> None:
        self.seconds = times * STILL_SECONDS
        self._end = time.monotonic() + self.seconds

    def left(self) -> float:
        """Seconds that are left for the present part; raises `TimeoutError`."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def has_moved(self, count: int, *, enough: int = PART) -> None:
        """So many bytes have moved; where these are enough, the next have as long again."""
        self.moved += count
        if self.moved >= enough:
            self.moved = 0
            self._wait()


class _Passage:
    """One request and its answer over a socket, and how far they have come."""

    def __init__(self, connection: socket.socket, body: bytes) -> None:
        self._socket, self._body = connection, memoryview(body)
        self._sent = self._received = self._announced = 0
        self._has_ended = False
        self._pace = _Pace()

    def send(self) -> None:
        """Send the body, after the head."""
        while self._sent < len(self._body):
            self._socket.settimeout(self._pace.left())
            count = self._socket.send(self._body[self._sent : self._sent + PART])
            self._sent += count
            self._pace.has_moved(count)
        self._pace = _Pace(ANSWER_BEGINS if self._body else 1)

    def answer(self, connection: socket.socket, **options: Any) -> HTTPResponse:
        """The answer, of which each byte passes `readinto`."""
        answer = HTTPResponse(connection, **options)
        answer.fp = io.BufferedReader(_Watched(answer.fp.detach(), self))
        return answer

    def readinto(self, raw: io.RawIOBase, buffer: Any) -> int:
        """Take what comes; the first byte may be long in coming, for the hub works."""
        self._socket.settimeout(self._pace.left())
        count = raw.readinto(buffer) or 0
        self._has_ended = not count
        self._pace.has_moved(count, enough=PART if self._received else 1)
        self._received += count
        return count

    def read(self, answer: HTTPResponse, most: int) -> Carried:
        """The whole answer, or its beginning where it is too long."""
        self._announced = answer.length or 0
        parts, size = list[bytes](), 0
        with closing(answer):
            if self._has_ended:  # within its head, of which the library takes what came for all
                raise IncompleteRead(b"")
            while size <= most and (part := answer.read(PART)):
                parts.append(part)
                size += len(part)
            if size <= most and answer.length:  # which `read` does not miss
                raise IncompleteRead(b"", answer.length)
        if size <= most:
            return Carried(answer.status, answer.headers, b"".join(parts))
        return Carried(answer.status, answer.headers, parts[0][:FIRST_BYTES], is_whole=False)

    def failed(self, error: Exception) -> LineFailed:
        """What became of it."""
        far = _FAR.format(size=len(self._body), sent=self._sent, received=self._received)
        took_long = isinstance(error, TimeoutError)
        is_odd = (
            isinstance(error, BadStatusLine)
            and not isinstance(error, ConnectionError)
            and str(error)[:4] != "HTTP"[: len(str(error))]  # a part of it is broken off
        )
        slow = _SLOW if self._pace.moved else _STILL
        why = slow if took_long else _NO_HTTP if is_odd else _BROKE
        told = why.format(
            far=far, seconds=int(self._pace.seconds), part=PART, said=plain(str(error))
        )
        carried = max(len(self._body), self._announced, self._received)
        return LineFailed(told, carried, self._received, took_long=took_long)


class _Watched(io.RawIOBase):
    """What comes over a socket, by way of its passage."""

    def __init__(self, raw: io.RawIOBase, passage: _Passage) -> None:
        self._raw, self._passage = raw, passage

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._passage.readinto(self._raw, buffer)

    def close(self) -> None:
        super().close()
        self._raw.close()

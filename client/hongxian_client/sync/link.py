"""The link to the hub: requests over HTTP, with the hub's refusals as this project's errors.

`Post` is all that a sync needs of a transport: a path and a body in, the answer's bytes out.
"""

from __future__ import annotations

import io
import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import BinaryIO, TypeVar

import orjson
import urllib3

from hongxian.errors import (
    CodeRefused,
    DeviceRevoked,
    HongxianError,
    HubOutOfReach,
    NotJoined,
    PageRefused,
    Refused,
    Unauthorized,
    UnknownCollection,
)
from hongxian.logs import logger, phase
from hongxian.text import Text, revived
from hongxian.values import Json
from hongxian.wire.message import Message
from hongxian.wire.refusal import Refusal
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica

M = TypeVar("M", bound=Message)
Post = Callable[[str, bytes], BinaryIO]
"""Send a body to a path of the hub's API; raises `HubOutOfReach`, or what the hub answered."""

log = logger(__name__)
CONNECT_SECONDS = 5
READ_SECONDS = 120
NOT_LEFT = (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError)
"""What is raised before a request has gone out."""
REPLY_BYTES = 256 * 2**20
"""Bytes of an answer as it travels."""

_ERRORS: dict[str, type[HongxianError]] = {
    error.__name__: error
    for error in (CodeRefused, DeviceRevoked, PageRefused, Unauthorized, UnknownCollection)
}
_FAILED = Text("HTTP {status}：{why}", "HTTP {status}: {why}")


class HubRefused(Refused):
    """The hub said no, in words of its own."""

    message = Text("{detail}", "{detail}")


class Link:
    """One hub, reached over HTTP; connections are kept."""

    def __init__(self, url: str, token: str = "") -> None:
        self.url = url.rstrip("/")
        self.token = token
        self._pool = urllib3.PoolManager(
            retries=False, timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
        )

    def post(self, path: str, body: bytes) -> BinaryIO:
        """Send a stream."""
        return self._ask("POST", path, body, "application/x-hongxian")

    def post_json(self, path: str, message: Message, answer: type[M]) -> M:
        """Send a message as JSON; the answer is one too."""
        return answer.load(self._json("POST", path, orjson.dumps(message)))

    def get_list(self, path: str, kind: type[M]) -> list[M]:
        """Ask for a JSON list of messages."""
        return [kind.load(each) for each in self._json("GET", path)]

    def _json(self, method: str, path: str, body: bytes | None = None) -> Json:
        with self._naming_failures():
            return json.loads(self._ask(method, path, body, "application/json").read())

    def _ask(self, method: str, path: str, body: bytes | None, kind: str) -> BinaryIO:
        headers = {"Content-Type": kind, "Authorization": f"Bearer {self.token}"}
        with self._naming_failures(), phase(log, "request") as counts:
            counts.update(page=path.split("/")[2], sent=len(body or b""))
            answer = self._pool.request(method, self.url + path, body=body, headers=headers)
            counts.update(status=answer.status, received=len(answer.data))
        if answer.status == 200:
            return io.BytesIO(answer.data)
        raise self._refusal(answer.status, answer.data)

    def _refusal(self, status: int, body: bytes) -> HongxianError:
        try:
            said = Refusal.load(orjson.loads(body))
        except (orjson.JSONDecodeError, PageRefused):
            return HubOutOfReach(url=self.url, detail=f"HTTP {status}, not a Hongxian hub's answer")
        if status >= 500 or status == HTTPStatus.REQUEST_TIMEOUT:
            return HubOutOfReach(
                url=self.url, detail=_FAILED.format(status=status, why=said.message)
            )
        known = _ERRORS.get(said.error)
        return known(**revived(said.facts)) if known else HubRefused(detail=said.message)

    @contextmanager
    def _naming_failures(self) -> Iterator[None]:
        try:
            yield
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            away = HubOutOfReach(url=self.url, detail=_short(error))
            away.has_left = not isinstance(error, NOT_LEFT)
            raise away from error


def _short(error: Exception) -> str:
    """The cause in few words: what the network said, without the library's wrapping."""
    cause: BaseException = error
    while cause.__cause__ or cause.__context__:
        cause = cause.__cause__ or cause.__context__ or cause
    if isinstance(cause, (socket.gaierror, OSError)) and cause.strerror:
        return str(cause.strerror)
    return str(cause) or type(cause).__name__


def link_to_hub(url: str | None = None) -> Link:
    """The hub that the present laptop joined, at its new address if one is given.

    Raises `NotJoined`.
    """
    state = LaptopState.read()
    if not state.token:
        raise NotJoined()
    return Link(url or state.hub_url, state.token)


def post_to_hub(replica: Replica, url: str | None = None) -> Post:
    """The way to the hub, for the sync under way, whose token may be renewed; from any thread."""
    link = link_to_hub(url)

    def post(path: str, body: bytes) -> BinaryIO:
        link.token = replica.token
        return link.post(path, body)

    return post

"""The link to the hub: signed requests over HTTP, with the hub's refusals as this project's errors.

`Post` is all that a sync needs of a transport: a path and a body in, the answer's bytes out.
Nothing is believed but what bears the hub's signature for the very request that it answers.
"""

from __future__ import annotations

import hashlib
import io
import json
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import BinaryIO, TypeVar

import orjson

from hongxian.errors import (
    CodeRefused,
    DeviceRevoked,
    HongxianError,
    HubOutOfReach,
    NonceOld,
    NotJoined,
    OtherTeams,
    PageRefused,
    Refused,
    Unauthorized,
    UnknownCollection,
)
from hongxian.security.keys import SigningKey, is_signed
from hongxian.security.sealing import SealingKey, Shared
from hongxian.text import Text, revived
from hongxian.wire.hub.identity import HubStatement
from hongxian.wire.message import Message
from hongxian.wire.refusal import Refusal
from hongxian.wire.round import PORTION
from hongxian.wire.signed import ANSWER_PROOF, NONCE, Answer, Asker, Request
from hongxian.words.logs import logger, phase
from hongxian.words.values import Json
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.transport.address import otherwise_on_this_machine
from hongxian_client.transport.line import Carried, Line, LineFailed, Staying
from hongxian_client.transport.strangers import MOVED, moved_to, plain, what_answers
from hongxian_client.transport.tls import ask_anybody, ways_to_hub, why_not_trusted

M = TypeVar("M", bound=Message)
T = TypeVar("T")
Post = Callable[[str, bytes], BinaryIO]
"""Send a body to a path of the hub's API; raises `HubOutOfReach`, or what the hub answered."""

log = logger(__name__)
FAILURES = (LineFailed, OSError, ValueError)
"""What is raised of a request that got no sound answer; `OSError` before it has left."""
ANSWER_BYTES = 128 * 2**20
"""Of a whole answer."""
STREAM, JSON = "application/x-hongxian", "application/json"

_ERRORS: dict[str, type[HongxianError]] = {
    error.__name__: error
    for error in (
        CodeRefused,
        DeviceRevoked,
        NonceOld,
        OtherTeams,
        PageRefused,
        Unauthorized,
        UnknownCollection,
    )
}
_WHO = "/v1/hub"
_FAILED = Text("HTTP {status}：{why}", "HTTP {status}: {why}")


class HubRefused(Refused):
    """The hub said no, in words of its own."""

    message = Text("{detail}", "{detail}")


class NotTheHub(HubOutOfReach):
    """Whoever answers at the hub's address is not the hub: nothing is sent to it, and nothing it says is believed."""

    message = Text(
        "在 {url} 应答的不是您的社区主机（{detail}）。它说的一概不信；数据仍在本机，稍后再试。",
        "What answers at {url} is not your hub ({detail}). Nothing it says is trusted; your work "
        "is safe here and will be sent later.",
    )
    has_left = False


_NOT_SIGNED = Text(
    "HTTP {status}，应答没有主机的签名", "HTTP {status}, an answer without the hub's signature"
)
_ENDLESS = Text("应答超过 {most} 字节", "an answer of more than {most} bytes")
_NO_STATEMENT = Text("它没有说明自己是谁", "it does not prove who it is")
_NOT_CARRIED = Text(
    "HTTP {status}，中间的代理嫌 {size} 字节太多或太慢",
    "HTTP {status}: {size} bytes are too many, or too slow, for a proxy in between",
)
_LOST = Text(
    "HTTP {status}，中间的代理和主机的连接断了（{size} 字节）",
    "HTTP {status}: a proxy in between lost its line to the hub ({size} bytes)",
)
_GAVE_OUT = {408: _NOT_CARRIED, 413: _NOT_CARRIED, 502: _LOST, 504: _NOT_CARRIED}
"""What proxies say, and a hub before it knows who asks, of a request that another try, or a smaller one, may carry."""
_OTHER_KEY = Text("它的密钥是别的", "its key is another")


@dataclass(frozen=True)
class Introduced:
    """What whoever answers says of itself, with a nonce, and the address at which it was found."""

    url: str
    statement: HubStatement
    nonce: str


class Link:
    """One hub, reached over HTTP; connections are kept.

    `hub_key` is the hub's public key, `key` the laptop's own.
    """

    keeps_line = True
    """False once a line gave out: then each request has a connection of its own, and all that one carries."""
    is_let_in = True
    """False while it enrols: the hub does not know yet with whom it shares a secret."""

    def __init__(self, url: str, hub_key: str, key: SigningKey, asker: Asker) -> None:
        self.url = url.rstrip("/")
        self.hub_key, self.key, self.asker = hub_key, key, asker
        self._nonce = ""

    def post(self, path: str, body: bytes) -> BinaryIO:
        """Send a stream."""
        return io.BytesIO(self._ask("POST", path, body, STREAM))

    def post_json(self, path: str, message: Message, answer: type[M]) -> M:
        """Send a message as JSON; the answer is one too."""
        return answer.load(self._json("POST", path, orjson.dumps(message)))

    def get_list(self, path: str, kind: type[M]) -> list[M]:
        """Ask for a JSON list of messages."""
        return [kind.load(each) for each in self._json("GET", path)]

    def _json(self, method: str, path: str, body: bytes = b"") -> Json:
        with _naming_failures(self.url):
            return json.loads(self._ask(method, path, body, JSON))

    def _ask(self, method: str, path: str, body: bytes, kind: str) -> bytes:
        if not self._nonce:
            self.begin(self._introduced())
        try:
            return self._ask_once(method, path, body, kind)
        except NonceOld:  # the hub began anew, or was long unasked; its answer brought a fresh one
            return self._ask_once(method, path, body, kind)
        except HubOutOfReach as error:
            self.keeps_line &= not error.carried
            raise

    def begin(self, hub: Introduced) -> None:
        """Know by the hub's own word how it is reached; raises `NotTheHub` for another's word."""
        if hub.statement.identity != self.hub_key:
            raise NotTheHub(url=self.url, detail=_OTHER_KEY)
        self.url, self._nonce = hub.url, hub.nonce
        self._shared = SealingKey(self.key).shared_with(hub.statement.sealing)
        self._further = ways_to_hub(self.url, hub.statement.authority)
        self._line = Line(self.url, next(self._further), keeps=self.keeps_line)

    def _introduced(self) -> Introduced:
        return introduced(self.url)

    def _ask_once(self, method: str, path: str, body: bytes, kind: str) -> bytes:
        headers = {"Content-Type": kind, **self.proof(method, path, body)}
        self._nonce = ""  # who gives no sound answer is asked anew who it is
        with _naming_failures(self.url), phase(log, "request") as counts:
            counts.update(page=path.split("/")[2], sent=len(body))
            answer = self._carry(method, path, body, headers)
            counts.update(status=answer.status, received=len(answer.data))
        head = (method, path, len(body), headers["Authorization"])
        said = Answer(*head, answer.status, answer.data).said()
        if not self._is_proof(said, answer.status, answer.headers.get(ANSWER_PROOF, "")):
            raise self._unsigned(answer, len(body))
        self._nonce = answer.headers.get(NONCE, "")
        if answer.status == 200:
            return answer.data
        raise self._refusal(answer.status, answer.data)

    def _unsigned(self, answer: Carried, size: int) -> HubOutOfReach:
        """What an answer is that the hub has not signed; it may have had the request all the same."""
        if answer.status in _GAVE_OUT:
            why = _GAVE_OUT[answer.status].format(status=answer.status, size=size)
            return _away(self.url, why, carried=size)
        stranger = what_answers(answer.status, answer.headers, answer.data)
        why = stranger or _NOT_SIGNED.format(status=answer.status)
        error = (NotTheHub if stranger else HubOutOfReach)(url=self.url, detail=why)
        error.has_left = True
        return error

    def _is_proof(self, said: bytes, status: int, proof: str) -> bool:
        if status == 200 and self.is_let_in:
            return self._shared.is_mac(said, proof)
        return is_signed(said, proof, self.hub_key)

    def proof(self, method: str, path: str, body: bytes) -> dict[str, str]:
        """The header that proves a request to be this laptop's."""
        asked = Request(self.hub_key, method, path, len(body))
        digest = hashlib.sha256(body).hexdigest()
        prove = self._shared.mac if self.is_let_in else self.key.sign
        return {"Authorization": str(asked.proven(prove, self.asker, self._nonce, digest))}

    def stay(self, path: str) -> tuple[Staying, str]:
        """Ask for an answer that goes on, and by which credentials; what it says bears a proof with each word."""
        if not self._nonce:
            self.begin(self._introduced())
        headers = self.proof("GET", path, b"")
        self._nonce = ""
        with _naming_failures(self.url):
            answer = self._by_its_way(lambda line: line.stay(path, headers))
        if answer.status != 200:
            answer.end()
            raise _away(self.url, Text.of(f"HTTP {answer.status}"))
        return answer, headers["Authorization"]

    @property
    def shared(self) -> Shared:
        """What this laptop has in common with the hub; once it has begun."""
        return self._shared

    def _carry(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Carried:
        """One HTTP request, by the way that is the hub's."""
        answer = self._by_its_way(
            lambda line: line.ask(method, path, body, headers, ANSWER_BYTES),
        )
        if answer.is_whole:
            return answer
        raise _away(self.url, _ENDLESS.format(most=ANSWER_BYTES))

    def _by_its_way(self, ask: Callable[[Line], T]) -> T:
        """By the way that is the hub's; the next is tried where the first is not."""
        while True:
            try:
                return ask(self._line)
            except ssl.SSLCertVerificationError as error:
                further = next(self._further, None)
                if further is None:
                    raise NotTheHub(url=self.url, detail=why_not_trusted(error)) from error
                self._line = Line(self.url, further, keeps=self.keeps_line)

    def _refusal(self, status: int, body: bytes) -> HongxianError:
        said = Refusal.load(orjson.loads(body))
        if status >= 500:
            why = _FAILED.format(status=status, why=said.message)
            return HubOutOfReach(url=self.url, detail=why)
        known = _ERRORS.get(said.error)
        return known(**revived(said.facts)) if known else HubRefused(detail=said.message)


def introduced(url: str) -> Introduced:
    """What whoever answers at an address says of itself; nothing of ours goes out.

    A plain address that sends on to the same machine's encrypted one is given up for that; of this machine itself
    both are tried. Raises `HubOutOfReach`, and `NotTheHub` for what is no sound statement.
    """
    try:
        return _introduced(url)
    except HubOutOfReach as error:
        otherwise = otherwise_on_this_machine(url)
        if otherwise is None or not _may_speak_otherwise(error.__cause__):
            raise
        with suppress(HubOutOfReach):
            return _introduced(otherwise)
        raise


def _may_speak_otherwise(error: BaseException | None) -> bool:
    """Whether it failed as where one side speaks plainly, and the other does not."""
    if isinstance(error, LineFailed):
        return not error.took_long
    return isinstance(error, (ssl.SSLError, ConnectionResetError))


def _introduced(url: str) -> Introduced:
    try:
        status, headers, data = ask_anybody(url, _WHO)
    except FAILURES as error:
        raise _away(url, _short(error), has_left=False) from error
    moved = moved_to(url, _WHO, headers.get("Location", "")) if status in MOVED else None
    if moved:
        return _introduced(moved)
    stranger = what_answers(status, headers, data)
    if stranger is None and status >= 500:
        raise _away(url, _why_not_now(status, data), has_left=False)
    try:
        statement = HubStatement.load(orjson.loads(data)) if stranger is None else None
    except (orjson.JSONDecodeError, PageRefused):
        statement = None
    if statement is None or not statement.is_sound():
        raise NotTheHub(url=url, detail=stranger or _NO_STATEMENT)
    return Introduced(url, statement, headers.get(NONCE, ""))


def _why_not_now(status: int, data: bytes) -> Text:
    """What a hub says that cannot answer now, or whoever is in its place: nothing is done by it."""
    try:
        said = Refusal.load(orjson.loads(data)).message
    except (orjson.JSONDecodeError, PageRefused):
        return Text.of(f"HTTP {status}")
    return _FAILED.format(status=status, why=Text(plain(said.zh), plain(said.en)))


@contextmanager
def _naming_failures(url: str) -> Iterator[None]:
    try:
        yield
    except FAILURES as error:
        away = _away(url, _short(error), has_left=not isinstance(error, OSError))
        if isinstance(error, LineFailed):
            away.carried, away.took_long = error.carried, error.took_long
        raise away from error


def _away(
    url: str, detail: Text | str, *, has_left: bool = True, carried: int = 0
) -> HubOutOfReach:
    error = HubOutOfReach(url=url, detail=detail)
    error.has_left, error.carried = has_left, carried
    return error


def _short(error: Exception) -> Text | str:
    """The cause in few words: what the line came to, or what the network said."""
    if isinstance(error, LineFailed):
        return error.why
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return plain(str(error)) or type(error).__name__


def link_to_hub(replica: Replica, url: str | None = None) -> Link:
    """The hub that a laptop joined, at its new address if one is given. Raises `NotJoined`."""
    state = LaptopState.read()
    if not state.hub_key:
        raise NotJoined()
    link = Link(url or state.hub_url, state.hub_key, replica.key(), state.asker)
    link.keeps_line = state.portion == PORTION
    return link


def post_to_hub(replica: Replica, url: str | None = None) -> Post:
    """The way to the hub, for the sync under way, which may go on as another incarnation; from any thread.

    An address at which it is found anew is kept once it has answered there.
    """
    link, known = link_to_hub(replica, url), LaptopState.read().hub_url

    def post(path: str, body: bytes) -> BinaryIO:
        nonlocal known
        link.asker = replica.asker
        answer = link.post(path, body)
        if link.url != known:
            with replica, replica.upkeep(), LaptopState.changing() as state:
                state.hub_url = known = link.url
        return answer

    return post

"""Whether phones reach this hub at an address, under a certificate that they trust: the hub asks there for itself.

It asks nothing but its own page, at the address that the keeper typed, for seconds, and shows nothing of what it is
answered: it compares.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import secrets
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Timer
from urllib.parse import urlsplit

import orjson

from hongxian.codes import PHONES
from hongxian.errors import Refused
from hongxian.text import Text
from hongxian_server.hub import Hub

SECONDS = 10
"""For all of it; `_STEP_SECONDS` for each step."""
_STEP_SECONDS = 5
_BYTES = 400
"""Of an answer that are read."""
NONCE = 32
"""Letters of what is to be proven."""
HERE = "here"


class NotReached(Refused):
    """Phones cannot reach the hub at an address."""

    message = Text("手机还打不开这个网址：{detail}", "Phones cannot reach this address: {detail}")


_NO_NAME = Text(
    "找不到这个域名；请核对拼写，并在域名商那里把它指到这里。",
    "there is no such name; check how it is written, and have it lead here at the registrar.",
)
_NOBODY = Text(
    "那里没有人应答；请看代理是否在运行，路由器是否把 443 端口转到这里。",
    "nobody answers there; see whether the proxy runs, and the router passes port 443 on to it.",
)
_OF_NOBODY = Text(
    "证书不是手机信得过的机构签的；请用 ACME（Caddy 自带）取一张。",
    "no authority that phones trust vouches for its certificate; get one by ACME (Caddy does).",
)
_OF_ANOTHER = Text("证书是别的网址的。", "its certificate is for another address.")
_OVER = Text(
    "证书过期了，或者主机的时间不对。", "its certificate has ended, or the hub's clock is wrong."
)
_ANOTHER_HUB = Text(
    "那里应答的不是这台主机的手机页。", "it is not this hub's pages for phones that answer there."
)
_NOT_TOLD = Text(
    "代理没有转告原来的网址：它要转告 Host 和 X-Forwarded-Proto，主机要用 --proxy 运行。",
    "the proxy does not pass on how it was asked: Host and X-Forwarded-Proto, and the hub is served with --proxy.",
)
_WHY = {9: _OVER, 10: _OVER, 62: _OF_ANOTHER, 64: _OF_ANOTHER}
"""By OpenSSL's numbers, X509_V_ERR_…; whatever else is wrong, nobody vouches for it."""


def refuse_out_of_reach(hub: Hub, address: str) -> None:
    """Ask there; raises `NotReached` with what is missing."""
    nonce = secrets.token_hex(NONCE // 2)
    told = _answer(address, f"{urlsplit(address).path}{PHONES}{HERE}?nonce={nonce}")
    if not hmac.compare_digest(str(told.get("proof")).encode(), proof(hub, nonce).encode()):
        raise NotReached(detail=_ANOTHER_HUB)
    if told.get("personal") is not True:
        raise NotReached(detail=_NOT_TOLD)


def proof(hub: Hub, nonce: str) -> str:
    key = hub.identity.key.derive("the pages for phones are here")
    return hmac.new(key, nonce.encode(), hashlib.sha256).hexdigest()


def _answer(address: str, path: str) -> dict[str, object]:
    named = urlsplit(address)
    line = _line(named.scheme, named.hostname or "", named.port)
    try:
        line.connect()
        with _ending(line.sock):
            line.request("GET", path, headers={"Accept": "application/json"})
            told = orjson.loads(line.getresponse().read(_BYTES))
    except ssl.SSLCertVerificationError as error:
        raise NotReached(detail=_WHY.get(error.verify_code, _OF_NOBODY)) from None
    except socket.gaierror:
        raise NotReached(detail=_NO_NAME) from None
    except OSError:
        raise NotReached(detail=_NOBODY) from None
    except (http.client.HTTPException, ValueError):
        told = None
    finally:
        line.close()
    return told if isinstance(told, dict) else {}


def _line(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    if scheme == "http":
        return http.client.HTTPConnection(host, port, timeout=_STEP_SECONDS)
    trusting = ssl.create_default_context()
    return http.client.HTTPSConnection(host, port, timeout=_STEP_SECONDS, context=trusting)


@contextmanager
def _ending(line: socket.socket) -> Iterator[None]:
    """Hang up after `SECONDS`, also on one that drips."""

    def hang_up() -> None:
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)

    timer = Timer(SECONDS, hang_up)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()

"""Encrypted ways to a hub: under its own authority, or under a certificate that the world vouches for.

Until the hub has said who it is a way is open to anybody's certificate, and carries nothing.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator

from hongxian.text import Text
from hongxian_client.transport.line import FIRST_BYTES, Headers, Line

_ANY_DATE = 0x200000
"""OpenSSL's X509_V_FLAG_NO_CHECK_TIME, for which `ssl` has no name."""
_OF_NOBODY = Text(
    "它的证书不是主机的，也没有公认的机构担保",
    "its certificate is neither the hub's own nor vouched for by anybody",
)
_OF_ANOTHER_NAME = Text(
    "它的证书不是这个网址的，请核对网址",
    "its certificate is for another address; check the one that you gave",
)
_OF_ANOTHER_TIME = Text(
    "它的证书过期了，或者这台电脑的时间不对",
    "its certificate has ended, or this laptop's clock is wrong",
)
_WHY = {9: _OF_ANOTHER_TIME, 10: _OF_ANOTHER_TIME, 62: _OF_ANOTHER_NAME, 64: _OF_ANOTHER_NAME}
"""By OpenSSL's numbers, X509_V_ERR_…; whatever else is wrong, nobody vouches for it."""


def ask_anybody(url: str, path: str) -> tuple[int, Headers, bytes]:
    """What whoever is there answers: status, headers, and the first `FIRST_BYTES`.

    Raises `OSError`, `LineFailed`, `ValueError`.
    """
    anybody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE
    answer = Line(url, anybody, keeps=False).ask("GET", path, b"", {}, FIRST_BYTES)
    return answer.status, answer.headers, answer.data


def ways_to_hub(url: str, authority: str) -> Iterator[ssl.SSLContext | None]:
    """Under the hub's own authority (PEM; "" for none); then, if asked for, as browsers would take it.

    What the authority signed is the hub, whatever the address or the date: the hub's key vouches for
    it, and this laptop's clock may be wrong.
    """
    if not url.startswith("https:"):
        yield None  # to read the system's authorities takes thirty milliseconds
        return
    if authority:
        own = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        own.check_hostname = False
        own.verify_flags |= _ANY_DATE
        own.load_verify_locations(cadata=authority)
        yield own
    yield ssl.create_default_context()


def why_not_trusted(error: ssl.SSLCertVerificationError) -> Text:
    """What is wrong with a certificate."""
    return _WHY.get(error.verify_code, _OF_NOBODY)

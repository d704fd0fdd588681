"""Encrypted ways to a hub: under its own authority, or under a certificate that the world vouches for.

Until the hub has said who it is a way is open to anybody's certificate, and carries nothing.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import closing
from email.message import Message
from http.client import HTTPConnection, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

import urllib3

from hongxian.text import Text

CONNECT_SECONDS = 5
READ_SECONDS = 120
STRANGERS_BYTES = 8192
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

Way = urllib3.PoolManager


def ask_anybody(url: str, path: str) -> tuple[int, Message, bytes]:
    """What whoever is there answers: status, headers, and the first `STRANGERS_BYTES`.

    Raises `OSError`, `HTTPException`, `ValueError`.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    told = urlsplit(url)
    line = (
        HTTPSConnection(told.hostname or "", told.port, timeout=CONNECT_SECONDS, context=context)
        if told.scheme == "https"
        else HTTPConnection(told.hostname or "", told.port, timeout=CONNECT_SECONDS)
    )
    with closing(line):
        line.request("GET", told.path + path)
        answer = line.getresponse()
        return answer.status, answer.headers, answer.read(STRANGERS_BYTES)


def ways_to_hub(authority: str) -> Iterator[Way]:
    """Under the hub's own authority (PEM; "" for none); then, if asked for, as browsers would take it.

    What the authority signed is the hub, whatever the address or the date: the hub's key vouches for
    it, and this laptop's clock may be wrong.
    """
    if authority:
        own = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        own.check_hostname = False
        own.verify_flags |= _ANY_DATE
        own.load_verify_locations(cadata=authority)
        yield _way(ssl_context=own, assert_hostname=False)
    yield _way()


def why_not_trusted(error: urllib3.exceptions.SSLError) -> Text | None:
    """What is wrong with a certificate; None of an error that is about the line alone."""
    cause = error.args[0]
    if isinstance(cause, ssl.SSLCertVerificationError):
        return _WHY.get(cause.verify_code, _OF_NOBODY)
    return None


def _way(**options: Any) -> Way:  # Any: urllib3's
    timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
    return urllib3.PoolManager(retries=False, timeout=timeout, **options)

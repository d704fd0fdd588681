"""Who asks is proven before a request's body is read, and every answer is the hub's own word."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from http import HTTPStatus
from typing import BinaryIO
from wsgiref.types import WSGIEnvironment

from flask import Blueprint, Response, request

from hongxian.errors import DeviceRevoked, NonceOld, PageRefused, Unauthorized
from hongxian.model.stamp import ClockWrong
from hongxian.security.keys import id_of, is_signed
from hongxian.security.sealing import Shared
from hongxian.wire.signed import ANSWER_PROOF, NONCE, Answer, Asker, Credentials, IsProof, Request
from hongxian_server.current import current_hub
from hongxian_server.hub import Hub
from hongxian_server.tables.access import access_if_known

AT_ONCE = 1024 * 1024
"""Bytes that are hashed at once."""
_AUTHORIZATION = "HTTP_AUTHORIZATION"
_CREDENTIALS, _SHARED = "hongxian.credentials", "hongxian.shared"


def asker_of(hub: Hub, environ: WSGIEnvironment) -> Asker:
    """The laptop that proves a request's head to be its own; raises `Unauthorized`, `NonceOld`, `DeviceRevoked`.

    That the body is the one it names, `whole` tells.
    """
    credentials = _credentials(hub, environ)
    access = access_if_known(credentials.asker.laptop)
    if access is None:
        raise Unauthorized()
    shared = hub.identity.shared_with(access.sealing)
    _refuse_unless_proven(hub, environ, credentials, shared.is_mac)
    environ[_SHARED] = shared
    if access.revoked:
        raise DeviceRevoked()
    return credentials.asker


def shared_with_asker(environ: WSGIEnvironment) -> Shared:
    """What the hub has in common with the laptop that `asker_of` found."""
    shared: Shared = environ[_SHARED]
    return shared


def enrolling(hub: Hub, environ: WSGIEnvironment, key: str) -> Asker:
    """Who enrols; raises `Unauthorized` or `NonceOld` where it does not have the key that it names."""
    credentials = _credentials(hub, environ)
    if credentials.asker.laptop != id_of(key):
        raise Unauthorized()
    _refuse_unless_proven(
        hub, environ, credentials, lambda said, proof: is_signed(said, proof, key)
    )
    return credentials.asker


def is_known(hub: Hub, environ: WSGIEnvironment) -> bool:
    """Whether a request's head is proven by a laptop of the hub."""
    try:
        return bool(asker_of(hub, environ))
    except (Unauthorized, NonceOld, DeviceRevoked):
        return False


def whole(body: BinaryIO) -> BinaryIO:
    """A request's body, read once, to be read again: it is what was signed. Raises `Unauthorized`, `PageRefused`."""
    digest, named = hashlib.sha256(), _named(request.environ)
    while part := body.read(AT_ONCE):
        digest.update(part)
    if named is None:
        raise Unauthorized()
    if digest.hexdigest() != named.sha256:
        raise PageRefused(detail="the body is not the one that was signed")
    body.seek(0)
    return body


def sign_answers(bp: Blueprint) -> None:
    """Have each answer of a blueprint, and each refusal, signed, and bear a nonce for the next request."""
    bp.before_request(_look_at_the_clock)
    bp.after_request(_signed)


def _look_at_the_clock() -> None:
    """Raises `ClockWrong` before anything is done under it."""
    current_hub().now()


def _signed(response: Response) -> Response:
    said = (request.path, response.status_code, response.get_data())
    response.headers.update(proofs(current_hub(), request.environ, *said))
    return response


def proofs(
    hub: Hub, environ: WSGIEnvironment, path: str, status: int, body: bytes
) -> dict[str, str]:
    """The headers of an answer: its proof, and a nonce for the next request."""
    headers, authorization = dict[str, str](), environ.get(_AUTHORIZATION, "")
    with suppress(ClockWrong):  # which is what the answer tells
        headers[NONCE] = hub.identity.nonce(hub.now())
    if _named(environ):
        head = (environ["REQUEST_METHOD"], path, _length(environ), authorization)
        answer = Answer(*head, status, body)
        shared: Shared | None = environ.get(_SHARED)
        is_ok = answer.status == HTTPStatus.OK
        prove = shared.mac if shared is not None and is_ok else hub.identity.key.sign
        headers[ANSWER_PROOF] = prove(answer.said())
    return headers


def _named(environ: WSGIEnvironment) -> Credentials | None:
    """The credentials that a request names, if they are any; read once."""
    if _CREDENTIALS not in environ:
        environ[_CREDENTIALS] = Credentials.read(environ.get(_AUTHORIZATION, ""))
    found: Credentials | None = environ[_CREDENTIALS]
    return found


def _credentials(hub: Hub, environ: WSGIEnvironment) -> Credentials:
    found = _named(environ)
    if found is None:
        raise Unauthorized()
    if not hub.identity.is_fresh(found.nonce, hub.now()):
        raise NonceOld()
    return found


def _refuse_unless_proven(
    hub: Hub, environ: WSGIEnvironment, credentials: Credentials, is_proof: IsProof
) -> None:
    head = (environ["REQUEST_METHOD"], environ["PATH_INFO"], _length(environ))
    asked = Request(hub.identity.public, *head)
    if not asked.is_proven(is_proof, credentials):
        raise Unauthorized()


def _length(environ: WSGIEnvironment) -> int:
    return int(environ.get("CONTENT_LENGTH") or 0)

"""Who asks is proven before a request's body is read, and every answer is the hub's own word."""

from __future__ import annotations

import hashlib
from typing import BinaryIO
from wsgiref.types import WSGIEnvironment

from flask import Blueprint, Response, request

from hongxian.errors import DeviceRevoked, NonceOld, PageRefused, Unauthorized
from hongxian.wire.signed import ANSWER_SIGNATURE, NONCE, Answer, Credentials, Request
from hongxian_server.current import current_hub
from hongxian_server.hub import Hub
from hongxian_server.tables.access import Access, access_if_known

AT_ONCE = 1024 * 1024
"""Bytes that are hashed at once."""
_AUTHORIZATION = "HTTP_AUTHORIZATION"


def device_of(hub: Hub, environ: WSGIEnvironment) -> Access:
    """The device that signed a request's head; raises `Unauthorized`, `NonceOld`, `DeviceRevoked`.

    That the body is the one it names, `whole` tells.
    """
    credentials = _credentials(hub, environ)
    access = access_if_known(credentials.device)
    if access is None:
        raise Unauthorized()
    _refuse_unless_signed(hub, environ, credentials, access.key)
    if access.revoked:
        raise DeviceRevoked()
    return access


def refuse_unless_its_own(hub: Hub, environ: WSGIEnvironment, key: str) -> None:
    """Raise `Unauthorized` or `NonceOld` where who enrols does not have the key that it names."""
    _refuse_unless_signed(hub, environ, _credentials(hub, environ), key)


def is_device(hub: Hub, environ: WSGIEnvironment) -> bool:
    """Whether a request's head is signed by a device of the hub."""
    try:
        return bool(device_of(hub, environ))
    except (Unauthorized, NonceOld, DeviceRevoked):
        return False


def whole(body: BinaryIO) -> BinaryIO:
    """A request's body, read once, to be read again: it is what was signed. Raises `Unauthorized`, `PageRefused`."""
    digest, named = hashlib.sha256(), Credentials.read(request.environ.get(_AUTHORIZATION, ""))
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
    bp.after_request(_signed)


def _signed(response: Response) -> Response:
    hub, authorization = current_hub(), request.environ.get(_AUTHORIZATION, "")
    response.headers[NONCE] = hub.identity.nonce(hub.now())
    if Credentials.read(authorization):
        head = (request.method, request.path, _length(request.environ), authorization)
        answer = Answer(*head, response.status_code, response.get_data())
        response.headers[ANSWER_SIGNATURE] = hub.identity.key.sign(answer.said())
    return response


def _credentials(hub: Hub, environ: WSGIEnvironment) -> Credentials:
    found = Credentials.read(environ.get(_AUTHORIZATION, ""))
    if found is None:
        raise Unauthorized()
    if not hub.identity.is_fresh(found.nonce, hub.now()):
        raise NonceOld()
    return found


def _refuse_unless_signed(
    hub: Hub, environ: WSGIEnvironment, credentials: Credentials, key: str
) -> None:
    head = (environ["REQUEST_METHOD"], environ["PATH_INFO"], _length(environ))
    asked = Request(hub.identity.public, *head)
    if not asked.is_signed_by(credentials, key):
        raise Unauthorized()


def _length(environ: WSGIEnvironment) -> int:
    return int(environ.get("CONTENT_LENGTH") or 0)

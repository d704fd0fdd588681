"""Requests as a laptop signs them, for tests that speak to a hub by hand."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

import orjson

from hongxian.security.code import EnrolmentCode
from hongxian.security.keys import SigningKey, id_of
from hongxian.security.sealing import SealingKey
from hongxian.wire.enrol import EnrolReply, EnrolRequest
from hongxian.wire.signed import Asker, Request
from hongxian.words.incarnation import new_salt
from hongxian_server.hub import Hub
from hongxian_server.membership import devices
from hongxian_server.sync.enrol import enrol


def new_key() -> SigningKey:
    return SigningKey(secrets.token_bytes(32))


def headers(
    hub: Hub,
    key: SigningKey,
    asker: Asker,
    method: str,
    path: str,
    body: bytes = b"",
    *,
    enrols: bool = False,
) -> dict[str, str]:
    """What stands beside a request that is proven now."""
    asked = Request(hub.identity.public, method, path, len(body))
    nonce = hub.identity.nonce(hub.now())
    digest = hashlib.sha256(body).hexdigest()
    shared = hub.identity.shared_with(SealingKey(key).public)
    prove = key.sign if enrols else shared.mac
    return {"Authorization": str(asked.proven(prove, asker, nonce, digest))}


def asker_with(key: SigningKey) -> Asker:
    """As whom the holder of a key asks."""
    return Asker(id_of(key.public), new_salt())


@dataclass(frozen=True)
class SigningDevice:
    """A laptop that was enrolled without a database of its own."""

    hub: Hub
    key: SigningKey
    asker: Asker
    told: EnrolReply

    @property
    def number(self) -> int:
        return self.told.number

    @property
    def incarnation(self) -> int:
        return self.asker.incarnation

    @property
    def epoch(self) -> str:
        return self.told.epoch

    @property
    def teams(self) -> dict[str, str]:
        return self.told.teams

    def headers(self, method: str, path: str, body: bytes = b"") -> dict[str, str]:
        return headers(self.hub, self.key, self.asker, method, path, body)

    def post(self, client: Any, path: str, body: bytes) -> Any:
        """Its request to an app that is a test's own."""
        return client.post(path, data=body, headers=self.headers("POST", path, body))


def enrolled(hub: Hub, *teams: str, name: str = "laptop") -> SigningDevice:
    """A new device of these teams."""
    key = new_key()
    asker = asker_with(key)
    with hub:
        code = EnrolmentCode.typed(devices.make_code(hub, teams)[0])
        asked = EnrolRequest(
            secret=code.secret, key=key.public, sealing=SealingKey(key).public, name=name
        )
        return SigningDevice(hub, key, asker, enrol(hub, asker, asked))


def post_enrolment(client: Any, hub: Hub, key: SigningKey, body: bytes) -> Any:
    """An enrolment as a laptop would send it."""
    proof = headers(hub, key, asker_with(key), "POST", "/v1/enrol", body, enrols=True)
    return client.post("/v1/enrol", data=body, headers=proof)


def enrolment(secret: str, key: SigningKey, **more: Any) -> bytes:
    return orjson.dumps(
        {"secret": secret, "key": key.public, "sealing": SealingKey(key).public, **more}
    )

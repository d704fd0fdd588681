"""What is proven of a request and of its answer, and how a proof travels beside each.

A request bears `Authorization: Hongxian LAPTOP:LIFE:NONCE:SALT:SHA256:PROOF`, its answer
`Hongxian-Proof`, and every answer the `Hongxian-Nonce` of the next request. A proof is a MAC under
the secret that laptop and hub share; of an enrolment, and of what the hub refuses, a signature.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from hongxian.words.incarnation import Incarnation, incarnation_of

Prove = Callable[[bytes], str]
"""Makes a proof of what is said, in hex."""
IsProof = Callable[[bytes, str], bool]

SCHEME = "Hongxian"
ANSWER_PROOF = "Hongxian-Proof"
NONCE = "Hongxian-Nonce"
SALT_BYTES = 16
_CREDENTIALS = re.compile(
    SCHEME
    + r" ([0-9a-f]{32}):([0-9a-f]{16}):([0-9a-f]{48}):([0-9a-f]{32}):([0-9a-f]{64}):([0-9a-f]{64}|[0-9a-f]{128})\Z"
)


@dataclass(frozen=True)
class Asker:
    """Who asks: a laptop's id, and the salt of its incarnation."""

    laptop: str
    salt: str

    @property
    def incarnation(self) -> Incarnation:
        """Which of the laptop's lives it is."""
        return incarnation_of(self.laptop, self.salt)


@dataclass(frozen=True)
class Request:
    """A request as it is proven: `path` lies below the hub's address, `length` is bytes of its body.

    `identity` is the public key of the hub that is asked.
    """

    identity: str
    method: str
    path: str
    length: int

    def proven(self, prove: Prove, asker: Asker, nonce: str, sha256: str) -> Credentials:
        """The asker's credentials for it."""
        salt = secrets.token_hex(SALT_BYTES)
        said = self._said(asker, nonce, salt, sha256)
        return Credentials(asker, nonce, salt, sha256, prove(said))

    def is_proven(self, is_proof: IsProof, credentials: Credentials) -> bool:
        """Whether the credentials are those of whose proofs `is_proof` knows, for this request."""
        each = credentials
        return is_proof(self._said(each.asker, each.nonce, each.salt, each.sha256), each.proof)

    def _said(self, asker: Asker, nonce: str, salt: str, sha256: str) -> bytes:
        parts = ("Hongxian request", self.identity, self.method, self.path, self.length)
        return "\n".join(map(str, (*parts, sha256, asker.laptop, asker.salt, nonce, salt))).encode()


@dataclass(frozen=True)
class Credentials:
    """Who asks, and the proof."""

    asker: Asker
    nonce: str
    salt: str
    sha256: str
    """Of the body, in hex."""
    proof: str

    @classmethod
    def read(cls, header: str) -> Credentials | None:
        """Those of an `Authorization`; None for anything else."""
        found = _CREDENTIALS.match(header)
        return cls(Asker(*found.groups()[:2]), *found.groups()[2:]) if found else None

    def __str__(self) -> str:
        """As they travel."""
        asker = self.asker
        parts = (asker.laptop, asker.salt, self.nonce, self.salt, self.sha256, self.proof)
        return f"{SCHEME} {':'.join(map(str, parts))}"


@dataclass(frozen=True)
class Answer:
    """An answer as it is proven: it holds for the very request that has this head, and no other."""

    method: str
    path: str
    length: int
    """Bytes of the request's body."""
    authorization: str
    status: int
    body: bytes

    def said(self) -> bytes:
        """What the hub proves."""
        parts = (self.method, self.path, self.length, self.authorization, self.status)
        digest = hashlib.sha256(self.body).hexdigest()
        return "\n".join(("Hongxian answer", *map(str, parts), digest)).encode()

"""What travels between a client in another hand and a hub: streams, proofs, pages and hashes.

Written from docs/protocol.md alone, as `other_client` is, and importing nothing of Hongxian.
"""

import json
import secrets
import ssl
import time
import uuid
from collections.abc import Callable
from hashlib import blake2b, sha256
from http.client import HTTPSConnection
from urllib.parse import urlsplit

import zstandard
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

MAGIC, END = b"HXS1\n", bytes(4)
EMPTY = {"maker": "", "written_by": None, "deleted": False, "stamps": None, "extra": None}
"""What a row has where its page has no such column."""
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # of enrolment codes
NO_CHECK_TIME = 0x200000  # OpenSSL's X509_V_FLAG_NO_CHECK_TIME


class NotTheHub(Exception):
    """Somebody else answers at the hub's address; nothing was sent, or nothing is believed."""


class HubSaid(Exception):
    """The hub answered with an error: its name, and its sentence in English."""


def now() -> int:
    return time.time_ns() // 1_000_000


def canonical(value) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def blake8(data: bytes) -> int:
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "big")


def lines(*parts) -> bytes:
    return "\n".join(str(part) for part in parts).encode()


def to_stream(*frames) -> bytes:
    packed = [zstandard.compress(canonical(frame).encode()) for frame in frames]
    return MAGIC + b"".join(len(each).to_bytes(4, "big") + each for each in packed) + END


def from_stream(data: bytes) -> list:
    """The message and the pages behind it. They come from a hub that has proved itself."""
    assert data.startswith(MAGIC)
    frames, place = [], len(MAGIC)
    while length := int.from_bytes(data[place : place + 4], "big"):
        frames.append(json.loads(zstandard.decompress(data[place + 4 : place + 4 + length])))
        place += 4 + length
    return frames


def fingerprint(key: str) -> str:
    number, letters = int(sha256(bytes.fromhex(key)).hexdigest(), 16), ""
    for _ in range(17):
        number, digit = divmod(number, 30)
        letters += LETTERS[digit]
    return letters


def is_signed(key: str, signature: str, what: bytes) -> bool:
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
        public.verify(bytes.fromhex(signature), what)
    except (InvalidSignature, ValueError):
        return False
    return True


def uuid7() -> str:
    number = now() << 80 | 7 << 76 | secrets.randbits(12) << 64 | 2 << 62
    return str(uuid.UUID(int=number | secrets.randbits(62)))


def hash_of(row: dict) -> int:
    stamps = json.loads(row["stamps"] or "{}")
    parts = row | json.loads(row["extra"] or "{}")
    for name in ("seq", "extra", *stamps.pop("0", ())):
        parts.pop(name, None)
    parts["stamps"] = canonical(stamps) if stamps else None
    names = sorted(parts)
    return blake8((canonical(names) + canonical([parts[name] for name in names])).encode())


def total(rows: list[dict]) -> dict:
    return {"count": len(rows), "sum": f"{sum(map(hash_of, rows)) % 2**64:016x}"}


def buckets_of(rows: list[dict]) -> list[list[dict]]:
    """By the last two digits of their ids."""
    buckets: list[list[dict]] = [[] for _ in range(256)]
    for row in rows:
        buckets[int(row["id"][-2:], 16)].append(row)
    return buckets


def stamp_of(row: dict, field: str) -> int:
    """When a field was written; of `deleted`, when anything of the record was."""
    stamps = {int(stamp): names for stamp, names in json.loads(row["stamps"] or "{}").items()}
    if field == "deleted":
        return max(row["stamp"], *stamps, 0)
    return next((stamp for stamp, names in stamps.items() if field in names), row["stamp"])


def joined(one: dict, other: dict) -> dict:
    """Two states of a tally or a set: of each number the larger."""
    both = {}
    for name in one.keys() | other.keys():
        if isinstance(one.get(name, other.get(name)), dict):
            both[name] = joined(one.get(name, {}), other.get(name, {}))
        else:
            pair = zip(one.get(name, [0, 0]), other.get(name, [0, 0]), strict=False)
            both[name] = [max(numbers) for numbers in pair]
    return both


def pages_of(changes: list[dict], scope: str = "") -> list[dict]:
    """Changes, or whole rows of a scope, in pages: what has the same columns shares one."""
    pages: dict = {}
    for change in changes:
        row = {"id": change["id"], "stamp": change["stamp"]} | change["values"]
        if scope:
            del row["scope"]
        page = {name: change[name] for name in ("collection", "kind")} | {"rows": 0}
        page |= {"scope": scope, "columns": [*row], "values": [[] for _ in row]}
        page["replaced"] = [[] for _ in change.get("replaced", ())]
        page = pages.setdefault((page["collection"], page["kind"], *row), page)
        page["rows"] += 1
        columns = page["values"] + page["replaced"]
        for column, value in zip(
            columns, [*row.values(), *change.get("replaced", ())], strict=True
        ):
            column.append(value)
    return list(pages.values())


def rows_of(page: dict) -> list[dict]:
    rows = zip(*page["values"], strict=True)
    whole = EMPTY | {"scope": page["scope"]}
    return [whole | dict(zip(page["columns"], row, strict=True)) for row in rows]


def sealed(content: bytes, hub_sealing: str) -> bytes:
    """What the hub alone can open."""
    own, theirs = X25519PrivateKey.generate(), bytes.fromhex(hub_sealing)
    half = own.public_key().public_bytes_raw()
    shared = own.exchange(X25519PublicKey.from_public_bytes(theirs))
    key = blake2b(half + theirs, digest_size=32, key=shared, person=b"Hongxian seal").digest()
    return b"HXE1\n" + half + ChaCha20Poly1305(key).encrypt(bytes(12), content, b"HXE1\n")


class Laptop:
    """Its two keys and what it drew, in hex, and what follows from them."""

    def __init__(self, key: str, sealing: str, drawn: str) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(key))
        self._sealing = X25519PrivateKey.from_private_bytes(bytes.fromhex(sealing))
        self.drawn = drawn
        self.key = self._key.public_key().public_bytes_raw().hex()
        self.sealing = self._sealing.public_key().public_bytes_raw().hex()
        self.id = sha256(bytes.fromhex(self.key)).hexdigest()[:32]
        self.incarnation = blake8(f"{self.id}:{drawn}".encode()) & (2**63 - 1) | 2**62 | 1

    def sign(self, what: bytes) -> str:
        return self._key.sign(what).hex()

    def proof(self, hub_sealing: str, what: bytes) -> str:
        """What only this laptop and the hub can make."""
        theirs = X25519PublicKey.from_public_bytes(bytes.fromhex(hub_sealing))
        both = "".join(sorted([self.sealing, hub_sealing])).encode()
        shared = self._sealing.exchange(theirs)
        key = blake2b(both, key=shared, person=b"Hongxian proof").digest()
        return blake2b(what, digest_size=32, key=key).hexdigest()


class Line:
    """Requests to a hub whose key is known, with proofs both ways."""

    def __init__(self, url: str, laptop: Laptop, is_known: Callable[[str], bool]) -> None:
        """Ask who the hub is, under whatever certificate; NotTheHub unless `is_known(key)`."""
        self._url, self._laptop = urlsplit(url), laptop
        self._context = ssl.create_default_context()
        self._context.check_hostname, self._context.verify_mode = False, ssl.CERT_NONE
        _, headers, body = self._send("GET", "/v1/hub", b"", {})
        told = json.loads(body)
        self.hub, self.sealing, authority = told["identity"], told["sealing"], told["authority"]
        what = lines("Hongxian hub", self.sealing, authority)
        if not is_known(self.hub) or not is_signed(self.hub, told["signature"], what):
            raise NotTheHub(self.hub)
        self._nonce = headers["Hongxian-Nonce"]
        self._context = ssl.create_default_context(cadata=authority or None)
        if authority:
            self._context.check_hostname = False
            self._context.verify_flags |= NO_CHECK_TIME

    def ask(self, path: str, *frames) -> list:
        return from_stream(self._ask(path, to_stream(*frames), "application/x-hongxian"))

    def enrol(self, request: dict) -> dict:
        body = canonical(request).encode()
        return json.loads(self._ask("/v1/enrol", body, "application/json", enrols=True))

    def _ask(self, path: str, body: bytes, kind: str, enrols: bool = False) -> bytes:
        error = {}
        for _ in range(2):
            status, answer = self._proved(path, body, kind, enrols)
            if status == 200:
                return answer
            error = json.loads(answer)
            if error["error"] != "NonceOld":
                break
        raise HubSaid(error["error"], error["message"]["en"])

    def _proved(self, path: str, body: bytes, kind: str, enrols: bool) -> tuple[int, bytes]:
        laptop, hashed = self._laptop, sha256(body).hexdigest()
        drawn, nonce, salt = laptop.drawn, self._nonce, secrets.token_hex(16)
        request = ("POST", path, len(body))
        said = (hashed, laptop.id, drawn, nonce, salt)
        what = lines("Hongxian request", self.hub, *request, *said)
        proof = laptop.sign(what) if enrols else laptop.proof(self.sealing, what)
        mine = f"Hongxian {laptop.id}:{drawn}:{nonce}:{salt}:{hashed}:{proof}"
        headers = {"Authorization": mine, "Content-Type": kind}
        status, headers, answer = self._send("POST", path, body, headers)
        theirs = headers.get("Hongxian-Proof", "")
        hashed = sha256(answer).hexdigest()
        what = lines("Hongxian answer", *request, mine, status, hashed)
        if enrols or status != 200:
            proved = is_signed(self.hub, theirs, what)
        else:
            proved = secrets.compare_digest(theirs, laptop.proof(self.sealing, what))
        if not proved:
            raise NotTheHub(path)
        self._nonce = headers["Hongxian-Nonce"]
        return status, answer

    def _send(self, method: str, path: str, body: bytes, headers: dict):
        url = self._url
        connection = HTTPSConnection(url.hostname, url.port, timeout=60, context=self._context)
        try:
            connection.request(method, url.path.rstrip("/") + path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

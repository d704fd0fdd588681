"""A client in another hand: written from docs/protocol.md alone, importing nothing of Hongxian.

What a stranger would do first: join, push, pull and compare. All that it has is one JSON file; it
computes no row but has its own come back; all that is unsent fits in one request. What else the
page tells does `other_client_more`.
"""

import json
import ssl
import time
import unicodedata
import uuid
from collections.abc import Callable
from hashlib import blake2b, sha256
from io import BytesIO
from pathlib import Path
from secrets import compare_digest, randbits, token_hex

import urllib3
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # of enrolment codes
EMPTY = {"maker": "", "written_by": None, "deleted": False, "stamps": None, "extra": None}
ENDS = {"plain": "taken", "merged": "taken", "refused": "refused", "bumped": "refused"}


class NotTheHub(Exception):
    """Somebody else answers at its address; so does who makes an `InvalidSignature`."""


class HubSaid(Exception):
    """An error's name and its sentence in English; or a status that is not `ok`, and the reply."""


def now() -> int:
    return time.time_ns() // 1_000_000


def canonical(value) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def lines(*parts) -> bytes:
    return "\n".join(map(str, parts)).encode()


def fingerprint(key: str) -> str:
    number = int.from_bytes(sha256(bytes.fromhex(key)).digest(), "big")
    return "".join(LETTERS[number // 30**place % 30] for place in range(17))


def page_of(change: dict) -> dict:
    row = {"id": change["id"], "stamp": change["stamp"]} | change["values"]
    columns = {"columns": [*row], "values": [[value] for value in row.values()], "rows": 1}
    replaced = {"replaced": [[stamp] for stamp in change["replaced"]]}
    return {"collection": change["collection"], "kind": change["kind"]} | columns | replaced


def hash_of(row: dict) -> int:
    stamps = json.loads(row["stamps"] or "{}")
    parts = row | json.loads(row["extra"] or "{}")
    for name in ("seq", "extra", *stamps.pop("0", ())):
        parts.pop(name, None)
    parts["stamps"] = canonical(stamps).decode() if stamps else None
    what = canonical(sorted(parts)) + canonical([parts[name] for name in sorted(parts)])
    return int(blake2b(what, digest_size=8).hexdigest(), 16)


def total(rows: list[dict]) -> dict:
    return {"count": len(rows), "sum": f"{sum(map(hash_of, rows)) % 2**64:016x}"}


def joined(one, other):
    """Two states, or parts of states: of each number the larger."""
    if isinstance(other, list):
        return [*map(max, other, one or [0, 0])]
    return (one or {}) | {name: joined((one or {}).get(name), other[name]) for name in other}


class Line:
    """Requests of a laptop to a hub whose key is known, with proofs both ways."""

    def __init__(self, url: str, kept: dict, is_known: Callable[[str], bool]) -> None:
        """Ask who the hub is, under whatever certificate; NotTheHub unless `is_known(key)`."""
        self._url, self._drawn = url.rstrip("/"), kept["drawn"]
        self._key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(kept["key"]))
        sealing = X25519PrivateKey.from_private_bytes(bytes.fromhex(kept["sealing"]))
        self.key = self._key.public_key().public_bytes_raw().hex()
        self.sealing = sealing.public_key().public_bytes_raw().hex()
        self._laptop = sha256(bytes.fromhex(self.key)).hexdigest()[:32]
        drawn = blake2b(f"{self._laptop}:{self._drawn}".encode(), digest_size=8).hexdigest()
        self.incarnation = int(drawn, 16) & (2**63 - 1) | 2**62 | 1
        anybody = urllib3.PoolManager(cert_reqs="CERT_NONE", timeout=60)
        answer = anybody.request("GET", f"{self._url}/v1/hub")
        told = answer.json()
        self.hub, self.hub_sealing, authority = told["identity"], told["sealing"], told["authority"]
        self._hub_key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.hub))
        what = lines("Hongxian hub", self.hub_sealing, authority)
        self._hub_key.verify(bytes.fromhex(told["signature"]), what)
        if not is_known(self.hub):
            raise NotTheHub(self.hub)
        self._nonce = answer.headers["Hongxian-Nonce"]
        context, name = ssl.create_default_context(cadata=authority or None), None
        if authority:
            name = context.check_hostname = False
            context.verify_flags |= 0x200000  # OpenSSL's X509_V_FLAG_NO_CHECK_TIME
        self._pool = urllib3.PoolManager(ssl_context=context, assert_hostname=name, timeout=60)
        both = "".join(sorted([self.sealing, self.hub_sealing])).encode()
        theirs = X25519PublicKey.from_public_bytes(bytes.fromhex(self.hub_sealing))
        shared = sealing.exchange(theirs)
        self._shared = blake2b(both, key=shared, person=b"Hongxian proof").digest()

    def ask(self, path: str, *frames) -> list:
        """A stream for a stream: the message, and the pages behind it."""
        packed = [zstandard.compress(canonical(frame)) for frame in frames]
        framed = b"".join(len(each).to_bytes(4, "big") + each for each in packed)
        answer = self.post(path, b"HXS1\n" + framed + bytes(4))
        stream, told = BytesIO(answer.removeprefix(b"HXS1\n")), []
        while length := int.from_bytes(stream.read(4), "big"):
            told.append(json.loads(zstandard.decompress(stream.read(length))))
        return told

    def post(self, path: str, body: bytes) -> bytes:
        request, hashed = ("POST", path, len(body)), sha256(body).hexdigest()
        said = (self._laptop, self._drawn, self._nonce, token_hex(16))
        what = lines("Hongxian request", self.hub, *request, hashed, *said)
        enrols = path == "/v1/enrol"
        proof = self._key.sign(what).hex() if enrols else self._proof(what)
        mine = {"Authorization": "Hongxian " + ":".join((*said, hashed, proof))}
        answer = self._pool.request("POST", self._url + path, body=body, headers=mine)
        theirs, hashed = answer.headers.get("Hongxian-Proof", ""), sha256(answer.data).hexdigest()
        what = lines("Hongxian answer", *request, *mine.values(), answer.status, hashed)
        if enrols or answer.status != 200:
            self._hub_key.verify(bytes.fromhex(theirs), what)
        elif not compare_digest(theirs, self._proof(what)):
            raise NotTheHub(path)
        self._nonce = answer.headers["Hongxian-Nonce"]
        if answer.status != 200:
            raise HubSaid(answer.json()["error"], answer.json()["message"]["en"])
        return answer.data

    def _proof(self, what: bytes) -> str:
        return blake2b(what, digest_size=32, key=self._shared).hexdigest()


class OtherClient:
    """Records of some collections, `{name: {field: default}}`, in a file, synced with a hub."""

    def __init__(self, file: Path, collections: dict[str, dict], url: str) -> None:
        self._file, self._collections, self.url = file, collections, url
        self._kept = kept = json.loads(file.read_text())
        self._prefix, self._count, self._mine = token_hex(10), 0, str(kept["incarnation"])
        self.rows, self.unsent, self.refused = kept["rows"], kept["unsent"], kept["refused"]

    @classmethod
    def join(cls, file: Path, collections: dict[str, dict], url: str, code: str) -> "OtherClient":
        typed = unicodedata.normalize("NFKC", code).upper()
        letters = "".join(each for each in typed if each in LETTERS)
        kept = {"key": token_hex(32), "sealing": token_hex(32), "drawn": token_hex(8)}
        line = Line(url, kept, lambda hub: fingerprint(hub) == letters[:17])
        request = {"secret": letters[17:], "key": line.key, "sealing": line.sealing}
        told = json.loads(line.post("/v1/enrol", canonical(request | {"name": "乙", "holds": []})))
        kept |= {"epoch": told["epoch"], "head": "", "heads": [], "grant": "", "cursors": {}}
        kept |= {"hub": line.hub, "incarnation": line.incarnation, "latest": 0, "ahead": 0}
        kept |= {"after": None, "attempts": {}, "unsent": [], "taken": [], "refused": []}
        kept["rows"] = {name: {} for name in collections}
        file.write_bytes(canonical(kept))
        return cls(file, collections, url)

    def create(self, collection: str, scope: str, **values) -> str:
        """A new record; returns its id."""
        number = now() << 80 | 7 << 76 | randbits(12) << 64 | 2 << 62 | randbits(62)
        record, fields = str(uuid.UUID(int=number)), self._collections[collection]
        self._write(collection, record, "new", {"scope": scope} | fields | values, [], [])
        return record

    def edit(self, collection: str, record: str, *counts: tuple[str, int], **values) -> None:
        """Fields, or `scope`, or `deleted`; `counts`: what is counted on in tallies."""
        _, stamps = self._seen(collection, record)
        replaced = [stamps[field] for field in (*values, *dict(counts))]
        self._write(collection, record, "edit", values, counts, replaced)

    def read(self, collection: str, record: str) -> dict | None:
        """What a person sees."""
        row, _ = self._seen(collection, record)
        return row if "scope" in row and not row["deleted"] else None

    def sync(self) -> list[tuple[str, str]]:
        """Send what is unsent, fetch what is new; the scopes and collections that differ then."""
        self._line = Line(self.url, self._kept, lambda key: key == self._kept["hub"])
        for _ in range(3):  # again under new stamps, where the hub asks for them
            if not self.unsent or not self._push():
                break
        theirs, none = self._pull(), total([])
        places = [(scope, name) for scope in theirs for name in self.rows]
        return [(s, n) for s, n in places if total(self._live(s, n)) != theirs[s].get(n, none)]

    def _live(self, scope: str, collection: str) -> list[dict]:
        rows = self.rows[collection].values()
        return [row for row in rows if row["scope"] == scope and not row["deleted"]]

    def _seen(self, collection: str, record: str) -> tuple[dict, dict[str, int]]:
        """What the hub told, and what was written here on top of it; when each field was."""
        row = dict(self.rows[collection].get(record, EMPTY | {"stamp": 0}))
        told = json.loads(row["stamps"] or "{}").items()
        stamps = dict.fromkeys(row, row["stamp"]) | {n: int(s) for s, names in told for n in names}
        stamps["deleted"] = max(stamps.values())
        for change in self._kept["taken"] + self.unsent:
            if (change["collection"], change["id"]) == (collection, record):
                for field, value in change["values"].items():
                    row[field] = joined(row.get(field), value) if isinstance(value, dict) else value
                stamps |= dict.fromkeys([*change["values"], "deleted"], change["stamp"])
        return row, stamps

    def _write(self, collection, record, kind, values, counts, replaced) -> None:
        self._count += 1
        change = {"collection": collection, "id": record, "kind": kind, "values": values}
        change |= {"counts": counts, "transaction": [self._prefix, self._count]}
        self._append(change | {"replaced": replaced})
        self._save()

    def _append(self, change: dict) -> None:
        """Under the next stamp, its counts on top of what is seen: the own share, after and before."""
        row, _ = self._seen(change["collection"], change["id"])
        for field, more in change["counts"]:
            added, taken = before = row[field].get(self._mine, [0, 0])
            after = [added + max(more, 0), taken + max(-more, 0)]
            change["values"][field] = {self._mine: after + (before if any(before) else [])}
        top = max(now() + self._kept["ahead"] << 6, (self._kept["latest"] >> 15) + 1)
        self._kept["latest"] = change["stamp"] = top << 15 | int(self._mine) & 0x7FFF
        self.unsent.append(change)

    def _append_anew(self, clock: int, head: str) -> None:
        """What is unsent, by the hub's clock, and on what is agreed."""
        self._kept |= {"ahead": clock - now(), "latest": int(head.split(":")[3])}
        waiting, self.unsent[:], anew = [*self.unsent], [], {}
        for change in waiting:
            former = change["stamp"]
            change["replaced"] = [anew.get(stamp, stamp) for stamp in change["replaced"]]
            self._append(change)
            anew[former] = change["stamp"]

    def _save(self) -> None:
        part = self._file.with_suffix(".part")
        part.write_bytes(canonical(self._kept))
        part.replace(self._file)

    def _push(self) -> bool:
        """Whether there is to be another try."""
        told, *_ = self._round(self.unsent)
        verdicts = {each["stamp"]: each for each in told["outcome"]["others"]}
        sent, self.unsent[:] = [*self.unsent], []
        for change in sent:
            change |= verdicts.get(change["stamp"], {"verdict": "plain"})
            self._kept[ENDS.get(change["verdict"], "unsent")].append(change)
        again = any(change["verdict"] in ("clock", "again") for change in self.unsent)
        if again:
            self._append_anew(told["clock"], told["head"])
        self._save()
        return again

    def _pull(self) -> dict:
        """The hub's digests when all has come; nothing is sent, so that its own comes back too."""
        told = {"complete": False}
        while not told["complete"]:
            told, *pages = self._round([])
            for page in pages:
                self._take(page)
            self._kept["cursors"] = told["cursors"]
        self._kept["taken"].clear()
        self._save()
        return told["digests"]

    def _round(self, sent: list[dict]) -> list:
        kept, ids = self._kept, [change["transaction"] for change in sent]
        kept["attempts"] |= dict(ids)
        self._save()
        request = {name: kept[name] for name in ("epoch", "head", "heads", "grant", "cursors")}
        request |= {"protocol": 2, "clock": now(), "pull": not sent, "collections": [*self.rows]}
        request |= {name: len(kept[name]) for name in ("unsent", "refused")}
        request["transactions"] = [[*each, 1] for each in ids]
        request["lineage"] = {"after": kept["after"], "attempts": [*kept["attempts"].items()]}
        told, *pages = self._line.ask("/v1/round", request, *map(page_of, sent))
        if told["status"] != "ok":
            raise HubSaid(told["status"], told)
        kept |= {"head": told["head"], "grant": told["grant"] or kept["grant"], "attempts": {}}
        kept["after"] = ids[-1] if ids else kept["after"]
        kept["latest"] = max(kept["latest"], int(told["head"].split(":")[3]))
        return [told, *pages]

    def _take(self, page: dict) -> None:
        """Rows that are newer than those here."""
        rows, whole = self.rows[page["collection"]], EMPTY | {"scope": page["scope"]}
        for values in zip(*page["values"], strict=True) if page["kind"] == "rows" else ():
            told = whole | dict(zip(page["columns"], values, strict=True))
            if told["seq"] > rows.get(told["id"], {"seq": -1})["seq"]:
                rows[told["id"]] = told

"""One who holds a laptop's credentials and speaks the protocol by hand, and the collections to try it on.

Nothing here asks the code under test who may do what: which attempts are forbidden is told once
more, from what the keeper gave.
"""

import hashlib
import http.client
import io
import secrets
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count, product
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import orjson
from peewee import CharField

from hongxian import MembersField, QuotaField, Record, TallyField
from hongxian.model.record import new_id
from hongxian.model.row import Row
from hongxian.model.stamp import make_stamp, wall_clock
from hongxian.model.transaction_id import Run
from hongxian.records import COMMUNITY
from hongxian.wire.digest import BUCKETS
from hongxian.wire.page import encode, read_stream, stream
from hongxian.wire.round import PROTOCOL
from hongxian_server.hub import Hub
from hongxian_server.tables.access import Access
from hongxian_server.tables.membership import scopes_held
from samples import plugin
from signing import SigningDevice

SCOPES = ("team", COMMUNITY, "any")
WRITERS = ("scope", "team", "maker", "hub")
SECRET = "别队的秘密"
"""Stands in every record of the other team, and nowhere else."""
SECRET_SHA256 = hashlib.sha256(SECRET.encode()).hexdigest()


def _drawn(scope: str, writers: str) -> type[Record]:
    class Meta:
        collection = f"drawn.{scope}_{writers}"
        field_writers = {"sealed": "hub", "own": "maker", "ours": "team"}

    Meta.scope, Meta.writers, Meta.confidential = scope, writers, writers == "maker"  # type: ignore[attr-defined]
    fields = {
        "text": CharField(max_length=80),
        "sealed": CharField(max_length=80, null=True),
        "own": CharField(max_length=80, null=True),
        "ours": CharField(max_length=80, null=True),
        "counted": TallyField(),
        "tags": MembersField(),
        "stock": QuotaField(deal="kept"),
    }
    return type(f"{scope}_{writers}".title(), (Record,), {**fields, "Meta": Meta, "__doc__": "D."})


MODELS = {(scope, writers): _drawn(scope, writers) for scope, writers in product(SCOPES, WRITERS)}
DRAWN: ModuleType = plugin("drawn", *MODELS.values())
"""A collection for each scope and each kind of writers, with a field for each kind of right."""


@dataclass
class Answer:
    """A status, and all that came back, opened."""

    status: int
    frames: list[Any]

    @property
    def message(self) -> Any:
        """The first frame."""
        return self.frames[0]

    @property
    def text(self) -> str:
        """All of it as one text, to look for what must not be in it."""
        return orjson.dumps(self.frames).decode()


@dataclass
class Adversary:
    """The holder of one laptop's credentials."""

    address: str
    given: SigningDevice
    epoch: str = ""
    _sent: dict[str, Any] = field(default_factory=dict)
    _times: Iterator[int] = field(default_factory=lambda: count(1))

    # -- the one place that knows how a request proves whose it is -----------------------------

    def credentials(self, method: str, path: str, body: bytes) -> dict[str, str]:
        """The headers that make a request this laptop's."""
        return self.given.headers(method, path, body)

    def ask(self, method: str, path: str, body: bytes = b"") -> Answer:
        """Send bytes over a socket of its own, as this laptop."""
        line = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=60)
        try:
            line.request(method, path, body, self.credentials(method, path, body))
            told = line.getresponse()
            said, media = told.read(), told.headers.get_content_type()
        finally:
            line.close()
        if media == "application/x-hongxian":
            return Answer(told.status, list(read_stream(io.BytesIO(said))))
        return Answer(told.status, [orjson.loads(said) if media == "application/json" else None])

    def post(self, path: str, message: Mapping[str, Any], *pages: Mapping[str, Any]) -> Answer:
        """Send a stream."""
        return self.ask("POST", path, b"".join(stream(message, map(encode, pages))))

    # -- messages as a laptop would send them ---------------------------------------------------

    def stamp(self) -> int:
        """One later than all before it."""
        return make_stamp(wall_clock() + next(self._times), 0, self.given.incarnation)

    def round_with(self, *pages: Mapping[str, Any], **more: Any) -> dict[str, Any]:
        """A round's message for these pages."""
        stamps = {
            stamp for page in pages for stamp in page["values"][page["columns"].index("stamp")]
        }
        run: Run = (secrets.token_hex(10), 1, len(stamps))
        lineage = {**self._sent, "attempts": [run[::2]] if stamps else []}
        if stamps:
            self._sent = {"after": run[::2]}
        return {
            "protocol": PROTOCOL,
            "clock": 0,
            "epoch": self.epoch or self.given.epoch,
            "lineage": lineage,
            "transactions": [run] if stamps else [],
            "collections": [],
            **more,
        }

    def round(self, *pages: Mapping[str, Any], **more: Any) -> Answer:
        """A round."""
        return self.post("/v1/round", self.round_with(*pages, **more), *pages)

    def repair(
        self, scope: str, name: str, rows: Sequence[Row] = (), fetch: Sequence[str] = ()
    ) -> Answer:
        """Offer whole rows of one collection, and ask for others."""
        pages = [offer_of(name, scope, row) for row in rows]
        asked = {"scope": scope, "collection": name, "fetch": list(fetch)}
        return self.post("/v1/repair", asked, *pages)

    def buckets(self, scope: str, name: str) -> Answer:
        """Ask what lies in all buckets."""
        sums = ["f" * 16] * BUCKETS
        return self.post("/v1/buckets", {"scope": scope, "collection": name, "sums": sums})

    def carry(self, way: str, name: str, id: str) -> Answer:
        """Ask for the secret as a file of a record, whose hash it knows, or send it as one."""
        piece = {"collection": name, "record": id, "sha256": SECRET_SHA256}
        piece["size"] = len(SECRET.encode())
        answer = self.post(f"/v1/{way}", {"pieces": [piece]})
        for each in answer.message.get("pieces", ()):
            answer.frames.append(b64decode(each["content"]).decode())
        return answer

    def plugins(self, *running: Mapping[str, str]) -> Answer:
        """Tell what it runs, and ask which releases it is to run."""
        return self.post("/v1/plugins", {"running": list(running)})

    def release(self, sha256: str) -> Answer:
        """Ask for a release whose hash it knows; any bytes of it are the secret."""
        answer = self.post("/v1/release", {"sha256": sha256, "start": 0, "most": 900})
        answer.frames += [SECRET] * ("content" in (answer.message or {}))
        return answer

    def history(self, name: str, id: str) -> Answer:
        """Ask for a record's history."""
        return self.ask("GET", f"/v1/history/{name}/{id}")


def edit_of(name: str, id: str, stamp: int, values: Mapping[str, Any], seen: int = 0) -> Any:
    """A page of one edit."""
    return {
        "collection": name,
        "kind": "edit",
        "rows": 1,
        "columns": ["id", "stamp", *values],
        "values": [[id], [stamp], *([each] for each in values.values())],
        "replaced": [[seen] for _ in values],
    }


def new_of(name: str, id: str, stamp: int, scope: str, values: Mapping[str, Any]) -> Any:
    """A page of one new record."""
    values = {"scope": scope, **values}
    return {
        "collection": name,
        "kind": "new",
        "rows": 1,
        "columns": ["id", "stamp", *values],
        "values": [[id], [stamp], *([each] for each in values.values())],
    }


def offer_of(name: str, scope: str, row: Row) -> Any:
    """A page of one whole record."""
    values = {key: each for key, each in row.values.items() if key != "scope"}
    by_stamp: dict[str, list[str]] = {}
    for key, stamp in row.stamps.items():
        by_stamp.setdefault(str(stamp), []).append(key)
    told = orjson.dumps(by_stamp).decode() if by_stamp else None
    columns = {"id": row.id, "stamp": row.stamp, "seq": 0, "stamps": told}
    columns |= {**values, "deleted": bool(values["deleted"])}
    return {
        "collection": name,
        "kind": "rows",
        "rows": 1,
        "columns": list(columns),
        "values": [[each] for each in columns.values()],
        "scope": scope,
    }


def rows_of(hub: Hub) -> dict[tuple[str, str], Row]:
    """Every record that the hub holds, without its seq."""
    with hub:
        found = {
            (name, row.id): row
            for name, collection in hub.collections.items()
            for row in collection.rows("1 = 1")
        }
    for row in found.values():
        row.seq = 0
    return found


def teams_of(hub: Hub) -> dict[str, frozenset[str]]:
    """The teams that each laptop is of."""
    with hub:
        return {each.laptop: scopes_held(each.laptop) for each in Access.select()}


# -- what is forbidden, told once more ---------------------------------------------------------


@dataclass(frozen=True)
class Target:
    """A record that another laptop made, as the adversary of one team finds it."""

    model: type[Record]
    scope_kind: str
    writers: str
    row: Row
    mine: bool
    """Whether its scope is one that the adversary holds."""
    same_team: bool
    """Whether its maker is of a team that the adversary is of."""

    @property
    def name(self) -> str:
        """Its collection."""
        return str(self.model._meta.collection)

    def forbids(self, name: str) -> bool:
        """Whether the adversary may not write a field of it."""
        who = {"sealed": "hub", "own": "maker", "ours": "team"}.get(name, self.writers)
        return not self.mine or who in ("hub", "maker") or (who == "team" and not self.same_team)


def new_row_id() -> str:
    """An id for a record that was not there."""
    return new_id()

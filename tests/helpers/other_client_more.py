"""What docs/protocol.md tells beyond `other_client`: sets, mending, lives, leaving, erasure.

Written from that page alone, too, and importing nothing of Hongxian. It knows no quotas and no
sticks, and gives up where it is told `stale`.
"""

import json
from hashlib import blake2b

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from other_client import HubSaid, OtherClient, canonical, hash_of, total


def buckets_of(rows: list[dict]) -> list[list[dict]]:
    """By the last two digits of their ids."""
    buckets: list[list[dict]] = [[] for _ in range(256)]
    for row in rows:
        buckets[int(row["id"][-2:], 16)].append(row)
    return buckets


def page_of_row(collection: str, row: dict) -> dict:
    """A whole row, as an offer."""
    columns = [name for name in row if name != "scope"]
    page = {"collection": collection, "kind": "rows", "scope": row["scope"], "rows": 1}
    return page | {"columns": columns, "values": [[row[name]] for name in columns]}


def stamps_in(row: dict) -> set[int]:
    return {row["stamp"], *map(int, json.loads(row["stamps"] or "{}"))}


def sealed(content: bytes, hub_sealing: str) -> bytes:
    """What the hub alone can open."""
    own, theirs = X25519PrivateKey.generate(), bytes.fromhex(hub_sealing)
    half = own.public_key().public_bytes_raw()
    shared = own.exchange(X25519PublicKey.from_public_bytes(theirs))
    key = blake2b(half + theirs, digest_size=32, key=shared, person=b"Hongxian seal").digest()
    return b"HXE1\n" + half + ChaCha20Poly1305(key).encrypt(bytes(12), content, b"HXE1\n")


class OtherClientMore(OtherClient):
    """Mends what differs, goes on with a restored hub, and lets go of what it may not have."""

    def put(self, collection: str, record: str, field: str, member: str) -> None:
        """Add a member to a set."""
        before = self.read(collection, record)[field].get(member, {}).get(self._mine, [0, 0])
        self.edit(collection, record, **{field: {member: {self._mine: [max(before) + 1, 0]}}})

    def take_out(self, collection: str, record: str, field: str, member: str) -> None:
        """Remove a member from a set: all its additions that are seen here."""
        seen = self.read(collection, record)[field][member].items()
        removed = {who: [0, added] for who, (added, _) in seen}
        self.edit(collection, record, **{field: {member: removed}})

    def digests(self) -> dict:
        """Count and sum of live records, by scope and collection."""
        found: dict = {scope: {} for scope in self._scopes}
        for scope in found:
            for name in self.rows:
                if live := self._live(scope, name):
                    found[scope][name] = total(live)
        return found

    def sync(self) -> list[tuple[str, str]]:
        """And mend what differs."""
        try:
            differed = super().sync()
            for scope, collection in differed:
                self._mend(scope, collection, "send")
            if differed:
                super().sync()
            return differed
        except HubSaid as said:
            if said.args[0] == "DeviceRevoked":
                self._remove_all()
            raise

    def _pull(self) -> dict:
        theirs = super()._pull()
        self._let_go()
        self._save()
        return theirs

    def _round(self, sent: list[dict]) -> list:
        kept, pages = self._kept, []
        head = ["-".join(kept["head"].split(":")[1:3])] if kept["head"] else []
        try:
            told, *pages = super()._round(sent)
        except HubSaid as said:
            if said.args[0] != "epoch":
                raise
            told = said.args[1]
        kept["heads"] = [*head, *kept["heads"]][:20]
        self._scopes = [*told["scopes"], "community"]
        if told["status"] == "epoch":
            self._start_over(told)
            return self._round(sent)
        return [told, *pages]

    def _take(self, page: dict) -> None:
        known = {record: stamps_in(row) for record, row in self.rows[page["collection"]].items()}
        super()._take(page)
        self._say_what_deletions_saw(page["collection"], known)
        if page["kind"] == "scope_exits":
            rows = self.rows[page["collection"]]
            left = dict(zip(page["columns"], page["values"], strict=True))
            for record, seq in zip(left["id"], left["seq"], strict=True):
                here = rows.get(record)
                if here and here["scope"] == page["scope"] and here["seq"] < seq:
                    del rows[record]

    def _say_what_deletions_saw(self, collection: str, known: dict[str, set[int]]) -> None:
        """A deletion that waits has not seen what others wrote and has come now."""
        own = {change["stamp"] for change in self._kept["taken"] + self.unsent}
        for change in self.unsent:
            row = self.rows[change["collection"]].get(change["id"])
            if change["collection"] == collection and change["values"].get("deleted") and row:
                unseen = stamps_in(row) - known.get(change["id"], set()) - own
                place = [*change["values"]].index("deleted")
                change["replaced"][place] = 0 if unseen else change["replaced"][place]

    def _let_go(self) -> None:
        """Of the records of scopes that this laptop has left, and of those that were erased."""
        erased = self.rows["hongxian.erasure"].values()
        gone = {(one["collection"], one["record"]) for one in erased}
        for collection, rows in self.rows.items():
            for record, row in [*rows.items()]:
                if row["scope"] not in self._scopes or (collection, record) in gone:
                    del rows[record]
        for each in (self.unsent, self.refused):
            each[:] = [one for one in each if (one["collection"], one["id"]) not in gone]

    def _start_over(self, told: dict) -> None:
        """The hub went back: everything is compared."""
        kept, surplus = self._kept, "offer" if told["recovering"] else "send"
        kept |= {"epoch": told["epoch"], "head": told["head"], "cursors": {}}
        kept |= {"grant": told["grant"] or kept["grant"], "after": None, "attempts": {}}
        self.unsent[:], kept["taken"] = [*kept["taken"], *self.unsent], []
        for rows in self.rows.values():
            for row in rows.values():
                row["seq"] = 0
        for collection in self.rows.keys() & {*told["collections"]}:
            for scope in self._scopes:
                self._mend(scope, collection, surplus)

    def _mend(self, scope: str, collection: str, surplus: str) -> None:
        """Fetch what differs here from the hub's; `surplus`: what becomes of what the hub lacks."""
        place, rows = {"scope": scope, "collection": collection}, self.rows[collection]
        dead = [i for i, row in rows.items() if row["scope"] == scope and row["deleted"]]
        differs, before = {"": []}, {}
        while differs and differs != before:
            buckets = buckets_of(self._live(scope, collection))
            sums = [total(bucket)["sum"] for bucket in buckets]
            [told] = self._line.ask("/v1/buckets", place | {"sums": sums})
            before, differs = differs, told["differs"]
            if not differs:
                self._kept["cursors"].setdefault(scope, {})[collection] = told["seq"]
            fetch, spare = [], []
            for bucket, pairs in differs.items():
                here = {row["id"]: f"{hash_of(row):016x}" for row in buckets[int(bucket)]}
                there = dict(pairs)
                fetch += [each for each in there if here.get(each) != there[each]]
                spare += [each for each in here if here[each] != there.get(each)]
            offered = [rows[each] for each in (*dead, *spare) if surplus == "offer"]
            pages = [page_of_row(collection, row) for row in offered]
            [reply, *pages] = self._line.ask("/v1/repair", place | {"fetch": fetch}, *pages)
            for each in {*fetch, *reply["elsewhere"], *(spare if surplus == "send" else ())}:
                row = rows.pop(each, None)  # what is fetched counts, whatever its seq
                if surplus == "send" and each not in fetch and self._collections[collection]:
                    values = {name: row[name] for name in ("scope", *self._collections[collection])}
                    self._write(collection, each, "new", values, [], [])
            for page in pages:
                self._take(page)
        self._save()

    def _remove_all(self) -> None:
        """This laptop's access has ended: what was not sent stays, for the hub alone to read."""
        told = [
            {"collection": one["collection"], "id": one["id"], "values": one["values"]}
            | {"new": one["kind"] == "new"}
            for one in self.unsent
        ]
        content = sealed(canonical(told), self._line.hub_sealing)
        self._file.with_suffix(".sealed").write_bytes(content)
        self._file.unlink()

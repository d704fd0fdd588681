"""A client in another hand: written from docs/protocol.md alone, importing nothing of Hongxian.

It does what a stranger would do first in another language. All that it has is one JSON file; it
computes no row itself but has its own come back; it never has more to send than one request
holds; it knows no quotas and no sticks, and gives up where it is told `stale`.
"""

import json
import unicodedata
from pathlib import Path
from secrets import token_hex

import other_wire as wire
from other_wire import HubSaid, Laptop, Line, canonical

BUILT_IN = ("hongxian.conflict", "hongxian.erasure")


class OtherClient:
    """Records of some collections, `{name: {field: default}}`, in a file, synced with a hub."""

    def __init__(self, file: Path, collections: dict[str, dict], url: str) -> None:
        self._file, self._collections, self.url = file, collections, url
        self._kept = kept = json.loads(file.read_text())
        self._laptop = Laptop(kept["key"], kept["sealing"], kept["drawn"])
        self._prefix, self._count = token_hex(10), 0
        self.rows: dict[str, dict[str, dict]] = self._kept["rows"]
        self.unsent: list[dict] = self._kept["unsent"]
        self.refused: list[dict] = self._kept["refused"]
        self.mended: list[tuple[str, str]] = []

    @classmethod
    def join(cls, file: Path, collections: dict[str, dict], url: str, code: str) -> "OtherClient":
        kept = {"key": token_hex(32), "sealing": token_hex(32), "drawn": token_hex(8)}
        laptop = Laptop(**kept)
        typed = unicodedata.normalize("NFKC", code).upper()
        letters = "".join(each for each in typed if each in wire.LETTERS)
        line = Line(url, laptop, lambda hub: wire.fingerprint(hub) == letters[:17])
        request = {"secret": letters[17:], "key": laptop.key, "sealing": laptop.sealing}
        told = line.enrol({**request, "name": "another hand", "holds": []})
        kept |= {"hub": line.hub, "epoch": told["epoch"], "scopes": [*told["teams"]]}
        kept |= {"head": "", "heads": [], "grant": "", "cursors": {}, "latest": 0, "ahead": 0}
        kept |= {"after": None, "attempts": {}, "unsent": [], "taken": [], "refused": []}
        kept |= {"rows": {name: {} for name in (*collections, *BUILT_IN)}}
        file.write_text(canonical(kept))
        return cls(file, collections, url)

    def create(self, collection: str, scope: str, **values) -> str:
        """A new record; returns its id."""
        record = wire.uuid7()
        fields = {"scope": scope} | self._collections[collection] | values
        self._write(collection, record, "new", fields, [])
        return record

    def edit(self, collection: str, record: str, **values) -> None:
        """Fields, or `scope`, or `deleted`."""
        replaced = [self._seen(collection, record, field) for field in values]
        self._write(collection, record, "edit", values, replaced)

    def add(self, collection: str, record: str, field: str, more: int) -> None:
        """Count on in a tally."""
        mine = str(self._laptop.incarnation)
        before = self.read(collection, record)[field].get(mine, [0, 0])
        after = [before[0] + more, before[1]]
        self.edit(collection, record, **{field: {mine: after + (before if any(before) else [])}})

    def put(self, collection: str, record: str, field: str, member: str) -> None:
        """Add a member to a set."""
        mine = str(self._laptop.incarnation)
        before = self.read(collection, record)[field].get(member, {}).get(mine, [0, 0])
        self.edit(collection, record, **{field: {member: {mine: [max(before) + 1, 0]}}})

    def take_out(self, collection: str, record: str, field: str, member: str) -> None:
        """Remove a member from a set: all its additions that are seen here."""
        seen = self.read(collection, record)[field][member].items()
        removed = {who: [0, added] for who, (added, _) in seen}
        self.edit(collection, record, **{field: {member: removed}})

    def read(self, collection: str, record: str) -> dict | None:
        """What a person sees: what the hub told, and what was written here on top of it."""
        row = dict(self.rows[collection].get(record, {}))
        for change in self._changes(collection, record):
            for field, value in change["values"].items():
                is_state = isinstance(value, dict)
                row[field] = wire.joined(row.get(field, {}), value) if is_state else value
        return row if row and not row.get("deleted") else None

    def digests(self) -> dict:
        """Count and sum of live records, by scope and collection."""
        found: dict = {scope: {} for scope in self._kept["scopes"]}
        for scope in found:
            for collection in self.rows:
                if live := self._live(scope, collection):
                    found[scope][collection] = wire.total(live)
        return found

    def sync(self) -> bool:
        """Send what is unsent, fetch what is new, mend what differs; whether all agrees then."""
        hub = self._kept["hub"]
        line = Line(self.url, self._laptop, lambda key: key == hub)
        try:
            self._push(line)
            self.mended = self._pull(line)
            for scope, collection in self.mended:
                self._mend(line, scope, collection, "send")
            self._push(line)
            return not self.mended or not self._pull(line)
        except HubSaid as said:
            if said.args[0] == "DeviceRevoked":
                self._remove_all(line)
            raise

    def _live(self, scope: str, collection: str) -> list[dict]:
        rows = self.rows[collection].values()
        return [row for row in rows if row["scope"] == scope and not row["deleted"]]

    def _changes(self, collection: str, record: str) -> list[dict]:
        """What was written here of a record and has not come back yet, in order."""
        changes = self._kept["taken"] + self.unsent
        return [one for one in changes if (one["collection"], one["id"]) == (collection, record)]

    def _seen(self, collection: str, record: str, field: str) -> int:
        for change in reversed(self._changes(collection, record)):
            if field in change["values"] or field == "deleted":
                return change["stamp"]
        return wire.stamp_of(self.rows[collection][record], field)

    def _write(self, collection: str, record: str, kind: str, values: dict, replaced: list) -> None:
        self._count += 1
        change = {"collection": collection, "id": record, "kind": kind, "new": kind == "new"}
        change |= {"transaction": [self._prefix, self._count], "stamp": self._next_stamp()}
        self.unsent.append(change | {"values": values, "replaced": replaced})
        self._save()

    def _next_stamp(self) -> int:
        clock = wire.now() + self._kept["ahead"]
        top = max(clock << 6, (self._kept["latest"] >> 15) + 1)
        self._kept["latest"] = top << 15 | self._laptop.incarnation & 0x7FFF
        return self._kept["latest"]

    def _stamp_anew(self, hub_clock: int, latest: int) -> None:
        """By the hub's clock, for this one is wrong."""
        self._kept["ahead"] = hub_clock - wire.now()
        self._kept["latest"] = latest
        anew = {}
        for change in self.unsent:
            anew[change["stamp"]] = change["stamp"] = self._next_stamp()
            change["replaced"] = [anew.get(stamp, stamp) for stamp in change["replaced"]]

    def _save(self) -> None:
        part = self._file.with_suffix(".part")
        part.write_text(canonical(self._kept))
        part.replace(self._file)

    def _push(self, line: Line) -> None:
        for _ in range(3):  # again under new stamps, where the hub asks for them
            if not self.unsent or not self._push_once(line):
                break

    def _push_once(self, line: Line) -> bool:
        """Whether there is to be another try."""
        told = self._round(line, pull=False)[0]
        verdicts = {each["stamp"]: each for each in told["outcome"]["others"]}
        sent, self.unsent[:] = [*self.unsent], []
        for change in sent:
            verdict = verdicts.get(change["stamp"], {"verdict": "plain"})
            if verdict["verdict"] in ("plain", "merged"):
                self._kept["taken"].append(change)
            elif verdict["verdict"] in ("refused", "bumped"):
                self.refused.append(change | verdict)
            else:
                self.unsent.append(change)
        again = bool({each["verdict"] for each in verdicts.values()} & {"clock", "again"})
        if again:
            self._stamp_anew(told["clock"], latest=int(told["head"].split(":")[3]))
        self._save()
        return again

    def _pull(self, line: Line) -> list[tuple[str, str]]:
        """The scopes and collections whose digests are not the hub's when all has come.

        Apart from what is sent: an answer's cursors pass over what was plain in its request.
        """
        complete = False
        while not complete:
            told, *pages = self._round(line, pull=True)
            for page in pages:
                self._take(page)
            for scope, seqs in told["cursors"].items():
                self._kept["cursors"].setdefault(scope, {}).update(seqs)
            complete = told["complete"]
        self._kept["taken"].clear()
        self._let_go()
        self._save()
        mine, theirs, none = self.digests(), told["digests"], wire.total([])
        places = [(scope, name) for scope in mine for name in self.rows]
        return [(s, n) for s, n in places if mine[s].get(n, none) != theirs[s].get(n, none)]

    def _round(self, line: Line, pull: bool) -> list:
        kept, sent = self._kept, [] if pull else self.unsent
        ids = [change["transaction"] for change in sent]
        kept["attempts"] |= dict(ids)
        self._save()
        request = {name: kept[name] for name in ("epoch", "head", "heads", "grant", "cursors")}
        request |= {"protocol": 2, "clock": wire.now(), "pull": pull}
        request |= {"transactions": [[*each, 1] for each in ids], "collections": [*self.rows]}
        request["lineage"] = {"after": kept["after"], "attempts": [*kept["attempts"].items()]}
        request |= {"unsent": len(self.unsent), "refused": len(self.refused)}
        told, *pages = line.ask("/v1/round", request, *wire.pages_of(sent))
        if told["status"] == "stale":
            raise HubSaid("stale", "this file was restored or copied")
        if kept["head"]:
            kept["heads"] = ["-".join(kept["head"].split(":")[1:3]), *kept["heads"]][:20]
        kept["head"], kept["grant"] = told["head"], told["grant"] or kept["grant"]
        kept["scopes"] = [*told["scopes"], "community"]
        if told["status"] != "ok":
            self._start_over(line, told)
            return self._round(line, pull)
        kept["after"], kept["attempts"] = ids[-1] if ids else kept["after"], {}
        return [told, *pages]

    def _take(self, page: dict) -> None:
        """Rows that are newer than those here, and records that have left a scope."""
        rows = self.rows[page["collection"]]
        for told in wire.rows_of(page):
            known = rows.get(told["id"], {"seq": -1, "scope": page["scope"]})
            is_newer = told["seq"] > known["seq"]
            if is_newer and page["kind"] == "rows":
                rows[told["id"]] = told
                self._kept["latest"] = max(self._kept["latest"], wire.stamp_of(told, "deleted"))
            elif is_newer and known["scope"] == page["scope"]:
                rows.pop(told["id"], None)

    def _let_go(self) -> None:
        """Of the records of scopes that this laptop has left, and of those that were erased."""
        kept, scopes = self._kept, self._kept["scopes"]
        erased = self.rows["hongxian.erasure"].values()
        gone = {(one["collection"], one["record"]) for one in erased}
        for collection, rows in self.rows.items():
            for record, row in [*rows.items()]:
                if row["scope"] not in scopes or (collection, record) in gone:
                    del rows[record]
        for each in (self.unsent, self.refused, kept["taken"]):
            each[:] = [one for one in each if (one["collection"], one["id"]) not in gone]
        kept["cursors"] = {scope: kept["cursors"].get(scope, {}) for scope in scopes}

    def _start_over(self, line: Line, told: dict) -> None:
        """The hub went back: everything is compared."""
        kept, surplus = self._kept, "offer" if told["recovering"] else "send"
        kept |= {"epoch": told["epoch"], "cursors": {}, "after": None, "attempts": {}}
        self.unsent[:], kept["taken"] = [*kept["taken"], *self.unsent], []
        for rows in self.rows.values():
            for row in rows.values():
                row["seq"] = 0
        for collection in self.rows.keys() & {*told["collections"]}:
            for scope in kept["scopes"]:
                self._mend(line, scope, collection, surplus)

    def _mend(self, line: Line, scope: str, collection: str, surplus: str) -> None:
        """Fetch what differs here from the hub's; `surplus`: what becomes of what the hub lacks."""
        place, rows = {"scope": scope, "collection": collection}, self.rows[collection]
        dead = [i for i, row in rows.items() if row["scope"] == scope and row["deleted"]]
        differs, before = {"": []}, {}
        while differs and differs != before:
            buckets = wire.buckets_of(self._live(scope, collection))
            sums = [wire.total(bucket)["sum"] for bucket in buckets]
            [told] = line.ask("/v1/buckets", place | {"sums": sums})
            before, differs = differs, told["differs"]
            if not differs:
                self._kept["cursors"].setdefault(scope, {})[collection] = told["seq"]
            fetch, spare = [], []
            for bucket, pairs in differs.items():
                here = {row["id"]: f"{wire.hash_of(row):016x}" for row in buckets[int(bucket)]}
                there = dict(pairs)
                fetch += [each for each in there if here.get(each) != there[each]]
                spare += [each for each in here if here[each] != there.get(each)]
            offered = [rows[each] for each in (*dead, *spare) if surplus == "offer"]
            changes = [{**place, **row, "kind": "rows", "values": row} for row in offered]
            request = place | {"fetch": fetch}
            [reply, *pages] = line.ask("/v1/repair", request, *wire.pages_of(changes, scope))
            for each in {*fetch, *reply["elsewhere"], *(spare if surplus != "offer" else ())}:
                row = rows.pop(each, None)  # what is fetched counts, whatever its seq
                if surplus == "send" and each not in fetch and collection in self._collections:
                    values = {name: row[name] for name in ("scope", *self._collections[collection])}
                    self._write(collection, each, "new", values, [])
            for page in pages:
                self._take(page)
        self._save()

    def _remove_all(self, line: Line) -> None:
        """This laptop's access has ended: what was not sent stays, for the hub alone to read."""
        names = ("collection", "id", "new", "values")
        unsent = [{name: one[name] for name in names} for one in self.unsent]
        sealed = wire.sealed(canonical(unsent).encode(), line.sealing)
        self._file.with_suffix(".sealed").write_bytes(sealed)
        self._file.unlink()

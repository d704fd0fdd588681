"""What people wrote and saw confirmed, and the claims on where it must be in the end.

Every write has a value of its own, so the ledger can say of each: it stands, or somebody who had
seen it wrote another, or a conflict keeps it, or a laptop shows it as put aside.
"""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from hongxian.collections.builtin import Conflict
from hongxian.engine.store import Store
from hongxian.merges.merge import Members, Tally
from hongxian.model.record import table_of
from hongxian.model.row import Row
from hongxian.security.sealing import SealingKey
from hongxian_client.replica.kept_files import FOLDER
from hongxian_client.replica.kept_work import kept_entries
from hongxian_client.replica.unsent.outbox import Entry
from hongxian_server.identity import Identity
from hongxian_server.tables.journal import Block
from locking import safe_in
from simulation import Laptop, World

BEGAN = "old"
"""What every record of the beginning holds: the one value that is not of one write alone."""
TRACED = ("name", "note", "most", "least", "day", "nickname")
"""Fields in which no two writes have the same value."""
SAMPLES = ("sample.thing", "sample.visit", "people.person")

HUB = "hub"
"""Its name among those of the laptops."""
Key = tuple[str, str]
"""A record: its collection and id."""
Seen = dict[str, list[Any]]
"""The values that a laptop tells of a record, by field: what it shows, and what was refused there.

What is written next stands in the place of both (`replica/unsent/resending.py`).
"""


@dataclass
class Write:
    """One value that somebody wrote to one field, over those that they saw there."""

    key: Key
    field: str
    value: Any
    saw: list[Any]
    sure: bool
    """False when the process or the disk that held it was lost before it was anywhere else."""


@dataclass
class Count:
    """So many counted on a tally."""

    key: Key
    amount: int
    life: int
    sure: bool


@dataclass
class Deletion:
    """A record deleted by somebody who saw these values."""

    key: Key
    saw: Seen
    sure: bool
    """Whether anybody who is left knows of it: then all come to know."""


@dataclass
class Ledger:
    """All of it."""

    writes: list[Write] = field(default_factory=list)
    counts: list[Count] = field(default_factory=list)
    added: dict[tuple[Key, str], bool] = field(default_factory=dict)
    """Members by whether they are surely kept."""
    removed: dict[tuple[Key, str], int] = field(default_factory=dict)
    """Members by the life of the laptop that took them out; 0 when that may be lost."""
    doubled: set[tuple[Key, str]] = field(default_factory=set)
    """Members that two copies of a laptop may both add: taking one out leaves the other's."""
    deletions: list[Deletion] = field(default_factory=list)
    undeleted: set[Key] = field(default_factory=set)
    erased: set[Key] = field(default_factory=set)
    revived: set[Key] = field(default_factory=set)
    """Records of which a conflict that is over told that an edit had brought them back."""
    settled: set[tuple[str, str, str, str]] = field(default_factory=set)
    """What such conflicts kept, as `(collection, record, field, value)`."""
    knowing: dict[str, set[Key]] = field(default_factory=dict)
    """Who knows which records as deleted, since the hub or a laptop was first put back."""
    copied_counts: list[Count] = field(default_factory=list)
    copied_members: set[tuple[Key, str]] = field(default_factory=set)
    """Unsent work that a copy of its laptop holds too: taken in once, unless the hub forgets that it was."""
    revoked: set[str] = field(default_factory=set)
    """Laptops whose access had ended when that was last looked at."""

    def wrote(self, key: Key, values: dict[str, Any], saw: Seen, sure: bool) -> None:
        """Take note of the fields that are traced."""
        for name in TRACED:
            if values.get(name) is not None:
                self.writes.append(Write(key, name, values[name], saw.get(name, []), sure))

    # -- losses that nothing can prevent -----------------------------------------------------

    def reconsider(self, world: World, without: Laptop | None = None) -> None:
        """Nobody can answer for what is neither on the hub nor on a laptop that is left."""
        left = [each for each in world.laptops if each is not without and not each.revoked]
        texts = hub_text(world) + "".join(map(laptop_text, left))
        for write in self.writes:
            if write.sure and str(write.value) not in texts:
                write.sure = False
        for (key, member), sure in self.added.items():
            if sure and member not in texts:
                self.added[key, member] = False
        self._note_who_knows(world, left)

    def _note_who_knows(self, world: World, left: list[Laptop]) -> None:
        """A deletion is sure while anybody knows of it; who has been shown the record again still does."""
        stores = {HUB: world.hub, **{each.name: each.replica for each in left}}
        self.knowing = {
            who: keys_in(store, "deleted") | (self.knowing.get(who, set()) & keys_in(store))
            for who, store in stores.items()
        }
        known = set[Key]().union(*self.knowing.values())
        for deletion in self.deletions:
            deletion.sure &= deletion.key in known
        with world.hub:
            self.revived |= {
                (each.collection, each.record)
                for each in Conflict.select().where(Conflict.field == "deleted")
            }

    def hub_was_put_back(self, world: World) -> None:
        """Just now: of deletions it knows what it knew then."""
        self.knowing.pop(HUB, None)
        self.hub_was_restored(world)

    def hub_was_restored(self, world: World) -> None:
        """A restored hub lacks what no laptop has that is left."""
        self.reconsider(world)
        self.access_ended(world)

    def access_ended(self, world: World) -> None:
        """A restored hub may lack what laptops had sent whose access has ended since."""
        revoked = {laptop.name for laptop in world.laptops if laptop.revoked}
        for laptop in world.laptops:
            if laptop.revoked:
                self.doubt(laptop, also_sent=True)
        if revoked - self.revoked:
            self.revoked = revoked
            self.reconsider(world)
        self.counts += self.copied_counts
        self.doubled |= self.copied_members
        self.copied_counts = []

    def doubt(self, laptop: Laptop, *, also_sent: bool) -> None:
        """Counts and removals in this laptop's outbox may be lost with it."""
        with laptop.replica:
            open_work = {(each.collection, each.record) for each in Entry.select()}
        for each in self.counts:
            if each.life == laptop.life and (also_sent or each.key in open_work):
                each.sure = False
        for (key, member), life in self.removed.items():
            if life == laptop.life and (also_sent or key in open_work):
                self.removed[key, member] = 0

    def double(self, laptop: Laptop) -> None:
        """A copy of a laptop holds the same unsent counts and members, which both will send."""
        with laptop.replica:
            open_work = {(each.collection, each.record) for each in Entry.select()}
        copies = [
            each for each in self.counts if each.life == laptop.life and each.key in open_work
        ]
        self.copied_counts += [Count(each.key, each.amount, each.life, False) for each in copies]
        self.copied_members |= {(key, member) for key, member in self.added if key in open_work}

    def will_be_forgotten(self) -> None:
        """The hub lets go of conflicts that are over: what they told by now counts as told."""
        for each in Conflict.select():
            self.settled |= {
                (each.collection, each.record, each.field, text) for text in (each.kept, each.lost)
            }
            if each.field == "deleted":
                self.revived.add((each.collection, each.record))

    # -- the claims --------------------------------------------------------------------------

    def check(self, world: World) -> None:
        """Everything that was confirmed is where it must be."""
        for write in self.writes:
            write.sure &= write.key not in world.accepted
        with world.hub:
            rows = {
                (name, row.id): row
                for name in SAMPLES
                for row in world.hub.collections[name].rows("1 = 1")
            }
            conflicts = list(Conflict.with_deleted())
        rejected = "".join(rejected_text(laptop) for laptop in world.laptops)
        self._check_writes(rows, conflicts, rejected)
        self._check_deletions(rows, conflicts, rejected)
        self._check_counts(rows, world)
        self._check_members(rows, rejected)

    def _check_writes(self, rows: dict[Key, Row], conflicts: list[Conflict], rejected: str) -> None:
        kept = self.settled | {
            (each.collection, each.record, each.field, text)
            for each in conflicts
            for text in (each.kept, each.lost)
        }
        followers: dict[tuple[Key, str, Any], list[Write]] = {}
        for write in self.writes:
            for value in write.saw:
                followers.setdefault((write.key, write.field, value), []).append(write)
        gone_over = {
            (deletion.key, name, value)
            for deletion in self.deletions
            if deletion.key not in rows or rows[deletion.key].deleted
            for name in TRACED
            for value in deletion.saw.get(name, [])
        }

        def stands(write: Write) -> bool:
            text = orjson.dumps(write.value).decode()
            row = rows.get(write.key)
            return (
                (row is not None and row.values.get(write.field) == write.value)
                or (*write.key, write.field, text) in kept
                or text in rejected
                or write.key in self.erased
                or (write.key, write.field, write.value) in gone_over
                or write.value is None  # emptied again, of which nothing can be lost
            )

        def accounted(write: Write) -> bool:
            """Whether it stands, or what was written by somebody who had seen it: undone, by itself again."""
            waiting, met = [write], set[Any]()
            while waiting:
                each = waiting.pop()
                if stands(each):
                    return True
                if each.value not in met:
                    met.add(each.value)
                    waiting += followers.get((each.key, each.field, each.value), ())
            return False

        for write in self.writes:
            assert accounted(write) or not write.sure, (
                f"lost: {write}; there is {rows.get(write.key)}"
            )

    def _check_deletions(
        self, rows: dict[Key, Row], conflicts: list[Conflict], rejected: str
    ) -> None:
        told = self.revived | {
            (each.collection, each.record) for each in conflicts if each.field == "deleted"
        }
        deleted = {deletion.key for deletion in self.deletions}
        surely = {deletion.key for deletion in self.deletions if deletion.sure}
        for key, row in rows.items():
            assert not row.deleted or key in deleted, f"nobody deleted {row}"
        for key in surely:
            row = rows.get(key)
            assert (
                row is None or row.deleted or key in told | self.undeleted or key[1] in rejected
            ), f"a deletion was undone unseen: {row}"

    def _check_counts(self, rows: dict[Key, Row], world: World) -> None:
        """All that was counted is there or refused, and what is refused is not there."""
        kept = "".join(map(kept_text, world.laptops))
        refused = Counter[Key]()
        for laptop in world.laptops:
            refused.update(refused_counts(laptop))
        for key in {each.key for each in self.counts}:
            row = rows.get(key)
            if row is None or key[1] in kept:
                continue
            total = Tally.total(row.values["people"]) + refused[key]
            own = [each for each in self.counts if each.key == key]
            possible = {sum(each.amount for each in own if each.sure)}
            for each in own:
                if not each.sure:
                    possible |= {each.amount + sum_ for sum_ in possible}
            assert total in possible, (
                f"counted {own}, but there is {row.values['people']} and refused {refused[key]}"
            )

    def _check_members(self, rows: dict[Key, Row], rejected: str) -> None:
        for (key, member), sure in self.added.items():
            row = rows.get(key)
            if row is not None and not row.deleted and sure and member not in rejected:
                there, by = (
                    member in Members.present(row.values["skills"]),
                    self.removed.get((key, member)),
                )
                assert there or by is not None, f"lost: member {member} of {row}"
                assert not there or not by or (key, member) in self.doubled, (
                    f"still there: {member} of {row}"
                )

    def check_forgotten(self, world: World) -> None:
        """Nothing of what is deleted and tidied, or erased, is in any file; no tombstone holds values."""
        with world.hub as hub:
            rows = {(n, row.id): row for n in SAMPLES for row in hub.collections[n].rows("1 = 1")}
        assert not self.erased & rows.keys(), "erased, and there again"
        rejected = "".join(rejected_text(laptop) for laptop in world.laptops)
        gone = {
            str(write.value)
            for write in self.writes
            if write.field in ("name", "note")
            and write.value not in (None, BEGAN)  # an undoing wrote it, and others hold it still
            and (
                write.key in self.erased
                or (
                    (write.key not in rows or rows[write.key].deleted)
                    and str(write.value) not in rejected
                )
            )
        }
        told = hub_text(world)
        assert not [each for each in gone if each in told]
        folders = [each.folder for each in world.laptops if not each.revoked]
        for folder in [*folders, world.disk.folder]:
            for path in folder.glob("*.db*"):
                held = path.read_bytes()
                left = [each for each in gone if each.encode() in held]
                assert not left, f"{left} in {path}"


def keys_in(store: Store, condition: str = "1 = 1") -> set[Key]:
    """The records that a hub or laptop has, also of plugins that are away for now."""
    found = set()
    with store:
        there = store.database.get_tables()
        for name in SAMPLES:
            if table_of(name) in there:
                sql = f'SELECT id FROM "{table_of(name)}" WHERE {condition}'
                found |= {(name, id) for (id,) in store.database.execute_sql(sql).fetchall()}
    return found


def hub_text(world: World) -> str:
    """All that the hub was ever told in this life of its database."""
    with world.hub:
        return "".join(orjson.dumps(block.open()).decode() for block in Block.select())


def laptop_text(laptop: Laptop) -> str:
    """All that a laptop holds."""
    with laptop.replica as replica:
        rows = [
            orjson.dumps(row.values).decode()
            for name in (*SAMPLES, "hongxian.conflict")
            if name in replica.collections
            for row in replica.collections[name].rows("1 = 1")
        ]
        entries = [each.change for each in Entry.select()]
    return "".join([*rows, *entries, rejected_text(laptop)])


def refused_entries(laptop: Laptop) -> list[Entry]:
    """What a laptop shows a person as refused."""
    with laptop.replica:
        return list(Entry.select().where(Entry.state == "refused"))


def refused_counts(laptop: Laptop) -> Counter[Key]:
    """What was counted in it, by record."""
    found = Counter[Key]()
    for entry in refused_entries(laptop):
        for share in (entry.as_change().values.get("people") or {}).values():
            plus, minus = Tally.added(share)
            found[entry.collection, entry.record] += plus - minus
    return found


def rejected_text(laptop: Laptop) -> str:
    """What a laptop shows a person as refused, or keeps in files; with the ids of the records."""
    refused = [each.record + each.change for each in refused_entries(laptop)]
    return "".join([*refused, kept_text(laptop)])


def kept_text(laptop: Laptop) -> str:
    """What a laptop keeps, in files and until it is of a team again; with the ids of the records."""
    with laptop.replica:
        waits = waiting_stamps()
        kept = [each.record + each.change for each in Entry.select() if each.stamp in waits]
    files = [*kept, *(_read(path, laptop) for path in (laptop.folder / FOLDER).glob("*.json"))]
    hub = laptop.folder.parent / "hub"
    opens = SealingKey(Identity.of(hub, safe=safe_in(hub)).key)
    for path in (laptop.folder / FOLDER).glob("*.sealed"):
        files.append(opens.opened(path.read_bytes()).decode())
    return "".join(files)


def _read(path: Path, laptop: Laptop) -> str:
    return laptop.replica.safe.opened(path.read_bytes()).decode()


def waiting_stamps() -> set[int]:
    """The transactions of what is kept, and those that follow on a record of one that waits."""
    stamps = {each.stamp for each in kept_entries()}
    records: set[tuple[str, str]] = set()
    work = list(Entry.select().order_by(Entry.position))
    for stamp in dict.fromkeys(each.stamp for each in work):
        own = {(each.collection, each.record) for each in work if each.stamp == stamp}
        if stamp in stamps or own & records:
            stamps.add(stamp)
            records |= own
    return stamps
